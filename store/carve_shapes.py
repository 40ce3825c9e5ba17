"""How a row of each table of local.db looks when nothing but its values is known: what a salvage tells tables by."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from store.rows import OP_STATES

Row: TypeAlias = dict[str, object]
_ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_TELL: dict[str, Callable[[object], bool]] = {
    "s": lambda value: isinstance(value, str),
    "i": lambda value: isinstance(value, int),
    "n": lambda value: value is None,  # the row's number, which stands beside the record
}


@dataclass(frozen=True, slots=True)
class Shape:
    """One table: its columns as they lie in the file, their types, and a test by what they say.

    `newest` is the column whose greater value is the later version of a row. `least` columns were there at first; a row
    that an older program wrote has no more.
    """

    table: str
    columns: tuple[str, ...]
    types: str
    newest: str
    meant: Callable[[Sequence[object]], bool] = lambda _values: True
    least: int = 0

    def fits(self, values: Sequence[object]) -> bool:
        """Whether a record may be a row of this table."""
        count = len(values) >= self.least if self.least else len(values) == len(self.types)
        return (
            count
            and all(_TELL[t](v) for t, v in zip(self.types, values, strict=False))
            and self.meant(values)
        )

    def row(self, number: int, values: Sequence[object]) -> Row:
        """The record by the names of its columns; `number` is the one that stands beside it."""
        named: Row = dict(zip(self.columns, values, strict=False))
        if self.types[0] == "n":
            named[self.columns[0]] = number
        return named


def shape_of(values: Sequence[object]) -> Shape | None:
    """The table that a record is a row of, None where it is of none that holds words."""
    return next((shape for shape in SHAPES if shape.fits(values)), None)


def _is_operation(values: Sequence[object]) -> bool:
    return values[11] in OP_STATES and _is_id(values) and _is_payload(str(values[7]))


def _is_payload(text: str) -> bool:
    try:
        found = json.loads(text)
    except ValueError:
        return False
    kinds = {"body": str, "changes": dict, "add_tags": list, "remove_tags": list}
    return isinstance(found, dict) and all(isinstance(found.get(name), kind) for name, kind in kinds.items())


def _is_id(values: Sequence[object]) -> bool:
    return bool(_ULID.fullmatch(str(values[0])))


def _is_ref(values: Sequence[object]) -> bool:
    return "/" in str(values[0])


def _is_draft(values: Sequence[object]) -> bool:
    return values[1] in ("reply", "note") and _is_ref(values)


def _has_id_and(at: int, states: str) -> Callable[[Sequence[object]], bool]:
    return lambda values: _is_id(values) and values[at] in states.split()


def _columns(names: str) -> tuple[str, ...]:
    return tuple(names.split())


OPERATION = (
    "id desk lane seq bulk_id undoes kind payload base base_token low_water state owner fence attempts first_sent last_sent "
    "not_before error status result_id result_token actor created closed send_at agreed replaces job doubt"
)
REMEDY = "id ref person theme kind label cents currency state role limit_cents actor why op_id decided_by decided created"
SHAPES = (
    Shape("op", _columns(OPERATION), "sssisssssssssiiiiisisssiiisss", "", _is_operation, least=25),
    Shape("draft", _columns("ref mode body low_water updated"), "ssssi", "updated", _is_draft),
    Shape(
        "conflict",
        _columns("id op_id field base mine theirs theirs_by theirs_at resolution resolved_by resolved"),
        "nssssssissi",
        "resolved",
    ),
    Shape(
        "event",
        _columns("seq key ref kind role actor old new message_id occurred recorded"),
        "nssssssssii",
        "recorded",
    ),
    Shape(
        "promise",
        _columns("id ref person op_id words phrase due zone owner state kept_by replaces created closed"),
        "ssssssisssssii",
        "closed",
        _has_id_and(9, "open kept dropped moved"),
    ),
    Shape(
        "remedy",
        _columns(REMEDY),
        "ssssssisssissssii",
        "decided",
        _has_id_and(8, "offered granted asked approved refused withdrawn"),
    ),
    Shape(
        "identity_link",
        _columns("id one other state why evidence actor created undone undone_by"),
        "sssssssiis",
        "undone",
        _has_id_and(3, "linked apart"),
    ),
    Shape(
        "review",
        _columns("id ref message_id agent reviewer note sample created read"),
        "sssssssii",
        "read",
        _is_id,
    ),
    Shape("practice", _columns("id ref message_id words actor created"), "sssssi", "created", _is_id),
    Shape(
        "snooze",
        _columns("ref until kind awaits why actor created woken woken_by"),
        "sissssiis",
        "created",
        _is_ref,
    ),
    Shape("follow", _columns("ref actor created"), "ssi", "created", _is_ref),
    Shape(
        "fact_edit",
        _columns("id person kind value corrected message_id actor created"),
        "nssssssi",
        "created",
    ),
    Shape("skip", _columns("id ref why actor created"), "nsssi", "created"),
)
BY_TABLE = {shape.table: shape for shape in SHAPES}
