"""Reading from Zendesk: pages without following addresses, the custom fields once, people in hundreds."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import msgspec

from store.errors import HeardError, NotADeskError
from store.remotes import BadRecord, FieldDoc, Listed, Listing, PersonDoc, TicketDoc, salvage
from store.remotes import zendesk_map as to
from store.remotes import zendesk_wire as wire
from store.remotes.http import DeskHttp, segment
from store.remotes.http_body import Answer
from store.remotes.http_errors import check
from store.young import no_collection

API = "/api/v2"
SIZE = ("page[size]", "100")
BY_NUMBER = ("sort", "id")
MOST_PAGES = 1000
HIDDEN = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
CLOSED = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})  # to people like us, or on this plan
PEOPLE_AT_ONCE = 100
AT_ONCE = 250  # tickets that are mapped while everybody else waits: a millisecond

_PAGE = re.compile(r"[?&]page=([0-9]{1,9})(?:&|$)")

Query = tuple[tuple[str, str], ...]


class ClosedError(Exception):
    """This list is not for us, and another may stand in for it; `refusal` is for people. Never leaves the adapter."""

    def __init__(self, refusal: HeardError) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Pages:
    """All pages of one list; `complete` is false where the desk went round in circles or a record could not be read."""

    pages: tuple[wire.Listing, ...]
    complete: bool = True


class Mended(wire.Listing):
    """A page without the records that could not be read; `bad` names the tickets among them."""

    bad: tuple[BadRecord, ...] = ()


class Stamps(msgspec.Struct):
    """One page of a listing. Here nothing may be missing: an empty listing would say that all tickets are gone."""

    tickets: list[wire.Stamp]
    meta: wire.Meta


class Reader:
    """The reading side of one account."""

    def __init__(self, http: DeskHttp) -> None:
        self.http = http
        self.portion = 1000  # tickets in the next page of the export
        self._fields: to.Fields | None = None

    async def page(
        self, name: wire.ListName, path: str, query: Query = (), *, may_be_closed: bool = False
    ) -> wire.Listing:
        """One page of the list `name`, which is there; what cannot be read is left out and named (`Mended`).

        Raises as reads do, NotADeskError for an answer without the list, and ClosedError for 403 and 404 where the
        list `may_be_closed` to us.
        """
        answer = await self.answer(path, query, tolerate=CLOSED if may_be_closed else ())
        if not answer.ok:
            raise ClosedError(_refusal(answer))
        with no_collection():
            listing, bad = salvage.read(answer, wire.Listing, wire.LISTS, name)
        if getattr(listing, name) is None:
            raise answer.lacks(name)
        if not bad:
            return listing
        kept = {name: getattr(listing, name) for name in listing.__struct_fields__}
        return Mended(**kept, bad=bad.get("tickets", ()))

    async def answer(self, path: str, query: Query = (), tolerate: Collection[int] = ()) -> Answer:
        """One answer whose status the caller looks at."""
        return await self.http.get(API + path, query=query, tolerate=tolerate)

    async def all_pages(
        self, name: wire.ListName, path: str, query: Query = (), *, may_be_closed: bool = False
    ) -> Pages:
        """Every page of a list, by cursor where the desk gives one, by number where it does not; raises as `page` does."""
        pages: list[wire.Listing] = []
        seen: set[Query] = set()
        where: Query | None = (SIZE,)
        while where is not None and where not in seen and len(pages) < MOST_PAGES:
            seen.add(where)
            listing = await self.page(name, path, (*query, *where), may_be_closed=may_be_closed)
            pages.append(listing)
            where = following(listing)
        whole = not any(isinstance(page, Mended) for page in pages)
        return Pages(tuple(pages), where is None and whole)

    async def fields(self) -> to.Fields:
        """The account's custom fields, asked for once; none where the account hides them."""
        if self._fields is None:
            self._fields = to.Fields(await self._list_fields())
        return self._fields

    async def fields_for(self, keys: Iterable[str]) -> to.Fields:
        """The custom fields if any of `keys` is one; asked for again where one is unknown, for it may be new."""
        custom = set(keys) - to.CHANGEABLE
        if not custom:
            return to.Fields()
        fields = await self.fields()
        known = all(fields.find(key) for key in custom)
        return fields if known else await self.refresh_fields()

    async def refresh_fields(self) -> to.Fields:
        """Ask for the custom fields again."""
        self._fields = None
        return await self.fields()

    async def _list_fields(self) -> tuple[FieldDoc, ...]:
        try:
            listed = await self.all_pages("ticket_fields", "/ticket_fields.json", may_be_closed=True)
        except ClosedError:
            return ()
        return to.custom_fields(field for page in listed.pages for field in page.ticket_fields or ())

    async def tickets(
        self, raw: Sequence[wire.Ticket]
    ) -> tuple[tuple[TicketDoc, ...], tuple[BadRecord, ...]]:
        """Tickets as ours, and those that cannot be; the custom fields are asked for only where a ticket has any."""
        used = any(field.value is not None for ticket in raw for field in ticket.custom_fields or ())
        fields = await self.fields() if used else to.Fields()
        page = self.web_url("")
        made: list[TicketDoc | BadRecord] = []
        for start in range(0, len(raw), AT_ONCE):
            with no_collection():
                made += [_doc(ticket, fields, page) for ticket in raw[start : start + AT_ONCE]]
            await asyncio.sleep(0)  # whoever waits for the loop goes first
        docs = tuple([each for each in made if type(each) is TicketDoc])
        bad = () if len(docs) == len(made) else tuple([each for each in made if type(each) is BadRecord])
        return docs, bad

    async def listing(self, after: str) -> Listing:
        """One page of all tickets by number; `after` is the desk's own cursor. Raises as reads do."""
        where: Query = (("page[after]", after),) if after else ()
        answer = await self.answer("/tickets.json", (BY_NUMBER, SIZE, *where))
        page, bad = salvage.read(answer, Stamps, {"tickets": wire.Stamp}, "tickets")
        known = [
            (int(ident), to.version(to.micros(t.updated_at), t.generated_timestamp))
            for t in page.tickets
            if salvage.usable(ident := to.ident(t.id))
        ]
        known += [(int(each.id), 0) for each in bad.get("tickets", ()) if each.id]
        if not known and (page.tickets or bad):
            raise answer.lacks("id")
        following = page.meta.after_cursor if page.meta.has_more else None
        if page.meta.has_more and following in {None, "", after}:
            raise NotADeskError(
                f"{self.http.host} does not say where the list of tickets goes on.",
                "Try again; if it repeats, show this to the desk's administrator.",
            )
        return Listing(tuple(Listed(str(n), version) for n, version in sorted(known)), following)

    async def people(self, ids: Iterable[str]) -> AsyncIterator[PersonDoc]:
        """The people with these ids and all their addresses, a hundred in one request."""
        wanted = [i for i in dict.fromkeys(ids) if i.isascii() and i.isdigit()]
        for start in range(0, len(wanted), PEOPLE_AT_ONCE):
            some = ",".join(wanted[start : start + PEOPLE_AT_ONCE])
            page = await self.page(
                "users", "/users/show_many.json", (("ids", some), ("include", "identities"))
            )
            identities = page.identities or []
            for user in page.users or ():
                if to.ident(user.id):
                    yield to.person(user, identities)

    def web_url(self, ticket_id: str) -> str:
        """Where the ticket is shown to people."""
        return f"{self.http.base_url}/agent/tickets/{segment(ticket_id)}"


