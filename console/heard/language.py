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
    if _is_of_another_script(low[:_READ]):
        return OTHER
    name, best, english, words = _counted(low)
    return CODES.get(name, OTHER) if best > english and best >= min(2, words) else ENGLISH


def spoken_to(low: str, usual: str) -> str:
    """The language of a lower-case draft to somebody who writes in `usual`: theirs, where too few words of it tell."""
    found = spoken(low)
    if found != ENGLISH or usual == ENGLISH or not _WORD.search(low):
        return found
    _name, _best, english, _words = _counted(low)
    return ENGLISH if english else usual


def _counted(low: str) -> tuple[str, int, int, int]:
    """The language other than English that most words speak for, how many do, how many for English, and of how many."""
    words = _WORD.findall(low[:_READ])
    lists = rulebook.packaged()["languages"].lists
    counts = {name: sum(map(members.__contains__, words)) for name, members in lists.items()}
    english = counts.pop("english")
    name = max(counts, key=lambda one: counts[one], default="english")
    return name, counts.get(name, 0), english, len(words)


def _is_of_another_script(start: str) -> bool:
    letters = [] if start.isascii() else [c for c in start if c.isalpha()]
    return bool(letters) and sum(ord(c) >= _LATIN_END for c in letters) > _ENOUGH * len(letters)


def foreign(low: str) -> bool:
    """Whether more of a lower-case text speaks for another language than for English."""
    return spoken(low) != ENGLISH
