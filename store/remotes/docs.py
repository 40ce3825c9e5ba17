"""What a help desk tells: capabilities, people, tickets, threads, pages.

Text in these values is as the desk sent it and is cleaned before anything is stored. Ids are the desk's own, as text.
Times are integer microseconds since 1970, UTC, by the desk's clock. What comes by the thousand is a Struct, which is
made in a fifth of the time and holds no cycles; `msgspec.structs.replace` makes a changed copy of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from store.terms import PRIORITIES, STATUSES, Channel, Presence, Priority, Role, Status

# What changes and events call the fields that every desk has; no custom field may be called so.
STANDARD_FIELDS = frozenset(
    {
        "status",
        "priority",
        "assignee",
        "owner",
        "group",
        "queue",
        "subject",
        "tags",
        "requester",
        "channel",
        "merged",
    }
)
OVERLAP_S = 120  # how far a pull looks back on a desk that was never seen to tell late


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
    overlap_s: int = OVERLAP_S  # how far each pull looks back at least
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


class Address(msgspec.Struct, frozen=True, gc=False):
    """One way to reach a person; `value` as the desk gave it."""

    kind: Literal["email", "phone", "handle"]
    value: str


class PersonDoc(msgspec.Struct, frozen=True, gc=False):
    """A customer or an agent; one who is told in `part` may have more addresses than these."""

    id: str
    name: str
    role: Role
    addresses: tuple[Address, ...] = ()
    organization_id: str | None = None
    time_zone: str = ""
    locale: str = ""
    notes: str = ""
    active: bool = True
    part: bool = False


class NamedDoc(msgspec.Struct, frozen=True, gc=False):
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


class TicketDoc(msgspec.Struct, frozen=True, gc=False):
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
    fields: Mapping[str, str] = msgspec.field(default_factory=dict)
    presence: Presence = "present"
    merged_into: str | None = None
    sla_due: int | None = None
    url: str = ""
    # Who else gets public replies: ids of people, or the names that they log in with.
    copied: tuple[str, ...] = ()


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
    """One message or note. `html` is used when `text` is empty; `marker` is the operation id that we left on it.

    `role` and `author` are for desks that tell with the message who wrote it; elsewhere the author's id leads to both.
    """

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
    role: Role | None = None
    author: str = ""


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
class BadRecord:
    """A ticket in a page that could not be understood: the rest of the page is kept, and this one is looked at again."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the feed. `cursor` is where the next pull may start once this page is stored."""

    tickets: tuple[TicketDoc, ...]
    people: tuple[PersonDoc, ...] = ()
    organizations: tuple[NamedDoc, ...] = ()
    groups: tuple[NamedDoc, ...] = ()
    cursor: str | None = None
    more: bool = False
    bad: tuple[BadRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """One ticket in a listing; `version` is what `TicketDoc.version` would be."""

    id: str
    version: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Tickets in ascending order of their ids; `after` is what to ask for next, None at the end of the desk."""

    tickets: tuple[Listed, ...]
    after: str | None = None


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
