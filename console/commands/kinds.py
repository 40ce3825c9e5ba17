"""What kind of value stands under each name that a command prints, in the words of JSON Schema.

A name means the same everywhere and is text where nothing is said; the few that mean something else in one answer are told
there (`OWN`). Moments are those that `console.output` prints as such, and a few that a command writes so itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from console.commands import shapes
from console.output import TIME_FIELDS

Kind: TypeAlias = Mapping[str, Any]

TEXT: Kind = {"type": "string"}
WHOLE: Kind = {"type": "integer"}
NUMBER: Kind = {"type": "number"}
FLAG: Kind = {"type": "boolean"}
MOMENT: Kind = {"type": ["string", "null"], "format": "date-time"}
TEXTS: Kind = {"type": "array", "items": TEXT}
SPAN: Kind = {"type": "array", "items": WHOLE, "minItems": 2, "maxItems": 2}
SPANS: Kind = {"type": "array", "items": SPAN}
NULL: Kind = {"type": "null"}


def each(kind: Kind) -> Kind:
    """An object with any names, whose values are of one kind."""
    return {"type": "object", "additionalProperties": kind}


def row(*names: str, **own: Kind) -> Kind:
    """An object that has these names, all of them; `own` are those whose kind is told here."""
    found = {name: own.get(name) or kind_of(name) for name in dict.fromkeys((*names, *own))}
    return {"type": "object", "properties": found, "required": list(found)}


def rows(*names: str, **own: Kind) -> Kind:
    """A list of such objects."""
    return {"type": "array", "items": row(*names, **own)}


def kind_of(name: str) -> Kind:
    """The kind of what stands under a name."""
    return KINDS.get(name) or (MOMENT if name in TIME_FIELDS | WRITTEN_OUT else TEXT)


WRITTEN_OUT = frozenset({"closed", "decided", "due", "until", "woken"})  # moments, by the commands themselves
KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        ("attempts", "backlog", "cancelled", "characters", "count", "customers", "left_out", "line", "local", "message_count",
         "messages", "of", "open", "open_tickets", "operations", "pending", "points", "reversed", "score", "seq", "sent",
         "threads", "tickets", "timeout", "unassigned", "waiting", "contacts_30_days", "gone", "position", "exit"),
        WHOLE,
    ),
    **dict.fromkeys(("fresh", "in_draft", "late", "notes", "ok", "on_desk", "unseen", "cut"), FLAG),
    **dict.fromkeys(("after", "hours", "share"), NUMBER),
    **dict.fromkeys(
        ("add_tags", "addresses", "attachments", "changes", "columns", "copied", "evidence", "holes", "kept", "keywords", "left",
         "missed", "panes", "plan", "promised", "queues", "refs", "remove_tags", "shared", "sources", "tags", "themes",
         "values", "warnings"),
        TEXTS,
    ),
    "fields": each(TEXT),
}  # fmt: skip

STEPS = each(row("state", "in_draft", "why", spans=SPANS))
CHECKS = rows("check", "say", span=SPAN)
MESSAGES = rows(*shapes.ITEM)
LADDER = row("text", steps=STEPS, checks=CHECKS)
LINKS = rows("id", "one", "other", "state", "why", "evidence", "actor", "created", "undone", "undone_by")

# By the answer: what stands there under a name that is of another kind elsewhere, or has parts of its own.
OWN: dict[str, dict[str, Kind]] = {
    "shapes:OPERATION": {"id": {"type": ["string", "null"]}, "changes": each(TEXT)},
    "shapes:PLAN": {side: each({"anyOf": [TEXT, TEXTS]}) for side in ("before", "after")},
    "queue:SHOWN": {"messages": MESSAGES, "here": rows("who", "kind", "at")},
    "console.explain:Explained": {"words": TEXTS},
    "nextup:SCORED": {"parts": rows("name", "points", "why")},
    "people:CARD": {
        "id": WHOLE,
        "notes": TEXT,
        "plan": TEXT,
        "contacts": rows("kind", "value"),
        "channels": TEXTS,
        "lookups": each(row("error", lines=each(TEXT))),
    },
    "live:BOARD": {
        "by_status": each(WHOLE),
        "oldest_unanswered": {"anyOf": [row(*shapes.TICKET), NULL]},
        "load": rows("name", "open", "waiting"),
        "figures": rows("label", "value", "query", "sort"),
        "recent": rows(*shapes.EVENT),
    },
    "customer:PERSON": {"records": rows("ref", "name", "addresses", "tickets", id=WHOLE), "links": LINKS},
    "customer:PARTED": {"links": LINKS},
    "insight:NEXT": {
        "steps": rows("words", "count", "refs"),
        "causes": rows("words", "count", "refs"),
        "near": rows("ref", "subject", "updated", "share"),
    },
    "through:DUPLICATE": {"score": NUMBER, "plan": TEXT},
    "macros:MACRO": {"score": NUMBER},
    "attachments:FILE": {"size": WHOLE},
    "check:CHECKED": {
        "steps": STEPS,
        "checks": rows("check", "say", "line", "words", "found", "message_id", span=SPAN),
        "found": each(SPANS),
        "facts": rows("kind", "value", "message_id", "ref", "at", "said"),
        "read": WHOLE,
    },
    "check:ANSWER": {"id": {"type": ["string", "integer", "null"]}, "steps": STEPS, "checks": CHECKS, "found": each(SPANS)},
    "remedies:STORY": {
        "choices": rows("kind", "label", "text", "amount", "currency"),
        "authority": rows("agent", "role", "currency", "limit", "used", left=TEXT),
        "ledger": rows(
            "id", "ref", "person", "theme", "kind", "label", "amount", "currency", "state", "role", "limit", "actor", "why",
            "op_id", "decided_by", "decided", "created", "words",
        ),
    },
    "review:NOTE": {"read": MOMENT},
    "review:REVIEWED": {"steps": STEPS, "checks": CHECKS, "before": MESSAGES},
    "review:TASK": {"conversation": rows("role", "channel", "at", "text")},
    "review:TRAIN": {"conversation": rows("role", "channel", "at", "text"), "yours": LADDER, "sent": LADDER},
    "model:SUMMARY": {
        "sentences": rows("text", "sources"),
        "sources": rows("label", "ref", "message_id", "at"),
    },
    "model:SENT": {"headers": each(TEXT)},
    "demo:SUMMARY": {"channels": each(WHOLE)},
    "config:VALUE": {"value": {"anyOf": [TEXT, WHOLE, NUMBER, FLAG, TEXTS, NULL]}},
    "keys:ROW": {"keys": TEXTS, "default": TEXTS},
}  # fmt: skip
