"""The life of one process: open the workspace, act, take turns; and the life of the next one, which puts things right."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.clock import Clock

from console.session import Session
from faults import judge
from faults.boundary import Boundaries
from faults.desk import Class, FaultyDesk, schedule_of
from faults.scenarios import DESK, SCENARIOS, Scenario
from store.home import Home
from store.sync import Engine

TICKS_ALIVE = (6.0,) * 6 + (100.0,) * 20
# The lease of the dead ends within 30 seconds; a request that timed out may commit before or after that.
TICKS_AFTER = (10.0,) * 5 + (100.0,) * 25
MOST_ROUNDS = 10  # after the last fault
FAILED = 70


@dataclass(frozen=True, slots=True)
class Config:
    """One cell of the matrix."""

    scenario: str
    cls: Class
    schedule: str
    seed: int = 1

    def words(self) -> str:
        """As the command line names it."""
        return f"--scenario {self.scenario} --class {self.cls} --schedule {self.schedule} --seed {self.seed}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run keeps the workspace and the desk's journal."""

    root: Path

    @property
    def home(self) -> Home:
        """The workspace."""
        return Home(self.root / "home")

    @property
    def journal(self) -> Path:
        """What the desk was asked and did."""
        return self.root / "desk.jsonl"

    def copy_of(self, template: Place) -> None:
        """Make this place equal to another one."""
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(template.root, self.root)


@contextmanager
def opened(place: Place, config: Config, boundary: Boundaries | None = None) -> Iterator[World]:
    """The workspace and the desk as they stand."""
    clock = Clock()
    desk = FaultyDesk.load(place.journal, config.cls, clock, schedule_of(config.schedule, config.seed))
    if boundary is not None:
        desk.boundary = boundary.moment
    session = Session.open(place.home, clock)
    try:
        yield World(session, desk, clock, Engine(session.db, DESK, desk, clock))
    finally:
        session.close()
        if desk.journal is not None:
            desk.journal.close()


@dataclass(frozen=True, slots=True)
class World:
    """What one process holds."""

    session: Session
    desk: FaultyDesk
    clock: Clock
    engine: Engine

    async def turn(self, seconds: float) -> bool:
        """Let time pass and take one turn; False when another worker still holds the lease."""
        self.desk.log("tick", self.clock.tick(seconds))
        return not (await self.engine.once()).held

    def quiet(self) -> bool:
        """Whether nothing is left to do."""
        home = self.session.home
        if judge.left_to_do(judge.ops_in(home)) or self.desk.under_way:
            return False
        return not any(judge.mirror_differs(home, self.desk))


def make_template(place: Place, scenario: Scenario, cls: Class) -> None:
    """A workspace that knows its desk, and nothing waits."""
    place.home.make()
    with opened(place, Config(scenario.name, cls, "clean")) as world:
        scenario.prepare(world.desk)
        for _ in range(3):
            world.clock.tick(40)
            asyncio.run(world.engine.once())
        asyncio.run(world.engine.aclose())
        world.desk.log("tick")


def live(place: Place, config: Config, boundary: Boundaries) -> None:
    """What the process does that may die at any boundary."""
    with opened(place, config, boundary) as world:
        SCENARIOS[config.scenario].act(world.session, world.desk)
        asyncio.run(_alive(world))


async def _alive(world: World) -> None:
    for seconds in TICKS_ALIVE:
        await world.turn(seconds)
        if world.quiet():
            break


def recover(place: Place, config: Config, boundary: Boundaries | None = None) -> list[str]:
    """What the next process does; returns the violations."""
    with opened(place, config, boundary) as world:
        found = asyncio.run(_put_right(world))
        return found or list(judge.at_rest(place.home, world.desk, place.journal))


async def _put_right(world: World) -> list[str]:
    rounds = 0
    for seconds in TICKS_AFTER:
        faulty = world.desk.requests < len(world.desk.schedule)
        rounds += await world.turn(seconds) and not faulty
        if world.quiet():
            break
        if rounds > MOST_ROUNDS:
            return [
                f"I7: not quiet after {rounds} rounds: {judge.left_to_do(judge.ops_in(world.session.home))}"
            ]
    await world.turn(10)  # changes of the last seconds are read once more
    return await _idle(world)


async def _idle(world: World) -> list[str]:
    """One more turn asks the desk for no change and writes no row."""
    home = world.session.home
    watchers = [sqlite3.connect(path) for path in (home.local_db, home.mirror_db)]
    before = [_version(each) for each in watchers], world.desk.requests
    await world.turn(1)
    after = [_version(each) for each in watchers], world.desk.requests
    for each in watchers:
        each.close()
    return [] if before == after else [f"I8: an idle turn was not idle: {before} became {after}"]


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


class ProcessFailedError(Exception):
    """A process ended with an error of its own instead of being killed."""


def dies(work: Callable[[Boundaries], object], boundary: Boundaries) -> bool:
    """Run `work` in a child that dies at its boundary; False when it came to its end. Raises when it failed."""
    child = os.fork()
    if not child:
        _in_the_child(work, boundary)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if status:
        raise ProcessFailedError(f"the process failed before boundary {boundary.at}; see above")
    return False


def _in_the_child(work: Callable[[Boundaries], object], boundary: Boundaries) -> None:
    try:
        boundary.install()
        work(boundary)
        os._exit(0)
    except BaseException:  # noqa: BLE001  (whatever it is, a forked child must not go on as its parent)
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(FAILED)
