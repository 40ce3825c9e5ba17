"""Request Tracker 5 (REST 2): the adapter. It maps; what it keeps is the connection, our number and names of fields.

An exactly-once reply rests on a transaction custom field "ClientRef" (freeform, one value) in the queues, in which
each message carries our operation's id; a create rests on a ticket custom field "ClientKey"; tags live in a ticket
custom field "Tags" (freeform, many values). Without them RT works as well, with a weaker promise and without tags.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from typing import ClassVar

import httpx

from store.clock import wall_clock
from store.errors import AuthError, NotADeskError, RefusedError
from store.remotes import (
    OVERLAP_S,
    Absent,
    AttachmentDoc,
    Caps,
    DeskSchema,
    Effect,
    JobStatus,
    Listing,
    Me,
    Outcome,
    Page,
    PersonDoc,
    Thread,
    TicketDoc,
    Write,
)
from store.remotes import rt_feed as feeds
from store.remotes import rt_history as histories
from store.remotes import rt_map as to
from store.remotes import rt_schema as schemas
from store.remotes import rt_wire as wire
from store.remotes.gate import OPEN_GATE, Gate
from store.remotes.http import DeskHttp
from store.remotes.http_auth import basic, scheme
from store.remotes.rt_read import API, Reader
from store.remotes.rt_send import Sender

MOST_ATTACHED = 20 * 1024 * 1024  # comes as base64 inside one JSON body
PIECE = 64 * 1024
_TOKEN = re.compile(r"[0-9]+-([0-9]{1,18})-")  # a token names the user's number: 1-40-939f49ec...


class RtRemote:
    """One Request Tracker. `base_url` is where people open it, or its REST address (".../REST/2.0").

    `secret` is an authentication token, or with `user` that user's password. Raises ConfigError and AuthError for an
    address or credentials that cannot be used at all.
    """

    provider: ClassVar[str] = "rt"

    def __init__(
        self,
        base_url: str,
        secret: str,
        *,
        user: str = "",
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], int] = wall_clock,
        gate: Gate = OPEN_GATE,
    ) -> None:
        credentials = basic(user, secret) if user else scheme("token", secret)
        address = base_url.strip().rstrip("/").removesuffix(API) + API
        self.http = DeskHttp(address, credentials, transport=transport, now=now, gate=gate)
        owner = _TOKEN.match(secret.strip())
        self._login = user or (owner[1] if owner else "")
        self._me: Me | None = None
        self._reader = Reader(self.http)
        self._desk = schemas.Desk(self._reader)
        self._feed = feeds.Feed(self._reader)
        self._sender = Sender(self._reader, self._desk)

    def __repr__(self) -> str:
        return f"RtRemote({self.http.base_url})"

    @property
    def caps(self) -> Caps:
        """What this RT promises: as far as `glance` has seen, for certain after `schema` and before `find_effect` answers."""
        marks = bool(self._desk.marks)
        return Caps(
            provider=self.provider,
            promise="B" if marks else "C",
            cas="etag",
            marker="field" if marks else "none",
            feed="since",
            overlap_s=OVERLAP_S,
            tags="none" if self._desk.tags is False else "replace",
            max_attachment=MOST_ATTACHED,
            statuses=("new", "open", "pending", "solved", "closed"),
            priorities=("low", "normal", "high", "urgent"),
        )

    async def whoami(self) -> Me:
        """The user that the credentials belong to. Raises AuthError for one who is no agent."""
        server = await self.http.read("/rt", wire.Server)
        if not to.text(server.version):
            raise NotADeskError(
                f"{self.http.host} answers, but not as Request Tracker.", "Check the address of the desk."
            )
        user = await self._reader.user(self._login or await self._last_writer())
        if user is None or not to.number(user.id):
            raise AuthError(
                f"{self.http.host} does not tell whose credentials these are.",
                "Log in with a user name and password, or make a new token.",
            )
        if not to.number(user.privileged):
            raise AuthError(
                f"{to.text(user.name)} is a customer of {self.http.host}, not an agent.",
                "Ask the administrator to let this user be granted rights.",
            )
        name = to.text(user.real_name) or to.text(user.name)
        self._me = Me(str(to.number(user.id)), name, to.text(user.email_address), server.plugins is not None)
        return self._me

    async def glance(self) -> None:
        """Look into a few queues for the field that carries our operation's id: the promise rests on it."""
        await self._desk.glance()

    async def _last_writer(self) -> str:
        """Our number from a ticket that we changed, for a token of a kind that does not tell it; "" for none."""
        where = "LastUpdatedBy = '__CurrentUser__'"
        query = (
            ("query", where),
            ("fields", "LastUpdatedBy"),
            ("fields[LastUpdatedBy]", "id"),
            ("per_page", "1"),
        )
        found = await self.http.read("/tickets", wire.Tickets, query=query)
        return next((to.user_id(row.last_updated_by) or "" for row in found.items), "")

    async def _ours(self) -> Me:
        return self._me or await self.whoami()

    async def schema(self) -> DeskSchema:
        """Agents, groups (RT's queues) and custom fields."""
        return await self._desk.schema((await self._ours()).email)

    async def feed(self, cursor: str | None, overlap_s: int = OVERLAP_S) -> AsyncIterator[Page]:
        """Pages of tickets changed since `cursor` less `overlap_s`, oldest change first."""
        async for page in self._feed.pages(cursor, overlap_s):
            yield page

    async def listing(self, after: str) -> Listing:
        """One page of the tickets that RT shows, ascending by number, after the number `after`, "" the first."""
        return await self._reader.listing(after)

    async def ticket(self, ticket_id: str) -> TicketDoc | Absent:
        """One ticket as it stands now, with its ETag."""
        shown = await self._reader.show(ticket_id)
        if isinstance(shown, Absent):
            return shown
        if to.presence(shown.raw) == "gone":
            return Absent(ticket_id, "gone")
        return self._reader.doc(await self._reader.complete(shown), shown.etag)

    async def thread(self, ticket_id: str) -> Thread:
        """All messages and changes of one ticket."""
        return await histories.thread(self._reader, ticket_id)

    async def people(self, ids: tuple[str, ...]) -> tuple[PersonDoc, ...]:
        """The people with these ids; ids that the desk does not show are left out."""
        return await schemas.people(self._reader, ids)

    async def send(self, write: Write) -> Outcome:
        """Make one write request and classify what came back; raises nothing, repeats nothing."""
        return await self._sender.send(write)

    async def find_effect(self, write: Write) -> Effect:
        """Look on the desk for the effect of a write whose outcome is unknown."""
        return await self._sender.find_effect(write, (await self._ours()).id)

    async def send_bulk(self, writes: tuple[Write, ...]) -> tuple[Outcome, str]:
        """RT has no job for many tickets that could be followed: nothing is sent."""
        return Outcome("refused", code="no_bulk", detail=f"RT changes {len(writes)} tickets one by one"), ""

    async def job(self, job_id: str) -> JobStatus:
        """There are no jobs. Raises RefusedError."""
        raise RefusedError(f"{self.http.host} has no job {job_id}.", "RT changes tickets one by one.")

    async def attachment(self, attachment: AttachmentDoc) -> AsyncIterator[bytes]:
        """The bytes of one attachment, at most `caps.max_attachment`. Raises as reads do."""
        content = await histories.read_file(self._reader, attachment.id)
        if len(content) > MOST_ATTACHED:
            raise RefusedError(
                f"The file is larger than {MOST_ATTACHED // 1024 // 1024} MB.",
                "Open the ticket in RT to get it.",
            )
        for start in range(0, len(content), PIECE):
            yield content[start : start + PIECE]

    def server_now(self) -> int:
        """The desk's clock as its answers tell it, microseconds."""
        return self.http.server_now()

    def web_url(self, ticket_id: str) -> str:
        """Where the ticket is shown in RT's own web page."""
        return self._reader.web_url(ticket_id)

    async def aclose(self) -> None:
        """Close the connections."""
        await self.http.aclose()
