"""The proof that the model would notice: every known-bad engine is caught, and the engine itself passes the same stories."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from model.mutants import MUTANTS, Mutant
from model.scenarios import SCENARIOS


@pytest.mark.parametrize("story", SCENARIOS, ids=lambda each: each.__name__)
def test_the_engine_passes(story: Callable[[], None]) -> None:
    story()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda each: each.name)
def test_the_mutant_is_caught(mutant: Mutant) -> None:
    assert mutant.caught(), f"{mutant.name} got away with {mutant.caught_by.__name__}"
