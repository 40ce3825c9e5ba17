"""The crash matrix: kill the process at every boundary of every scenario, start the next one, and check what is left.

From the project's root:
    PYTHONPATH=tests python -m faults.crash                     all configurations
    PYTHONPATH=tests python -m faults.crash --double            and kill the next process as well
    PYTHONPATH=tests python -m faults.crash --scenario replies --class C --schedule late --at 17     one point again
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from faults import judge
from faults.boundary import Boundaries
from faults.desk import CLASSES, SCHEDULES, FaultyDesk
from faults.runs import Config, Place, dies, live, make_template, recover
from faults.scenarios import SCENARIOS
from support.clock import Clock

MEMORY = Path("/dev/shm")
STEP_DOUBLE = 7


@dataclass(frozen=True, slots=True)
class Walk:
    """Which boundaries of a configuration are visited."""

    step: int = 1
    start: int = 1
    every: bool = False  # each statement, not only those around a commit
    double: bool = False
    at: int = 0  # this one only
    then: int = 0  # and then only this one of the next process


@dataclass(frozen=True, slots=True)
class Found:
    """What one configuration came to; `ended` when the last process of the walk was not killed."""

    config: Config
    points: int
    violations: tuple[str, ...]
    seconds: float
    ended: bool


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder that is gone afterwards, in memory where there is one: nothing here is about the disk's speed."""
    where = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="heard-crash-", dir=where) as folder:
        yield Path(folder)


def configurations() -> list[Config]:
    """Every scenario on every class of desk under every schedule that can make a difference."""
    found = []
    for scenario, cls in itertools.product(SCENARIOS.values(), CLASSES):
        schedules = (*SCHEDULES, "mixed") if scenario.writes else ("clean",)
        found += [Config(scenario.name, cls, schedule) for schedule in schedules]
    return found


def walk_over(config: Config, walk: Walk) -> Found:
    """Visit the boundaries of one configuration until a run comes to its end."""
    begun = time.perf_counter()
    violations: list[str] = []
    points, ended = 0, False
    with workplace() as folder:
        template = Place(folder / "template")
        template.root.mkdir()
        make_template(template, SCENARIOS[config.scenario], config.cls)
        at = walk.at or walk.start
        while not ended:
            visited, ended = _visit(folder, config, walk, at, violations)
            points += visited
            at += walk.step
            if walk.at:
                break
    return Found(config, points, tuple(violations), time.perf_counter() - begun, ended)


def _visit(
    folder: Path, config: Config, walk: Walk, at: int, violations: list[str]
) -> tuple[int, bool]:
    """One death and, on a double walk, all the deaths after it; how many points, and whether the run had an end."""
    place = Place(folder / "run")
    place.copy_of(Place(folder / "template"))
    killed = dies(partial(live, place, config), Boundaries(at, every=walk.every))
    violations += _checked(place, config, f"{config.words()} --at {at}", partial(_dead, place, config))
    if not walk.double:
        violations += _checked(place, config, f"{config.words()} --at {at}", partial(recover, place, config))
        return 1, not killed
    dead = Place(folder / "dead")
    dead.copy_of(place)
    return _second(folder, config, walk, at, violations), not killed


def _second(folder: Path, config: Config, walk: Walk, at: int, violations: list[str]) -> int:
    place = Place(folder / "run")
    for points, then in enumerate(itertools.count(walk.then or 1), 1):
        place.copy_of(Place(folder / "dead"))
        killed = dies(partial(recover, place, config), Boundaries(then, every=walk.every))
        words = f"{config.words()} --at {at} --double --then {then}"
        violations += _checked(place, config, words, partial(_dead, place, config))
        violations += _checked(place, config, words, partial(recover, place, config))
        if walk.then or not killed:
            break
    return points


def _dead(place: Place, config: Config) -> list[str]:
    desk = FaultyDesk.load(place.journal, config.cls, Clock(), ())
    try:
        return list(judge.at_the_crash(place.home, desk, place.journal))
    finally:
        if desk.journal is not None:
            desk.journal.close()


def _checked(place: Place, config: Config, words: str, check: partial[list[str]]) -> list[str]:
    """The violations, each with the words that bring it back; a check that fails is one."""
    try:
        return [f"{each}\n    again: python -m faults.crash {words}" for each in check()]
    except Exception:  # noqa: BLE001  (whatever the engine raised on what the dead left is what we are looking for)
        return [f"{traceback.format_exc()}\n    again: python -m faults.crash {words}"]


def run(configs: Sequence[Config], walk: Walk, jobs: int) -> Iterator[Found]:
    """All of them, `jobs` at a time; each in a process without threads, since it forks."""
    if jobs == 1:
        yield from (walk_over(config, walk) for config in configs)
        return
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        yield from pool.imap_unordered(partial(walk_over, walk=walk), configs)


def report(found: Iterator[Found]) -> int:
    """Print each configuration and the sum; 1 when there was a violation."""
    begun, points, lost = time.perf_counter(), 0, 0
    for each in found:
        points += each.points
        lost += len(each.violations)
        print(f"{each.config.words():70} {each.points:6} points  {len(each.violations):3} violations", flush=True)
        for violation in each.violations[:5]:
            print(f"  {violation}", flush=True)
    seconds = time.perf_counter() - begun
    print(f"{points} points in {seconds:.0f} s ({points / seconds:.0f} a second), {lost} violations")
    return 1 if lost or not points else 0


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m faults.crash", description="The crash matrix.")
    parser.add_argument("--all", action="store_true", help="every configuration (so it is without any option)")
    parser.add_argument("--double", action="store_true", help="kill the next process too, at each of its boundaries")
    parser.add_argument("--every", action="store_true", help="die before each single statement")
    parser.add_argument("--scenario", choices=[*SCENARIOS])
    parser.add_argument("--class", dest="cls", choices=CLASSES)
    parser.add_argument("--schedule", choices=[*SCHEDULES, "mixed"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at", type=int, default=0)
    parser.add_argument("--then", type=int, default=0)
    parser.add_argument("--step", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Run what the command line asks for."""
    asked = parsed(arguments)
    wanted = [
        replace(c, seed=asked.seed)
        for c in configurations()
        if asked.scenario in (None, c.scenario) and asked.cls in (None, c.cls) and asked.schedule in (None, c.schedule)
    ]
    step = asked.step or (STEP_DOUBLE if asked.double else 1)
    walk = Walk(step, every=asked.every, double=asked.double, at=asked.at, then=asked.then)
    return report(run(wanted, walk, 1 if len(wanted) == 1 else asked.jobs))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
