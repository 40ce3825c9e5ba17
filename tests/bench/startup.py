"""Start-up of the command line, as multiples of an empty Python, interleaved pair by pair."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from store.home import Home
from tests.bench.figure import Figure

HEARD = [str(Path(sys.executable).parent / "heard")]
RUNS = 15


def startup(home: Home) -> list[Figure]:
    """`heard --help` and `heard list -o json` against `python -c pass`."""
    commands = {
        "heard --help": ([*HEARD, "--help"], 15.0),
        "heard list -o json (50 rows)": (
            [*HEARD, "--home", str(home.root), "list", "-o", "json", "--limit", "50"],
            16.0,
        ),
    }
    return [
        Figure(name, ratio(argv), target, "x", "of python -c pass")
        for name, (argv, target) in commands.items()
    ]


def ratio(argv: list[str]) -> float:
    """The median of the seconds of a command over those of an empty Python, pair by pair."""
    ratios = []
    for _ in range(RUNS):
        base = _seconds([sys.executable, "-c", "pass"])
        ratios.append(_seconds(argv) / base)
    return statistics.median(ratios)


def _seconds(argv: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "NO_COLOR": "1"})
    return time.perf_counter() - start
