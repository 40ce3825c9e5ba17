"""The threads of tickets: several at a time, one that cannot be read put aside, so that it holds up no other."""

from __future__ import annotations

import asyncio
import sqlite3
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
from store.seen import mark, mark_of
from store.sync.aside import Aside
from store.sync.state import me_on
from store.threads import events_of, store_thread, unknown_people
from store.tickets import mark_absent, ref_of

AT_ONCE = 4
A_COMMIT = 40
MOST_ASKED = 10_000  # people; what is remembered of them does not grow with the desk
# Desks stamp changes to the second: a thread read this soon after the last change may miss one of the same second. It is
# kept as one version too old, and read again once the second has passed.
UNSETTLED_US = 3_000_000

# A ticket that was merged away is read after the one that may have its words now: what moved is never out of sight.
STALE = """SELECT remote_id, version, updated, presence = 'merged' FROM ticket t WHERE desk = ?1 AND thread_version < version
 AND presence IN ('present', 'merged')
 AND NOT (thread_version = version - 1 AND updated >= ?4)
 AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.desk = ?1 AND q.remote_id = t.remote_id AND q.at > ?2)
 ORDER BY presence = 'merged', status IN ('solved', 'closed'), updated DESC LIMIT ?3"""

TRIED = "UPDATE ticket SET thread_version = version WHERE desk = ? AND remote_id = ?"

# What stands in the way of every request, not of this thread alone.
STOPPING = (AuthError, CertificateError, ThrottledError)


class Stale(NamedTuple):
    """A ticket whose thread is to be read."""

    remote_id: str
    version: int
    updated: int
    merged: int = 0  # whether it was merged away: then it is known why the desk may not show it


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
        self._asked: set[PersonDoc] = set()  # told in part; asked about once, until that part changes
        self._failed: set[str] = set()  # tickets whose thread could not be read the last time

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
        names = await self._names([f for _, f in good])
        again = [BadRecord(s.remote_id, e.message) for s, e in bad if s.remote_id in self._failed]
        # Once may be a stranger on the way who answered for the desk: only the second time is it the thread.
        self._failed = {s.remote_id for s, _ in bad} | self._failed - {s.remote_id for s, _ in good}
        await self._aside(self._keep, good, names, again)

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
        unknown = self._db.read(
            lambda r: {i for t in threads for i in unknown_people(r, self._desk, t)}, overlaid=False
        )
        part = {p for t in threads for p in t.people if p.part and p.role == "customer"} - self._asked
        wanted = sorted(unknown | {p.id for p in part})
        try:
            people = await self._remote.people(tuple(wanted)) if wanted else ()
        except (NotFoundError, RefusedError):  # people are closed to us: their words are not
            people = ()
        except (OfflineError, ThrottledError):
            if unknown:
                raise
            return ()  # what was said is here, and more addresses can wait
        if len(self._asked) > MOST_ASKED:
            self._asked.clear()
        self._asked |= part
        return people

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
        marks = self._marks(found)
        with self._db.write("local") as connection:
            record(connection, sorted(events, key=lambda e: e.occurred), self._now())
            mark(connection, marks)
        with self._db.write("mirror") as connection:
            for stale, each in found:
                if isinstance(each, Absent) and stale.merged:
                    connection.execute(TRIED, (self._desk, stale.remote_id))
                elif isinstance(each, Absent):
                    mark_absent(connection, self._desk, each, self._now())
                else:
                    store_thread(connection, self._desk, each, self._settled(stale))
            quarantine.release(connection, self._desk, (s.remote_id for s, _ in found))
            quarantine.put_aside(connection, self._desk, [*bad, *_unfinished(found)], self._now())

    def _marks(self, found: list[tuple[Stale, Thread | Absent]]) -> list[tuple[str, int]]:
        """Up to when tickets count as looked at on which nobody but us did anything lately: what we did is no news."""
        me = me_on(self._db, self._desk)

        def marks(reader: sqlite3.Connection) -> list[tuple[str, int]]:
            threads = [
                (ref_of(self._desk, s.remote_id), t, s.updated) for s, t in found if isinstance(t, Thread)
            ]
            marked = [(ref, mark_of(reader, ref, thread, updated, me)) for ref, thread, updated in threads]
            return [(ref, at) for ref, at in marked if at]

        return self._db.read(marks, overlaid=False)

    def _settled(self, stale: Stale) -> int:
        fresh = self._remote.server_now() - stale.updated <= UNSETTLED_US
        return stale.version - 1 if fresh else stale.version


def _unfinished(found: Sequence[tuple[Stale, Thread | Absent]]) -> list[BadRecord]:
    """Threads of which a part cannot be read: left alone for a while, or until the ticket changes."""
    why = "a part of what was said on it cannot be read"
    return [BadRecord(s.remote_id, why) for s, t in found if isinstance(t, Thread) and not t.complete]


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first of the errors that ended a group of requests: they fail together, for one reason."""
    each: BaseException = group
    while isinstance(each, BaseExceptionGroup):
        each = each.exceptions[0]
    return each
