"""Pull: pages of changed tickets first, then the threads of those that changed, newest live ones first.

A page and its cursor are one transaction, and every upsert is idempotent. Events go to local.db before the thread goes
to the mirror: a crash between them reads the thread again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import msgspec

from store import quarantine
from store.database import Database
from store.errors import FeedStuckError
from store.known import Known
from store.people import store_schema
from store.read import thread_is_behind
from store.remotes import Absent, Me, Page, Remote, TicketDoc
from store.sync.aside import Aside
from store.sync.lag import Lateness
from store.sync.state import cursor_in, load_cursor, me_on, save_cursor, save_identity
from store.sync.threads import Stale, ThreadReader
from store.tickets import mark_absent, ref_of, store_page, store_tickets
from store.young import settle

STREAM = "tickets"
DAY_US = 86_400_000_000  # a desk that writes local times as if they were UTC is less than that ahead


async def nothing() -> None:
    """What is done between pages where nobody waits."""


class Puller:
    """Brings one desk's tickets, people and threads into the mirror."""

    def __init__(self, database: Database, desk: str, remote: Remote, now: Callable[[], int]) -> None:
        self._db = database
        self._desk = desk
        self._remote = remote
        self._now = now
        self._aside = Aside()
        self._threads = ThreadReader(database, desk, remote, now, self._aside)
        self._writer = database.writer("mirror")
        self._known = Known()
        self._lateness = Lateness(database, desk, remote.server_now)
        self._me = ""
        self._met = False
        self._who: Me | None = None

    def me(self) -> str:
        """The desk's id of the agent whose credentials we hold; "" until it is known."""
        if not self._me:
            self._me = me_on(self._db, self._desk)
        return self._me

    async def meet(self) -> None:
        """Ask who we are, once in a process: the answer tells the desk's time as well, and when a request left is told by that. Raises as reads do."""
        if not self._met:
            self._who = await self._remote.whoami()
            self._met = True

    async def schema(self) -> None:
        """Agents, groups, custom fields, and who we are."""
        me, self._who = self._who or await self._remote.whoami(), None
        self._met = True
        schema = await self._remote.schema()
        with self._db.write("mirror") as connection:
            store_schema(connection, self._desk, schema, me.id)
        save_identity(self._db, self._desk, me=me.id, promise=self._remote.caps.promise)
        self._me = me.id

    async def tickets(self, between: Callable[[], Awaitable[object]] = nothing) -> int:
        """All pages since the cursor, `between` after each; returns how many tickets were new or changed.

        What every pull looks back on and the mirror has already is not counted. FeedStuckError when the desk gives the same page again: what it hides, the sweep finds.
        """
        settle()
        try:
            return await self._pages(between)
        finally:
            await self._aside(self._finish)  # in the thread: it may still be at work there

    async def _pages(self, between: Callable[[], Awaitable[object]]) -> int:
        changed = 0
        last: object = None
        overlap = self._lateness.begin(self._remote.caps.overlap_s)
        at = load_cursor(self._db, self._desk, STREAM)
        async for told in self._remote.feed(at, overlap):
            page = replace(told, tickets=self._timely(told.tickets))
            print_ = [(t.id, t.version) for t in page.tickets]
            if page.more and print_ and print_ == last:
                raise FeedStuckError(
                    "The desk shows the same page of changes again and again.",
                    "All tickets are compared one by one instead; nothing is lost.",
                )
            last = print_
            kept = await self._aside(self._keep, page, at)
            if kept is None:
                return changed
            changed += kept
            at = at if page.cursor is None else page.cursor
            await between()
        self._lateness.ended()
        return changed

    def _keep(self, page: Page, at: str | None) -> int | None:
        """Keep what follows `at`; returns how many tickets changed, None where the mirror is not there: it was made anew meanwhile.

        Pages to come would leave out of the new one what came before them, for good.
        """
        with self._db.write("mirror", self._writer) as connection:
            if cursor_in(connection, self._desk, STREAM) != at:
                return None
            if not self._writer.undisturbed:
                self._known.forget()
            self._lateness.page(connection, page.tickets, last=not page.more)
            quarantine.mend(connection, self._desk, page.tickets)
            changed = store_page(connection, self._desk, page, self._known)
            quarantine.put_aside(connection, self._desk, page.bad, self._now())
            if page.cursor is not None:
                save_cursor(connection, self._desk, STREAM, page.cursor, self._now())
        return changed

    def begins(self) -> bool:
        """Whether the mirror has nothing of this desk yet, or no more."""
        return load_cursor(self._db, self._desk, STREAM) is None

    def _timely(self, docs: tuple[TicketDoc, ...]) -> tuple[TicketDoc, ...]:
        """The tickets; a change in a time to come says nothing of when that was, and whatever is told after it is newer."""
        latest = self._remote.server_now() + DAY_US
        timely = [doc.version < latest and doc.updated < latest for doc in docs]
        if all(timely):
            return docs
        return tuple(
            doc if fine else msgspec.structs.replace(doc, updated=doc.created, version=1)
            for doc, fine in zip(docs, timely, strict=True)
        )

    def _finish(self) -> None:
        self._writer.close()
        self._known.forget()

    async def threads(self, limit: int | None = None) -> int:
        """The threads of tickets that changed since theirs was read; returns how many were read."""
        return await self._threads.stale(limit)

    async def newest(self, remote_id: str) -> TicketDoc | Absent:
        """One ticket as it stands now, brought home, with its thread if that has changed. Raises as reads do."""
        found = await self.bring(remote_id)
        if isinstance(found, TicketDoc) and self.behind(remote_id):
            await self._threads.read([Stale(remote_id, found.version, found.updated)])
        return found

    async def bring(self, remote_id: str, *, missed: bool = False) -> TicketDoc | Absent:
        """One ticket as it stands now, brought home without its thread; `missed` where the feed should have told. Raises as reads do."""
        found = await self._remote.ticket(remote_id)
        if isinstance(found, TicketDoc):
            (found,) = self._timely((found,))
        with self._db.write("mirror") as connection:
            if isinstance(found, Absent):
                mark_absent(connection, self._desk, found, self._now())
            else:
                if missed:
                    self._lateness.found(connection, found)
                quarantine.mend(connection, self._desk, [found])
                store_tickets(connection, self._desk, [found])
        return found

    def behind(self, remote_id: str) -> bool:
        """Whether the mirror knows a newer version of a ticket than of its messages."""
        ref = ref_of(self._desk, remote_id)
        return self._db.read(lambda r: thread_is_behind(r, ref), overlaid=False)
