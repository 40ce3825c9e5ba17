"""The lines of a batch: each an object with a draft and its conversation, read with care for whatever else comes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from store.errors import InvalidInputError

LONGEST = 4_000_000  # bytes of a line
_CHUNK = 65_536
_TEXTS = ("customer", "agent_before")
_ID = re.compile(rb'\s*\{\s*"id"\s*:\s*("(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]){0,200}"|-?\d{1,18})\s*[,}]')


@dataclass(frozen=True, slots=True)
class Line:
    """One draft and its conversation, as a line gives it."""

    id: str | int
    customer: tuple[str, ...]
    agent_before: tuple[str, ...]
    draft: str
    name: str = ""  # the customer's
    queue: str = ""
    attached: bool = False
    solving: bool = False


def lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines; of one that is too long its beginning, one byte longer than the longest."""
    while raw := stream.readline(LONGEST + 1):
        if len(raw) > LONGEST:
            part = raw
            while part and not part.endswith(b"\n"):
                part = stream.readline(_CHUNK)
        yield raw


def read(raw: bytes) -> Line:
    """The values of one line; InvalidInputError says what is wrong with it, and never quotes it."""
    if len(raw) > LONGEST:
        raise InvalidInputError(f"longer than {LONGEST:,} bytes.")
    try:
        data: object = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"not UTF-8, from byte {error.start} on.") from None
    except json.JSONDecodeError as error:
        raise InvalidInputError(f"not JSON: {error.msg} at character {error.pos + 1}.") from None
    except (RecursionError, ValueError):
        raise InvalidInputError("not JSON that can be read: too deep, or a number too long.") from None
    if not isinstance(data, dict):
        raise InvalidInputError("not an object.", 'Write {"id": ..., "customer": [...], ...}.')
    return _line(data)


def _line(data: Mapping[str, object]) -> Line:
    for key in ("id", *_TEXTS, "draft"):
        if key not in data:
            raise InvalidInputError(f"has no {key}.")
    found = data["id"]
    if isinstance(found, str):
        found = _text("id", found)
    elif not isinstance(found, int) or isinstance(found, bool):
        raise InvalidInputError("id must be text or a whole number.")
    customer, agent_before = (_texts(key, data[key]) for key in _TEXTS)
    return Line(
        found,
        customer,
        agent_before,
        _text("draft", data["draft"]),
        name=_text("name", data.get("name", "")),
        queue=_text("queue", data.get("queue", "")),
        attached=_flag("attached", data.get("attached", False)),
        solving=_flag("solving", data.get("solving", False)),
    )


def _texts(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise InvalidInputError(f"{key} must be a list of texts.")
    return tuple(_text(key, each) for each in value)


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise InvalidInputError(f"{key} must be {'a list of texts' if key in _TEXTS else 'text'}.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidInputError(
            f"{key} holds half a character (a lone surrogate), at character {error.start + 1}."
        ) from None
    return value


def _flag(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidInputError(f"{key} must be true or false.")
    return value


def id_of(raw: bytes) -> object:
    """The id that a bad line begins with; None where it begins otherwise."""
    match = _ID.match(raw[:1_000])
    try:
        return json.loads(match[1]) if match else None
    except ValueError:
        return None
