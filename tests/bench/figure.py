"""One measured figure and the target beside it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is good when it is at most `target`."""

    name: str
    value: float
    target: float
    unit: str
    note: str = ""

    @property
    def good(self) -> bool:
        return self.value <= self.target

    def line(self) -> str:
        mark = "ok    " if self.good else "MISSED"
        return f"{mark} {self.name:<52} {self.value:9.2f} {self.unit:<3} target {self.target:g} {self.unit} {self.note}"


def p95(values: Sequence[float]) -> float:
    """The 95th percentile of at least two values."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]
