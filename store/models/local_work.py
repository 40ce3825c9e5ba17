"""What people decide beside the tickets: promises, remedies, corrected facts, reviews, linked identities, snoozes.

Like everything in local.db it exists nowhere else. `person` is a customer's ref ("desk/number", as a desk knows him), since
row numbers live only as long as a mirror. Times are integer microseconds, UTC; amounts are in hundredths of a currency.
"""

from __future__ import annotations

from sqlmodel import Field, Index, text

from store.models.local import LocalModel


class PromiseRecord(LocalModel, table=True):
    """What was promised to a customer, and by when."""

    __tablename__ = "promise"
    __table_args__ = (
        Index("promise_open", "due", sqlite_where=text("state = 'open'")),
        Index("promise_ref", "ref", "due"),
        Index("promise_op", "op_id"),
    )

    id: str = Field(primary_key=True)
    ref: str
    person: str = ""
    op_id: str = ""  # the operation that carried the words
    words: str  # the sentence
    phrase: str = ""  # the time in it, as written
    due: int
    zone: str = ""  # the zone in which the time was meant
    owner: str = ""
    state: str = "open"  # open, kept, dropped, moved
    kept_by: str = ""  # what kept it: an operation, a message, or a person's word
    replaces: str = ""  # the promise that an update moved
    created: int = 0
    closed: int = 0


class RemedyRecord(LocalModel, table=True):
    """One remedy that was offered to a customer, or asked for: the ledger of a story."""

    __tablename__ = "remedy"
    __table_args__ = (Index("remedy_story", "person", "created"), Index("remedy_state", "state", "created"))

    id: str = Field(primary_key=True)
    ref: str
    person: str = ""
    theme: str = ""
    kind: str  # the entry of remedies.toml
    label: str
    cents: int = 0
    currency: str = ""
    state: str  # offered, granted, asked, approved, refused, withdrawn
    role: str = ""
    limit_cents: int = 0  # the authority that was measured against
    actor: str = ""
    why: str = ""
    op_id: str = ""  # the reply that offered it
    decided_by: str = ""
    decided: int = 0
    created: int = 0


class FactEdit(LocalModel, table=True):
    """A fact that an agent corrected or put away, so that it stays so."""

    __tablename__ = "fact_edit"
    __table_args__ = (Index("fact_person", "person"),)

    id: int | None = Field(default=None, primary_key=True)
    person: str
    kind: str
    value: str  # as it was read from the customer's words; "" for one that an agent added
    corrected: str = ""  # "" puts the fact away
    message_id: str = ""
    actor: str = ""
    created: int = 0


class Review(LocalModel, table=True):
    """A supervisor's note on a reply that was sent."""

    __tablename__ = "review"
    __table_args__ = (Index("review_agent", "agent", "read"), Index("review_ref", "ref"))

    id: str = Field(primary_key=True)
    ref: str
    message_id: str = ""
    agent: str = ""
    reviewer: str = ""
    note: str = ""
    sample: str = ""  # the seed and query that drew it
    created: int = 0
    read: int = 0


class Practice(LocalModel, table=True):
    """An answer written for practice on a past conversation; it is never sent."""

    __tablename__ = "practice"
    __table_args__ = (Index("practice_actor", "actor", "created"),)

    id: str = Field(primary_key=True)
    ref: str
    message_id: str = ""  # the real answer that was hidden
    words: str = ""
    actor: str = ""
    created: int = 0


class IdentityLink(LocalModel, table=True):
    """Two customer records said to be one person, or said not to be; never a merge."""

    __tablename__ = "identity_link"
    __table_args__ = (Index("identity_one", "one"), Index("identity_other", "other"))

    id: str = Field(primary_key=True)
    one: str
    other: str
    state: str  # linked, apart
    why: str = ""
    evidence: str = "[]"  # JSON: what was alike
    actor: str = ""
    created: int = 0
    undone: int = 0
    undone_by: str = ""


class Snooze(LocalModel, table=True):
    """A ticket put out of sight until something happens."""

    __tablename__ = "snooze"
    __table_args__ = (Index("snooze_until", "until", sqlite_where=text("woken = 0")),)

    ref: str = Field(primary_key=True)
    until: int = 0  # 0: no time, only what `kind` says
    kind: str = "time"  # time, reply, promise, ticket
    awaits: str = ""  # the promise or ticket that wakes it
    why: str = ""
    actor: str = ""
    created: int = 0
    woken: int = 0
    woken_by: str = ""


class Follow(LocalModel, table=True):
    """A ticket that the agent follows."""

    __tablename__ = "follow"

    ref: str = Field(primary_key=True)
    actor: str = ""
    created: int = 0


class Skip(LocalModel, table=True):
    """A ticket that was passed over while working through a queue, and why."""

    __tablename__ = "skip"
    __table_args__ = (Index("skip_ref", "ref", "created"),)

    id: int | None = Field(default=None, primary_key=True)
    ref: str
    why: str = ""
    actor: str = ""
    created: int = 0


class DeedRecord(LocalModel, table=True):
    """What was done on this machine alone: the rows that it changed, as they were and as they became."""

    __tablename__ = "deed"
    __table_args__ = (Index("deed_stands", "actor", sqlite_where=text("undone = 0")),)

    id: str = Field(primary_key=True)
    kind: str  # the table of the rows; "file" for files of the workspace
    what: str  # in words
    images: str  # JSON: [key, row before or null, row after or null] for each
    behind: str = ""  # the newest operation at that time: what order the two have
    actor: str = ""
    created: int = 0
    undone: int = 0
