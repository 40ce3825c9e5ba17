"""The stateful model, from the project's root:

    PYTHONPATH=tests python -m model                                      three classes of desk, 300 examples of 30 steps
    PYTHONPATH=tests python -m model --class A --examples 300 --steps 30 --seed 7      one of them, another walk

Prints what was reached; fails on a violation, and where too little was reached to prove anything.
"""

from __future__ import annotations

import argparse
import sys

from faults.desk import CLASSES

from model.run import Ran, run


def main() -> int:
    """Run and print; 1 when a counter stays below its floor."""
    parser = argparse.ArgumentParser(
        prog="model", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--class", dest="cls", choices=CLASSES, help="all three unless given")
    parser.add_argument("--examples", type=int, default=300)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--seed", type=int, help="the same walk every time unless given")
    parser.add_argument("--shrink", action="store_true", help="make a violation short, which takes minutes")
    chosen = parser.parse_args()
    short = 0
    for cls in [chosen.cls] if chosen.cls else CLASSES:
        ran = run(cls, chosen.examples, chosen.steps, chosen.seed, shrink=chosen.shrink)
        short += _report(ran, chosen.examples * chosen.steps)
    return int(bool(short))


def _report(ran: Ran, steps: int) -> int:
    print(
        f"class {ran.cls}: {ran.counted['examples']} examples, {steps} steps, {ran.seconds:.0f} s, 0 violations"
    )
    for name, count in sorted(ran.counted.items()):
        print(f"  {name:34} {count:6}")
    below = ran.short(steps)
    for each in below:
        print(f"  BELOW THE FLOOR: {each}")
    return len(below)


if __name__ == "__main__":
    sys.exit(main())
