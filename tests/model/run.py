"""Run the machine for one class of desk, and see that it got where it had to: a model that never gets there proves nothing."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from dataclasses import dataclass

from faults.desk import Class
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from model.desk import FAULTS, READ_FAULTS
from model.machine import Machine
from model.world import Violation

FLOORS: dict[str, int] = {
    "push": 700,
    "pull": 700,
    "crash inside push": 150,
    # Ten kinds share the requests, and one of unknown outcome holds up its ticket: so many in all, and each its share.
    "fault": 900,
    **{f"fault {kind}": 50 for kind in FAULTS},
    **{f"read fault {kind}": 15 for kind in READ_FAULTS},
    "sent": 800,
    "conflict": 30,  # walks differ: 44 to 124 were seen
    "rejected": 100,
    "ended while unknown": 30,
    "late commit then found": 20,
    "merge with a queued reply": 20,
}
# Where a desk guards no reply, no repetition of one is refused.
ONLY: dict[Class, dict[str, int]] = {"A": {"conflict on a repeated request": 20}}
FLOORS_FOR = 300 * 30  # steps


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run came to."""

    cls: Class
    counted: Counter[str]
    seconds: float

    def short(self, steps: int) -> list[str]:
        """The counters that stayed below their floor for so many steps."""
        floors = FLOORS | ONLY.get(self.cls, {})
        share = min(1.0, steps / FLOORS_FOR)
        return [
            f"{name}: {self.counted[name]} of {int(floor * share)}"
            for name, floor in floors.items()
            if self.counted[name] < int(floor * share)
        ]


def run(cls: Class, examples: int, steps: int, number: int | None = None, *, shrink: bool = False) -> Ran:
    """Run so many examples of so many steps; raises the first violation, made short with `shrink`."""
    counted: Counter[str] = Counter()
    begun = time.perf_counter()
    _run(cls, counted, examples, steps, number, shrink=shrink)
    return Ran(cls, counted, time.perf_counter() - begun)


def first_violation(cls: Class, examples: int, steps: int = 30) -> str:
    """The first invariant that the machine finds broken, and how many examples that took; not shortened."""
    counted: Counter[str] = Counter()
    try:
        _run(cls, counted, examples, steps, None, shrink=False)
    except Violation as violation:
        return f"{str(violation).partition(':')[0]} after {counted['examples']}"
    except sqlite3.IntegrityError:
        return f"I9 after {counted['examples']}"
    return f"not in {counted['examples']}"


def _run(
    cls: Class, counted: Counter[str], examples: int, steps: int, number: int | None, *, shrink: bool
) -> None:
    machine = type(f"Desk{cls}", (Machine,), {"cls": cls, "counted": counted})
    run_state_machine_as_test(
        machine if number is None else seed(number)(machine),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            database=None,
            deadline=None,
            derandomize=number is None,
            phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
