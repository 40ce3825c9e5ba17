"""What the help desks say: a cache that may be deleted at any moment and pulled again.

All text has passed the cleaning door. Times are integer microseconds, UTC, by the desk's clock. Row numbers (`id`)
live only as long as this mirror; `ref` ("desk/number") is what local.db and people use.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import MetaData
from sqlmodel import Field, Index, SQLModel, UniqueConstraint, text

from store.orders import COVERED, INDEXED, LIVE, PRESENT


class MirrorModel(SQLModel):
    """Base of every table in mirror.db."""

    metadata: ClassVar[MetaData] = MetaData()


def _orders() -> list[Index]:
    """For every order of the queue one index over all tickets and one over the live ones."""
    made = []
    for name, columns in INDEXED.items():
        covered = COVERED if name == "updated" else "status, assignee_id"
        made.append(Index(f"ticket_by_{name}", text(columns), sqlite_where=text(PRESENT)))
        made.append(Index(f"ticket_live_{name}", text(f"{columns}, {covered}"), sqlite_where=text(LIVE)))
    return made


class TicketRecord(MirrorModel, table=True):
    """One ticket as the desk last showed it; open operations are laid over it on read, never written here."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("desk", "remote_id"),
        Index("ticket_requester", "requester_id", "created"),
        *_orders(),
        Index("ticket_hidden", "presence", sqlite_where=text("presence <> 'present'")),
        Index("ticket_solved", "id", sqlite_where=text(f"status = 'solved' AND {PRESENT}")),
        Index("ticket_stale", "desk", text("updated DESC"), sqlite_where=text("thread_version < version")),
    )

    id: int | None = Field(default=None, primary_key=True)
    ref: str = Field(unique=True)
    desk: str
    remote_id: str
    subject: str = ""
    status: str = "new"
    status_raw: str = ""
    priority: str = "none"
    priority_raw: str = ""
    channel: str = "other"
    requester_id: int = 0  # customer.id
    assignee_id: int = 0  # agent.id, 0: nobody
    group_id: int = 0
    organization_id: int = 0
    tags: str = ""  # " vip urgent ": a space before and after each, so that one tag can be looked for
    fields: str = "{}"  # custom fields as JSON, key to text
    created: int = 0
    updated: int = 0
    version: int = 0  # never decreases
    token: str = ""
    presence: str = "present"
    merged_into: str = ""
    sla_due: int = 0
    url: str = ""
    waiting_since: int = 0  # first customer message that no public agent message has followed; 0: none
    messages: int = 0
    low_water: str = ""  # newest message id that we know
    thread_version: int = 0  # the ticket version whose thread is stored
    # Who else gets public replies, as JSON: a list of the desk's ids or login names; "" for nobody.
    copied: str = Field("", sa_column_kwargs={"server_default": text("''")})


class Message(MirrorModel, table=True):
    """A message or an internal note."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("desk", "remote_id"),
        Index("message_ticket", "ticket_id", "created"),
        Index("message_customer", "customer_id", "created"),
        Index("message_created", text("created DESC")),
    )

    id: int | None = Field(default=None, primary_key=True)
    desk: str
    remote_id: str
    ticket_id: int
    customer_id: int  # the requester of the ticket: a person's story is one index range
    kind: str = "message"  # message or note
    channel: str = "other"
    role: str = "customer"
    author: str = ""
    author_ref: str = ""
    created: int = 0
    body: str = ""
    marker: str = ""  # the operation that made it, when it was ours
    files: int = 0


class Attachment(MirrorModel, table=True):
    """A file on a message: what is known before it is fetched."""

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("desk", "remote_id"), Index("attachment_message", "message_id"))

    id: int | None = Field(default=None, primary_key=True)
    desk: str
    remote_id: str
    message_id: int
    name: str = ""
    size: int = 0
    mime: str = ""
    url: str = ""
    sha256: str = ""  # "" until fetched


class Customer(MirrorModel, table=True):
    """A person who asks for help, as one desk knows him."""

    __tablename__ = "customer"
    __table_args__ = (
        UniqueConstraint("desk", "remote_id"),
        Index("customer_organization", "organization_id", sqlite_where=text("organization_id > 0")),
    )

    id: int | None = Field(default=None, primary_key=True)
    desk: str
    remote_id: str
    name: str = ""
    organization_id: int = 0
    time_zone: str = ""
    locale: str = ""
    notes: str = ""


class CustomerAddress(MirrorModel, table=True):
    """One way to reach a customer; two customers who share one are shown as one person."""

    __tablename__ = "address"
    __table_args__ = (
        UniqueConstraint("customer_id", "kind", "value"),
        Index("address_value", "kind", "value"),
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int
    kind: str
    value: str


class Agent(MirrorModel, table=True):
    """A person who answers."""

    __tablename__ = "agent"
    __table_args__ = (UniqueConstraint("desk", "remote_id"),)

    id: int | None = Field(default=None, primary_key=True)
    desk: str
    remote_id: str
    name: str = ""
    email: str = ""
    active: int = 1
    is_me: int = 0


class Organization(MirrorModel, table=True):
    """The company or household that customers belong to."""

    __tablename__ = "organization"
    __table_args__ = (UniqueConstraint("desk", "remote_id"),)

    id: int | None = Field(default=None, primary_key=True)
    desk: str
    remote_id: str
    name: str = ""


class Group(MirrorModel, table=True):
    """A team of agents (RT: a queue)."""

    __tablename__ = "grp"
    __table_args__ = (UniqueConstraint("desk", "remote_id"),)

    id: int | None = Field(default=None, primary_key=True)
    desk: str
    remote_id: str
    name: str = ""


class CustomField(MirrorModel, table=True):
    """A custom field that tickets of a desk carry."""

    __tablename__ = "custom_field"
    __table_args__ = (UniqueConstraint("desk", "remote_id"),)

    id: int | None = Field(default=None, primary_key=True)
    desk: str
    remote_id: str
    key: str
    title: str = ""
    kind: str = "text"
    options: str = "[]"


class ChannelRecord(MirrorModel, table=True):
    """The channels that a desk has been heard on, with the first and last time."""

    __tablename__ = "channel"

    desk: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    first_seen: int = 0
    last_seen: int = 0


class Tag(MirrorModel, table=True):
    """Tags that have been seen, for completion."""

    __tablename__ = "tag"

    desk: str = Field(primary_key=True)
    name: str = Field(primary_key=True)


class Quarantined(MirrorModel, table=True):
    """A ticket that the desk sent in a form that could not be understood; it goes once it has been read again."""

    __tablename__ = "quarantine"

    desk: str = Field(primary_key=True)
    remote_id: str = Field(primary_key=True)
    why: str = ""
    at: int = 0


class Cursor(MirrorModel, table=True):
    """Where the next pull of a stream starts: in the transaction of the rows before it, so that no power cut parts them."""

    __tablename__ = "cursor"

    desk: str = Field(primary_key=True)
    stream: str = Field(primary_key=True)
    value: str = ""
    updated: int = 0


class MirrorMeta(MirrorModel, table=True):
    """Facts about this file: `epoch` changes when the mirror is rebuilt, which makes every cursor start again."""

    __tablename__ = "meta"

    key: str = Field(primary_key=True)
    value: str = ""
