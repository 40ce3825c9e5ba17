"""One desk's worker: recover, push, pull, push again; then wait for the next turn or for something to send."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from store.clock import wall_clock
from store.database import Database
from store.errors import HeardError
from store.remotes import Outcome, Remote
from store.sync import lease
from store.sync.pull import Puller
from store.sync.push import Pusher
from store.sync.state import said, save_state, state_of
from store.tickets import remote_id_of

SCHEMA_EVERY_US = 3_600_000_000
LOOK_S = 0.1
STOPPED: dict[str, str] = {"auth": "needs_login", "not_sent": "offline"}


@dataclass(frozen=True, slots=True)
class Cycle:
    """What one turn did."""

    tickets: int = 0
    threads: int = 0
    sent: int = 0
    held: bool = False  # another process works for this desk
    error: HeardError | None = None


class Engine:
    """The only one that talks to a desk. Several may exist in several processes; the lease lets one work."""

    def __init__(
        self, database: Database, desk: str, remote: Remote, now: Callable[[], int] = wall_clock
    ) -> None:
        self._db = database
        self._desk = desk
        self._remote = remote
        self._now = now
        self._owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._fence = 0
        self._schema_at = 0
        self._pull = Puller(database, desk, remote, now)
        self._push = Pusher(database, desk, remote, self._owner, now)
        self._wake = asyncio.Event()

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

    def _hold(self) -> bool:
        fence = lease.take(self._db, self._desk, self._owner, self._now())
        if fence and fence != self._fence:
            self._push.recover()
        self._fence = fence
        return bool(fence)

    async def _turn(self) -> Cycle:
        sent = await self.push()
        if self._now() - self._schema_at > SCHEMA_EVERY_US:
            await self._pull.schema()
            self._schema_at = self._now()
        tickets = await self._pull.tickets()
        save_state(self._db, self._desk, "online", now=self._now())
        threads = await self._threads()
        sent += await self.push()
        self._set_baseline()
        return Cycle(tickets, threads, sent)

    async def _threads(self) -> int:
        """All stale threads, in portions: what an agent wants to send goes between them."""
        total = 0
        while portion := await self._pull.threads(limit=40):
            total += portion
            await self.push()
            self._hold()
            if portion < 40:  # noqa: PLR2004  (the portion above)
                break
        return total

    async def push(self) -> int:
        """Settle what is unknown, then send all that is ready; returns how many the desk took."""
        sent = 0
        if self._unknown():
            await self._push.reconcile()
        while self._push.ready() and (operation := self._push.claim(self._fence)) is not None:
            outcome = await self._push.send(operation)
            sent += outcome.kind == "applied"
            if outcome.kind in STOPPED:
                self._stopped(outcome)
                break
        for lane in self._push.behind():
            await self._pull.one(remote_id_of(lane))
            self._push.caught_up(lane)
        return sent

    def _unknown(self) -> bool:
        """Whether an operation of unknown outcome may be looked up now."""
        sql = (
            "SELECT EXISTS (SELECT 1 FROM local.op WHERE desk = ? AND state = 'unknown' AND not_before <= ?)"
        )
        return bool(self._db.read(lambda r: r.execute(sql, (self._desk, self._now())).fetchone()[0]))

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
            lambda r: r.execute("SELECT 1 FROM local.meta WHERE key = 'baseline'").fetchone()
        )
        if not found:
            with self._db.write("local") as connection:
                connection.execute(
                    "INSERT OR IGNORE INTO meta (key, value) VALUES ('baseline', ?)", (str(self._now()),)
                )

    def wake(self) -> None:
        """Start the next turn now."""
        self._wake.set()

    async def run(
        self, interval: float, stop: asyncio.Event, told: Callable[[Cycle], None] = lambda _c: None
    ) -> None:
        """Turn after turn, `interval` seconds apart, sooner when something is to be sent, until `stop` is set."""
        try:
            while not stop.is_set():
                told(await self._guarded())
                await self._pause(interval, stop)
        finally:
            lease.release(self._db, self._desk, self._owner)

    async def _guarded(self) -> Cycle:
        """One turn that cannot end the loop: a fault of ours becomes the desk's state, with its name, and the next turn tries again."""
        try:
            return await self.once()
        except Exception as fault:  # noqa: BLE001  (a worker that died in silence would look like a quiet desk)
            error = HeardError(f"Sync failed: {type(fault).__name__}: {fault}", "`heard doctor` shows more.")
            save_state(self._db, self._desk, "error", detail=error.message, code="fault", now=self._now())
            return Cycle(error=error)

    async def _pause(self, interval: float, stop: asyncio.Event) -> None:
        end = time.monotonic() + interval
        while time.monotonic() < end and not stop.is_set() and not self._wake.is_set():
            await asyncio.sleep(LOOK_S)
            if self._fence and self._push.ready():
                break
        self._wake.clear()

    async def aclose(self) -> None:
        """Give the lease back and close the connections."""
        lease.release(self._db, self._desk, self._owner)
        await self._remote.aclose()
