"""Advice on a draft as a person reads it: the draft with its evidence marked, the ladder, the checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.text import width as cells

if TYPE_CHECKING:
    from console.checking import Checked
    from console.heard import Advice, Span, Step

STATES = {
    "seen": "seen",
    "partly": "partly",
    "not_seen": "not seen",
    "unsure": "may be here",
    "not_needed": "not needed here",
    "waived": "left out",
}
LETTERS = {"hear": "H", "empathize": "E", "apologize": "A", "resolve": "R", "diagnose": "D"}
FINDING = "!"
TIME = "t"
WIDTH = 80  # cells where there is no terminal
NARROWEST = 30
QUOTED = 60  # characters of the words that a line quotes
_GUTTER = 7  # cells before the text


@dataclass(frozen=True, slots=True)
class _Row:
    """A piece of one line of the draft that fits the width."""

    number: int  # of the line, from 1
    start: int
    end: int
    first: bool


def check_lines(checked: Checked, width: int, read: int) -> Iterator[str]:
    """All of it in at most `width` cells a line for the draft; of the draft the first `read` characters."""
    advice, draft = checked.advice, checked.draft
    yield from _marked(draft[:read], advice, max(width or WIDTH, NARROWEST) - _GUTTER)
    if len(draft) > read:
        yield f"(the first {read:,} characters of {len(draft):,} were looked at)"
    yield ""
    if advice.repeat.line():
        yield f"{advice.repeat.line()}\n"
    yield from (_rung(draft, step) for step in advice.steps)
    findings = list(_findings(draft, advice))
    yield from (["", *findings] if findings else [])
    if advice.suggestion:
        yield f"\nNext: {advice.suggestion}"
    if checked.missed:
        where = f" in {checked.queue}" if checked.queue else ""
        yield f"\nStrict{where}, and not met: {', '.join(checked.missed)}"


def _rung(draft: str, step: Step) -> str:
    words = (
        f"  line {_line(draft, step.spans[0].start)}: {_quote(draft, step.spans[0])}" if step.spans else ""
    )
    return f"{LETTERS[step.name]}  {step.name.capitalize():<10} {STATES[step.state]:<16}{step.why}{words}"


def _findings(draft: str, advice: Advice) -> Iterator[str]:
    """The checks with their line and words; what is good to have comes last."""
    for good in (False, True):
        for one in advice.checks:
            if (one.name == "next_step_time") is good:
                mark = TIME if good else FINDING
                where = f"line {_line(draft, one.span.start)}"
                yield f"{mark}  {where:<8} {one.name:<18} {_quote(draft, one.span)}  {one.say}"


def _line(draft: str, at: int) -> int:
    return draft.count("\n", 0, at) + 1


def _quote(draft: str, span: Span) -> str:
    words = " ".join(draft[span.start : span.end].split())
    return f'"{words}"' if len(words) <= QUOTED else f'"{words[: QUOTED - 3].rstrip()}..."'


def _marked(draft: str, advice: Advice, room: int) -> Iterator[str]:
    """The draft with numbered lines, and below each piece a line of letters for every step that it shows."""
    marks: list[tuple[str, Sequence[Span]]] = [
        (LETTERS[step.name] if step.state == "seen" else LETTERS[step.name].lower(), step.spans)
        for step in advice.steps
    ]
    marks.append((FINDING, [one.span for one in advice.checks if one.name != "next_step_time"]))
    marks.append((TIME, [one.span for one in advice.checks if one.name == "next_step_time"]))
    for row in _rows(draft, room):
        yield f"{row.number if row.first else '':>4} | {_shown(draft[row.start : row.end])}".rstrip()
        for mark, spans in marks:
            under = _under(draft, row, mark, spans)
            if under:
                yield f"     | {under}"


def _rows(draft: str, room: int) -> Iterator[_Row]:
    start = 0
    for number, line in enumerate(draft.removesuffix("\n").split("\n"), 1):
        at, end, first = start, start + len(line), True
        while first or at < end:
            stop = _fits(draft, at, end, room)
            yield _Row(number, at, stop, first)
            at, first = stop, False
        start = end + 1


def _fits(draft: str, start: int, end: int, room: int) -> int:
    """Where a piece from `start` ends that takes at most `room` cells: behind a space, if there is one."""
    taken = 0
    for at in range(start, end):
        taken += cells(_shown(draft[at]))
        if taken > room and at > start:
            space = draft.rfind(" ", start, at)
            return space + 1 if space > start else at
    return end


def _under(draft: str, row: _Row, mark: str, spans: Sequence[Span]) -> str:
    """The marks below a piece: as many cells of `mark` as the words of the spans take."""
    spans = [span for span in spans if span.start < row.end and row.start < span.end]
    if not spans:
        return ""
    drawn = (
        (mark if any(span.start <= at < span.end for span in spans) else " ") * cells(_shown(draft[at]))
        for at in range(row.start, row.end)
    )
    return "".join(drawn).rstrip()


def _shown(text: str) -> str:
    """The same number of characters, none of which moves or hides another."""
    return (
        text
        if text.isprintable()
        else "".join(c if c.isprintable() else " " if c in "\t\r" else "\u00b7" for c in text)
    )
