"""The ways in which a number may be written, as a full-text query: A-4711, A4711; 555 010 2030, 5550102030."""

from __future__ import annotations

import re

from store.conditions import match, phrase, worded
from store.telephones import digits

_JOINTS = re.compile(r"[-./_]")
_BOUNDARY = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_LONG = 3  # characters from which on a number is worth another spelling


def anyhow(words: str) -> str:
    """An FTS5 query for all the words, where those with digits may be written together or apart."""
    parts = list(filter(worded, words.split()))
    found = " AND ".join(f"({_ways(word, last=at == len(parts))})" for at, word in enumerate(parts, 1))
    joined = digits(words)
    if found and joined and " " in words.strip():
        return f"({found}) OR {phrase(joined, prefix=True)}"
    return found or match(words)


def _ways(word: str, *, last: bool) -> str:
    usual = match(word, prefix=last)
    if not any(c.isdigit() for c in word) or len(word) < _LONG:
        return usual
    joined = _JOINTS.sub("", word)
    apart = _BOUNDARY.sub(" ", joined)
    others = [phrase(each, prefix=last) for each in (joined, apart) if each and each != word]
    return " OR ".join([usual, *dict.fromkeys(others)])
