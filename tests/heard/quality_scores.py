"""How well something is found: precision, recall and F1 with their intervals, and how far two readers agree."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Counts = tuple[int, int, int]  # rightly found, wrongly found, missed
_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Score:
    """How well one step is found, each figure with its 95 % interval."""

    positives: int
    precision: tuple[float, float, float]
    recall: tuple[float, float, float]
    f1: tuple[float, float, float]


def scored(counted: Sequence[tuple[str, Counts]], seed: str) -> Score:
    """Sum the counts of each conversation up; whole conversations are drawn again, from `seed`, for the intervals."""
    by_conversation: dict[str, Counts] = defaultdict(lambda: (0, 0, 0))
    for conversation, counts in counted:
        by_conversation[conversation] = _sum([by_conversation[conversation], counts])
    groups = list(by_conversation.values())
    chance = random.Random(seed)
    drawn = [_rates(_sum(chance.choices(groups, k=len(groups)))) for _ in range(_RESAMPLES)]
    whole = _sum(groups)
    figures = [(rate, *_middle([rates[n] for rates in drawn])) for n, rate in enumerate(_rates(whole))]
    return Score(whole[0] + whole[2], figures[0], figures[1], figures[2])


def _sum(counts: Sequence[Counts]) -> Counts:
    right, wrong, missed = zip(*counts, strict=True)
    return sum(right), sum(wrong), sum(missed)


def _rates(counts: Counts) -> tuple[float, float, float]:
    right, wrong, missed = counts
    return (
        right / max(1, right + wrong),
        right / max(1, right + missed),
        2 * right / max(1, 2 * right + wrong + missed),
    )


def _middle(values: list[float]) -> tuple[float, float]:
    ordered = sorted(values)
    return ordered[len(ordered) // 40], ordered[-1 - len(ordered) // 40]


def kappa(first: Mapping[str, str], second: Mapping[str, str], letter: str) -> float:
    """How far two readings of the same replies agree on a step beyond chance (Cohen)."""
    pairs = Counter((letter in first[key], letter in second[key]) for key in second if key in first)
    total = pairs.total()
    a, b = (pairs[True, True] + pairs[True, False]) / total, (pairs[True, True] + pairs[False, True]) / total
    expected = a * b + (1 - a) * (1 - b)
    agreed = (pairs[True, True] + pairs[False, False]) / total
    return (agreed - expected) / (1 - expected)
