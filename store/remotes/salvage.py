"""A page in which single records cannot be read: those are set aside and named, the others are kept.

The fast way parses a page whole. Only where that fails is it taken apart, record by record. A page whose frame cannot
be read either is no page of a help desk, and fails as it always did.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from store.remotes import BadRecord
from store.remotes.http_body import UNREADABLE, Answer, decode
from store.text import clean_line

T = TypeVar("T")

LONGEST_NUMBER = 400  # digits; Python refuses to read more than 4,300
LONGEST_ID = 19  # digits of the largest number that a database holds
BEYOND = 10**LONGEST_ID

_PLACE = re.compile(r" - at `\$\.?([^`]{0,80})`")
_TYPES = re.compile(r"Expected `([^`]{1,80})`, got `([^`]{1,40})`")
_WORDS = {
    "str": "text", "int": "a number", "float": "a number", "null": "nothing", "bool": "true or false",
    "array": "a list", "object": "an object",
}  # fmt: skip
_NO_NUMBER = {"no number": None}  # stands where JSON has no number to stand

Frame = dict[str, msgspec.Raw]


class _Named(msgspec.Struct):
    """What is asked of a record that cannot be read: its name."""

    id: int | str | None = None


def read(
    answer: Answer, kind: type[T], lists: Mapping[str, type[object]], asked: str
) -> tuple[T, dict[str, tuple[BadRecord, ...]]]:
    """The answer as `kind`, and by list what had to be left out; `lists` says what the entries of each list are.

    Raises NotADeskError where not even the frame around the records can be read, and where the list that was `asked`
    for holds things but no records.
    """
    try:
        return decode(answer.body, kind), {}
    except UNREADABLE:
        pass
    try:
        return _mended(answer.body, kind, lists, asked)
    except (*UNREADABLE, ValueError):
        return answer.parse(kind), {}


def _mended(
    body: bytes, kind: type[T], lists: Mapping[str, type[object]], asked: str
) -> tuple[T, dict[str, tuple[BadRecord, ...]]]:
    frame = _frame(body)
    bad: dict[str, tuple[BadRecord, ...]] = {}
    for key in [key for key in lists if bytes(frame.get(key, b"null")) != b"null"]:
        records = decode(bytes(frame[key]), list[msgspec.Raw])
        if key == asked and records and not any(bytes(each).lstrip()[:1] == b"{" for each in records):
            raise msgspec.ValidationError(key)
        wrong = [(record, _why(bytes(record), lists[key])) for record in records]
        bad[key] = tuple(BadRecord(_name(bytes(record)), why) for record, why in wrong if why)
        frame[key] = msgspec.Raw(msgspec.json.encode([record for record, why in wrong if not why]))
    return decode(msgspec.json.encode(frame), kind), {key: found for key, found in bad.items() if found}


def _frame(body: bytes) -> Frame:
    """The outermost object; numbers that JSON does not know become words that no field takes."""
    try:
        return decode(body, Frame)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        told = json.loads(body, parse_int=_whole, parse_constant=lambda _: _NO_NUMBER, strict=False)
        return decode(json.dumps(told).encode(), Frame)


def _whole(digits: str) -> object:
    return int(digits) if len(digits) <= LONGEST_NUMBER else _NO_NUMBER


def _why(record: bytes, kind: type[object]) -> str:
    """Why the record cannot be read, "" where it can."""
    if json.dumps(_NO_NUMBER).encode() in record:
        return "it holds a number that is none: NaN, infinity, or far too many digits"
    try:
        decode(record, kind)
    except msgspec.ValidationError as error:
        return _told(str(error))
    except UNREADABLE:
        return "it is not written as JSON or UTF-8 should be"
    return ""


def _told(message: str) -> str:
    """The parser's complaint in plain words."""
    place, types = _PLACE.search(message), _TYPES.search(message)
    where = f"its {place[1]}" if place and place[1] else "the record"
    if types is None:
        return clean_line(f"{where} cannot be read: {message.split(' - at ', maxsplit=1)[0]}")
    wanted = " or ".join(dict.fromkeys(_WORDS.get(t, t) for t in types[1].split(" | ")))
    return clean_line(f"{where} is {_WORDS.get(types[2], types[2])}, not {wanted}")


def _name(record: bytes) -> str:
    """The record's id where it has one that can be read, else ""."""
    try:
        found = decode(record, _Named).id
    except UNREADABLE:
        return ""
    return str(found) if usable(str(found)) else ""


def usable(ident: str) -> bool:
    """Whether this can be the id of a ticket: digits only, and no more than a database holds."""
    return ident.isascii() and ident.isdigit() and len(ident) <= LONGEST_ID
