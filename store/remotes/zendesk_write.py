"""One change as one Zendesk request, and what its answer means. Pure.

Replies, notes and fields go out as one `PUT /tickets/{id}.json`, guarded by `safe_update` and marked in the audit's
metadata. Tags alone have an endpoint that adds or removes. A change of fields (or a reply) together with tags is
still one request: it carries the whole list of tags, computed from the ticket as it stands and guarded by the same
`safe_update`, so that a tag set by somebody else in between refuses the write instead of getting lost. The
alternative, `update_many` with `additional_tags`, is a background job: nobody could say whether the reply went out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus

import msgspec

from store.errors import AuthError, HeardError, InvalidInputError, NotFoundError, RefusedError, ThrottledError
from store.remotes import CLOSED, FieldDoc, Outcome, Write
from store.remotes import zendesk_map as to
from store.remotes import zendesk_wire as wire
from store.remotes.http import segment
from store.remotes.http_errors import Written
from store.remotes.zendesk_thread import MARKER, comment_of
from store.text import clean_line

MOST_DIGITS = 20
TRUE = frozenset({"true", "yes", "1", "on"})
_WARNED = re.compile(r":unpermitted_keys=>\[(.*?)\]")
_INVALID = re.compile(r":invalid_values=>\[(.*?)\]")
_QUOTED = re.compile(r'"([^"]{1,80})"')


@dataclass(frozen=True, slots=True)
class Request:
    """One request to make."""

    method: str
    path: str
    payload: Mapping[str, object]
    headers: Mapping[str, str] = field(default_factory=dict)


def as_kept(write: Write) -> Write:
    """The write with its tags as the desk keeps them, in small letters: so they are found there, and taken away."""
    add, remove = (tuple(dict.fromkeys(map(str.lower, t))) for t in (write.add_tags, write.remove_tags))
    return replace(write, add_tags=add, remove_tags=remove)


def tags_only(write: Write) -> bool:
    """Whether the change is one that the tags endpoint can make: adding, or removing, and nothing else."""
    return write.kind == "set" and not write.changes and bool(write.add_tags) != bool(write.remove_tags)


def needs_ticket(write: Write) -> bool:
    """Whether the ticket has to be read first: to compute its whole list of tags, or for what a follow-up takes over."""
    if write.kind == "create":
        return bool(write.follows)
    return bool(write.add_tags or write.remove_tags) and not tags_only(write)


def request(write: Write, fields: to.Fields, now: wire.Ticket | None = None) -> Request:
    """The request that makes `write`; `now` is the ticket as read where `needs_ticket`. Raises InvalidInputError."""
    if write.kind == "create":
        return _create(write, fields, now)
    path = f"/tickets/{segment(write.ticket_id)}"
    if tags_only(write):
        method, tags = ("PUT", write.add_tags) if write.add_tags else ("DELETE", write.remove_tags)
        return Request(method, f"{path}/tags.json", {"tags": list(tags), **guard(write.token)})
    ticket = properties(write.changes, fields)
    if write.kind != "set":
        ticket["comment"] = {"body": write.body, "public": write.kind == "reply"}
    if now is not None:
        ticket["tags"] = merged_tags(now.tags or (), write)
    ticket |= guard(write.token or (now.updated_at if now else None))
    ticket["metadata"] = {MARKER: write.op_id}
    return Request("PUT", f"{path}.json", {"ticket": ticket})


def _create(write: Write, fields: to.Fields, closed: wire.Ticket | None) -> Request:
    ticket = _whose(write, closed) | properties(write.changes, fields)
    ticket |= {
        "comment": {"body": write.body, "public": True},
        "external_id": write.op_id,
        "metadata": {MARKER: write.op_id},
    }
    if write.add_tags or write.remove_tags:  # those of the closed ticket come along only where none are given
        ticket["tags"] = merged_tags((closed.tags if closed else None) or (), write)
    return Request("POST", "/tickets.json", {"ticket": ticket}, {"Idempotency-Key": write.op_id})


def _whose(write: Write, closed: wire.Ticket | None) -> dict[str, object]:
    """For whom a ticket is made; one that follows a closed one has its people and subject, and the desk ties them together."""
    if closed is not None:
        told = {"via_followup_source_id": closed.id, "requester_id": closed.requester_id}
        return {**told, "subject": closed.subject or closed.raw_subject or "", **_copied(closed)}
    if write.requester is None or write.requester.kind != "email":
        raise InvalidInputError(
            "Zendesk opens a ticket for an e-mail address only.", "Choose a customer with an e-mail address."
        )
    who = write.requester.value
    return {"requester": {"name": who, "email": who}}


def _copied(closed: wire.Ticket) -> dict[str, object]:
    """Who was in copy of a closed ticket, so that the words reach them as a reply would have."""
    if closed.email_cc_ids:
        return {"email_ccs": [{"user_id": each, "action": "put"} for each in closed.email_cc_ids]}
    return {"collaborators": closed.collaborator_ids} if closed.collaborator_ids else {}


def guard(token: str | None) -> dict[str, object]:
    """What makes a write conditional on nobody having changed the ticket since `token`."""
    return {"updated_stamp": token, "safe_update": True} if token else {}


def merged_tags(tags: Iterable[str], write: Write) -> list[str]:
    """The list of tags after the change."""
    return [tag for tag in dict.fromkeys((*tags, *write.add_tags)) if tag not in write.remove_tags]


def properties(changes: Mapping[str, str], fields: to.Fields) -> dict[str, object]:
    """Canonical changes as ticket properties. Raises InvalidInputError for a field that the desk does not have."""
    ticket: dict[str, object] = {}
    custom: list[dict[str, object]] = []
    for key, value in changes.items():
        if key in {"status", "subject", "type"}:
            ticket[key] = value
        elif key == "priority":
            ticket[key] = None if value in {"", "none"} else value
        elif key in {"assignee", "group"}:
            ticket[f"{key}_id"] = _number(value) if value else None
        elif doc := fields.find(key):
            custom.append({"id": _number(doc.id), "value": field_value(doc, value)})
        else:
            raise InvalidInputError(f'The desk has no field "{key}".', "Check the name of the field.")
    if custom:
        ticket["custom_fields"] = custom
    return ticket


def field_value(doc: FieldDoc, text: str) -> object:
    """A custom field's value as its kind wants it."""
    if doc.kind == "checkbox":
        return text.lower() in TRUE
    if doc.kind == "multiselect":
        return text.split()
    return text or None


