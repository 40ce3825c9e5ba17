"""What every help desk looks like to the sync engine: values, capabilities, and the Protocol.

An adapter maps; it keeps nothing, retries nothing, sleeps never, and logs no body. Text in these values is as the
desk sent it: `store.write` passes all of it through the cleaning door before anything is stored. Ids are the desk's
own, as text. Times are integer microseconds since 1970, UTC, by the desk's clock.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar, Protocol, runtime_checkable

from store.remotes.docs import (
    OVERLAP_S,
    STANDARD_FIELDS,
    Absent,
    Address,
    AttachmentDoc,
    BadRecord,
    Caps,
    ChangeDoc,
    DeskSchema,
    FieldDoc,
    Listed,
    Listing,
    Me,
    MessageDoc,
    NamedDoc,
    Page,
    PersonDoc,
    Thread,
    TicketDoc,
)
from store.remotes.writes import A_PAGE, CLOSED, ONE_WAITS, Effect, JobStatus, Outcome, OutcomeKind, Write
from store.terms import CHANNELS, PRIORITIES, STATUSES, Channel, Presence, Priority, Role, Status

__all__ = [
    "A_PAGE",
    "CHANNELS",
    "CLOSED",
    "ONE_WAITS",
    "OVERLAP_S",
    "PRIORITIES",
    "STANDARD_FIELDS",
    "STATUSES",
    "Absent",
    "Address",
    "AttachmentDoc",
    "BadRecord",
    "Caps",
    "ChangeDoc",
    "Channel",
    "DeskSchema",
    "Effect",
    "FieldDoc",
    "Glancing",
    "JobStatus",
    "Listed",
    "Listing",
    "Me",
    "MessageDoc",
    "NamedDoc",
    "Outcome",
    "OutcomeKind",
    "Page",
    "PersonDoc",
    "Presence",
    "Priority",
    "Remote",
    "Role",
    "Status",
    "Thread",
    "TicketDoc",
    "Write",
    "presented",
]


@runtime_checkable
class Glancing(Protocol):
    """A desk that has to be looked into before it is known what it promises."""

    async def glance(self) -> None:
        """Ask a few things more, so that `caps` tell the promise without the whole schema. Raises as reads do."""
        ...


async def presented(remote: Remote) -> tuple[Me, str]:
    """Who we are on a desk, and what it promises as far as can be told quickly. Raises as reads do."""
    me = await remote.whoami()
    if isinstance(remote, Glancing):
        await remote.glance()
    return me, remote.caps.promise


class Remote(Protocol):
    """A help desk.

    Reads raise `store.errors` (OfflineError, CertificateError, AuthError, NotADeskError, ThrottledError, RefusedError,
    NotFoundError); `send` and `send_bulk` raise nothing and answer with an Outcome.
    """

    provider: ClassVar[str]

    @property
    def caps(self) -> Caps:
        """What this desk can do and promise."""
        ...

    async def whoami(self) -> Me:
        """Prove address and credentials with one cheap request."""
        ...

    async def schema(self) -> DeskSchema:
        """Agents, groups and custom fields."""
        ...

    def feed(self, cursor: str | None, overlap_s: int = OVERLAP_S) -> AsyncIterator[Page]:
        """Pages of tickets changed since `cursor` (None: from the beginning), oldest change first.

        A desk whose list of changes may tell late looks back `overlap_s` seconds from where it stood; told twice does
        no harm.
        """
        ...

    async def listing(self, after: str) -> Listing:
        """One page of the tickets that the desk shows, ascending by numeric id; "" asks for the first, `Listing.after` for the next.

        What `after` looks like is the desk's affair. A page covers all ids from the last one of the page before to its
        own last one. A desk may leave out archived tickets, those closed long ago; `ticket` still tells them.
        """
        ...

    async def ticket(self, ticket_id: str) -> TicketDoc | Absent:
        """One ticket as it stands now."""
        ...

    async def thread(self, ticket_id: str) -> Thread:
        """All messages and changes of one ticket."""
        ...

    async def people(self, ids: tuple[str, ...]) -> tuple[PersonDoc, ...]:
        """The people with these ids; ids that the desk does not show are left out."""
        ...

    async def send(self, write: Write) -> Outcome:
        """Make exactly one write request and classify what came back; never retries."""
        ...

    async def find_effect(self, write: Write) -> Effect:
        """Look on the desk for the effect of a write whose outcome is unknown."""
        ...

    async def send_bulk(self, writes: tuple[Write, ...]) -> tuple[Outcome, str]:
        """One request for many equal field changes where `caps.bulk` is "job"; the outcome and the job's id."""
        ...

    async def job(self, job_id: str) -> JobStatus:
        """How far a bulk job has come."""
        ...

    def attachment(self, attachment: AttachmentDoc) -> AsyncIterator[bytes]:
        """The bytes of one attachment, streamed, at most `caps.max_attachment`."""
        ...

    def server_now(self) -> int:
        """The desk's clock as its answers tell it, microseconds; ours until it has answered."""
        ...

    def web_url(self, ticket_id: str) -> str:
        """Where the ticket is shown in the desk's own web page."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
