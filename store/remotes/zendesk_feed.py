"""What changed since last time: the export for admins, the listing by change for everybody else.

The export has a cursor of its own but leaves out the newest minute, so the top of the listing is read after it. The listing is read upwards the first time and walked back to the watermark afterwards; either way what is
yielded runs from the oldest change to the newest, so that a pull may stop after any page.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Literal

import msgspec

from store.errors import NotADeskError, OfflineError, RefusedError
from store.remotes import OVERLAP_S, Page
from store.remotes import zendesk_map as to
from store.remotes import zendesk_wire as wire
from store.remotes.zendesk_read import MOST_PAGES, SIZE, Mended, Query, Reader, following, users

SIDELOADS = ("include", "users,groups,organizations,slas")
MOST_PORTION, LEAST_PORTION = 1000, 50  # tickets in one page of the export
SLICE = 1000  # tickets that are handed on at once: what is stored in one transaction
FRESH_PAGES = 5  # of the listing, read after the export; what is beyond comes with the next export
EXCLUDED_S = 60  # the newest part that the export leaves out
NEWEST_FIRST = ("sort", "-updated_at")
OLDEST_FIRST = ("sort", "updated_at")

PLAIN_STAMP = len("2024-09-06T18:52:11Z")
LAST = itemgetter(-1)

Kind = Literal["export", "scan", "list"]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a pull stands: the kind of feed, the newest change seen (seconds since 1970), the desk's own cursor."""

    kind: Kind
    since: int = 0
    after: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.since}:{self.after}"

    @classmethod
    def parse(cls, cursor: str | None) -> Position | None:
        """The position that `cursor` stands for; None where it is not one of ours, which means from the beginning."""
        kind, _, rest = (cursor or "").partition(":")
        since, _, after = rest.partition(":")
        kinds: dict[str, Kind] = {"export": "export", "scan": "scan", "list": "list"}
        if kind not in kinds or not (since.isascii() and since.isdigit()):
            return None
        return cls(kinds[kind], int(since), after)


async def export(reader: Reader, start: Position, overlap_s: int = OVERLAP_S) -> AsyncGenerator[Page, None]:
    """Pages of the export after `start`, then what changed in the minute that it leaves out and in `overlap_s` before."""
    position, last = _by_now(reader, replace(start, kind="export")), Page(())
    async with aclosing(_ahead(reader, position)) as exported:
        async for found, reached in exported:
            position = reached
            async for page in _slices(reader, found, position):
                last = page
                yield page
    fresh, _ = await _walk_back(reader, position.since - overlap_s, FRESH_PAGES)
    for left, found in enumerate(fresh, 1 - len(fresh)):
        last = _without(await _page(reader, found, position, more=left < 0), last)
        yield last


def _without(page: Page, told: Page) -> Page:
    """`page` without the tickets that `told` shows just so: told twice in a row, they would look like a desk in a circle."""
    known = {doc.id: doc for doc in told.tickets}
    return replace(page, tickets=tuple(doc for doc in page.tickets if known.get(doc.id) != doc))


async def _ahead(reader: Reader, position: Position) -> AsyncGenerator[tuple[wire.Listing, Position], None]:
    """Pages of the export and where each of them ends; the next one is on its way while one is being stored."""
    coming = asyncio.ensure_future(_exported(reader, position))
    try:
        more = True
        while more:
            found = await coming
            after = found.after_cursor or position.after
            more = found.end_of_stream is False and after != position.after
            position = _by_now(reader, Position("export", newest(found.tickets, position.since), after))
            if more:
                coming = asyncio.ensure_future(_exported(reader, position))
            yield found, position
    finally:
        coming.cancel()
        await asyncio.wait([coming])
        if not coming.cancelled():
            coming.exception()  # nobody waits for it any more


