"""Many drafts, each a line of JSON with its conversation: advice line by line, and a bad line stops nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import BinaryIO

from console.batch_lines import Line, id_of, lines, read
from console.checking import Going, check_draft
from console.heard import LIMIT, Advice, Span, forget
from console.standards import Standards
from store.errors import InvalidInputError
from store.rows import Item

NAME = 200  # characters of a name
MOST = 1_000  # messages of one side that are looked at, the newest
FORGET = 4_000_000  # bytes read between two clearances
MINUTE = 60_000_000  # microseconds; between two messages, whose times are not given

Answer = dict[str, object]


def answers(stream: BinaryIO, standards: Standards, queue: str = "") -> Iterator[Answer]:
    """One answer for each line of `stream`, as it comes: the advice, or what is wrong with the line under "error".

    `queue` holds for lines that name none. Empty lines are passed over.
    """
    unread = 0
    for number, raw in enumerate(lines(stream), 1):
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
        return {"id": id_of(raw), "error": f"line {number}: {error.message} {error.hint}".rstrip()}
    return advice_on(line, standards, line.queue or queue)


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
        author=line.name[:NAME] if customers else "agent",
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
