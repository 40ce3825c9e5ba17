"""What exists nowhere else: intents, drafts, conflicts, cursors, and the event log.

Committed with synchronous=FULL: an intent is on the disk before its first byte leaves.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import MetaData
from sqlmodel import Field, Index, SQLModel, UniqueConstraint, text


def _added() -> str:
    """A text column that came with a later schema: older rows have it empty."""
    column: str = Field("", sa_column_kwargs={"server_default": text("''")})
    return column


class LocalModel(SQLModel):
    """Base of every table in local.db."""

    metadata: ClassVar[MetaData] = MetaData()


class OperationRecord(LocalModel, table=True):
    """One change that an agent or a script asked for, from intent to proof (sync design, sections 2.1 and 3)."""

    __tablename__ = "op"
    __table_args__ = (
        UniqueConstraint("lane", "seq"),
        Index("op_one_in_flight", "lane", unique=True, sqlite_where=text("state IN ('sending', 'unknown')")),
        Index("op_open", "state", "desk", sqlite_where=text("state NOT IN ('done', 'cancelled')")),
        Index("op_lane", "lane", "state"),
        Index("op_bulk", "bulk_id"),
        Index("op_laid", "lane", "seq", sqlite_where=text("closed = 0")),
    )

    id: str = Field(primary_key=True)  # a ULID: sortable, and the marker on the desk
    desk: str
    lane: str  # the ticket's ref: operations of one lane leave strictly in order
    seq: int
    bulk_id: str = ""
    undoes: str = ""  # the operation or bulk that this one takes back
    kind: str  # reply, note, set, create
    payload: str  # JSON: body, changes, add_tags, remove_tags
    base: str = "{}"  # JSON: the touched fields as the agent saw them
    base_token: str = ""
    low_water: str = ""  # newest message id known when this was queued
    state: str = "queued"
    owner: str = ""
    fence: int = 0
    attempts: int = 0
    first_sent: int = 0
    last_sent: int = 0
    not_before: int = 0
    error: str = ""
    status: int = 0  # HTTP status of the last attempt
    result_id: str = ""
    result_token: str = ""
    actor: str = ""
    created: int = 0
    closed: int = 0
    send_at: int = Field(
        0, sa_column_kwargs={"server_default": text("0")}
    )  # the time the agent chose; 0: at once
    agreed: str = _added()  # newest message id that the agent had seen when he said: send it anyway
    replaces: str = _added()  # the operation whose conflict this one settles
    job: str = _added()  # the desk's job that carries it out, with others
    # Until then (the desk's clock) a request whose outcome we do not know may still arrive; 0: there is none.
    doubt: int = Field(0, sa_column_kwargs={"server_default": text("0")})


class Attempt(LocalModel, table=True):
    """One write request that was made, and what it came to."""

    __tablename__ = "attempt"

    op_id: str = Field(primary_key=True)
    n: int = Field(primary_key=True)
    at: int
    outcome: str = ""
    status: int = 0
    detail: str = ""


class Conflict(LocalModel, table=True):
    """One field that both sides changed, kept until a person decides."""

    __tablename__ = "conflict"
    __table_args__ = (Index("conflict_op", "op_id"),)

    id: int | None = Field(default=None, primary_key=True)
    op_id: str
    field: str
    base: str = ""
    mine: str = ""
    theirs: str = ""
    theirs_by: str = ""
    theirs_at: int = 0
    resolution: str = ""
    resolved_by: str = ""
    resolved: int = 0


class Bulk(LocalModel, table=True):
    """A change applied to many tickets, undone as one."""

    __tablename__ = "bulk"

    id: str = Field(primary_key=True)
    spec: str  # JSON: the query or refs, and the change
    total: int
    actor: str = ""
    created: int = 0


class Draft(LocalModel, table=True):
    """What an agent has typed for a ticket and not sent; sync never touches it."""

    __tablename__ = "draft"

    ref: str = Field(primary_key=True)
    mode: str = "reply"  # reply or note
    body: str = ""
    low_water: str = ""  # newest message known when the draft was begun
    updated: int = 0


class OldCursor(LocalModel, table=True):
    """Where schema 1 kept the cursors; they are in the mirror now, and tables are never taken away."""

    __tablename__ = "cursor"

    desk: str = Field(primary_key=True)
    stream: str = Field(primary_key=True)
    value: str = ""
    epoch: str = ""
    updated: int = 0


class EventRecord(LocalModel, table=True):
    """What happened, when, when we learnt of it, and who did it. Rows are only ever added.

    `key` says where it comes from, so that learning it twice adds it once.
    """

    __tablename__ = "event"
    __table_args__ = (Index("event_ref", "ref", "occurred"), Index("event_occurred", "occurred"))

    seq: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    ref: str
    kind: str
    role: str = ""
    actor: str = ""
    old: str = ""
    new: str = ""
    message_id: str = ""  # the desk's id of the message, whose text stays in the mirror
    occurred: int = 0
    recorded: int = 0


class DeskStateRecord(LocalModel, table=True):
    """How one desk's sync stands; its settings are in config.toml."""

    __tablename__ = "desk_state"

    name: str = Field(primary_key=True)
    state: str = "new"  # new, online, offline, needs_login, error
    detail: str = ""
    error: str = ""  # the stable code of the error behind the state
    promise: str = ""
    me: str = ""  # the desk's id of the agent whose credentials we hold
    last_sync: int = 0
    clock_offset: int = 0  # the desk's clock minus ours, microseconds


class Lease(LocalModel, table=True):
    """Which process works for a desk just now."""

    __tablename__ = "lease"

    desk: str = Field(primary_key=True)
    owner: str = ""
    fence: int = 0
    expires: int = 0


class Seen(LocalModel, table=True):
    """When the agent last looked at a ticket."""

    __tablename__ = "seen"

    ref: str = Field(primary_key=True)
    at: int = 0


class LocalMeta(LocalModel, table=True):
    """Facts about this file: schema readers and writers, the first sync, the local clock."""

    __tablename__ = "meta"

    key: str = Field(primary_key=True)
    value: str = ""
