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
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from zlib import crc32

from support.clock import Clock

from faults import judge
from faults.boundary import Boundaries
from faults.desk import CAPS, CLASSES, SCHEDULES, Class, FaultyDesk
from faults.runs import Config, Place, ProcessFailedError, dies, live, make_template, recover
from faults.scenarios import SCENARIOS

MEMORY = Path("/dev/shm")
STEP_DOUBLE = 7
WITHIN = 60  # nearly every configuration has as many boundaries


@dataclass(frozen=True, slots=True)
class Walk:
    """Which boundaries of a configuration are visited."""

    step: int = 1  # on a double walk, of the next process's boundaries as well
    every: bool = False  # each statement, not only those around a commit
    double: bool = False
    sample: bool = False  # one of them, another in each configuration
    at: int = 0  # this one only
    then: int = 0  # and then only this one of the next process


@dataclass(frozen=True, slots=True)
class Found:
    """What one configuration came to; `seconds` of one core, its processes' included."""

    config: Config
    points: int
    violations: tuple[str, ...]
    seconds: float


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder that is gone afterwards, in memory where there is one: nothing here is about the disk's speed."""
    where = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="heard-crash-", dir=where) as folder:
        yield Path(folder)


def configurations(classes: Sequence[Class] = CLASSES) -> list[Config]:
    """Every scenario on every class of desk under every schedule that can make a difference."""
    found = []
    for scenario, cls in itertools.product(SCENARIOS.values(), classes):
        schedules = (*SCHEDULES, "mixed") if scenario.writes else ("clean",)
        found += [Config(scenario.name, cls, schedule) for schedule in schedules]
    return found


def walk_over(config: Config, walk: Walk) -> Found:
    """Visit the boundaries of one configuration until a run comes to its end."""
    begun = sum(os.times()[:4])
    with workplace() as folder:
        rig = Rig(folder, config, walk, [])
        rig.template.root.mkdir()
        make_template(rig.template, SCENARIOS[config.scenario], config.cls)
        points = rig.walk_along()
    return Found(config, points, tuple(rig.violations), sum(os.times()[:4]) - begun)


@dataclass(frozen=True, slots=True)
class Rig:
    """One configuration on its folder; `violations` grows as they are found."""

    folder: Path
    config: Config
    walk: Walk
    violations: list[str]

    @property
    def template(self) -> Place:
        """The workspace before anything happened."""
        return Place(self.folder / "template")

    @property
    def place(self) -> Place:
        """The workspace that the processes die in."""
        return Place(self.folder / "run")

    def walk_along(self) -> int:
        """Visit the boundaries; how many points that made."""
        chance = crc32(self.config.words().encode())
        if single := self.walk.at or (self.walk.sample and 1 + chance % WITHIN):
            return self._visit(single)[1]
        at, points, killed = 1 + chance % self.walk.step, 0, True
        while killed:
            killed, visited = self._visit(at)
            points, at = points + visited, at + self.walk.step
        return points

    def _visit(self, at: int) -> tuple[bool, int]:
        """One death and, on a double walk, deaths after it; whether there was one, and how many points."""
        words = f"{self.config.words()} --at {at}{' --every' if self.walk.every else ''}"
        self.place.copy_of(self.template)
        killed = self._killed(words, live, at)
        if not self.walk.double:
            self._check(words, recover)
            return killed, 1
        Place(self.folder / "dead").copy_of(self.place)
        return killed, self._again(words, at)

    def _again(self, words: str, at: int) -> int:
        """The deaths of the next process, beginning elsewhere each time; how many."""
        then = self.walk.then or 1 + at // self.walk.step % self.walk.step
        points, killed = 0, True
        while killed:
            both = f"{words} --double --then {then}"
            self.place.copy_of(Place(self.folder / "dead"))
            killed = self._killed(both, recover, then)
            self._check(both, recover)
            points, then = points + 1, then + self.walk.step
            if self.walk.then:
                break
        return points

    def _killed(self, words: str, work: Callable[[Place, Config, Boundaries], object], at: int) -> bool:
        """Whether the process died there; one that failed by itself is a violation, and the end."""
        try:
            return dies(partial(work, self.place, self.config), Boundaries(at, every=self.walk.every))
        except ProcessFailedError as error:
            self._note(words, str(error))
            return False
        finally:
            self._check(words, at_death)

    def _check(self, words: str, check: Callable[[Place, Config], list[str]]) -> None:
        try:
            for each in check(self.place, self.config):
                self._note(words, each)
        except Exception:  # noqa: BLE001  (whatever the engine raises on what the dead left is what we look for)
            self._note(words, traceback.format_exc())

    def _note(self, words: str, what: str) -> None:
        self.violations.append(f"{what}\n    again: PYTHONPATH=tests python -m faults.crash {words}")


def at_death(place: Place, config: Config) -> list[str]:
    """What is wrong at the moment of death."""
    desk = FaultyDesk.load(place.journal, config.cls, Clock(), ())
    try:
        return list(judge.at_the_crash(place.home, desk, place.journal))
    finally:
        if desk.journal is not None:
            desk.journal.close()


def run(configs: Sequence[Config], walk: Walk, jobs: int) -> Iterator[Found]:
    """All of them, `jobs` at a time; each in a process without threads, since it forks."""
    if jobs == 1:
        yield from (walk_over(config, walk) for config in configs)
        return
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        yield from pool.imap_unordered(partial(walk_over, walk=walk), configs)


def report(results: Iterator[Found]) -> int:
    """Print each configuration and the sum; 1 when there was a violation."""
    begun, every = time.perf_counter(), []
    for found in results:
        every.append(found)
        print(
            f"{found.config.words():70} {found.points:6} points  {len(found.violations):3} violations",
            *found.violations[:5],
            sep="\n  ",
            flush=True,
        )
    seconds = time.perf_counter() - begun
    points, wrong = sum(f.points for f in every), sum(len(f.violations) for f in every)
    each = 1000 * sum(f.seconds for f in every) / max(points, 1)
    print(
        f"{points} points in {seconds:.0f} s ({points / seconds:.1f} a second, {each:.0f} ms of a core each)"
    )
    print(f"{wrong} violations: nothing lost, nothing doubled" if not wrong else f"{wrong} violations")
    return 1 if wrong or not points else 0


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m faults.crash", description="The crash matrix.")
    parser.add_argument(
        "--all", action="store_true", help="every configuration (so it is without any option)"
    )
    parser.add_argument(
        "--double", action="store_true", help="kill the next process too, at each of its boundaries"
    )
    parser.add_argument("--every", action="store_true", help="die before each single statement")
    parser.add_argument("--sample", action="store_true", help="one boundary of each configuration")
    parser.add_argument("--scenario", choices=[*SCENARIOS])
    parser.add_argument("--class", dest="cls", choices=[*CAPS])
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
        for c in configurations((asked.cls,) if asked.cls else CLASSES)
        if asked.scenario in (None, c.scenario) and asked.schedule in (None, c.schedule)
    ]
    step = asked.step or (STEP_DOUBLE if asked.double else 1)
    walk = Walk(
        step, every=asked.every, double=asked.double, sample=asked.sample, at=asked.at, then=asked.then
    )
    return report(run(wanted, walk, 1 if len(wanted) == 1 else asked.jobs))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
