"""Everything that changes tickets on the demo desk: agents by the API, customers by writing, the desk by its rules.

Each function is one transaction, so that two writers never see each other's halves. A ticket's `updated` grows with
every change, by a second at least: two versions of a ticket never bear the same stamp.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import msgspec

from console.demo import wire, wire_audit
from console.demo.database import Database, Row, Value, whole
from console.demo.edits import (
    Edit,
    InvalidError,
    MissingError,
    StaleError,
    Written,
    about_of,
    apply,
    differences,
    field_name,
    keep_audit,
    keep_file,
    later,
    person_way,
    present,
    said,
    stored,
    tags_of,
)
from console.demo.scenario_values import About, DemoChannel, File, Plain, Rating
from console.demo.wire import encode

RESTING = frozenset(("pending", "hold", "solved"))
_FIRST_TICKET = 1001


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What is needed to open a ticket; `fields` by column name."""

    requester_id: int
    submitter_id: int
    subject: str | None
    text: str
    html: str = ""
    channel: str = "api"
    public: bool = True
    fields: Mapping[str, Plain] = field(default_factory=dict)
    custom: Mapping[str, object] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    about: About | None = None


def edit_ticket(db: Database, ticket_id: int, author_id: int, edit: Edit, now: int) -> Written:
    """Apply an agent's edit. MissingError, StaleError or InvalidError, and then nothing has happened."""
    with db.writing():
        row = present(db, ticket_id)
        if edit.seen is not None and edit.seen != row["updated"]:
            raise StaleError
        fields = _agent_fields(row, author_id, edit)
        if row["status"] == "closed" and (edit.speaks or differences(row, fields)):
            raise InvalidError("status", "Status: closed prevents ticket update")
        return apply(db, row, author_id, replace(edit, fields=fields), now)


def open_ticket(db: Database, new: NewTicket, now: int) -> Written:
    """Open a ticket; MissingError when there is no such requester."""
    with db.writing():
        return open_inside(db, new, now)


def delete_ticket(db: Database, ticket_id: int, author_id: int, now: int) -> None:
    """Move a ticket to the deleted ones; MissingError when there is none."""
    with db.writing():
        row = present(db, ticket_id)
        stamp = db.next_stamp("tickets", now, row["stamp"])
        db.run(
            "UPDATE tickets SET deleted_at = ?, deleted_by = ?, updated = ?, stamp = ? WHERE id = ?",
            *(whole(now), author_id, later(row, now), stamp, ticket_id),
        )


def customer_writes(
    db: Database, ticket_id: int, text: str, now: int, *, files: tuple[File, ...] = ()
) -> int:
    """The requester of a ticket adds a message; the id of the ticket that it landed in.

    A ticket that rested is opened again; a closed one stays closed and the message opens a new ticket instead.
    """
    with db.writing():
        row = present(db, ticket_id)
        if row["status"] == "closed":
            return open_inside(db, _follow_up(row, text, files), now).ticket_id
        fields: dict[str, Plain] = {"status": "open"} if row["status"] in RESTING else {}
        edit = Edit(text=text, fields=fields, files=files, way=row["channel"])
        return apply(db, row, row["requester_id"], edit, now).ticket_id


def customer_rates(db: Database, ticket_id: int, given: Rating, now: int) -> None:
    """The requester of a ticket rates it, or rates it anew; its status stays."""
    with db.writing():
        row = present(db, ticket_id)
        number = db.reserve(4)
        before = msgspec.json.decode(row["rating"])["score"] if row["rating"] else "offered"
        events = wire_audit.rating((number + 1, number + 2), given, row["assignee_id"], before)
        head = wire_audit.Head(number, ticket_id, later(row, now), row["requester_id"])
        keep_audit(db, head, "", 0, wire_audit.audit(head, wire_audit.via("web"), events, {}))
        values = (
            wire.rating(number + 3, given),
            head.at,
            db.next_stamp("tickets", now, row["stamp"]),
            ticket_id,
        )
        db.run("UPDATE tickets SET rating = ?, updated = ?, stamp = ? WHERE id = ?", *values)


def customer_opens(  # noqa: PLR0917  (who, where, what and when: the four parts of a contact)
    db: Database,
    customer_id: int,
    channel: DemoChannel,
    subject: str,
    text: str,
    now: int,
    *,
    about: About | None = None,
    fields: Mapping[str, Plain] | None = None,
) -> int:
    """A customer opens a ticket with these first `fields` (by column name); its id."""
    new = NewTicket(
        customer_id, customer_id, subject, text, channel=channel, fields=fields or {}, about=about
    )
    return open_ticket(db, new, now).ticket_id


