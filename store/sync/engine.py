"""One desk's worker: recover, push, pull, push again; then wait for the next turn or for something to send."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from store import backlog
from store.clock import wall_clock
from store.database import Database
from store.errors import FeedStuckError, HeardError
from store.remotes import ONE_WAITS, Outcome, Remote
from store.remotes.urgency import urgent
from store.sync import lease
from store.sync.alive import Alive
from store.sync.doubt import doubted
from store.sync.operations import Hands, Operations
from store.sync.pull import Puller
from store.sync.push import STOPPING, Pusher
from store.sync.state import said, save_state, state_of
from store.sync.sweep import Sweeper
from store.sync.verdicts import Policy
from store.tickets import remote_id_of

SCHEMA_EVERY_US = 3_600_000_000
PARTS = 3  # that are indexed in a turn, while something is left of an older program's mirror
LOOK_S = 0.1
POLL_US = 1_000_000
MOST_OPENED = 5
PORTION = 40  # threads between two looks at the outbox
DEFAULT = Policy()
STOPPED: dict[str, str] = {"auth": "needs_login", "not_sent": "offline"}


@dataclass(frozen=True, slots=True)
class Cycle:
    """What one turn did."""

    tickets: int = 0  # new, or changed
    threads: int = 0
    sent: int = 0
    held: bool = False  # another process works for this desk
    error: HeardError | None = None


class Engine:
    """The only one that talks to a desk. Several may exist in several processes; the lease lets one work."""

    def __init__(
        self,
        database: Database,
        desk: str,
        remote: Remote,
        now: Callable[[], int] = wall_clock,
        policy: Policy = DEFAULT,
    ) -> None:
        self._db = database
        self._desk = desk
        self._remote = remote
        self._now = now
        self._owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._alive = Alive(database.home.local_db.with_name("run"), self._owner)
        self._fence = 0
        self._schema_at = 0
        self._polled = 0
        self._operations = Operations(database, desk, Hands(self._owner, now, remote.server_now))
        self._pull = Puller(database, desk, remote, now)
        self._push = Pusher(database, remote, self._operations, self._pull, policy=policy)
        self._sweep = Sweeper(database, desk, remote, self._pull, now)
        self._wake = asyncio.Event()
        self._opened: dict[
            str, None
        ] = {}  # tickets that a person is looking at, in the order in which he came there

    async def once(self) -> Cycle:
        """One whole turn; errors of the desk become its state and are returned, never raised."""
        if not self._hold():
            return Cycle(held=True)
        try:
            return await self._turn()
        except HeardError as error:
            save_state(
                self._db, self._desk, state_of(error), detail=said(error), code=error.code, now=self._now()
            )
            return Cycle(error=error)
        except Exception:
            self._operations.recover(self._owner)  # a fault of ours: whatever was in flight may have happened
            raise

    def _hold(self) -> bool:
        self._alive.show()
        fence = lease.take(self._db, self._desk, self._owner, self._now(), self._alive.dead)
        if fence and fence != self._fence:
            self._alive.tidy()
            self._operations.recover()
        self._fence = fence
        return bool(fence)

    async def _turn(self) -> Cycle:
        sent = await self.push()
        await self._index()
        await self._read_opened()
        if self._now() - self._schema_at > SCHEMA_EVERY_US or self._pull.begins():
            await self._pull.schema()
            self._schema_at = self._now()
        tickets = await self._tickets()
        self._operations.reachable()
        if doubted(self._db, self._desk) is None:
            save_state(self._db, self._desk, "online", now=self._now())
        threads = await self._threads()
        sent += await self.push()
        self._set_baseline()
        await self._compare()
        return Cycle(tickets, threads, sent)

    async def _index(self) -> None:
        """Some of what the mirror of an older program has and its indexes do not; in a thread, since it takes seconds."""
        more = self._db.read(backlog.behind, overlaid=False)
        for _ in range(PARTS):
            more = more and await asyncio.to_thread(self._index_part)

    def _index_part(self) -> bool:
        with self._db.write("mirror") as connection:
            return backlog.step(connection)

    async def _tickets(self) -> int:
        """The changed tickets; where the desk's list of changes does not move on, the sweep finds what it hides."""
        try:
            return await self._pull.tickets(self._between)
        except FeedStuckError:
            self._sweep.hurry()
            await self._compare()
            raise

    async def _between(self) -> None:
        """What an agent wants to send, or to read now, does not wait for a long pull."""
        self._hold()
        await self._read_opened()
        if self._fence and self._push.ready():
            await self.push()

    async def _compare(self) -> None:
        """A part of the sweep, when it is time."""
        if not self._sweep.due():
            return
        with urgent("sweep"):
            mended = await self._sweep.step()
        if mended:
            await self._threads()

    async def _threads(self) -> int:
        """All stale threads, in portions: what an agent wants to send goes between them."""
        total = 0
        while portion := await self._pull.threads(limit=PORTION):
            total += portion
            await self._between()
            if portion < PORTION:
                break
        return total

    async def push(self) -> int:
        """Settle what is unknown, then send all that is ready; returns how many the desk took."""
        sent = 0
        self._operations.recover_mine()
        if self._push.ready() or self._operations.may_look():
            with urgent("send"):
                await self._pull.meet()
        if self._operations.may_look():
            await self._push.reconcile()
        while self._fence and (outcome := await self._push.step(self._fence)) is not None:
            sent += outcome.kind == "applied"
            if outcome.kind in STOPPED:
                self._stopped(outcome)
                break
            if outcome.kind == "throttled" and outcome.code != ONE_WAITS:
                break
            self._hold()
        await self._push.jobs.poll()
        self._polled = self._now()
        await self._bring_home()
        return sent

    async def _bring_home(self) -> None:
        """Show what the desk made of our changes; those of a bulk come with the feed."""
        with urgent("open"):
            for lane in self._operations.behind():
                await self._look_at(lane)
        with urgent("bulk"):
            for lane in self._operations.bulk_caught_up():
                await self._look_at(lane)

    async def _look_at(self, lane: str) -> None:
        """One ticket; where the desk cannot show this one it is left for later, and holds up no other."""
        try:
            await self._pull.newest(remote_id_of(lane))
        except HeardError as error:
            if isinstance(error, STOPPING):
                raise
        else:
            self._operations.caught_up([lane])

    def _stopped(self, outcome: Outcome) -> None:
        save_state(
            self._db,
            self._desk,
            STOPPED[outcome.kind],
            detail=outcome.detail,
            code=outcome.kind,
            now=self._now(),
        )

    def _set_baseline(self) -> None:
        """Tickets that came with the first pull are not news."""
        found = self._db.read(
            lambda r: r.execute("SELECT 1 FROM local.meta WHERE key = 'baseline'").fetchone(), overlaid=False
        )
        if not found:
            with self._db.write("local") as connection:
                connection.execute(
                    "INSERT OR IGNORE INTO meta (key, value) VALUES ('baseline', ?)", (str(self._now()),)
                )

    def wake(self) -> None:
        """Start the next turn now."""
        self._wake.set()

    def open(self, remote_id: str) -> None:
        """Fetch this ticket's messages before those of others, if the mirror has not got them: somebody looks at it."""
        self._opened[remote_id] = None
        self._wake.set()

    async def _read_opened(self) -> None:
        """The newest ticket that was opened comes first; those that were left meanwhile wait for their turn like others."""
        opened, self._opened = list(self._opened), {}
        with urgent("open"):
            for remote_id in reversed(opened[-MOST_OPENED:]):
                if self._pull.behind(remote_id):
                    await self._look_at(f"{self._desk}/{remote_id}")

    async def run(
        self, interval: float, stop: asyncio.Event, told: Callable[[Cycle], None] = lambda _c: None
    ) -> None:
        """Turn after turn, `interval` seconds apart, sooner when something is to be sent, until `stop` is set."""
        try:
            while not stop.is_set():
                cycle = await self._guarded()
                told(cycle)
                await self._pause(interval, stop, held=cycle.held)
        finally:
            self.let_go()

    async def _guarded(self) -> Cycle:
        """One turn that cannot end the loop: a fault of ours becomes the desk's state, with its name, and the next turn tries again."""
        try:
            return await self.once()
        except Exception as fault:  # noqa: BLE001  (a worker that died in silence would look like a quiet desk)
            error = HeardError(f"Sync failed: {type(fault).__name__}: {fault}", "`heard doctor` shows more.")
            save_state(self._db, self._desk, "error", detail=error.message, code="fault", now=self._now())
            return Cycle(error=error)

    async def _pause(self, interval: float, stop: asyncio.Event, *, held: bool) -> None:
        end = time.monotonic() + interval
        while time.monotonic() < end and not stop.is_set() and not self._wake.is_set():
            await asyncio.sleep(LOOK_S)
            if (self._fence and self._due()) or (held and self._let_in()):
                break
        self._wake.clear()

    def _let_in(self) -> bool:
        """Whether the worker that held the lease has given it back, or has ended."""
        found = lease.holder(self._db, self._desk, self._now())
        return not found or self._alive.dead(found)

    def _due(self) -> bool:
        """Whether something is to be sent, or the desk is working on a bulk of ours."""
        waited = self._now() - self._polled > POLL_US
        return self._push.ready() or (bool(self._push.jobs.open()) and waited)

    async def aclose(self) -> None:
        """Give the lease back and close the connections, these even where the lease cannot be written."""
        try:
            self.let_go()
        finally:
            await self._remote.aclose()

    def let_go(self) -> None:
        """Give the lease back, so that the next process need not wait for its end."""
        lease.release(self._db, self._desk, self._owner)
        self._alive.end()  # after the lease: whoever reads our name there finds us alive
        self._fence = 0

    def ready(self) -> bool:
        """Whether anything may leave now."""
        return self._push.ready()
