"""Reading from Request Tracker: searches, one ticket, one user, and lists whose length is not always told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TypeVar

import msgspec

from store.errors import NotADeskError, NotFoundError, RefusedError
from store.remotes import Absent, BadRecord, Listed, Listing, TicketDoc, salvage
from store.remotes import rt_map as to
from store.remotes import rt_wire as wire
from store.remotes.http import DeskHttp, segment
from store.remotes.http_body import Answer

API = "/REST/2.0"
PAGE = 100  # the most that RT gives
MOST_PAGES = 1000
BLANKS = 2  # this many empty pages in a row are the end of a list whose length is not told
HIDDEN = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
PERSON = "id,Name,RealName,EmailAddress,Organization,Timezone,Lang,MobilePhone,WorkPhone,HomePhone"
TICKET = (
    "id,Subject,Status,Priority,Owner,Queue,Requestor,Cc,CustomFields,Created,LastUpdated,Due,EffectiveId"
)
EXPANDED = (("fields[Owner]", PERSON), ("fields[Queue]", "Name"), ("fields[Requestor]", PERSON))

Pairs = tuple[tuple[str, str], ...]
L = TypeVar("L", bound=wire.Listing)
R = TypeVar("R", wire.Attachment, wire.CustomField, wire.Queue, wire.Ticket)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search; `read` is the desk's clock when we asked, in whole seconds and never late."""

    rows: tuple[wire.Ticket, ...]
    more: bool
    read: int
    bad: tuple[BadRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """One ticket as it stands, and its ETag: the number of the last transaction that we may see."""

    raw: wire.Ticket
    etag: str


@dataclass(slots=True)
class Memory:
    """Names that are told in one place and needed in another: the ticket custom fields by number."""

    fields: dict[str, str] = field(default_factory=dict)

    def learn(self, rows: Iterable[wire.Ticket]) -> None:
        """Take in the names that tickets bring along."""
        for row in rows:
            self.fields.update({to.text(f.id): to.text(f.name) for f in to.several(row.custom_fields)})


class Reader:
    """The reading side of one account."""

    def __init__(self, http: DeskHttp) -> None:
        self.http = http
        self.memory = Memory()

    async def tickets(
        self,
        where: str,
        *,
        page: int = 1,
        size: int = PAGE,
        newest_first: bool = False,
        fields: str = TICKET,
    ) -> Found:
        """One page of a search by TicketSQL, in the order of LastUpdated and then id. Raises as reads do."""
        order = "DESC" if newest_first else "ASC"
        query: Pairs = (
            ("query", where), ("orderby", "LastUpdated"), ("order", order), ("orderby", "id"), ("order", order),
            ("per_page", str(size)), ("page", str(page)), ("fields", fields),
        )  # fmt: skip
        started = self._clock()
        rows, bad, more = await self._rows((*query, *EXPANDED), size)
        self.memory.learn(rows)
        return Found(rows, more, self._server_second(started), bad)

    async def _rows(
        self, query: Pairs, size: int
    ) -> tuple[tuple[wire.Ticket, ...], tuple[BadRecord, ...], bool]:
        """The tickets on one page of a search, those that cannot be read, and whether more may follow."""
        answer = await self.http.get("/tickets", query=query)
        listing, spoiled = salvage.read(answer, wire.Tickets, {"items": wire.Ticket}, "items")
        rows = tuple(row for row in listing.items if to.number(row.id))
        nameless = (BadRecord("", "it has no number"),) * (len(listing.items) - len(rows))
        bad = (*spoiled.get("items", ()), *nameless)
        return rows, bad, bool(listing.next_page) or len(rows) + len(bad) >= size

    async def listing(self, after: str) -> Listing:
        """One page of all tickets by number, after the number `after`; of what cannot be read, only the number is told."""
        where = f"id > {to.number(after)}"
        for page in range(1, MOST_PAGES):
            query = (
                ("query", where), ("orderby", "id"), ("order", "ASC"), ("per_page", str(PAGE)), ("page", str(page)),
                ("fields", "id,LastUpdated"),
            )  # fmt: skip
            rows, bad, more = await self._rows(query, PAGE)
            known = {to.number(row.id): to.moment(row.last_updated) for row in rows}
            known |= {to.number(each.id): 0 for each in bad if each.id}
            if bad and not known:
                raise NotADeskError(
                    f"{self.http.host} lists tickets without telling their numbers.",
                    "Check that the address and the kind of desk belong together.",
                )
            if known or not more:  # a page may be empty because all on it is hidden from us
                listed = tuple(Listed(str(n), version) for n, version in sorted(known.items()))
                return Listing(listed, listed[-1].id if more and listed else None)
        return Listing(())

    async def show(self, ticket_id: str) -> Shown | Absent:
        """One ticket by its number, also a deleted one; Absent where it is not shown or leads to another."""
        if not to.number(ticket_id):
            return Absent(ticket_id, "gone")
        expanded = (("fields[Owner]", "id,Name"), ("fields[Queue]", "Name"))
        answer = await self.http.get(f"/ticket/{ticket_id}", query=expanded, tolerate=HIDDEN)
        if not answer.ok:
            return Absent(ticket_id, "forbidden" if answer.status == HTTPStatus.FORBIDDEN else "gone")
        raw = _whole(answer, wire.Ticket)
        self.memory.learn([raw])
        if to.text(raw.id) != ticket_id:
            return Absent(ticket_id, "merged", to.text(raw.id))
        return Shown(raw, answer.headers.get("etag", "").strip('"'))

    async def measured(self, shown: Shown) -> Shown:
        """The ticket with how many values each of its custom fields may hold: only a search tells that to an agent."""
        query: Pairs = (
            ("query", f"id = {to.number(shown.raw.id)}"), ("per_page", "1"), ("fields", "id,CustomFields"),
            ("fields[CustomFields]", "MaxValues"),
        )  # fmt: skip
        rows, _, _ = await self._rows(query, 1)
        most = {to.text(f.id): f.most for row in rows for f in to.several(row.custom_fields)}
        known = [
            msgspec.structs.replace(f, most=most.get(to.text(f.id)))
            for f in to.several(shown.raw.custom_fields)
        ]
        return replace(shown, raw=msgspec.structs.replace(shown.raw, custom_fields=known))

    async def complete(self, shown: Shown) -> wire.Ticket:
        """The ticket with its requester's number: shown alone, a ticket tells login names only."""
        requestor = to.first_requestor(shown.raw)
        user = await self.user(to.text(requestor.id)) if requestor else None
        if user is None:
            return shown.raw
        others = [each for each in to.several(shown.raw.requestor) if each is not requestor]
        return msgspec.structs.replace(shown.raw, requestor=[user, *others])

    def doc(self, raw: wire.Ticket, etag: str = "") -> TicketDoc:
        """A ticket as ours."""
        return to.ticket(raw, url=self.web_url(to.text(raw.id)), token=etag)

    async def user(self, ident: str) -> wire.User | None:
        """A user by number or login name, with the number; None where we are not shown one."""
        if not ident:
            return None
        answer = await self.http.get(f"/user/{segment(ident)}", tolerate=HIDDEN)
        if not answer.ok:
            return None
        user = answer.parse(wire.User)
        own = next((link.id for link in to.several(user.links) if link.ref == "self"), None)
        if user.id is None and own is None:
            raise answer.lacks("id")
        return user if to.number(user.id) else msgspec.structs.replace(user, id=own)

    async def alone(self, path: str, kind: type[R]) -> R:
        """One record by its number. Raises as reads do; NotADeskError for an answer that has no number."""
        return _whole(await self.http.get(path), kind)

    async def page(self, path: str, kind: type[L], query: Pairs, page: int) -> L:
        """One page of a list, a hundred entries at most."""
        paging = (("per_page", str(PAGE)), ("page", str(page)))
        return await self.http.read(path, kind, query=(*query, *paging))

    async def mended(
        self, path: str, kind: type[L], query: Pairs, page: int, entry: type[object]
    ) -> tuple[L, tuple[BadRecord, ...]]:
        """One page of a list of `entry`, without the records that cannot be read, and these by name."""
        paging = (("per_page", str(PAGE)), ("page", str(page)))
        answer = await self.http.get(path, query=(*query, *paging))
        listing, bad = salvage.read(answer, kind, {"items": entry}, "items")
        return listing, bad.get("items", ())

    async def every(self, path: str, kind: type[L], query: Pairs = ()) -> list[L]:
        """All pages of a list, to its total or, where none is told, until nothing comes any more."""
        pages: list[L] = []
        blanks = 0
        for number in range(1, MOST_PAGES):
            listing = await self.page(path, kind, query, number)
            pages.append(listing)
            blanks = 0 if listing.count else blanks + 1
            if blanks >= BLANKS or (listing.total is not None and number * PAGE >= listing.total):
                break
        return pages

    async def require(self, ticket_id: str) -> None:
        """Raise NotFoundError or RefusedError for a ticket that is not there for us."""
        shown = await self.show(ticket_id)
        if isinstance(shown, Absent) and shown.presence == "forbidden":
            raise RefusedError(
                f"{self.http.host} does not show ticket {ticket_id} to us.",
                "Ask the desk's administrator for the right to see its queue.",
            )
        if isinstance(shown, Absent):
            raise NotFoundError(f"{self.http.host} has no ticket {ticket_id}.", "It may have been deleted.")

    def web_url(self, ticket_id: str) -> str:
        """Where the ticket is shown to people."""
        base = self.http.base_url.removesuffix(API)
        return f"{base}/Ticket/Display.html?id={segment(ticket_id)}"

    def _clock(self) -> float:
        return asyncio.get_running_loop().time()

    def _server_second(self, started: float) -> int:
        """The desk's clock, in seconds, when we began to ask: what we read may be older than its Date header."""
        return int(self.http.server_now() / to.SECOND - (self._clock() - started))


def _whole(answer: Answer, kind: type[R]) -> R:
    """A record that was asked for by its number, and has one. Raises NotADeskError."""
    record = answer.parse(kind)
    if not to.number(record.id):
        raise answer.lacks("id")
    return record
