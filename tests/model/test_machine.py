"""A short walk of the machine on each class of desk (`make model` takes the long one), and its floors."""

from __future__ import annotations

from collections import Counter

import pytest
from faults.desk import CLASSES, Class

from model.run import FLOORS, FLOORS_FOR, Ran, run


@pytest.mark.parametrize("cls", CLASSES)
def test_whatever_happens_the_invariants_hold(cls: Class) -> None:
    ran = run(cls, examples=15, steps=20)
    assert ran.counted["push"] > 20
    assert ran.counted["crash inside push"] > 0


def test_a_walk_that_gets_nowhere_fails() -> None:
    full = Counter({name: floor for name, floor in FLOORS.items() if name != "conflict"})
    assert Ran("B", full, 1.0).short(FLOORS_FOR) == ["conflict: 0 of 30"]
    assert Ran("A", full, 1.0).short(FLOORS_FOR)[1:] == ["conflict on a repeated request: 0 of 20"]
