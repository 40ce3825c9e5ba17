"""What every help desk looks like to the sync engine: values, capabilities, and the Protocol.

An adapter maps; it keeps nothing, retries nothing, sleeps never, and logs no body. Text in these values is as the
desk sent it: `store.write` passes all of it through the cleaning door before anything is stored. Ids are the desk's
own, as text. Times are integer microseconds since 1970, UTC, by the desk's clock.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Protocol

from store.terms import CHANNELS, PRIORITIES, STATUSES, Channel, Presence, Priority, Role, Status

__all__ = [
    "CHANNELS",
    "PRIORITIES",
    "STATUSES",
    "Absent",
    "Address",
    "AttachmentDoc",
    "Caps",
    "ChangeDoc",
    "Channel",
    "DeskSchema",
    "Effect",
    "FieldDoc",
    "JobStatus",
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
]


@dataclass(frozen=True, slots=True)
class Caps:
    """What a desk can do and promise (sync design, sections 6 and 9)."""

    provider: str
    promise: Literal[
        "A", "B", "C"
    ]  # A: exactly one reply; B: exactly one within `settle_s`; C: asks after an unknown
    cas: Literal["none", "etag", "stamp"] = "none"  # conditional field writes
    cas_on_reply: bool = False
    create_key_s: int = 0  # how long an idempotency key for a create lives; 0: there is none
    marker: Literal["none", "meta", "field"] = "none"  # where a reply can carry our operation's id
    marker_atomic: bool = False  # stored in the same transaction as the reply?
    feed: Literal["cursor", "since"] = "since"
    overlap_s: int = 120  # how far each pull looks back
    ids_monotonic: bool = True
    tags: Literal["add_remove", "replace", "none"] = "none"
    bulk: Literal["none", "job"] = "none"
    bulk_max: int = 1
    settle_s: int = 90  # after this long a request that timed out can no longer commit
    max_body: int = 65_536  # characters of one message
    max_attachment: int = 50 * 1024 * 1024
    statuses: tuple[str, ...] = STATUSES
    priorities: tuple[str, ...] = PRIORITIES
    requests_per_minute: int = 0  # 0: no published limit


@dataclass(frozen=True, slots=True)
class Me:
    """Who the credentials belong to."""

    id: str
    name: str
    email: str
    admin: bool


@dataclass(frozen=True, slots=True)
class Address:
    """One way to reach a person; `value` as the desk gave it."""

    kind: Literal["email", "phone", "handle"]
    value: str


@dataclass(frozen=True, slots=True)
class PersonDoc:
    """A customer or an agent."""

    id: str
    name: str
    role: Role
    addresses: tuple[Address, ...] = ()
    organization_id: str | None = None
    time_zone: str = ""
    locale: str = ""
    notes: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class NamedDoc:
    """An organization or a group."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class FieldDoc:
    """A custom field: `key` is what a query and a change call it."""

    id: str
    key: str
    title: str
    kind: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketDoc:
    """A ticket without its messages. `version` never decreases on the desk; `token` makes a write conditional."""

    id: str
    subject: str
    status: Status
    status_raw: str
    priority: Priority
    priority_raw: str
    channel: Channel
    requester_id: str | None
    assignee_id: str | None
    group_id: str | None
    organization_id: str | None
    created: int
    updated: int
    version: int
    token: str
    tags: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    presence: Presence = "present"
    merged_into: str | None = None
    sla_due: int | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentDoc:
    """What is known of a file before it is fetched; `name` is a label, never a path."""

    id: str
    name: str
    size: int
    mime: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class MessageDoc:
    """One message or note. `html` is used when `text` is empty; `marker` is the operation id that we left on it."""

    id: str
    ticket_id: str
    public: bool
    author_id: str | None
    created: int
    text: str
    html: str = ""
    channel: Channel = "other"
    attachments: tuple[AttachmentDoc, ...] = ()
    marker: str = ""


@dataclass(frozen=True, slots=True)
class ChangeDoc:
    """One field of a ticket went from `old` to `new`; values are canonical where a canonical form exists."""

    id: str
    ticket_id: str
    field: str  # status, priority, assignee, group, subject, tags, merged, or a custom field's key
    old: str
    new: str
    actor_id: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the feed. `cursor` is where the next pull may start once this page is stored."""

    tickets: tuple[TicketDoc, ...]
    people: tuple[PersonDoc, ...] = ()
    organizations: tuple[NamedDoc, ...] = ()
    groups: tuple[NamedDoc, ...] = ()
    cursor: str | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class Thread:
    """The messages and changes of one ticket, oldest first, with the people seen on the way."""

    ticket_id: str
    messages: tuple[MessageDoc, ...]
    changes: tuple[ChangeDoc, ...] = ()
    people: tuple[PersonDoc, ...] = ()
    complete: bool = True  # False: the desk did not list everything


@dataclass(frozen=True, slots=True)
class Absent:
    """The desk does not show the ticket."""

    id: str
    presence: Presence
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class DeskSchema:
    """What changes seldom: agents, groups, custom fields."""

    agents: tuple[PersonDoc, ...]
    groups: tuple[NamedDoc, ...] = ()
    fields: tuple[FieldDoc, ...] = ()


@dataclass(frozen=True, slots=True)
class Write:
    """One change to make on the desk. `changes` are canonical: status, priority, assignee (id or ""), group (id), subject, or a custom field's key."""

    op_id: str
    kind: Literal["reply", "note", "set", "create"]
    ticket_id: str  # "" for a create
    body: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    token: str | None = None  # the token that the agent's screen was based on
    low_water: str = ""  # the newest message id known when the change was made
    requester: Address | None = None  # for a create


OutcomeKind = Literal[
    "applied", "unparsed", "not_sent", "throttled", "conflict", "busy",
    "refused", "auth", "forbidden", "gone", "merged", "unknown",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one write request came to (sync design, section 5.3). `unknown` and `unparsed` may have happened."""

    kind: OutcomeKind
    remote_id: str | None = None  # the message or ticket that the write made
    token: str | None = None
    retry_after: float | None = None  # seconds
    status: int = 0  # HTTP status, 0 where there was none
    code: str = ""
    detail: str = ""
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """The answer to "did it happen?": found, absent, or the desk cannot tell."""

    kind: Literal["found", "absent", "cannot_tell"]
    remote_id: str | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How far a bulk job has come; `failed` are the ticket ids that were not changed, each with its reason."""

    state: Literal["queued", "working", "completed", "failed"]
    done: int = 0
    total: int = 0
    failed: Mapping[str, str] = field(default_factory=dict)


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

    def feed(self, cursor: str | None) -> AsyncIterator[Page]:
        """Pages of tickets changed since `cursor` (None: from the beginning), oldest change first."""
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