async def _exported(reader: Reader, position: Position) -> wire.Listing:
    """One page of the export; after a page that did not arrive whole, smaller ones are asked for."""
    where = ("cursor", position.after) if position.after else ("start_time", _start_time(position))
    size = ("per_page", str(reader.portion))
    try:
        query = (where, size, SIDELOADS)
        found = await reader.page("tickets", "/incremental/tickets/cursor.json", query, may_be_closed=True)
    except (NotADeskError, OfflineError):
        reader.portion = max(LEAST_PORTION, reader.portion // 4)
        raise
    except RefusedError:
        if not position.after:
            raise
        # The desk's own cursor is none to it any more.
        return await _exported(reader, replace(position, after=""))
    reader.portion = min(MOST_PORTION, reader.portion * 2)
    return found


async def _slices(reader: Reader, found: wire.Listing, position: Position) -> AsyncIterator[Page]:
    """A large page in parts that are stored quickly; only the last one has the cursor, for it stands for all of them."""
    tickets = found.tickets or []
    people = {to.ident(user.id): user for user in found.users or ()}
    while len(tickets) > SLICE:
        some, tickets = tickets[:SLICE], tickets[SLICE:]
        known = dict.fromkeys(to.ident(i) for t in some for i in (t.requester_id, t.assignee_id))
        with_them = [people.pop(i) for i in known if i in people]
        yield await _page(
            reader, msgspec.structs.replace(found, tickets=some, users=with_them), None, more=True
        )
        found = wire.Listing()
    rest = msgspec.structs.replace(found, tickets=tickets, users=list(people.values()))
    yield await _page(reader, rest, position, more=True)


def _start_time(position: Position) -> str:
    """Where the export starts without a cursor; a start within the last minute would be refused."""
    return str(max(0, position.since - OVERLAP_S - EXCLUDED_S))


async def listing(reader: Reader, start: Position, overlap_s: int = OVERLAP_S) -> AsyncIterator[Page]:
    """Pages of the listing after `start`: a scan of everything, or the changes since the watermark."""
    start = _by_now(reader, start)
    going_on = start.kind != "scan" and start.since
    pages = changed(reader, start, overlap_s) if going_on else scan(reader, start)
    async for page in pages:
        yield page


async def scan(reader: Reader, start: Position) -> AsyncIterator[Page]:
    """Everything, oldest change first; a ticket that changes meanwhile moves ahead of us and is met again."""
    position = Position("scan", start.since, start.after if start.kind == "scan" else "")
    while position.kind == "scan":
        after: Query = (("page[after]", position.after),) if position.after else ()
        try:
            found = await reader.page("tickets", "/tickets.json", (OLDEST_FIRST, SIZE, *after, SIDELOADS))
        except RefusedError:
            if not after:
                raise
            position = Position("scan", position.since)  # as in the export
            continue
        since = newest(found.tickets, position.since)
        cursor = (found.meta.after_cursor if found.meta else None) or ""
        more = following(found) is not None and cursor not in {"", position.after}
        position = _by_now(reader, Position("scan", since, cursor) if more else Position("list", since))
        yield await _page(reader, found, position, more=more)


async def changed(reader: Reader, start: Position, overlap_s: int = OVERLAP_S) -> AsyncIterator[Page]:
    """What changed since the watermark less `overlap_s`, the oldest change first."""
    walked, whole = await _walk_back(reader, start.since - overlap_s)
    since = start.since
    for left, found in enumerate(walked, 1 - len(walked)):
        # Where the desk went round in circles the watermark stays: something below it was not seen.
        since = newest(found.tickets, since) if whole else since
        yield await _page(reader, found, _by_now(reader, Position("list", since)), more=left < 0)


async def _walk_back(reader: Reader, horizon: int, most: int = MOST_PAGES) -> tuple[list[wire.Listing], bool]:
    """The listing from the newest change back to `horizon` (seconds), turned round; and whether it got that far."""
    walked: list[wire.Listing] = []
    seen: set[Query] = set()
    where: Query | None = (SIZE,)
    while where is not None and where not in seen and len(walked) < most:
        seen.add(where)
        found = await reader.page("tickets", "/tickets.json", (NEWEST_FIRST, *where, SIDELOADS))
        walked.append(_newer(found, horizon))
        reached = len(walked[-1].tickets or ()) < len(found.tickets or ())
        where = None if reached else following(found)
    return walked[::-1], where is None


def newest(tickets: Iterable[wire.Ticket] | None, known: int) -> int:
    """The newest change in `tickets`, in seconds since 1970; at least `known`."""
    stamps = [t.updated_at or "" for t in tickets or ()]
    if set(map(len, stamps)) == {PLAIN_STAMP} and set(map(LAST, stamps)) == {"Z"}:
        stamps = [max(stamps)]  # such stamps sort by time: one of them is to be read
    return max([known, *(to.micros(stamp) // to.MICROSECONDS for stamp in stamps)])


def _by_now(reader: Reader, position: Position) -> Position:
    """The position, not after the desk's present: a ticket of the year 9999 would hide whatever changes until then."""
    return replace(position, since=min(position.since, reader.http.server_now() // to.MICROSECONDS))


def _newer(found: wire.Listing, horizon: int) -> wire.Listing:
    """The tickets changed since `horizon`, turned round to run from old to new."""
    kept = [t for t in found.tickets or () if to.micros(t.updated_at) >= horizon * to.MICROSECONDS]
    return msgspec.structs.replace(found, tickets=kept[::-1])


async def _page(reader: Reader, found: wire.Listing, position: Position | None, *, more: bool) -> Page:
    docs, bad = await reader.tickets(found.tickets or ())
    unread = found.bad if isinstance(found, Mended) else ()
    return Page(
        tickets=docs,
        people=users([found]),
        organizations=to.named(found.organizations),
        groups=to.named(found.groups),
        cursor=str(position) if position else None,
        more=more,
        bad=(*unread, *bad),
    )
