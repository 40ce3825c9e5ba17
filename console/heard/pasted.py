"""The customer's own words, pasted into a draft: they are not what we say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from console.heard import prose
from console.heard.prose import Prose, Sentence

_ENOUGH = 5  # words; two people may well write the same shorter sentence
_WORD = re.compile(r"\w+")


def without_pasted(text: Prose, customer: Sequence[str]) -> Prose:
    """The draft with blanks for every sentence that one of the customer's messages has word by word.

    A sentence of ours around such words, as in: you wrote that "...", is kept: that is saying it back.
    """
    theirs = frozenset[tuple[str, ...]]().union(*map(sentences_of, customer))
    gone = [one for one in text.sentences if _key(one) in theirs] if theirs else []
    if not gone:
        return text
    low, cased = text.low, text.cased
    for one in gone:
        space = " " * (one.end - one.start)
        low = low[: one.start] + space + low[one.end :]
        cased = cased[: one.start] + space + cased[one.end :]
    return Prose(low, cased, tuple(one for one in text.sentences if one not in gone))


@lru_cache(maxsize=1024)
def sentences_of(text: str) -> frozenset[tuple[str, ...]]:
    """The words of each longer sentence in one message."""
    keys = map(_key, prose.read(text).sentences)
    return frozenset(key for key in keys if len(key) >= _ENOUGH)


def _key(sentence: Sentence) -> tuple[str, ...]:
    return tuple(_WORD.findall(sentence.text))
