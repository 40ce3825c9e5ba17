"""The customer's own words, pasted into a draft: they are not what we say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from console.heard import prose
from console.heard.prose import Prose

_ENOUGH = 5  # words; two people may well write the same shorter sentence
_WORD = re.compile(r"\w+")


def without_pasted(text: Prose, theirs: str) -> Prose:
    """The draft with blanks for every sentence that the customer wrote word by word; `theirs` is made by `in_words`.

    A sentence of ours around such words, as in: you wrote that "...", is kept, because that is saying it back.
    """
    gone = [one for one in text.sentences if _is_in(theirs, one.text)] if theirs else []
    if not gone:
        return text
    low, cased = text.low, text.cased
    for one in gone:
        space = " " * (one.end - one.start)
        low = low[: one.start] + space + low[one.end :]
        cased = cased[: one.start] + space + cased[one.end :]
    return Prose(low, cased, tuple(one for one in text.sentences if one not in gone))


def in_words(messages: Sequence[str]) -> str:
    """The words of some messages, a blank around each, a line a message."""
    return "\n".join(map(words_of, messages))


@lru_cache(maxsize=1024)
def words_of(message: str) -> str:
    """The words of one message, what it quotes aside."""
    return f" {' '.join(_WORD.findall(prose.lower(prose.blank(message[: prose.LIMIT]))))} "


def _is_in(theirs: str, sentence: str) -> bool:
    words = _WORD.findall(sentence)
    return len(words) >= _ENOUGH and f" {' '.join(words)} " in theirs
