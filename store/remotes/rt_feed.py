"""Tickets in the order of their last change, each page beginning where the one before ended.

Paging by number would lose tickets: one that changes while we page moves to the end, and the one that slides into its
place on an earlier page is never seen. So every page is a search of its own for what comes after a place (LastUpdated,
id), and also shows the ticket at that place once more: the witness.

The witness is needed because RT reads dates in the time zone of the asking user, which no request tells. Zones differ
by whole quarters of an hour. If anything from the first quarter after the place comes back, the date was not read too
late, and nothing was missed; if something from before the place comes back, it was read too early, which costs time
only. Otherwise the zone is measured, by asking whether one known ticket is younger than a date.

A pull that began at least two minutes after the last change needs no looking back: whatever had begun to be written
then has been written. Until then each pull looks back two minutes from the beginning of the one before. Where RT was
seen to tell later than that, it is as much longer as is asked for.

Deleted and merged tickets are in no search. They are found through the transactions that deleted or merged them, by
number, since RT has no index on their dates. The number from which to look is brought forward now and then.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from store.errors import NotADeskError
from store.remotes import OVERLAP_S, Absent, BadRecord, NamedDoc, Page, TicketDoc
from store.remotes import rt_map as to
from store.remotes import rt_wire as wire
from store.remotes.rt_read import MOST_PAGES, Found, Pairs, Reader

QUARTER_S = 900
WESTMOST, EASTMOST = -12 * 4, 14 * 4  # quarters of an hour
HOUR_S = 3600
TRIES = 3
STILL_WRITTEN = 200  # so many transactions back, one may not have been written yet when a later one was


class Place(NamedTuple):
    """Where a ticket stands in the feed: LastUpdated in whole seconds, then the number."""

    at: int
    id: int

    @classmethod
    def of(cls, row: wire.Ticket) -> Place:
        """The place of a ticket."""
        return cls(to.moment(row.last_updated) // to.SECOND, to.number(row.id))


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a pull ended: at the last ticket; `read` is when it began, by the desk's clock (seconds).

    `zone` is how far the user's zone was found to be east of UTC (seconds). Transactions up to `entry` have been
    looked at for deleted and merged tickets; `marked` is when that number was last brought forward (seconds).
    """

    at: int = 0
    id: int = 0
    read: int = 0
    zone: int = 0
    entry: int = 0
    marked: int = 0

    @classmethod
    def parse(cls, text: str | None) -> Cursor:
        """A cursor from its text; what cannot be read means from the beginning."""
        try:
            return cls(*(int(part) for part in (text or "").split(".")))
        except (ValueError, TypeError):
            return cls()

    def __str__(self) -> str:
        return f"{self.at}.{self.id}.{self.read}.{self.zone}.{self.entry}.{self.marked}"

    @property
    def last(self) -> Place:
        """The place of the last ticket."""
        return Place(self.at, self.id)

    def start(self, overlap_s: int = OVERLAP_S) -> Place:
        """The place after which the next pull begins."""
        if self.read - self.at >= overlap_s:
            return self.last
        return Place(max(0, min(self.at, self.read - overlap_s)), 0)


