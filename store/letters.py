"""Letters whose marks the full-text index keeps: ł, ø, ß, ά, ё, أ. A word is looked for with them and without.

The index knows of the accents of Latin letters alone, so the other ways of writing a word are asked for beside it. Where no
other way of asking would do (vowel points, at which it cuts words; full-width letters, ligatures, ancient Greek), a text is
kept in `store.pairs` too, with those letters written plainly.
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
_POINTS = "\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"  # of Hebrew and Arabic, and what only stretches a word
OUT_OF_REACH = f"{_POINTS}\u1f00-\u1fff\uff10-\uff5a\ufb00-\ufb06\ufb13-\ufb4f\ufb50-\ufdff\ufe70-\ufefc"
_OUT_OF_REACH = re.compile(f"[{OUT_OF_REACH}]+")
# Points, Greek accents, and the two dots of ё; other letters that come apart are letters of their own.
_MARKS = re.compile(f"[{_POINTS}]|(?<=[\u0370-\u03ff\u1f00-\u1fff])[\u0300-\u0345]+|(?<=\u0435)\u0308")


def ways(word: str) -> tuple[str, ...]:
    """The other ways in which a word may stand in the index; none of them is the word itself."""
    small = unicodedata.normalize("NFC", word).lower()
    bare = plain(small)
    return tuple(islice(dict.fromkeys(way for way in (bare, *_marked(bare)) if way != small), _MOST))


def plain(text: str) -> str:
    """Small letters without the marks that the index keeps."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.lower().translate(PLAIN)).lower()
    return unicodedata.normalize("NFC", _MARKS.sub("", apart)).translate(PLAIN)


def within_reach(text: str) -> str:
    """The text with the letters that no other way of asking would find written plainly, all others as they are."""
    return text if text.isascii() else _OUT_OF_REACH.sub(lambda found: plain(found[0]), text)


def _marked(bare: str) -> Iterator[str]:
    yield from (bare.replace(letters, marked) for letters, marked in _EVERY.items() if letters in bare)
    for at, letter in enumerate(bare):
        yield from (bare[:at] + marked + bare[at + 1 :] for marked in _ONE.get(letter, ""))
