"""The rules: data files under `rules/`, read at the first use and kept.

A rule is tried on one sentence in lower case. Its gate is cheap: it is tried only where a word of the sentence begins
with one of the gate's words ("#" stands for a digit).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
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
_WORD = re.compile(r"[\w']+")
SHORTEST = 3  # letters that open a gate by the beginning of a longer word; shorter words open theirs whole
DIGIT = "#"


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern with its reason. `unless` looks at the whole sentence; `needs` and `told` belong to questions."""

    name: str
    pattern: re.Pattern[str]
    gate: frozenset[str] = frozenset()
    unless: re.Pattern[str] | None = None
    needs: re.Pattern[str] | None = None
    told: re.Pattern[str] | None = None
    when: When = ""
    level: Level = "seen"
    kind: str = ""
    why: str = ""
    say: str = ""

    def find(self, text: str, present: Collection[str], *, asks: bool = False) -> re.Match[str] | None:
        """The first place in the sentence `text` where the rule holds; `present` is what opens gates there."""
        if self.gate and self.gate.isdisjoint(present):
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


@lru_cache(maxsize=8192)
def present(text: str) -> frozenset[str]:
    """The words of all gates that occur in the sentence `text`."""
    found: set[str] = set()
    for word in set(_WORD.findall(text)):
        words, phrases = _opens(word)
        found |= words
        for phrase in phrases:
            if phrase in text:
                found.add(phrase)
    return frozenset(found)


@lru_cache(maxsize=8192)
def _opens(word: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The gates that one word opens by itself, and the longer ones that begin with it."""
    words = {DIGIT} if word[0].isdigit() else set[str]()
    phrases: list[str] = []
    for key in {word[:SHORTEST], word.partition("'")[0][:SHORTEST]}:
        for piece in _gates().get(key, ()):
            if word.startswith(piece):
                words.add(piece)
            elif word.startswith(_first_word(piece)) and piece != _first_word(piece):
                phrases.append(piece)
    return frozenset(words), tuple(phrases)


@cache
def _gates() -> Mapping[str, tuple[str, ...]]:
    """All gates, by the first letters of their first word."""
    found: dict[str, set[str]] = {}
    for file in packaged().values():
        for rule in file.rules:
            for piece in rule.gate:
                found.setdefault(_first_word(piece)[:SHORTEST], set()).add(piece)
    return {key: tuple(sorted(pieces)) for key, pieces in found.items()}


def _first_word(piece: str) -> str:
    match = _WORD.search(piece)
    return match[0] if match else ""
