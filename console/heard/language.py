"""Whether a draft is in English: the steps are judged in no other language, and say so."""

from __future__ import annotations

import re

from console.heard import rulebook

_WORD = re.compile(r"[^\W\d_]+")
_LATIN_END = 0x250  # code points below are Latin letters
_READ = 600  # characters that tell the language
_ENOUGH = 0.5  # of the letters in another script


def foreign(low: str) -> bool:
    """Whether more of a lower-case text speaks for another language than for English, by its beginning."""
    start = low[:_READ]
    letters = [] if start.isascii() else [c for c in start if c.isalpha()]
    if letters and sum(ord(c) >= _LATIN_END for c in letters) > _ENOUGH * len(letters):
        return True
    words = _WORD.findall(start)
    lists = rulebook.packaged()["languages"].lists
    counts = {name: sum(map(members.__contains__, words)) for name, members in lists.items()}
    english = counts.pop("english")
    best = max(counts.values(), default=0)
    return best > english and best >= min(2, len(words))