def rule_sets(db: Database, ticket_id: int, title: str, fields: Mapping[str, Plain], now: int) -> None:
    """The desk's own rule called `title` changes fields of a ticket."""
    with db.writing():
        apply(db, present(db, ticket_id), -1, Edit(fields=fields, way=f"rule:{title}"), now)


def open_inside(db: Database, new: NewTicket, now: int) -> Written:
    """Store a new ticket with its first audit; the caller holds the transaction."""
    person = db.row("SELECT * FROM users WHERE id = ?", new.requester_id)
    if person is None:
        raise MissingError
    last = db.row("SELECT max(id) AS id FROM tickets")
    ticket_id = ((last["id"] if last else None) or _FIRST_TICKET - 1) + 1
    fields: dict[str, Plain] = {"status": "new", "priority": None, "tags": (), **new.fields}
    number = db.reserve(4 + len(fields) + len(new.files))
    ids = iter(range(number + 1, number + 4 + len(fields) + len(new.files)))
    files = [keep_file(db, file, next(ids)) for file in new.files]
    text = said(new.text, new.html)
    events = [
        wire_audit.comment((next(ids), number), new.submitter_id, text, new.html, files, public=new.public)
    ]
    firsts = {"subject": new.subject, "requester_id": new.requester_id, **fields}
    events += [wire_audit.created(next(ids), field_name(name), value) for name, value in firsts.items()]
    head = wire_audit.Head(number, ticket_id, whole(now), new.submitter_id)
    row = _new_row(db, new, person, head)
    row |= {name: stored(value) for name, value in fields.items()}
    body = wire_audit.audit(head, person_way(db, person, new.channel), events, new.custom)
    db.run(f"INSERT INTO tickets({', '.join(row)}) VALUES({', '.join('?' * len(row))})", *row.values())
    keep_audit(db, head, "public" if new.public else "note", len(new.files), body)
    return Written(ticket_id, number, body, changed=True)


def _new_row(db: Database, new: NewTicket, person: Row, head: wire_audit.Head) -> dict[str, Value]:
    """The row of a ticket that opens now, without the fields that were given."""
    by_customer = new.submitter_id == new.requester_id
    return {
        "id": head.ticket_id,
        "subject": new.subject,
        "description": said(new.text, new.html),
        "channel": new.channel,
        "via": encode(person_way(db, person, new.channel)).decode(),
        "requester_id": new.requester_id,
        "submitter_id": new.submitter_id,
        "organization_id": person["organization_id"],
        "recipient": f"help@{db.meta('domain')}" if new.channel == "email" else None,
        "created": head.at,
        "updated": head.at,
        "stamp": db.next_stamp("tickets", head.at),
        "waiting_since": head.at if by_customer else None,
        "replied": int(not by_customer),
        "last_at": head.at,
        "last_by": "customer" if by_customer else "agent",
        "language": person["language"],
        "about": encode(new.about).decode() if new.about else None,
    }


def _agent_fields(row: Row, author_id: int, edit: Edit) -> dict[str, Plain]:
    """The fields that an agent's edit sets, with what the desk adds by itself."""
    fields = dict(edit.fields)
    if row["status"] == "new" and edit.speaks and edit.public:
        fields.setdefault("status", "open")
    if fields.get("status") == "solved" and not fields.get("assignee_id", row["assignee_id"]):
        fields["assignee_id"] = author_id
    if edit.add_tags or edit.remove_tags:
        tags = fields.get("tags", tags_of(row))
        kept = set(tags if isinstance(tags, tuple) else ()) | set(edit.add_tags)
        fields["tags"] = tuple(sorted(kept - set(edit.remove_tags)))
    return fields


def _follow_up(row: Row, text: str, files: tuple[File, ...]) -> NewTicket:
    """The ticket that a message to a closed one opens."""
    return NewTicket(
        requester_id=row["requester_id"],
        submitter_id=row["requester_id"],
        subject=f"Re: {row['subject'] or ''}",
        text=text,
        channel=row["channel"],
        fields={"order_no": row["order_no"], "product": row["product"], "tags": tags_of(row)},
        files=files,
        about=about_of(row),
    )
