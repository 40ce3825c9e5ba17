"""The rules: data files under `rules/`, read at the first use and kept.

A rule is tried on one sentence in lower case. Its gate is cheap: it is tried only where a word of the sentence begins
with one of the gate's words ("#" stands for a digit).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

FILES = (
    "acts", "apologize", "asked", "customer", "diagnose", "empathize", "facts", "hear", "holes", "jargon", "languages",
    "policy", "resolve", "say", "stock", "time", "tone", "words",
)  # fmt: skip

When = Literal["", "question", "statement"]
Level = Literal["seen", "partly"]
SHORTEST = 3  # letters that open a gate by the beginning of a longer word; shorter words open theirs whole
DIGIT = "#"
_WORD = re.compile(r"[\w']+")
_GROWN = {  # without the apostrophe, as in much that is typed in haste
    **dict.fromkeys(("were", "well", "weve", "wed"), "we"),
    **dict.fromkeys(("im", "ive", "ill", "id"), "i"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern with its reason. `unless` looks at the whole sentence; `needs` and `told` belong to questions."""

    name: str
    pattern: re.Pattern[str]
    number: int = -1  # its place among all rules
    gate: frozenset[str] = frozenset()
    unless: re.Pattern[str] | None = None
    needs: re.Pattern[str] | None = None
    told: re.Pattern[str] | None = None
    when: When = ""
    level: Level = "seen"
    kind: str = ""
    why: str = ""
    say: str = ""

    def find(self, text: str, opened: int, *, asks: bool = False) -> re.Match[str] | None:
        """The first place in the sentence `text` where the rule holds; `opened` is what `opened` says of it."""
        if self.gate and (self.number < 0 or not opened >> self.number & 1):
            return None
        if self.when and asks is not (self.when == "question"):
            return None
        match = self.pattern.search(text)
        if match is None or (self.unless is not None and self.unless.search(text)):
            return None
        return match


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One file: its rules in order, its lists of words, its table from one word to another."""

    rules: tuple[Rule, ...] = ()
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    table: Mapping[str, str] = field(default_factory=dict)

    def of(self, *kinds: str) -> tuple[Rule, ...]:
        """The rules of these kinds, in the order of the file."""
        return tuple(rule for rule in self.rules if rule.kind in kinds)


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
    alone = sum(behind for _first, _piece, behind in gates.get(DIGIT, ())) if word[0].isdigit() else 0
    phrases: list[tuple[str, int]] = []
    for key in {word[:SHORTEST], word.partition("'")[0][:SHORTEST], _GROWN.get(word, word[:SHORTEST])}:
        for first, piece, behind in gates.get(key, ()):
            if word.startswith(first):
                if piece == first:
                    alone |= behind
                else:
                    phrases.append((piece, behind))
    return alone, tuple(phrases)


@cache
def _gates() -> Mapping[str, tuple[tuple[str, str, int], ...]]:
    """Each gate's first word, the gate, and the rules behind it; by the first letters of that word."""
    found: dict[str, int] = {}
    for file in packaged().values():
        for rule in file.rules:
            for piece in rule.gate:
                found[piece] = found.get(piece, 0) | 1 << rule.number
    sorted_in: dict[str, list[tuple[str, str, int]]] = {}
    for piece, behind in found.items():
        first = _first_word(piece)
        sorted_in.setdefault(first[:SHORTEST], []).append((first, piece, behind))
    return {key: tuple(gates) for key, gates in sorted_in.items()}


def _first_word(piece: str) -> str:
    match = _WORD.search(piece)
    return match[0] if match else piece
