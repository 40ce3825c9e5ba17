"""Damage the files of a workspace in many ways, and print what came of it."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from store_damage.judge import Tally, one
from store_damage.template import make

FEW = 150
ALL = 1000


def main() -> int:
    """Run; 1 when something was lost or came out that should not have."""
    parser = argparse.ArgumentParser(prog="python -m store_damage")
    parser.add_argument("--all", action="store_true", help=f"{ALL} of each kind instead of {FEW}")
    parser.add_argument("--kind", choices=("local", "mirror"))
    parser.add_argument("--only", type=int)
    asked = parser.parse_args()
    numbers = [asked.only] if asked.only is not None else range(ALL if asked.all else FEW)
    failed = 0
    where = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="heard-damage-", dir=where) as folder:
        truth = make(Path(folder))
        for kind in (asked.kind,) if asked.kind else ("local", "mirror"):
            begun, tally = time.perf_counter(), Tally()
            for number in numbers:
                one(Path(folder), truth, number, kind, tally)
            failed += report(kind, tally, len(numbers), time.perf_counter() - begun)
    return 1 if failed else 0


def report(kind: str, tally: Tally, count: int, seconds: float) -> int:
    """Print one kind; returns how many violations there were."""
    print(f"{kind}: {count} mutations in {seconds:.1f} s, {dict(tally.outcomes)}")
    if tally.whole:
        share = 100 * tally.saved / tally.whole
        print(f"  of {tally.whole} words on undamaged pages {tally.saved} were brought back ({share:.2f} %)")
    print(f"  altered without a sign: {tally.altered}; closed operations missing: {tally.closed_lost}")
    for violation in tally.violations[:12]:
        print(f"  {violation}")
    print(f"  {len(tally.violations)} violations")
    return len(tally.violations)


if __name__ == "__main__":
    sys.exit(main())
