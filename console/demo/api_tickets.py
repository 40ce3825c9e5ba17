"""Endpoints that read tickets: lists, single ones, their comments and audits, search, deleted ones, attachments."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

import msgspec

from console.demo import wire
from console.demo.api import (
    Answer,
    Ask,
    Order,
    Route,
    Source,
    answer,
    by_ids,
    ids_of,
    listing,
    not_found,
    refusal,
    side_loads,
)
from console.demo.database import Row, Value
from console.demo.edits import MissingError, present, tags_of
from console.demo.scenario_files import file_bytes
from console.demo.scenario_values import File
from console.demo.wire import Json
from console.demo.wire_audit import attachment

_ORDERS = {
    "": Order(),
    "id": Order(),
    "-id": Order(descending=True),
    "updated_at": Order(("updated", "id")),
    "-updated_at": Order(("updated", "id"), descending=True),
}
_COMMENTS_FIRST = (
    "id",
    "type",
    "author_id",
    "body",
    "html_body",
    "plain_body",
    "public",
    "attachments",
    "audit_id",
)
_FILTERS = {"status": "status", "priority": "priority", "order_number": "order_no"}


def tickets(ask: Ask) -> Answer:
    """Tickets that are not deleted, sorted as asked."""
    order = _ORDERS.get(ask.query.get("sort", ""))
    if order is None:
        raise refusal(400, "InvalidValue", "sort must be id or updated_at, with a minus for descending")
    where, values = "deleted_at IS NULL", tuple[Value, ...]()
    if "external_id" in ask.query:
        where, values = f"{where} AND external_id = ?", (ask.query["external_id"],)
    source = Source("tickets", "tickets", _shape(ask), where, values, order)
    rows, shape = listing(ask, source)
    return answer({**shape, **side_loads(ask, rows)})


def ticket(ask: Ask) -> Answer:
    """One ticket."""
    row = found(ask)
    return answer({"ticket": _shape(ask)(row), **side_loads(ask, [row])})


def tickets_by_id(ask: Ask) -> Answer:
    """The tickets with these ids; deleted and unknown ones are left out."""
    rows = [row for row in by_ids(ask.db, "tickets", {*ids_of(ask)}) if row["deleted_at"] is None]
    shape: Json = {"tickets": [_shape(ask)(row) for row in rows], "next_page": None, "previous_page": None}
    return answer({**shape, "count": len(rows), **side_loads(ask, rows)})


def audits(ask: Ask) -> Answer:
    """Everything that happened to a ticket, oldest first."""
    found(ask)
    rows, shape = listing(ask, _audits(ask))
    return Answer(_located(ask, rows, wire.encode({**shape, **_authors(ask, rows)})))


def comments(ask: Ask) -> Answer:
    """What was said on a ticket, oldest first."""
    found(ask)
    rows, shape = listing(ask, _audits(ask, "spoken <> ''"))
    spoken = [_comment(msgspec.json.decode(row["body"], type=Json)) for row in rows]
    del shape["audits"]
    return Answer(
        _located(
            ask,
            rows,
            wire.encode({"comments": [one for one in spoken if one], **shape, **_authors(ask, rows)}),
        )
    )


def tags(ask: Ask) -> Answer:
    """The tags of a ticket."""
    held = tags_of(found(ask))
    return answer({"tags": held, "next_page": None, "previous_page": None, "count": len(held)})


def deleted(ask: Ask) -> Answer:
    """The tickets that were deleted."""

    def shape(row: Row) -> Json:
        """A deleted ticket, and who deleted it."""
        actor = ask.db.row("SELECT id, name FROM users WHERE id = ?", row["deleted_by"])
        return {
            "id": row["id"],
            "subject": row["subject"],
            "actor": {"id": actor["id"], "name": actor["name"]} if actor else None,
            "deleted_at": wire.iso(row["deleted_at"]),
            "previous_state": row["status"],
        }

    return answer(listing(ask, Source("deleted_tickets", "tickets", shape, "deleted_at IS NOT NULL"))[1])


def search(ask: Ask) -> Answer:
    """Tickets with all words of the query in subject or first message; `status:`, `priority:` and `requester:` narrow."""
    wheres, values = ["deleted_at IS NULL"], list[Value]()
    for word in ask.query.get("query", "").split():
        name, _, rest = word.partition(":")
        if name == "requester" and rest:
            wheres.append("requester_id IN (SELECT user_id FROM identities WHERE value = ?)")
            values.append(rest)
        elif name in _FILTERS and rest:
            wheres.append(f"{_FILTERS[name]} = ?")
            values.append(rest)
        elif name != "type":
            wheres.append("(instr(lower(coalesce(subject, '')), ?) OR instr(lower(description), ?))")
            values += [word.strip('"').lower()] * 2

    def shape(row: Row) -> Json:
        """A ticket that says that it is one."""
        return {**_shape(ask)(row), "result_type": "ticket"}

    source = Source("results", "tickets", shape, " AND ".join(wheres), tuple(values), _ORDERS["-updated_at"])
    return answer({**listing(ask, source)[1], "facets": None})


def file_details(ask: Ask) -> Answer:
    """What is known of an attachment."""
    row = ask.db.row("SELECT * FROM attachments WHERE id = ?", ask.number())
    if row is None:
        raise not_found()
    known = attachment(row["id"], row["token"], File(row["name"], row["mime"], row["size"]))
    return Answer(wire.located(wire.encode({"attachment": known}), ask.base))


def file_content(ask: Ask) -> Answer:
    """The bytes of an attachment; whoever knows its address may have them, as on a real desk."""
    row = ask.db.row("SELECT * FROM attachments WHERE token = ?", ask.path["token"])
    if row is None:
        raise not_found()
    label = quote(row["name"], safe="", errors="replace")
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{label}",
        "x-content-type-options": "nosniff",
    }
    return Answer(file_bytes(row["name"], row["mime"]), headers=headers, mime=row["mime"])


def found(ask: Ask) -> Row:
    """The ticket with the id in the path; a refusal when there is none."""
    try:
        return present(ask.db, ask.number())
    except MissingError as error:
        raise not_found() from error


def _shape(ask: Ask) -> partial[Json]:
    """How this request wants its tickets."""
    return partial(wire.ticket, base=ask.base, slas="slas" in ask.includes())


def _audits(ask: Ask, which: str = "1") -> Source:
    """The audits of the ticket in the path; their JSON is stored ready to send."""
    where = f"ticket_id = ? AND {which}"
    return Source("audits", "audits", lambda row: msgspec.Raw(row["body"]), where, (ask.number(),))


def _authors(ask: Ask, rows: list[Row]) -> Json:
    """The users who wrote these audits, when `include` asks for them."""
    if "users" not in ask.includes():
        return {}
    authors = by_ids(ask.db, "users", {row["author_id"] for row in rows})
    return {"users": [wire.user(row, ask.base) for row in authors]}


def _located(ask: Ask, rows: list[Row], body: bytes) -> bytes:
    """The body with the addresses of attachments filled in, where there are any."""
    return wire.located(body, ask.base) if any(row["files"] for row in rows) else body


def _comment(audit: Json) -> Json | None:
    """The comment in an audit, with what it has from there; None when nothing was said."""
    events = audit["events"]
    for event in events if isinstance(events, list) else ():
        if event["type"] == "Comment":
            shape = {name: event[name] for name in _COMMENTS_FIRST}
            return {**shape, **{name: audit[name] for name in ("via", "created_at", "metadata")}}
    return None


ROUTES: tuple[Route, ...] = (
    ("GET", "/api/v2/tickets/{id:int}/audits", audits),
    ("GET", "/api/v2/tickets/{id:int}/comments", comments),
    ("GET", "/api/v2/tickets/{id:int}/tags", tags),
    ("GET", "/api/v2/tickets/show_many", tickets_by_id),
    ("GET", "/api/v2/tickets/{id:int}", ticket),
    ("GET", "/api/v2/tickets", tickets),
    ("GET", "/api/v2/deleted_tickets", deleted),
    ("GET", "/api/v2/search", search),
    ("GET", "/api/v2/attachments/{id:int}", file_details),
)
