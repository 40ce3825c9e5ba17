"""Many drafts, each a line of JSON with its conversation: advice line by line, and a bad line stops nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import BinaryIO

from console.checking import Going, check_draft
from console.heard import LIMIT, Advice, Span, forget
from console.standards import Standards
from store.errors import InvalidInputError
from store.rows import Item

LONGEST = 4_000_000  # bytes of a line
MOST = 1_000  # messages of one side that are looked at, the newest
FORGET = 4_000_000  # bytes read between two clearances
MINUTE = 60_000_000  # microseconds; between two messages, whose times are not given
_CHUNK = 65_536
_TEXTS = ("customer", "agent_before")
_ID = re.compile(rb'\s*\{\s*"id"\s*:\s*("(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]){0,200}"|-?\d{1,18})\s*[,}]')

Answer = dict[str, object]


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


def answers(stream: BinaryIO, standards: Standards, queue: str = "") -> Iterator[Answer]:
    """One answer for each line of `stream`, as it comes: the advice, or what is wrong with the line under "error".

    `queue` holds for lines that name none. Empty lines are passed over.
    """
    unread = 0
    for number, raw in enumerate(_lines(stream), 1):
        unread += len(raw)
        if unread > FORGET:
            unread = 0
            forget()
        if raw.strip():
            yield _answer(raw, number, standards, queue)


def _answer(raw: bytes, number: int, standards: Standards, queue: str) -> Answer:
    try:
        line = read(raw)
    except InvalidInputError as error:
        return {"id": _id_of(raw), "error": f"line {number}: {error.message} {error.hint}".rstrip()}
    return advice_on(line, standards, line.queue or queue)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
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


def _id_of(raw: bytes) -> object:
    """The id that a bad line begins with; None where it begins otherwise."""
    match = _ID.match(raw[:1_000])
    try:
        return json.loads(match[1]) if match else None
    except ValueError:
        return None


def story_of(line: Line) -> tuple[Item, ...]:
    """The conversation in turns: the customer, then an agent, and what is left of the longer side.

    The customer's last text is what the draft answers, so it stands behind the agents' last one; where the customer
    has written once, the agents' texts come after it.
    """
    customer, agents = line.customer[-MOST:], line.agent_before[-MOST:]
    last = customer[-1:] if 1 < len(customer) <= len(agents) else ()
    turns = zip_longest(customer[: len(customer) - len(last)], agents)
    said = [(role, text) for pair in turns for role, text in zip(("customer", "agent"), pair, strict=True)]
    said += [("customer", text) for text in last]
    return tuple(
        _item(line, role == "customer", text, at)
        for at, (role, text) in enumerate((one for one in said if one[1] is not None), 1)
    )


def _item(line: Line, customers: bool, text: str, at: int) -> Item:  # noqa: FBT001  (called in one place)
    return Item(
        ref="batch/1",
        subject="",
        kind="message",
        channel="chat",
        role="customer" if customers else "agent",
        author=line.name if customers else "agent",
        at=at * MINUTE,
        text=text[:LIMIT],
        id=str(at),
    )


def advice_on(line: Line, standards: Standards, queue: str) -> Answer:
    """The answer to one line: steps, checks and what was found; `missed` where the queue is strict about it."""
    story = story_of(line)
    now = (len(story) + 1) * MINUTE
    advice, missed = check_draft(
        line.draft, story, standards.of(queue), now, going=Going(line.attached, line.solving)
    )
    answer: Answer = {"id": line.id, "steps": steps(advice), "checks": checks(advice), "found": found(advice)}
    return answer | ({"missed": list(missed)} if missed else {})


def steps(advice: Advice) -> dict[str, object]:
    """The five rungs by their names."""
    return {
        step.name: {
            "state": step.state,
            "in_draft": step.in_draft,
            "spans": [_pair(span) for span in step.spans],
            "why": step.why,
        }
        for step in advice.steps
    }


def checks(advice: Advice) -> list[dict[str, object]]:
    """What to look at, in the order of the draft."""
    return [
        {"check": one.name, "span": _pair(one.span), "say": one.say}
        for one in advice.checks
        if one.name != "next_step_time"
    ]


def found(advice: Advice) -> dict[str, list[list[int]]]:
    """What is good to have, and is there: the times that are promised."""
    times = [_pair(one.span) for one in advice.checks if one.name == "next_step_time"]
    return {"next_step_time": times} if times else {}


def _pair(span: Span) -> list[int]:
    return [span.start, span.end]


def bad(answer: Answer) -> bool:
    """Whether an answer says that something is wrong: the line itself, or a strict standard."""
    return "error" in answer or "missed" in answer


def columns(answer: Answer) -> tuple[str, ...]:
    """The fields that an answer has."""
    return tuple(chain(answer))
