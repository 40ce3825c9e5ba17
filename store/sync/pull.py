"""Pull: pages of changed tickets first, then the threads of those that changed, newest live ones first.

Data first, cursor second: a crash between them reads one page again, and every upsert is idempotent. Events go to
local.db before the thread goes to the mirror, for the same reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from store.database import Database
from store.errors import NotFoundError, RefusedError
from store.events import record
from store.people import store_people, store_schema
from store.remotes import Absent, PersonDoc, Remote, Thread
from store.sync.state import load_cursor, save_cursor, save_identity
from store.threads import events_of, store_thread, unknown_people
from store.tickets import mark_absent, store_page, store_tickets

STREAM = "tickets"
THREADS_AT_ONCE = 4
THREADS_A_COMMIT = 40
# Desks stamp changes to the second: a thread read this soon after the last change may miss one of the same second.
UNSETTLED_US = 3_000_000

Stale = tuple[str, int, int]  # remote id, version, updated


class Puller:
    """Brings one desk's tickets, people and threads into the mirror."""

    def __init__(self, database: Database, desk: str, remote: Remote, now: Callable[[], int]) -> None:
        self._db = database
        self._desk = desk
        self._remote = remote
        self._now = now

    async def schema(self) -> None:
        """Agents, groups, custom fields, and who we are."""
        me = await self._remote.whoami()
        schema = await self._remote.schema()
        with self._db.write("mirror") as connection:
            store_schema(connection, self._desk, schema, me.id)
        save_identity(self._db, self._desk, me=me.id, promise=self._remote.caps.promise)

    async def tickets(self) -> int:
        """All pages since the cursor; returns how many tickets they held."""
        seen = 0
        async for page in self._remote.feed(load_cursor(self._db, self._desk, STREAM)):
            with self._db.write("mirror") as connection:
                store_page(connection, self._desk, page)
            if page.cursor is not None:
                save_cursor(self._db, self._desk, STREAM, page.cursor, self._now())
            seen += len(page.tickets)
            await asyncio.sleep(0)
        return seen

    async def threads(self, limit: int | None = None) -> int:
        """The threads of tickets that changed since theirs was read; returns how many were read."""
        done = 0
        tried: set[str] = set()
        while limit is None or done < limit:
            batch = [s for s in self._stale(THREADS_A_COMMIT + len(tried)) if s[0] not in tried][
                :THREADS_A_COMMIT
            ]
            if not batch:
                break
            tried.update(s[0] for s in batch)
            done += len(batch)
            await self._read_threads(batch)
        return done

    async def one(self, remote_id: str) -> None:
        """One ticket and its thread, now: after a write, or when a person opens it."""
        found = await self._remote.ticket(remote_id)
        with self._db.write("mirror") as connection:
            if isinstance(found, Absent):
                mark_absent(connection, self._desk, found)
                return
            store_tickets(connection, self._desk, [found])
        await self._read_threads([(remote_id, found.version, found.updated)])

    def _stale(self, limit: int) -> list[Stale]:
        return self._db.read(
            lambda r: r.execute(
                "SELECT remote_id, version, updated FROM ticket WHERE desk = ? AND thread_version < version"
                " AND presence = 'present' ORDER BY status IN ('solved', 'closed'), updated DESC LIMIT ?",
                (self._desk, limit),
            ).fetchall()
        )

    async def _read_threads(self, batch: list[Stale]) -> None:
        gate = asyncio.Semaphore(THREADS_AT_ONCE)

        async def read(stale: Stale) -> Thread | Absent:
            async with gate:
                try:
                    return await self._remote.thread(stale[0])
                except NotFoundError:
                    return Absent(stale[0], "gone")
                except RefusedError:
                    return Absent(stale[0], "forbidden")

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(read(each)) for each in batch]
        except BaseExceptionGroup as several:
            raise _first(several) from several
        people = await self._names([t.result() for t in tasks])
        self._keep([(stale, task.result()) for stale, task in zip(batch, tasks, strict=True)], people)

    async def _names(self, found: list[Thread | Absent]) -> tuple[PersonDoc, ...]:
        wanted: set[str] = set()
        for each in found:
            if isinstance(each, Thread):
                wanted.update(self._db.read(lambda r, t=each: unknown_people(r, self._desk, t)))  # type: ignore[misc]  # a default binds the loop variable
        return await self._remote.people(tuple(sorted(wanted))) if wanted else ()

    def _keep(self, found: list[tuple[Stale, Thread | Absent]], people: tuple[PersonDoc, ...]) -> None:
        if people:
            with self._db.write("mirror") as connection:
                store_people(connection, self._desk, people)
        threads = [t for _, t in found if isinstance(t, Thread)]
        events = self._db.read(lambda r: [e for t in threads for e in events_of(r, self._desk, t)])
        with self._db.write("local") as connection:
            record(connection, sorted(events, key=lambda e: e.occurred), self._now())
        with self._db.write("mirror") as connection:
            for (_, version, updated), each in found:
                if isinstance(each, Absent):
                    mark_absent(connection, self._desk, each)
                else:
                    store_thread(connection, self._desk, each, self._settled(version, updated))

    def _settled(self, version: int, updated: int) -> int:
        return version if self._remote.server_now() - updated > UNSETTLED_US else version - 1


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first of the errors that ended a group of requests: they fail together, for one reason."""
    each: BaseException = group
    while isinstance(each, BaseExceptionGroup):
        each = each.exceptions[0]
    return each
