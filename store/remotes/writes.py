"""What a help desk is asked to do, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from store.remotes.docs import Address


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
    follows: str = ""  # for a create: the closed ticket that it goes on from, whose requester it has


ONE_WAITS = "one waits"  # the code of a throttled write: only this ticket has to wait, all others may go
A_PAGE = "page"  # the code of a write that a web page answered: who says no is not the desk itself
CLOSED = "closed"  # the code of a refused write: the ticket is closed for good, and a follow-up ticket can take the words

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
