"""What a rule is, and a file of rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FILES = (
    "acts", "alike", "apologize", "asked", "customer", "diagnose", "echo", "empathize", "facts", "hear", "holes", "jargon", "languages",
    "policy", "resolve", "say", "steps", "stock", "time", "tone", "words",
)  # fmt: skip

When = Literal["", "question", "statement"]
Level = Literal["seen", "partly"]
SHORTEST = 3  # letters that open a gate by the beginning of a longer word; shorter words open theirs whole
ALSO = 1024  # the bit of a rule's second gate stands so far above the bit of its first


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern with its reason. `unless` looks at the whole sentence; `needs` and `told` belong to questions."""

    name: str
    pattern: re.Pattern[str]
    number: int = -1  # its place among all rules
    gate: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
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
        if self.also and not opened >> self.number + ALSO & 1:
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
