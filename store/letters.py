"""Letters whose marks the full-text index keeps: ł, ø, ß, ά, ё, أ, vowel points. A word is looked for with them and without.

The index knows of the accents of Latin letters alone, so the other ways of writing a word are asked for beside it.
"""

# ruff: noqa: RUF001  (letters of many scripts are what this is about)
from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

_MOST = 12  # ways of one word
PLAIN = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th",
        "أ": "ا", "إ": "ا", "آ": "ا",
    }
)  # fmt: skip
# What a plain letter may stand for: all of them at once, or in the other scripts one of them.
_EVERY = {"l": "ł", "o": "ø", "d": "đ", "i": "ı", "ss": "ß", "ae": "æ", "oe": "œ", "th": "þ"}
_ONE = {"α": "ά", "ε": "έ", "η": "ή", "ι": "ί", "ο": "ό", "υ": "ύ", "ω": "ώ", "е": "ё", "ا": "أإآ"}
# Hebrew and Arabic points, Greek accents, and the two dots of ё; other letters that come apart are letters of their own.
_MARKS = re.compile(
    "[\u0591-\u05c7\u0640\u064b-\u0652\u0670]|(?<=[\u0370-\u03ff\u1f00-\u1fff])[\u0300-\u0345]+|(?<=\u0435)\u0308"
)


def ways(word: str) -> tuple[str, ...]:
    """The other ways in which a word may stand in the index; none of them is the word itself."""
    small = unicodedata.normalize("NFC", word).lower()
    bare = plain(small)
    return tuple(islice(dict.fromkeys(way for way in (bare, *_marked(bare)) if way != small), _MOST))


def plain(text: str) -> str:
    """Small letters without the marks that the index keeps."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.lower().translate(PLAIN))
    return unicodedata.normalize("NFC", _MARKS.sub("", apart)).translate(PLAIN)


def _marked(bare: str) -> Iterator[str]:
    yield from (bare.replace(letters, marked) for letters, marked in _EVERY.items() if letters in bare)
    for at, letter in enumerate(bare):
        yield from (bare[:at] + marked + bare[at + 1 :] for marked in _ONE.get(letter, ""))
