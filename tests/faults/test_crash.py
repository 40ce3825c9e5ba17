"""A part of the crash matrix (`make crash` runs all of it), and the proof that it would find something.

It forks, which a process with threads should not, and pytest may have some: so it runs in one of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def matrix(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the matrices as `make` does."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", f"faults.{module}", "--jobs", "1", *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "tests"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("cls", ["A", "B", "C"])
def test_no_crash_loses_or_doubles_a_reply(cls: str) -> None:
    ran = matrix("crash", "--class", cls, "--sample")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1].startswith("0 violations")


def test_no_crash_between_a_conflict_and_its_record_overwrites_a_colleague() -> None:
    ran = matrix("crash", "--scenario", "conflict", "--class", "A", "--schedule", "clean")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_no_second_crash_loses_or_doubles_a_reply() -> None:
    where = ("--scenario", "reply-status", "--class", "A", "--schedule", "lost")
    ran = matrix("crash", "--double", *where, "--step", "11")
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(("cls", "schedule"), [("blind", "lost"), ("hasty", "late")])
def test_the_matrix_finds_doubled_replies_on_a_desk_that_lies(cls: str, schedule: str) -> None:
    ran = matrix(
        "crash", "--class", cls, "--scenario", "reply-status", "--schedule", schedule, "--step", "40"
    )
    assert ran.returncode == 1
    assert "I2:" in ran.stdout, ran.stdout + ran.stderr
