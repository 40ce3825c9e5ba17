"""The threads of tickets: several at a time, one that cannot be read put aside, so that it holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

from store import quarantine
from store.database import Database
from store.errors import (
    AuthError,
    CertificateError,
    HeardError,
    NotFoundError,
    OfflineError,
    RefusedError,
    ThrottledError,
)
from store.events import record
from store.people import store_people
from store.remotes import Absent, BadRecord, PersonDoc, Remote, Thread
from store.sync.aside import Aside
from store.threads import events_of, store_thread, unknown_people
from store.tickets import mark_absent

AT_ONCE = 4
A_COMMIT = 40
# Desks stamp changes to the second: a thread read this soon after the last change may miss one of the same second. It is
# kept as one version too old, and read again once the second has passed.
UNSETTLED_US = 3_000_000

STALE = """SELECT remote_id, version, updated FROM ticket t WHERE desk = ?1 AND thread_version < version AND presence = 'present'
 AND NOT (thread_version = version - 1 AND updated >= ?4)
 AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.desk = ?1 AND q.remote_id = t.remote_id AND q.at > ?2)
 ORDER BY status IN ('solved', 'closed'), updated DESC LIMIT ?3"""

# What stands in the way of every request, not of this thread alone.
STOPPING = (AuthError, CertificateError, ThrottledError)


class Stale(NamedTuple):
    """A ticket whose thread is to be read."""

    remote_id: str
    version: int
    updated: int


class ThreadReader:
    """Reads the threads of one desk's tickets into mirror and event log."""

    def __init__(
        self, database: Database, desk: str, remote: Remote, now: Callable[[], int], aside: Aside
    ) -> None:
        self._db = database
        self._aside = aside
        self._desk = desk
        self._remote = remote
        self._now = now

    async def stale(self, limit: int | None = None) -> int:
        """The threads of tickets that changed since theirs was read; returns how many were read."""
        done = 0
        tried: set[str] = set()
        while limit is None or done < limit:
            batch = [s for s in self._next(A_COMMIT + len(tried)) if s.remote_id not in tried][:A_COMMIT]
            if not batch:
                break
            tried.update(s.remote_id for s in batch)
            done += len(batch)
            await self.read(batch)
        return done

    def _next(self, limit: int) -> list[Stale]:
        settled = self._remote.server_now() - UNSETTLED_US
        values = (self._desk, self._now() - quarantine.AGAIN_US, limit, settled)
        found = self._db.read(lambda r: r.execute(STALE, values).fetchall(), overlaid=False)
        return [Stale(*f) for f in found]

    async def read(self, batch: Sequence[Stale]) -> None:
        """These threads, now. Raises what stands in the way of all of them."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(stale: Stale) -> Thread | Absent | HeardError:
            """One thread, as soon as fewer than AT_ONCE are being read."""
            async with gate:
                return await self._one(stale.remote_id)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(each)) for each in batch]
        except ExceptionGroup as several:
            raise _first(several) from several
        if not batch:
            return
        found = [(stale, task.result()) for stale, task in zip(batch, tasks, strict=True)]
        bad = [(s, f) for s, f in found if isinstance(f, HeardError)]
        if len(bad) == len(found) and (len(bad) > 1 or isinstance(bad[0][1], OfflineError)):
            raise bad[0][1]  # it is the desk, not one thread
        good = [(s, f) for s, f in found if not isinstance(f, HeardError)]
        await self._aside(
            self._keep,
            good,
            await self._names([f for _, f in good]),
            [BadRecord(s.remote_id, e.message) for s, e in bad],
        )

    async def _one(self, remote_id: str) -> Thread | Absent | HeardError:
        try:
            return await self._remote.thread(remote_id)
        except NotFoundError:
            return Absent(remote_id, "gone")
        except RefusedError:
            return Absent(remote_id, "forbidden")
        except STOPPING:
            raise
        except HeardError as error:
            return error

    async def _names(self, found: list[Thread | Absent]) -> tuple[PersonDoc, ...]:
        threads = [t for t in found if isinstance(t, Thread)]
        wanted = self._db.read(
            lambda r: {i for t in threads for i in unknown_people(r, self._desk, t)}, overlaid=False
        )
        return await self._remote.people(tuple(sorted(wanted))) if wanted else ()

    def _keep(
        self, found: list[tuple[Stale, Thread | Absent]], people: tuple[PersonDoc, ...], bad: list[BadRecord]
    ) -> None:
        if people:
            with self._db.write("mirror") as connection:
                store_people(connection, self._desk, people)
        threads = [t for _, t in found if isinstance(t, Thread)]
        events = self._db.read(
            lambda r: [e for t in threads for e in events_of(r, self._desk, t)], overlaid=False
        )
        with self._db.write("local") as connection:
            record(connection, sorted(events, key=lambda e: e.occurred), self._now())
        with self._db.write("mirror") as connection:
            for stale, each in found:
                if isinstance(each, Absent):
                    mark_absent(connection, self._desk, each, self._now())
                else:
                    store_thread(connection, self._desk, each, self._settled(stale))
            quarantine.release(connection, self._desk, (s.remote_id for s, _ in found))
            quarantine.put_aside(connection, self._desk, bad, self._now())

    def _settled(self, stale: Stale) -> int:
        fresh = self._remote.server_now() - stale.updated <= UNSETTLED_US
        return stale.version - 1 if fresh else stale.version


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first of the errors that ended a group of requests: they fail together, for one reason."""
    each: BaseException = group
    while isinstance(each, BaseExceptionGroup):
        each = each.exceptions[0]
    return each
