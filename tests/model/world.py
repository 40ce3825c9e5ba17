"""One workspace, its workers and its desk, all in this process; a worker can die at any commit and any request."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from sqlite3 import Connection
from typing import Any, cast

from faults.desk import CAPS, Class
from faults.judge import Op, ops_in
from support.clock import SECOND, Clock
from support.line import Line

from console.session import Session
from model.desk import ModelDesk
from store import outbox
from store.database import Database
from store.home import Home
from store.remotes import Remote
from store.rows import Operation
from store.schema import Kind
from store.sync import Cycle, Engine

DESK = "acme"
MEMORY = Path("/dev/shm")  # nothing here is about the disk's speed
LEASE_S = 31
LAG_S = 60
ANCHOR = "2"  # the ticket that nobody hides: an empty list is not believed


class Crash(BaseException):
    """The worker's process ends here."""


class Violation(AssertionError):  # noqa: N818  (it is one, by its name)
    """An invariant does not hold; the message begins with its number."""


class FrailDatabase(Database):
    """Passes a boundary before and after each commit."""

    boundary: Callable[[str], None] = staticmethod(lambda _moment: None)

    @contextmanager
    def write(self, kind: Kind, *how: Any, **words: Any) -> Iterator[Connection]:
        with super().write(kind, *how, **words) as connection:
            yield connection
            self.boundary("commit")
        self.boundary(f"{kind} written")


@dataclass
class Worker:
    """One process's share: its connections and its engine."""

    db: FrailDatabase
    engine: Engine

    def die(self) -> None:
        """End without a word: the system closes what was open."""
        self.db._close_readers()
        self.db._presence.end()


@dataclass
class Human:
    """What the agent has done and may rely on."""

    typed: list[str] = field(default_factory=list)
    accepted: set[str] = field(default_factory=set)
    not_before: dict[str, int] = field(default_factory=dict)  # operation: the earliest time of its request
    settled: set[str] = field(default_factory=set)  # operations that a person sent again, in his own order
    retargeted: set[str] = field(default_factory=set)


class World:
    """Everything that a rule may touch."""

    def __init__(self, cls: Class, tally: Counter[str] | None = None, behind_s: int = 0) -> None:
        self.cls = cls
        self.tally: Counter[str] = Counter() if tally is None else tally
        self.root = _folder()
        self.home = Home(self.root / "home")
        shutil.copytree(template(), self.home.root)
        self.clock = Clock()
        self.behind = behind_s * SECOND
        lag = 0 if cls == "A" else LAG_S
        self.desk = ModelDesk(
            self.clock, replace(CAPS[cls], bulk="none"), cls=cls, lag_s=lag, tally=self.tally
        )
        self.desk.boundary = self._pass
        self.human = Human()
        self.loop = asyncio.new_event_loop()
        self.crash_at = 0
        self.witness: Callable[[], None] = lambda: None  # looks at the mirror after each of its commits
        self._passed = 0
        self.epoch = 0
        self.session = Session.open(self.home, self.ours)
        self.workers: dict[int, Worker] = {}

    def _pass(self, moment: str) -> None:
        if moment == "mirror written":
            self.witness()
        self._passed += 1
        if self._passed == self.crash_at:
            raise Crash

    def ours(self) -> int:
        """The time by our own clock, which may be behind the desk's; microseconds."""
        return self.clock() - self.behind

    # processes

    def worker(self, number: int = 0) -> Worker:
        """A running worker; a new process where there is none."""
        if number not in self.workers:
            db = FrailDatabase(self.home, self.ours)
            db.boundary = self._pass
            self.workers[number] = Worker(db, Engine(db, DESK, self._line(), self.ours))
        return self.workers[number]

    def _line(self) -> Remote:
        return cast("Remote", Line(self.desk, self.ours))

    def turn(self, number: int = 0) -> Cycle:
        """One turn of a worker that lives through it."""
        self._passed, self.crash_at = 0, 0
        return self.loop.run_until_complete(self.worker(number).engine.once())

    def crash(self, boundary: int, number: int = 0) -> bool:
        """One turn of a worker that dies at its nth boundary; False when it came to its end before."""
        worker = self.worker(number)
        self._passed, self.crash_at = 0, boundary
        try:
            self.loop.run_until_complete(worker.engine.once())
        except Crash as crash:
            files = [frame.filename for frame in traceback.extract_tb(crash.__traceback__)]
            self.tally["crash"] += 1
            self.tally["crash inside push"] += any(f.endswith("sync/push.py") for f in files)
            self.end(number)
            self._end_loop()
            self.loop = asyncio.new_event_loop()
            return True
        finally:
            self.crash_at = 0
        return False

    def _end_loop(self) -> None:
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()

    def end(self, number: int) -> None:
        """Kill a worker between two turns."""
        if worker := self.workers.pop(number, None):
            self.tally["ended while unknown"] += any(o.state == "unknown" for o in self.ops().values())
            worker.die()

    def restart(self) -> None:
        """Everything ends and starts again."""
        for number in list(self.workers):
            self.end(number)
        self.session.close()
        self.session = Session.open(self.home, self.ours)

    def lose_mirror(self) -> None:
        """Somebody deletes mirror.db while nothing runs."""
        for number in list(self.workers):
            self.end(number)
        self.session.close()
        for path in self.root.glob("home/mirror.db*"):
            path.unlink()
        self.epoch += 1
        self.session = Session.open(self.home, self.ours)

    def theft(self) -> None:
        """While the next request is on its way, the lease runs out and another worker takes a turn."""

        async def meanwhile() -> None:
            self.clock.tick(LEASE_S)
            await self.worker(1).engine.once()

        self.desk.interlude = meanwhile

    def close(self) -> None:
        """Take everything away."""
        for number in list(self.workers):
            self.workers.pop(number).die()
        self.session.close()
        self._end_loop()
        shutil.rmtree(self.root, ignore_errors=True)

    # what there is

    def ops(self) -> dict[str, Op]:
        """All operations as the disk has them."""
        return ops_in(self.home)

    def operation(self, op_id: str) -> Operation:
        """One operation in full."""
        found = self.session.db.read(lambda r: outbox.operation(r, op_id), overlaid=False)
        if found is None:
            raise Violation(f"I1: the operation {op_id} is gone")
        return found

    def known(self) -> list[str]:
        """The tickets that the agent sees."""
        sql = "SELECT remote_id FROM ticket WHERE presence = 'present' AND low_water <> '' ORDER BY remote_id"
        return [row[0] for row in self.session.db.read(lambda r: r.execute(sql).fetchall(), overlaid=False)]


def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="heard-model-", dir=MEMORY if MEMORY.is_dir() else None))


@cache
def template() -> Path:
    """An empty workspace: made once, since the schema takes most of a second."""
    root = _folder()
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    Session.open(Home(root / "home"), Clock()).close()
    return root / "home"


def begun(cls: Class, tally: Counter[str] | None = None, tickets: int = 4, behind_s: int = 0) -> World:
    """A world whose tickets have come home; our clock may be behind the desk's."""
    world = World(cls, tally, behind_s)
    try:
        for n in range(tickets):
            world.desk.open(world.desk.customer(f"Maria {n}"), f"Kettle {n}", "It leaks.")
        for _ in range(3):
            world.clock.tick(40)
            world.turn()
    except BaseException:
        world.close()
        raise
    return world