class Feed:
    """The feed of one account. It remembers the user's time zone once it is known."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._zone: int | None = None

    async def pages(self, text: str | None, overlap_s: int = OVERLAP_S) -> AsyncIterator[Page]:
        """Pages after the cursor `text`, less `overlap_s`; the last one, often empty, has what was deleted and merged."""
        cursor = Cursor.parse(text)
        self._zone = cursor.zone if self._zone is None else self._zone
        place = cursor.start(overlap_s) if cursor.at else Place(0, 0)
        from_the_beginning = not cursor.at
        if from_the_beginning and (newest := await self._look("id > 0")):
            cursor = replace(cursor, entry=await self._last_entry(newest))
        read = 0
        unread: set[BadRecord] = set()
        while True:
            found = await self._after(place, cursor.last)
            fresh = [row for row in found.rows if Place.of(row) > place]
            read = read or found.read
            unread.update(found.bad)
            if fresh:
                place = Place.of(fresh[-1])
                last = max(cursor.last, place)
                cursor = replace(cursor, at=last.at, id=last.id, read=read, zone=self._zone)
                yield self._page(fresh, cursor, tuple(unread))
                unread.clear()
            if not found.more:
                break
            if not fresh:
                raise NotADeskError(
                    f"{self._reader.http.host} repeats a page of the list of tickets.",
                    "Try again; if it repeats, show this to the desk's administrator.",
                )
        cursor = replace(cursor, read=max(read, cursor.read), zone=self._zone)
        gone, entry = await self._absent(cursor.entry) if not from_the_beginning else ((), cursor.entry)
        yield Page(gone, cursor=str(await self._forward(replace(cursor, entry=entry))), bad=tuple(unread))

    async def _forward(self, cursor: Cursor) -> Cursor:
        """Bring the number from which to look for deleted tickets forward, once an hour."""
        if not cursor.id or cursor.read - cursor.marked < HOUR_S:
            return cursor
        entry = max(cursor.entry, await self._last_entry(cursor.last))
        return replace(cursor, entry=entry, marked=cursor.read)

    async def _last_entry(self, place: Place) -> int:
        """A transaction before which all have been written: the last one of a ticket, less a few."""
        shown = await self._reader.show(str(place.id))
        return max(0, to.number(shown.etag) - STILL_WRITTEN) if not isinstance(shown, Absent) else 0

    def _page(self, rows: list[wire.Ticket], cursor: Cursor, bad: tuple[BadRecord, ...]) -> Page:
        people = to.people(rows)
        return Page(
            tuple(self._reader.doc(row) for row in rows),
            people,
            _named((p.organization_id or "", p.organization_id or "") for p in people),
            _named((to.text(r.queue), to.text(r.queue.name)) for r in rows if isinstance(r.queue, wire.User)),
            cursor=str(cursor),
            more=True,
            bad=bad,
        )

    async def _after(self, place: Place, witness: Place) -> Found:
        """The tickets after `place`, with the date read in the right zone.

        A page on which nothing can be read, or everything is hidden from us, is passed over.
        """
        found = await self._in_zone(place, witness)
        reached = any(Place.of(row) > place for row in found.rows)
        return found if reached or not found.more else await self._beyond(place)

    async def _in_zone(self, place: Place, witness: Place) -> Found:
        found = await self._reader.tickets(self._where(place))
        early = [row for row in found.rows if Place.of(row) < place]
        if early:
            return await self._sooner(place, witness, Place.of(early[-1]))
        if not place.at or _proven(found, place):
            return found
        return await self._later(place, witness, found)

    async def _sooner(self, place: Place, witness: Place, early: Place) -> Found:
        """The date was read too early: measure the zone by a ticket that should not have come, if that holds."""
        before = self._zone
        if await self._measure(early):
            found = await self._reader.tickets(self._where(place))
            known = None if _proven(found, place) else await self._now(witness, found)
            if known is not None and not await self._trusted(known, witness):
                self._zone = before
        return await self._beyond(place)

    async def _later(self, place: Place, witness: Place, found: Found) -> Found:
        """The witness did not show: it has changed since, or is gone, or the date was read too late."""
        known = await self._now(witness, found)
        if known is None or await self._trusted(known, witness):
            return found
        await self._measure(known)
        again = await self._reader.tickets(self._where(place))
        if not _proven(again, place) and known == witness:
            self._zone = (self._zone or 0) - HOUR_S  # between the two dates, the clocks were changed
        return await self._beyond(place)

    async def _trusted(self, known: Place, witness: Place) -> bool:
        """Whether the zone fits a ticket that could not show. The witness itself, unchanged, had to show."""
        return known != witness and await self._younger(known, self._zone or 0)

    async def _beyond(self, place: Place) -> Found:
        """The first page that reaches beyond `place`, with all that could not be read up to there.

        Around a change of the clocks no zone fits exactly, and a page may hold nothing that can be read.
        """
        seen: set[tuple[object, ...]] = set()
        bad: list[BadRecord] = []
        for number in range(1, MOST_PAGES):
            found = await self._reader.tickets(self._where(place), page=number)
            bad += found.bad
            places = [Place.of(row) for row in found.rows]
            named = (*places, *(each.id for each in found.bad if each.id))
            if not found.more or any(each > place for each in places) or named in seen:
                break
            seen.update({named} if named else ())
        return replace(found, bad=tuple(dict.fromkeys(bad)))

    async def _now(self, witness: Place, found: Found) -> Place | None:
        """Where the witness stands now; if it is gone, the newest ticket; None if there is none."""
        rows = (Place.of(row) for row in found.rows if to.number(row.id) == witness.id)
        return next(rows, None) or await self._look(f"id = {witness.id}") or await self._look("id > 0")

    async def _look(self, where: str) -> Place | None:
        """The place of the newest ticket that fits."""
        found = await self._reader.tickets(where, size=1, newest_first=True, fields="id,LastUpdated")
        return next((Place.of(row) for row in found.rows), None)

    async def _measure(self, known: Place) -> bool:
        """Find the zone by a ticket that keeps still meanwhile. True if the zone is another than we thought."""
        before, self._zone = self._zone, WESTMOST * QUARTER_S  # never too late, should no ticket keep still
        for _ in range(TRIES):
            zone = await self._easternmost(known)
            again = await self._look(f"id = {known.id}")
            if again == known:
                self._zone = zone
                break
            known = again or known
        return self._zone != before

    async def _easternmost(self, known: Place) -> int:
        """The easternmost zone in which the known ticket is not older than its own date."""
        low, high = WESTMOST, EASTMOST
        while low < high:
            middle = (low + high + 1) // 2
            if await self._younger(known, middle * QUARTER_S):
                low = middle
            else:
                high = middle - 1
        return low * QUARTER_S

    async def _younger(self, known: Place, zone: int) -> bool:
        where = f"id = {known.id} AND LastUpdated >= '{_date(known.at + zone)}'"
        return bool((await self._reader.tickets(where, size=1, fields="id")).rows)

    def _where(self, place: Place) -> str:
        if not place.at:
            return "id > 0"
        date = _date(place.at + (self._zone or 0))
        return f"LastUpdated > '{date}' OR (LastUpdated >= '{date}' AND id >= {place.id})"

    async def _absent(self, entry: int) -> tuple[tuple[TicketDoc, ...], int]:
        """The tickets deleted or merged away after this transaction, and the newest transaction that says so."""
        where = (
            "((Type = 'Status' AND NewValue = 'deleted') OR (Type = 'AddLink' AND Field = 'MergedInto'))"
            f" AND ObjectType = 'RT::Ticket' AND id > {entry}"
        )
        query: Pairs = (("query", where), ("fields", "ObjectId"), ("orderby", "id"))
        found: list[wire.Transaction] = []
        for number in range(1, MOST_PAGES):
            listing = await self._reader.page("/transactions", wire.Transactions, query, number)
            found += listing.items
            if len(listing.items) == 0 or (listing.total is not None and not listing.next_page):
                break
        ids = sorted({to.number(each.object_id) for each in found})
        docs = [doc for each in ids if (doc := await self._absentee(str(each))) is not None]
        return tuple(docs), max((to.number(each.id) for each in found), default=entry)

    async def _absentee(self, ticket_id: str) -> TicketDoc | None:
        """A ticket that was deleted or merged away; None where it is back, or no longer ours to see."""
        shown = await self._reader.show(ticket_id)
        if not isinstance(shown, Absent):
            raw = await self._reader.complete(shown)
            return self._reader.doc(raw, shown.etag) if to.presence(raw) == "gone" else None
        if shown.presence != "merged":
            return None
        found = await self._reader.tickets(f"id = {ticket_id} AND EffectiveId > 0", size=1)
        return next((self._reader.doc(row) for row in found.rows), None)


def _proven(found: Found, place: Place) -> bool:
    """Whether the date of `place` was not read too late: zones differ by quarters of an hour, not by less."""
    return any(Place.of(row).at < place.at + QUARTER_S for row in found.rows)


def _date(second: int) -> str:
    return datetime.fromtimestamp(max(1, second), UTC).strftime("%Y-%m-%d %H:%M:%S")


def _named(pairs: Iterable[tuple[str, str]]) -> tuple[NamedDoc, ...]:
    return tuple(NamedDoc(ident, name) for ident, name in dict(pairs).items() if ident and name)
