"""The plain values that the read path returns; both doors, screens and command line, draw these and nothing else.

Times are integer microseconds since 1970, UTC. Text has passed the cleaning door. `ref` is how people, scripts and
local.db name a ticket: "desk/number". Nothing here imports more than the standard library.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

OpState = Literal["queued", "sending", "unknown", "conflict", "review", "done", "rejected", "cancelled"]
OP_STATES: tuple[OpState, ...] = (
    "queued",
    "sending",
    "unknown",
    "conflict",
    "review",
    "done",
    "rejected",
    "cancelled",
)
OPEN_STATES: tuple[OpState, ...] = ("queued", "sending", "unknown", "conflict", "review")


# What a desk promises about a reply whose answer was lost, in words (sync design, section 6).
PROMISES = {
    "A": "every reply arrives exactly once",
    "B": "a reply arrives exactly once unless the desk answers very late",
    "C": "after a broken connection you are asked before a reply is sent again",
}


class TicketRow(NamedTuple):
    """One line of the queue, with the open changes of the outbox already laid over it."""

    id: int  # row number in mirror.db: only for the life of this mirror
    ref: str
    subject: str
    status: str
    priority: str
    channel: str
    requester: str
    requester_id: int
    assignee: str  # "" when nobody has it
    group: str
    tags: str  # space separated
    created: int
    updated: int
    sla_due: int  # 0: no clock runs
    waiting_since: int  # 0: the customer waits for nothing
    messages: int
    pending: int  # open operations in the outbox for this ticket
    unseen: int  # 1: changed since the agent last looked


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket in full, without its messages."""

    row: TicketRow
    desk: str
    remote_id: str
    organization: str
    fields: dict[str, str]
    token: str
    version: int
    presence: str
    merged_into: str
    url: str
    low_water: str  # newest message id that we know
    copied: tuple[str, ...] = ()  # who else gets public replies, by name


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a customer's story: a message, a note, a change, or a reply still in the outbox."""

    ref: str  # of the ticket
    subject: str
    kind: Literal["message", "note", "change", "outbox"]
    channel: str
    role: Literal["customer", "agent", "system"]
    author: str
    at: int
    text: str
    id: str = ""  # the desk's id of the message, or the operation's id
    state: str = ""  # of the operation, for kind "outbox"
    attachments: tuple[str, ...] = ()
    status: str = ""  # of the ticket now


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach a customer."""

    kind: str  # email, phone, handle
    value: str


@dataclass(frozen=True, slots=True)
class Card:
    """Who a customer is: the head of the history pane."""

    id: int
    name: str
    contacts: tuple[Contact, ...]
    organization: str
    time_zone: str
    locale: str
    notes: str
    tickets: int
    open_tickets: int
    since: int  # first contact
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One intent in the outbox."""

    id: str
    desk: str
    ref: str
    seq: int
    kind: str  # reply, note, set, create
    body: str
    changes: dict[str, str]
    add_tags: tuple[str, ...]
    remove_tags: tuple[str, ...]
    base: dict[str, str]
    state: OpState
    error: str
    attempts: int
    created: int
    not_before: int
    bulk_id: str = ""
    undoes: str = ""
    shown: dict[str, str] = field(default_factory=dict)  # names for people where a change holds an id
    check: bool = True  # False: set the fields whatever anybody else has set meanwhile
    actor: str = ""
    send_at: int = 0  # the time that the agent chose; 0: at once
    base_token: str = ""
    low_water: str = ""  # newest message that the agent had seen
    agreed: str = ""  # the same, when he said: send it anyway
    replaces: str = ""  # the operation whose conflict this one settles
    job: str = ""  # the desk's job that carries it out
    owner: str = ""
    fence: int = 0
    last_sent: int = 0  # by the desk's clock
    doubt: int = 0  # until then (the desk's clock) an earlier request may still arrive; 0: there is none
    result_id: str = ""

    @property
    def later(self) -> bool:
        """Whether this is to be done at a time that the agent chose, and was not tried yet."""
        return self.send_at > 0 and self.state == "queued" and not self.attempts

    def words(self) -> str:
        """The change in the words that people type; reply or note for a message."""
        if self.kind != "set":
            return self.kind
        return change_words(self.changes | self.shown, self.add_tags, self.remove_tags)


def change_words(changes: Mapping[str, str], add_tags: Iterable[str], remove_tags: Iterable[str]) -> str:
    """A change in the words that `heard bulk` takes: "status=pending +vip -late"."""
    named = [f"{k}={v}" for k, v in changes.items()]
    return " ".join([*named, *(f"+{t}" for t in add_tags), *(f"-{t}" for t in remove_tags)])


@dataclass(frozen=True, slots=True)
class Clash:
    """One field that both sides changed to different values since the agent looked."""

    field: str
    base: str
    mine: str
    theirs: str
    theirs_by: str = ""
    theirs_at: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the append-only log. `seq` is the cursor of `heard tail`."""

    seq: int
    ref: str
    kind: str  # created, message, note, status, assignee, priority, tags, field, queued, sent, undone, ...
    role: str
    actor: str
    old: str
    new: str
    occurred: int
    recorded: int
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One line found by a search, with the words around it."""

    ref: str
    subject: str
    where: str  # subject, message, note, customer
    excerpt: str
    at: int
    requester: str
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class DeskState:
    """How one desk's sync stands."""

    name: str
    provider: str
    state: str  # new, online, offline, needs_login, error
    detail: str
    last_sync: int
    tickets: int
    promise: str
    backlog: int = 0  # tickets whose messages are still to be fetched


@dataclass(frozen=True, slots=True)
class OutboxCount:
    """How many operations stand in each state that still needs the network or a person."""

    states: dict[str, int] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        """Those that will leave by themselves."""
        return sum(self.states.get(s, 0) for s in ("queued", "sending", "unknown"))

    @property
    def attention(self) -> int:
        """Those that wait for a person."""
        return sum(self.states.get(s, 0) for s in ("conflict", "review", "rejected"))