def bulk(writes: tuple[Write, ...], fields: to.Fields, most: int) -> dict[str, object]:
    """The ticket properties that all `writes` share, tags as additions and removals. Raises InvalidInputError."""
    first = writes[0] if writes else None
    if first is None or len(writes) > most or any(not _equal(write, first) for write in writes):
        raise InvalidInputError(
            f"One bulk job takes 1 to {most} equal field changes.", "Send the changes one by one."
        )
    ticket = properties(first.changes, fields)
    if first.add_tags:
        ticket["additional_tags"] = list(first.add_tags)
    if first.remove_tags:
        ticket["remove_tags"] = list(first.remove_tags)
    return ticket


def _equal(one: Write, other: Write) -> bool:
    same = replace(
        one, op_id=other.op_id, ticket_id=other.ticket_id, token=other.token, low_water=other.low_water
    )
    return one.kind == "set" and bool(one.ticket_id) and same == other


def unsent(error: HeardError) -> Outcome:
    """The Outcome of a write that was never made because what it needs could not be read or put together."""
    if isinstance(error, ThrottledError):
        return Outcome("throttled", retry_after=error.after, detail=error.message)
    if isinstance(error, AuthError):
        return Outcome("auth", detail=error.message)
    if isinstance(error, NotFoundError):
        return Outcome("gone", detail=error.message)
    if isinstance(error, RefusedError):
        return Outcome("forbidden", detail=error.message)
    if isinstance(error, InvalidInputError):
        return Outcome("refused", code=error.code, detail=error.message)
    return Outcome("not_sent", code=error.code, detail=error.message)


def outcome(write: Write, written: Written) -> Outcome:
    """What became of `write`. A success counts only if the answer shows the ticket, and the message, that we meant."""
    told = written.outcome
    if told.kind == "conflict" and told.code == "DatabaseConflict":
        return replace(told, kind="busy")
    if _closed(write, written):
        return replace(
            told, code=CLOSED, detail="the ticket is closed for good; a follow-up ticket can take the words"
        )
    if told.kind != "applied":
        return told
    ignored = _ignored(written)
    told = replace(told, detail=ignored)
    if tags_only(write):
        return told if _tags_told(written) else replace(told, kind="unparsed")
    return _applied(write, told, written.parse(wire.OneTicket))


class _Refusal(msgspec.Struct):
    """Why a record was not accepted, by field."""

    details: dict[str, object] | None = None


def _closed(write: Write, written: Written) -> bool:
    """Whether a message was refused because of the ticket's status, which it would not have changed: nothing more can be added."""
    if write.kind not in {"reply", "note"} or written.outcome.status != HTTPStatus.UNPROCESSABLE_ENTITY:
        return False
    refusal = written.parse(_Refusal)
    about = "status" in ((refusal.details if refusal else None) or {})
    return about and ("status" not in write.changes or "closed prevents" in written.outcome.detail)


def _tags_told(written: Written) -> bool:
    """Whether the answer is one to a change of tags: the list, or nothing at all after a removal."""
    return written.outcome.status == HTTPStatus.NO_CONTENT or written.parse(wire.TagList) is not None


def _applied(write: Write, told: Outcome, answer: wire.OneTicket | None) -> Outcome:
    ticket_id = to.ident(answer.ticket.id) if answer else ""
    expected = ticket_id == write.ticket_id if write.kind != "create" else bool(ticket_id)
    if answer is None or not expected:
        return replace(told, kind="unparsed", detail="the answer does not show the ticket")
    told = replace(told, token=answer.ticket.updated_at)
    if write.kind == "create":
        return replace(told, remote_id=ticket_id)
    if write.kind == "set":
        return told
    comment = comment_of(answer.audit)
    if comment is None:
        return replace(told, kind="unparsed", detail="the answer does not show the message")
    detail = told.detail
    if bool(comment.public) != (write.kind == "reply"):
        seen = "a public reply" if comment.public else "an internal note"
        detail = "; ".join(filter(None, (detail, f"the desk made it {seen}")))
    return replace(told, remote_id=to.ident(comment.id), detail=detail)


def _ignored(written: Written) -> str:
    """The fields that the desk took no notice of, as its warning header names them."""
    warning = written.answer.headers.get("x-zendesk-api-warn", "")[:4000] if written.answer else ""
    parts = []
    for pattern, label in ((_WARNED, "ignored by the desk"), (_INVALID, "not valid for the desk")):
        if (found := pattern.search(warning)) and (names := _QUOTED.findall(found[1])):
            parts.append(f"{label}: {', '.join(clean_line(name) for name in names)}")
    return "; ".join(parts)


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS else text
