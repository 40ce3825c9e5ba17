"""The rules: data files under `rules/`, read at the first use and kept.

A rule is tried on one sentence in lower case. Its gate is cheap: it is tried only where a word of the sentence begins
with one of the gate's words ("#" stands for a digit); where it has a second gate, `also`, one of those words too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path

from console.heard.rule import ALSO, SHORTEST, RuleFile

DIGIT = "#"
_WORD = re.compile(r"\w[\w']*")
_GROWN = {  # without the apostrophe, as in much that is typed in haste
    **dict.fromkeys(("were", "well", "weve", "wed"), "we"),
    **dict.fromkeys(("im", "ive", "ill", "id"), "i"),
}


@cache
def packaged() -> Mapping[str, RuleFile]:
    """The rules that came with the program. Raises ConfigError that names file and key."""
    from console.heard.reading import load  # noqa: PLC0415  (a start without a draft need not pay for it)

    return load(Path(__file__).with_name("rules"))


@lru_cache(maxsize=1024)  # each kind of rule asks for the same sentence in turn
def opened(text: str) -> int:
    """The rules whose gates the sentence `text` opens: a bit for each, at its number."""
    found = 0
    for word in set(_WORD.findall(text)):
        alone, phrases = _opens(word)
        found |= alone
        for phrase, behind in phrases:
            if phrase in text:
                found |= behind
    return found


def numbers(opened: int) -> Iterator[int]:
    """The numbers of the rules in `opened`, in order."""
    digits = f"{opened:b}"[::-1]
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)


@lru_cache(maxsize=8192)
def _opens(word: str) -> tuple[int, tuple[tuple[str, int], ...]]:
    """The rules that one word opens by itself, and the longer gates that begin with it."""
    gates = _gates()
    pieces = [word[:size] for size in range(SHORTEST, len(word) + 1)] or [word]
    if "'" in word:
        pieces.append(word.partition("'")[0])
    elif word in _GROWN:
        pieces.append(_GROWN[word])
    if word[0].isdigit():
        pieces.append(DIGIT)
    alone = 0
    longer: tuple[tuple[str, int], ...] = ()
    for piece in pieces:
        if piece in gates:
            behind, phrases = gates[piece]
            alone |= behind
            longer += phrases
    return alone, longer


@cache
def _gates() -> Mapping[str, tuple[int, tuple[tuple[str, int], ...]]]:
    """By the word that a gate begins with: the rules behind it alone, and each longer gate with the rules behind it."""
    found: dict[str, int] = {}
    for file in packaged().values():
        for rule in file.rules:
            for piece in rule.gate:
                found[piece] = found.get(piece, 0) | 1 << rule.number
            for piece in rule.also:
                found[piece] = found.get(piece, 0) | 1 << rule.number + ALSO
    firsts = {piece: _first_word(piece) for piece in found}
    return {
        first: (
            found.get(first, 0),
            tuple((piece, found[piece]) for piece in found if firsts[piece] == first != piece),
        )
        for first in set(firsts.values())
    }


def _first_word(piece: str) -> str:
    match = _WORD.search(piece)
    return match[0] if match else piece
