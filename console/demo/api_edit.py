"""Endpoints that write one ticket: create, update, delete, tags. Reads what agents send, with the desk's own rules."""

from __future__ import annotations

import hashlib
from calendar import timegm
from collections.abc import Mapping
from time import strptime

import msgspec

from console.demo import wire
from console.demo.api import Answer, Ask, Route, answer, invalid, not_found, read_id, refusal
from console.demo.database import Database, Row
from console.demo.edits import Edit, InvalidError, MissingError, StaleError, Written, tags_of
from console.demo.people import requester_for
from console.demo.scenario_values import HOUR, PLANS, SECOND, Plain
from console.demo.wire import FIELDS, Json
from console.demo.writes import NewTicket, delete_ticket, edit_ticket, open_ticket

_KEY_LIVES = 2 * HOUR
_STATUSES = frozenset(("new", "open", "pending", "hold", "solved", "closed"))
_PRIORITIES = frozenset((None, "low", "normal", "high", "urgent"))
_SIMPLE = frozenset(
    ("subject", "status", "priority", "assignee_id", "group_id", "type", "external_id", "tags")
)
_TYPES = frozenset((None, "question", "incident", "problem", "task"))
_KNOWN = _SIMPLE | {
    "comment",
    "custom_fields",
    "fields",
    "metadata",
    "safe_update",
    "updated_stamp",
    "description",
}
_CHOICES = {"status": _STATUSES, "priority": _PRIORITIES, "type": _TYPES}
_CREATE = _KNOWN | {"requester", "requester_id", "submitter_id", "via_followup_source_id"}
_ROLES = "('admin', 'agent')"


def update(ask: Ask) -> Answer:
    """Change one ticket and say something on it, all or nothing."""
    held = _section(ask.parsed(), "ticket")
    edit = read_edit(ask.db, held)
    written = attempt(ask, ask.number(), edit)
    return answer(_shapes(ask, written), headers=_warning("update", held, _KNOWN))


def create(ask: Ask) -> Answer:
    """Open a ticket; with an Idempotency-Key the same request opens it once."""
    if not ask.key:
        return _create(ask)
    sha = hashlib.sha256(ask.body).digest()
    with ask.db.writing():
        known = ask.db.row("SELECT * FROM creates WHERE key = ? AND at > ?", ask.key, ask.now - _KEY_LIVES)
        if known is None:
            made = _create(ask)
            ask.db.run("INSERT OR REPLACE INTO creates VALUES(?, ?, ?, ?)", ask.key, sha, ask.now, made.body)
            return Answer(made.body, 201, {**made.headers, "x-idempotency-lookup": "miss"})
    if known["sha"] != sha:
        raise refusal(400, "IdempotentRequestError", "This key was used for a request with another body.")
    return Answer(known["body"], 201, {"x-idempotency-lookup": "hit"})


def delete(ask: Ask) -> Answer:
    """Move a ticket to the deleted ones."""
    try:
        delete_ticket(ask.db, ask.number(), ask.me["id"], ask.now)
    except MissingError as error:
        raise not_found() from error
    return Answer(status=204)


def add_tags(ask: Ask) -> Answer:
    """Add tags; the answer names all that the ticket has now."""
    return _change_tags(ask, add=True)


def remove_tags(ask: Ask) -> Answer:
    """Take tags away; the answer names all that the ticket has left."""
    return _change_tags(ask, add=False)


def attempt(ask: Ask, ticket_id: int, edit: Edit) -> Written:
    """Make the edit; what stands against it becomes the desk's refusal."""
    try:
        return edit_ticket(ask.db, ticket_id, ask.me["id"], edit, ask.now)
    except MissingError as error:
        raise not_found() from error
    except StaleError as error:
        message = "The ticket has changed since updated_stamp; read it again before writing."
        raise refusal(409, "UpdateConflict", message) from error
    except InvalidError as error:
        raise invalid(error.field, error.message) from error


def read_edit(db: Database, held: Json) -> Edit:
    """What the `ticket` object of a request wants; refusals for values that the desk does not take."""
    text, html, public = _comment(held.get("comment"))
    metadata = held.get("metadata")
    return Edit(
        text=text,
        html=html,
        public=public,
        fields=_fields(db, held),
        add_tags=_tag_list(held.get("additional_tags", [])),
        remove_tags=_tag_list(held.get("remove_tags", [])),
        custom=metadata if isinstance(metadata, dict) else {},
        seen=_seen(held),
    )


def _create(ask: Ask) -> Answer:
    """Open the ticket that the body describes."""
    held = _section(ask.parsed(), "ticket")
    text, html, public = _comment(held.get("comment"))
    if not text and not html:
        description = held.get("description")
        text = description if isinstance(description, str) else ""
    if not text and not html:
        raise invalid("base", "Description: cannot be blank")
    closed = _followed(ask.db, held)
    fields = {name: value for name, value in _fields(ask.db, held).items() if name != "subject"}
    if closed is not None:
        fields.setdefault("tags", tags_of(closed))
        held = {"requester_id": closed["requester_id"]} | held
    metadata, subject = held.get("metadata"), held.get("subject")
    new = NewTicket(
        requester_id=requester_for(ask.db, held, ask.me, ask.now),
        submitter_id=ask.me["id"],
        subject=subject if isinstance(subject, str) else None,
        text=text,
        html=html,
        public=public,
        fields=fields,
        custom=metadata if isinstance(metadata, dict) else {},
    )
    try:
        written = open_ticket(ask.db, new, ask.now)
    except MissingError as error:
        raise invalid("requester", "Requester: does not exist") from error
    location = {"location": f"{ask.base}/api/v2/tickets/{written.ticket_id}.json"}
    return answer(_shapes(ask, written), 201, {**location, **_warning("create", held, _CREATE)})