def _refusal(answer: Answer) -> HeardError:
    """The error that an answer stands for which is no success."""
    try:
        check(answer, 0)
    except HeardError as error:
        return error
    return answer.not_a_desk()


def _doc(raw: wire.Ticket, fields: to.Fields, page: str) -> TicketDoc | BadRecord:
    told = raw.id
    if type(told) is int and 0 < told < salvage.BEYOND:  # as documented
        ident = str(told)
    elif not (ident := to.ident(told)):
        return BadRecord("", "it has no id")
    elif not salvage.usable(ident):
        return BadRecord("", "its id is not a number of at most 19 digits")
    try:
        return to.ticket(raw, fields, page + ident, ident)
    except (ValueError, OverflowError, RecursionError):
        return BadRecord(ident, "a value is nested too deep, or a number is too large")


def following(listing: wire.Listing) -> Query | None:
    """The query for the page after this one, None after the last. Only cursor or number are taken from the answer."""
    if listing.meta is not None:
        after = listing.meta.after_cursor
        return (SIZE, ("page[after]", after)) if listing.meta.has_more and after else None
    number = _PAGE.search(listing.next_page or "")
    return (("page", number[1]),) if number else None


def users(pages: Iterable[wire.Listing]) -> tuple[PersonDoc, ...]:
    """The people that came along with a list, each once."""
    found = {ident: user for page in pages for user in page.users or () if (ident := to.ident(user.id))}
    return tuple(to.person(user) for user in found.values())
