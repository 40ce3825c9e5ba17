"""A part of the power-loss proof (`make power` runs all of it), and the proof that it would find something."""

from __future__ import annotations

import pytest

from faults.lights import library
from faults.test_crash import matrix

pytestmark = pytest.mark.skipif(
    library() is None,
    reason="SKIPPED: SQLite is a part of this interpreter, so its file system cannot be replaced",
)


def test_no_request_leaves_before_its_intent_survives_a_power_cut() -> None:
    ran = matrix("power", "--points", "30")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1].endswith(" 0 violations")


def test_the_proof_finds_intents_that_were_never_synced() -> None:
    ran = matrix("power", "--points", "30", "--weak")
    assert ran.returncode == 1
    assert "intent: a request left" in ran.stdout, ran.stdout + ran.stderr
