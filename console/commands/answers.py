"""What each command answers with, as programs read it: the fields that it prints, and the JSON Schema made of them.

The fields are those that the commands themselves print by and that `--fields` chooses from; a test holds every answer of
the command line's tests against the schema.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from importlib import import_module
from typing import Any

from console.commands.kinds import OWN, kind_of, row

VERSION = 1  # of names and kinds: they stay as they are until it changes
DRAFT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Answer:
    """One form of an answer: where its fields are named, and whether it is a list of them or one.

    With `always` the other fields are left out where there is nothing to say.
    """

    place: str
    many: bool
    always: tuple[str, ...] = ()

    def row(self) -> dict[str, Any]:
        """The schema of one row, or of the one object."""
        own = OWN.get(self.place, {})
        found = dict(row(**{name: own.get(name) or kind_of(name) for name in names(self.place)}))
        return found | ({"required": list(self.always)} if self.always else {})


def many(place: str) -> Answer:
    """A list of rows with these fields; with `-o ndjson` each on a line."""
    return Answer(place, many=True)


def one(place: str) -> Answer:
    """One object with these fields."""
    return Answer(place, many=False)


def names(place: str) -> tuple[str, ...]:
    """The fields that are named at "module:NAME", among the commands or anywhere; those of a class by its annotations."""
    module, _, name = place.partition(":")
    found = getattr(import_module(module if "." in module else f"console.commands.{module}"), name)
    return tuple(each.name for each in fields(found)) if is_dataclass(found) else tuple(found)


_OPERATION = (one("shapes:OPERATION"),)
_REMEDY = (one("remedies:LINE"),)
_PROMISE = (one("promises:FIELDS"),)
_MODEL = (one("model:DRAFT"), one("model:SENT"))
ANSWERS: dict[str, tuple[Answer, ...]] = {
    "list": (many("shapes:TICKET"), one("queue:COUNT"), one("console.explain:Explained")),
    "next": (many("nextup:SCORED"),),
    "show": (one("queue:SHOWN"),),
    "history": (many("shapes:ITEM"), many("people:TOGETHER"), one("people:CARD")),
    "customer": (many("customer:LINK"),),
    "customer show": (one("customer:PERSON"),),
    "customer links": (many("customer:LINK"),),
    "customer link": (one("customer:LINK"),),
    "customer unlink": (one("customer:PARTED"),),
    "customer undo": (one("customer:LINK"),),
    "customer proposals": (many("customer:PROPOSAL"),),
    "search": (many("shapes:HIT"),),
    "recap": (many("insight:RECAP"),),
    "next-steps": (one("insight:NEXT"),),
    "kb": (many("insight:ARTICLE"), many("insight:FILE")),
    "attachments": (many("attachments:FILE"), one("attachments:SAVED")),
    "views": (many("shapes:VIEW"),),
    "views check": (many("views:PROBLEM"),),
    "views add": (one("views:SAVED"),),
    "views remove": (one("views:REMOVED"),),
    "views import": (many("views:IMPORTED"),),
    "board": (one("live:BOARD"),),
    "tail": (many("shapes:EVENT"),),
    "mentions": (many("follow:MENTION"),),
    "who": (many("who:WHO"),),
    "sweep": (many("through:FINDING"),),
    "dupes": (many("through:DUPLICATE"),),
    "reply": _OPERATION,
    "note": _OPERATION,
    "promises": (many("promises:FIELDS"),),
    "promises keep": _PROMISE,
    "promises drop": _PROMISE,
    "promises move": _PROMISE,
    "check": (one("check:CHECKED"), Answer("check:ANSWER", many=True, always=("id",))),
    "macros": (many("macros:MACRO"),),
    "macros fit": (many("macros:MACRO"),),
    "macros show": (one("macros:SHOWN"),),
    "macros import": (many("macros:TAKEN"),),
    "remedies": (many("remedies:LINE"),),
    "remedies show": (one("remedies:STORY"),),
    "remedies offer": _REMEDY,
    "remedies approve": _REMEDY,
    "remedies refuse": _REMEDY,
    "remedies withdraw": _REMEDY,
    "model": (one("model:STATE"),),
    "model rewrite": _MODEL,
    "model propose": _MODEL,
    "model summary": (one("model:SUMMARY"), one("model:SENT")),
    "claim": _OPERATION,
    "snooze": (many("snooze:SNOOZE"),),
    "wake": (many("snooze:SNOOZE"),),
    "follow": (many("follow:FOLLOWED"),),
    "set": _OPERATION,
    "bulk": (many("shapes:PLAN"),),
    "undo": (one("change:UNDONE"), many("change:UNDONE")),
    "outbox": (many("shapes:OPERATION"),),
    "outbox list": (many("shapes:OPERATION"),),
    "outbox show": _OPERATION,
    "outbox retry": _OPERATION,
    "outbox edit": _OPERATION,
    "outbox drop": _OPERATION,
    "outbox push": (many("turns:TURN"),),
    "resolve": (*_OPERATION, many("resolve:FIELDS")),
    "train": (one("review:TASK"), one("review:TRAIN")),
    "review": (many("review:NOTE"),),
    "review sample": (many("review:REVIEWED"),),
    "review note": (one("review:NOTE"),),
    "review notes": (many("review:NOTE"),),
    "desk": (many("shapes:DESK"),),
    "desk add": (one("desk:ADDED"),),
    "desk list": (many("shapes:DESK"),),
    "desk check": (many("desk:CHECK"),),
    "desk accept": (one("desk:ACCEPTED"),),
    "desk same": (one("desk:SAME"),),
    "desk remove": (one("desk:REMOVED"),),
    "sync": (many("turns:TURN"), many("turns:WATCHED")),
    "demo": (one("demo:SUMMARY"),),
    "doctor": (many("doctor:FINDING"),),
    "config": (many("config:VALUE"),),
    "config show": (many("config:VALUE"),),
    "config check": (many("config:PROBLEM"),),
    "keys": (many("keys:ROW"),),
    "keys check": (many("config:PROBLEM"),),
}
# What these print is the same in every form: a schema, a file, or where the demo is served.
AS_IT_IS = frozenset({"schema", "config schema", "config sample", "demo serve"})


def schema(command: str) -> dict[str, Any]:
    """The JSON Schema of what a command prints with `-o json`; with `-o ndjson` each line is one of its `$defs`."""
    found = ANSWERS[command]
    named = {answer.place.partition(":")[2].lower(): answer.row() for answer in found}
    return {
        "$schema": DRAFT,
        "$id": f"urn:heard:output:{VERSION}:{command.replace(' ', ':')}",
        "title": f"heard {command}",
        "anyOf": [_form(answer) for answer in found],
        "$defs": named,
    }


def _form(answer: Answer) -> dict[str, Any]:
    ref = {"$ref": f"#/$defs/{answer.place.partition(':')[2].lower()}"}
    return {"type": "array", "items": ref} if answer.many else ref