def _followed(db: Database, held: Json) -> Row | None:
    """The closed ticket that a new one goes on from, whose tags it inherits; a ticket that is not closed is taken no notice of."""
    source = held.get("via_followup_source_id")
    if source is None:
        return None
    number = read_id(source, "via_followup_source_id")
    return db.row("SELECT * FROM tickets WHERE id = ? AND status = 'closed' AND deleted_at IS NULL", number)


def _shapes(ask: Ask, written: Written) -> Json:
    """The ticket as it is now, and the audit of the write."""
    row = ask.db.row("SELECT * FROM tickets WHERE id = ?", written.ticket_id)
    if row is None:
        raise not_found()
    return {"ticket": wire.ticket(row, ask.base), "audit": msgspec.Raw(written.audit)}


def _section(body: Json, name: str) -> Json:
    """The object called `name` in the body."""
    held = body.get(name)
    if not isinstance(held, dict):
        raise refusal(400, "ParamMissing", f"Parameter {name} is required")
    return held


def _comment(held: object) -> tuple[str, str, bool]:
    """Text, HTML and publicity of a comment; an empty comment says nothing."""
    if held is None:
        return "", "", True
    if isinstance(held, str):
        return held, "", True
    if not isinstance(held, dict):
        raise invalid("comment", "Comment: is not valid")
    text, html = held.get("body"), held.get("html_body")
    spoken = text.strip() if isinstance(text, str) else ""
    return spoken, html if isinstance(html, str) and not spoken else "", held.get("public") is not False


def _fields(db: Database, held: Json) -> dict[str, Plain]:
    """The fields that the request sets, by column."""
    fields: dict[str, Plain] = {}
    for name in sorted(_SIMPLE & held.keys()):
        fields[name] = _checked(db, name, held[name])
    custom = held.get("custom_fields", held.get("fields", []))
    if isinstance(custom, dict):
        custom = [{"id": number, "value": value} for number, value in custom.items()]
    for item in custom if isinstance(custom, list) else []:
        column = FIELDS.get(read_id(item.get("id"), "custom_fields")) if isinstance(item, dict) else None
        if column is not None:
            fields[column] = _custom(column, item.get("value"))
    return fields


def _checked(db: Database, name: str, value: object) -> Plain:
    """One value, in the form in which its column keeps it."""
    if name == "tags":
        return tuple(sorted(set(_tag_list(value))))
    if name in ("assignee_id", "group_id"):
        return _link(db, name, value)
    text = None if value is None or value == "" else str(value)
    if text not in _CHOICES.get(name, (text,)):
        raise invalid(name, f"{name.capitalize()}: {text} is not included in the list")
    return text


def _link(db: Database, name: str, value: object) -> int | None:
    """The id of an agent or a group that exists, or None."""
    if value is None or value == "":
        return None
    number = read_id(value, name)
    where = f"users WHERE role IN {_ROLES} AND id = ?" if name == "assignee_id" else "groups WHERE id = ?"
    if db.row(f"SELECT id FROM {where}", number) is None:
        raise invalid(name, f"{name.removesuffix('_id').capitalize()}: is not valid")
    return number


def _custom(column: str, value: object) -> str | None:
    """The value of one of the shop's own fields."""
    text = None if value is None or value == "" else str(value)
    if column == "plan" and text is not None and text not in PLANS:
        raise invalid("custom_fields", f"Care plan: {text} is not a valid option")
    return text


def _tag_list(value: object) -> tuple[str, ...]:
    """Tags from a list or from words in one text; the desk keeps them in lower case and without blanks."""
    words = value.split() if isinstance(value, str) else value
    if not isinstance(words, list):
        raise invalid("tags", "Tags: are not valid")
    return tuple("_".join(str(word).lower().split()) for word in words if str(word).strip())


def _seen(held: Mapping[str, object]) -> int | None:
    """The stamp that a safe update is based on, in microseconds; None when the update is not a safe one."""
    if held.get("safe_update") not in (True, "true"):
        return None
    try:
        return timegm(strptime(str(held.get("updated_stamp")), "%Y-%m-%dT%H:%M:%SZ")) * SECOND
    except ValueError as error:
        raise refusal(400, "InvalidValue", "safe_update needs an updated_stamp") from error


def _change_tags(ask: Ask, *, add: bool) -> Answer:
    """Add or take away the tags in the body."""
    body = ask.parsed()
    listed = _tag_list(body.get("tags", []))
    edit = Edit(add_tags=listed if add else (), remove_tags=() if add else listed, seen=_seen(body))
    attempt(ask, ask.number(), edit)
    row: Row | None = ask.db.row("SELECT tags FROM tickets WHERE id = ?", ask.number())
    return answer({"tags": tags_of(row) if row else ()})


def _warning(action: str, held: Json, known: frozenset[str]) -> dict[str, str]:
    """The header that names what was sent and ignored."""
    ignored = sorted(f"ticket.{name}" for name in held.keys() - known)
    if not ignored:
        return {}
    keys = ", ".join(f'"{name}"' for name in ignored).encode("ascii", "backslashreplace").decode()
    parts = f':controller=>"tickets", :action=>"{action}", :unpermitted_keys=>[{keys}], :invalid_values=>[]'
    return {"x-zendesk-api-warn": f"{{:allowed_parameters=>{{{parts}}}}}"}


ROUTES: tuple[Route, ...] = (
    ("PUT", "/api/v2/tickets/{id:int}", update),
    ("POST", "/api/v2/tickets", create),
    ("DELETE", "/api/v2/tickets/{id:int}", delete),
    ("PUT", "/api/v2/tickets/{id:int}/tags", add_tags),
    ("DELETE", "/api/v2/tickets/{id:int}/tags", remove_tags),
)
