"""One change of a ticket: what it says and sets, what really differs, and how it is stored with its audit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from console.demo import wire_audit
from console.demo.database import Database, Row, Value, whole
from console.demo.loading import IDENTITY_OF, file_token
from console.demo.scenario_files import make_file
from console.demo.scenario_values import SECOND, About, File, Plain
from console.demo.wire import FIELDS, Json, encode

_FIELD_NAMES = {column: str(number) for number, column in FIELDS.items()}
_MARKUP = re.compile(r"<[^>]*>")


class MissingError(Exception):
    """There is no such ticket or person, or it has been deleted."""


class StaleError(Exception):
    """The ticket has changed since the writer looked at it."""


class InvalidError(Exception):
    """A value that the desk does not take; `field` names it."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.field = name
        self.message = message


@dataclass(frozen=True, slots=True)
class Edit:
    """What one write does to a ticket: something said, fields set, tags added and removed, data kept with the audit."""

    text: str = ""
    html: str = ""
    public: bool = True
    fields: Mapping[str, Plain] = field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    custom: Mapping[str, object] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    seen: int | None = None  # the `updated` that the writer saw; None: write in any case
    way: str = "api"

    @property
    def speaks(self) -> bool:
        """Whether there is something said."""
        return bool(self.text or self.html)


@dataclass(frozen=True, slots=True)
class Written:
    """What a write left behind: the ticket, its audit as JSON, and whether anything changed."""

    ticket_id: int
    audit_id: int
    audit: bytes
    changed: bool


def present(db: Database, ticket_id: int) -> Row:
    """The ticket, unless it is deleted; MissingError."""
    row = db.row("SELECT * FROM tickets WHERE id = ? AND deleted_at IS NULL", ticket_id)
    if row is None:
        raise MissingError
    return row


def later(row: Row, now: int) -> int:
    """The ticket's next `updated`, which is also the time of the audit that makes it."""
    return max(whole(now), int(row["updated"]) + SECOND)


def tags_of(row: Row) -> tuple[str, ...]:
    """The tags of a ticket."""
    return msgspec.json.decode(row["tags"], type=tuple[str, ...])


def about_of(row: Row) -> About | None:
    """What the ticket is about in truth; None where nobody knows."""
    return None if row["about"] is None else msgspec.json.decode(row["about"], type=About)


def differences(row: Row, fields: Mapping[str, Plain]) -> dict[str, tuple[Plain, Plain]]:
    """The fields that really change: column to old and new value."""
    old: dict[str, Plain] = {name: tags_of(row) if name == "tags" else row[name] for name in fields}
    return {name: (old[name], value) for name, value in fields.items() if old[name] != value}


def apply(db: Database, row: Row, author_id: int, edit: Edit, now: int) -> Written:
    """Store what is said and what changes; the caller holds the transaction.

    What changes nothing leaves no trace, unless it bears data of its own.
    """
    changes = differences(row, edit.fields)
    number = db.reserve(2 + len(changes) + len(edit.files))
    ids = iter(range(number + 1, number + 2 + len(changes) + len(edit.files)))
    events: list[Json] = []
    if edit.speaks:
        files = [keep_file(db, file, next(ids)) for file in edit.files]
        text = said(edit.text, edit.html)
        events.append(
            wire_audit.comment((next(ids), number), author_id, text, edit.html, files, public=edit.public)
        )
    events += [
        wire_audit.change(next(ids), field_name(name), old, new) for name, (old, new) in changes.items()
    ]
    head = wire_audit.Head(number, row["id"], later(row, now) if events else whole(now), author_id)
    body = wire_audit.audit(head, _way(db, row, author_id, edit.way), events, edit.custom)
    if events or edit.custom:
        spoken = "" if not edit.speaks else "public" if edit.public else "note"
        keep_audit(db, head, spoken, len(edit.files), body)
    if events:
        values = _row_values(row, head, edit, changes)
        values["stamp"] = db.next_stamp("tickets", now, row["stamp"])
        pairs = ", ".join(f"{name} = ?" for name in values)
        db.run(f"UPDATE tickets SET {pairs} WHERE id = ?", *values.values(), row["id"])
    return Written(row["id"], number, body, bool(events))


def keep_audit(db: Database, head: wire_audit.Head, spoken: str, files: int, body: bytes) -> None:
    """Store an audit; `spoken` is "public", "note", or empty when nothing was said."""
    values = (head.id, head.ticket_id, head.at, head.author_id, spoken, files, body)
    db.run("INSERT INTO audits VALUES(?, ?, ?, ?, ?, ?, ?)", *values)


def keep_file(db: Database, file: File, number: int) -> Json:
    """Store an attachment and describe it."""
    made = make_file(file.name, file.mime)
    token = file_token(db.meta("seed"), number)
    db.run("INSERT INTO attachments VALUES(?, ?, ?, ?, ?)", number, token, made.name, made.mime, made.size)
    return wire_audit.attachment(number, token, made)


def person_way(db: Database, person: Row, channel: str) -> Json:
    """How a message of this person came in on `channel`."""
    kind = IDENTITY_OF.get(channel, "email")
    found = db.row(
        "SELECT value FROM identities WHERE user_id = ? AND type = ? ORDER BY id", person["id"], kind
    )
    return wire_audit.via(
        channel, person["name"], found["value"] if found else "", f"help@{db.meta('domain')}"
    )


def said(text: str, html: str) -> str:
    """The words of a message, from its HTML when there is no text."""
    return text or _MARKUP.sub("", html)


def field_name(column: str) -> str:
    """What an audit calls the field that is kept in this column."""
    return _FIELD_NAMES.get(column, column)


def stored(value: Plain) -> Value:
    """A field's value as its column keeps it."""
    return encode(value).decode() if isinstance(value, tuple) else value


def _row_values(
    row: Row, head: wire_audit.Head, edit: Edit, changes: Mapping[str, tuple[Plain, Plain]]
) -> dict[str, Value]:
    """What the ticket's row holds after the change, its clocks included."""
    values: dict[str, Value] = {name: stored(new) for name, (_, new) in changes.items()}
    values["updated"] = head.at
    if edit.speaks and edit.public:
        by_customer = head.author_id == row["requester_id"]
        values["last_at"], values["last_by"] = head.at, "customer" if by_customer else "agent"
        values["waiting_since"] = (row["waiting_since"] or head.at) if by_customer else None
        values["replied"] = int(bool(row["replied"]) or not by_customer)
    if values.get("status") in ("solved", "closed"):
        values["waiting_since"] = None
    return values


def _way(db: Database, row: Row, author_id: int, way: str) -> Json:
    """How a write came in: by a rule, by an agent, or by the customer on the ticket's channel."""
    if way.startswith("rule:"):
        return wire_audit.rule(way.removeprefix("rule:"))
    person = db.row("SELECT * FROM users WHERE id = ?", author_id)
    if person is None or author_id != row["requester_id"]:
        return wire_audit.via(way)
    return person_way(db, person, way)
