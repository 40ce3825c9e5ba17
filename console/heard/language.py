"""Which language a draft is in: the steps are judged in English alone, and say so."""

from __future__ import annotations

import re

from console.heard import rulebook

_WORD = re.compile(r"[^\W\d_]+")
_LATIN_END = 0x250  # code points below are Latin letters
_READ = 600  # characters that tell the language
_ENOUGH = 0.5  # of the letters in another script


CODES = {
    "english": "en", "german": "de", "french": "fr", "spanish": "es", "dutch": "nl", "italian": "it", "portuguese": "pt",
}  # fmt: skip
ENGLISH = "en"
OTHER = ""  # a language of another script


def spoken(low: str) -> str:
    """The code of the language that a lower-case text speaks for by its beginning; English where nothing speaks."""
    start = low[:_READ]
    letters = [] if start.isascii() else [c for c in start if c.isalpha()]
    if letters and sum(ord(c) >= _LATIN_END for c in letters) > _ENOUGH * len(letters):
        return OTHER
    words = _WORD.findall(start)
    lists = rulebook.packaged()["languages"].lists
    counts = {name: sum(map(members.__contains__, words)) for name, members in lists.items()}
    english = counts.pop("english")
    name = max(counts, key=lambda one: counts[one], default="english")
    best = counts.get(name, 0)
    return CODES.get(name, OTHER) if best > english and best >= min(2, len(words)) else ENGLISH


def foreign(low: str) -> bool:
    """Whether more of a lower-case text speaks for another language than for English."""
    return spoken(low) != ENGLISH
