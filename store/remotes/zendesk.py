"""Zendesk Support: the adapter. It maps; what it keeps is the connection, the list of custom fields and our role."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import ClassVar, Literal

import httpx

from store.clock import wall_clock
from store.errors import AuthError, HeardError
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
from store.remotes import zendesk_feed as feeds
from store.remotes import zendesk_map as to
from store.remotes import zendesk_story as story
from store.remotes import zendesk_wire as wire
from store.remotes import zendesk_write as writing
from store.remotes.gate import OPEN_GATE, Gate
from store.remotes.http import DeskHttp, segment
from store.remotes.http_auth import basic, bearer
from store.remotes.zendesk_limits import endpoint_class
from store.remotes.zendesk_read import API, ClosedError, Reader, users

BULK_MAX = 100
SMALLEST_PLAN = 200  # requests a minute
KEY_LIFE_S = 2 * 3600


class ZendeskRemote:
    """One Zendesk account. `base_url` is its root, such as https://acme.zendesk.com.

    `user` is the agent's e-mail address for an API token; without it `secret` is an OAuth access token. `feed` is
    "auto" (the export for admins, else the listing), "export" or "listing". Raises ConfigError and AuthError for an
    address or credentials that cannot be used at all.
    """

    provider: ClassVar[str] = "zendesk"

    def __init__(
        self,
        base_url: str,
        secret: str,
        *,
        user: str = "",
        transport: httpx.AsyncBaseTransport | None = None,
        feed: Literal["auto", "export", "listing"] = "auto",
        now: Callable[[], int] = wall_clock,
        gate: Gate = OPEN_GATE,
    ) -> None:
        credentials = basic(f"{user}/token", secret) if user else bearer(secret)
        self.http = DeskHttp(
            base_url, credentials, transport=transport, now=now, gate=gate, classify=endpoint_class
        )
        self._reader = Reader(self.http)
        self._exporting: bool | None = None if feed == "auto" else feed == "export"
        self._forced = feed != "auto"

    def __repr__(self) -> str:
        return f"ZendeskRemote({self.http.base_url})"

    @property
    def caps(self) -> Caps:
        """What Zendesk promises; the kind of feed is known once we know our role."""
        budget = next(
            (limit.limit for limit in self.http.limits if not limit.name and limit.limit), SMALLEST_PLAN
        )
        return Caps(
            provider=self.provider,
            promise="A",
            cas="stamp",
            cas_on_reply=True,
            create_key_s=KEY_LIFE_S,
            marker="meta",
            marker_atomic=True,
            feed="since" if self._exporting is False else "cursor",
            overlap_s=OVERLAP_S,
            tags="add_remove",
            bulk="job",
            bulk_max=BULK_MAX,
            requests_per_minute=budget,
        )

    async def whoami(self) -> Me:
        """The agent that the credentials belong to. Raises AuthError also for nobody and for a customer."""
        user = (await self.http.read(f"{API}/users/me.json", wire.OneUser)).user
        if user is None or not to.ident(user.id):
            raise AuthError(
                f"{self.http.host} takes us for nobody in particular: the credentials were not looked at.",
                "Check the e-mail address and the token, and whether token access is switched on in the account.",
            )
        if user.role not in {"agent", "admin"}:
            raise AuthError(
                f"{user.name or user.email} is a customer of {self.http.host}, not an agent.",
                "Log in with an agent's e-mail address and token.",
            )
        return Me(to.ident(user.id), user.name or "", user.email or "", user.role == "admin")

    async def schema(self) -> DeskSchema:
        """Agents, groups and custom fields."""
        staff = [
            await self._reader.all_pages("users", "/users.json", (("role", role),))
            for role in ("agent", "admin")
        ]
        groups = await self._reader.all_pages("groups", "/groups.json")
        named = [group for page in groups.pages for group in page.groups or ()]
        agents = users(page for listed in staff for page in listed.pages)
        return DeskSchema(agents, to.named(named), (await self._reader.refresh_fields()).docs)

    async def feed(self, cursor: str | None, overlap_s: int = OVERLAP_S) -> AsyncIterator[Page]:
        """Pages of tickets changed since `cursor`, oldest change first; by the listing where the export is not for us."""
        start = feeds.Position.parse(cursor)
        if await self._may_export():
            try:
                export = feeds.export(self._reader, start or feeds.Position("export"), overlap_s)
                async with aclosing(export) as pages:
                    async for page in pages:
                        yield page
                        start = feeds.Position.parse(page.cursor) or start
            except ClosedError as error:
                if self._forced:
                    raise error.refusal from None
                self._exporting = False
            else:
                return
        async for page in feeds.listing(self._reader, start or feeds.Position("scan"), overlap_s):
            yield page

    async def _may_export(self) -> bool:
        if self._exporting is None:
            self._exporting = (await self.whoami()).admin
        return self._exporting

    async def listing(self, after: str) -> Listing:
        """One page of the tickets that the desk shows, ascending by id; `after` is the desk's own cursor, "" the first.

        Zendesk leaves out archived tickets: those closed for a few months. They can still be read one by one.
        """
        return await self._reader.listing(after)

    async def ticket(self, ticket_id: str) -> TicketDoc | Absent:
        """One ticket as it stands now."""
        return await story.ticket(self._reader, ticket_id)

    async def thread(self, ticket_id: str) -> Thread:
        """All messages and changes of one ticket; without changes where audits are closed to us."""
        return await story.thread(self._reader, ticket_id)

    async def people(self, ids: tuple[str, ...]) -> tuple[PersonDoc, ...]:
        """The people with these ids and all their addresses; ids that the desk does not show are left out."""
        return tuple([person async for person in self._reader.people(ids)])

    async def send(self, write: Write) -> Outcome:
        """Make exactly one write request and classify what came back; what has to be read before is read first."""
        write = writing.as_kept(write)
        try:
            request = writing.request(write, *await self._background(write))
        except HeardError as error:
            return writing.unsent(error)
        written = await self.http.write(
            request.method, API + request.path, request.payload, headers=request.headers
        )
        return writing.outcome(write, written)

    async def _background(self, write: Write) -> tuple[to.Fields, wire.Ticket | None]:
        fields = await self._reader.fields_for(write.changes)
        if not writing.needs_ticket(write):
            return fields, None
        ticket_id = write.ticket_id or write.follows
        answer = await self._reader.answer(f"/tickets/{segment(ticket_id)}.json")
        raw = answer.parse(wire.OneTicket).ticket
        if to.ident(raw.id) != ticket_id:  # its tags would be written over those of ours
            raise answer.lacks("id")
        return fields, raw

    async def find_effect(self, write: Write) -> Effect:
        """Look for the effect of `write` on the desk: by our marker, our external id, or the tags themselves."""
        return await story.find_effect(self._reader, writing.as_kept(write))

    async def send_bulk(self, writes: tuple[Write, ...]) -> tuple[Outcome, str]:
        """Queue one job for up to 100 equal field changes, without a check for conflicts; the outcome and the job's id."""
        try:
            fields = await self._reader.fields_for(key for write in writes for key in write.changes)
            ticket = writing.bulk(tuple(map(writing.as_kept, writes)), fields, BULK_MAX)
        except HeardError as error:
            return writing.unsent(error), ""
        ids = ",".join(write.ticket_id for write in writes)
        path = f"{API}/tickets/update_many.json"
        written = await self.http.write("PUT", path, {"ticket": ticket}, query=(("ids", ids),))
        told = writing.outcome(writes[0], written) if written.outcome.kind != "applied" else written.outcome
        answer = written.parse(wire.OneJob) if told.kind == "applied" else None
        job_id = to.ident(answer.job_status.id) if answer else ""
        if told.kind == "applied" and not job_id:
            return Outcome("unparsed", status=told.status, detail="the answer does not name the job"), ""
        return told, job_id

    async def job(self, job_id: str) -> JobStatus:
        """How far a bulk job has come."""
        answer = await self.http.read(f"{API}/job_statuses/{segment(job_id)}.json", wire.OneJob)
        return to.job(answer.job_status)

    def attachment(self, attachment: AttachmentDoc) -> AsyncIterator[bytes]:
        """The bytes of one attachment, streamed, at most `caps.max_attachment`."""
        return self.http.download(attachment.url, cap=self.caps.max_attachment)

    def server_now(self) -> int:
        """The desk's clock as its answers tell it, microseconds."""
        return self.http.server_now()

    def web_url(self, ticket_id: str) -> str:
        """Where the ticket is shown in Zendesk's own web page."""
        return self._reader.web_url(ticket_id)

    async def aclose(self) -> None:
        """Close the connections."""
        await self.http.aclose()
