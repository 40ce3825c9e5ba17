"""A story in a few lines: what the customer asked, what was tried, what we promised, what is open. Pure.

Every line is a sentence of one message, with the id of that message. The same items give the same lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from console.heard.language import spoken
from console.heard.thread import from_agent, from_customer
from console.sentences import Said, is_settled, of_agent, of_customer
from store.rows import Item

Heading = Literal["asked", "tried", "promised", "open"]
HEADINGS: tuple[Heading, ...] = ("asked", "tried", "promised", "open")
MOST = 3  # lines under one heading
_NEWEST = 400  # messages of a story that are read
_OVER = ("solved", "closed")
_RANK = {
    "trouble": 0,
    "problem": 1,
    "want": 2,
    "question": 3,
    "tried": 4,
    "told": 5,
}  # what says best what it is about


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence that somebody wrote, and where. `time` is the time that a promise names; `why` says why it is open."""

    words: str
    message_id: str
    ref: str
    at: int
    role: Literal["customer", "agent"]
    author: str
    time: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Recap:
    """At most `MOST` lines under each heading, those of the ticket at hand first, then the newest topic."""

    asked: tuple[Line, ...] = ()
    tried: tuple[Line, ...] = ()
    promised: tuple[Line, ...] = ()
    open: tuple[Line, ...] = ()

    def of(self, heading: Heading) -> tuple[Line, ...]:
        """The lines under one heading."""
        lines: tuple[Line, ...] = getattr(self, heading)
        return lines


@dataclass(frozen=True, slots=True)
class _Turn:
    """One message and what it says."""

    item: Item
    ours: bool
    said: tuple[Said, ...]
    language: str

    def lines(self, *kinds: str, why: str = "") -> list[Line]:
        """The sentences of these kinds."""
        item, role = self.item, "agent" if self.ours else "customer"
        return [
            Line(one.words, item.id, item.ref, item.at, role, item.author, one.time, why)  # type: ignore[arg-type]  # one of the two words above
            for one in self.said
            if one.kind in kinds
        ]


def recap(items: Sequence[Item], ref: str = "") -> Recap:
    """Sum a story up; with `ref`, that ticket comes first and of the others only those that are not solved."""
    topics = _topics(items, ref)
    return Recap(
        _first(_spread([_asked(turns) for turns in topics], 2 if ref or len(topics) == 1 else 1)),
        _first(line for turns in topics for line in _newest(turns, "tried", "step", "done")),
        _first(line for turns in topics for line in _newest(turns, "promise")),
        _first(line for turns in topics for line in _open(turns)),
    )


def _topics(items: Sequence[Item], ref: str) -> list[list[_Turn]]:
    """The conversations ticket by ticket, the one at hand first, then the newest."""
    found: dict[str, list[_Turn]] = {}
    heard = [item for item in items if from_customer(item) or from_agent(item)]
    usual = spoken(" ".join(item.text for item in heard[-_NEWEST:] if from_customer(item)).lower())
    for item in heard[-_NEWEST:]:
        ours = from_agent(item)
        sentences = of_agent(item.text, usual) if ours else of_customer(item.text, usual)
        turn = _Turn(item, ours, sentences, usual)
        found.setdefault(item.ref, []).append(turn)
    order = sorted(found, key=lambda one: (one != ref, -found[one][-1].item.at))
    return [found[one] for one in order if not ref or one == ref or not _is_over(found[one])]


def _is_over(turns: Sequence[_Turn]) -> bool:
    return turns[-1].item.status in _OVER


def _first(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The first lines, each sentence once."""
    kept: dict[str, Line] = {}
    for line in lines:
        kept.setdefault(line.words.casefold(), line)
        if len(kept) == MOST:
            break
    return tuple(kept.values())


def _spread(topics: Sequence[Sequence[Line]], at_first: int) -> Iterator[Line]:
    """So many lines of the first topic, then one of each other; what room is left goes to the rest."""
    for number, lines in enumerate(topics):
        yield from lines[: at_first if number == 0 else 1]
    for number, lines in enumerate(topics):
        yield from lines[at_first if number == 0 else 1 :]


def _asked(turns: Sequence[_Turn]) -> list[Line]:
    """What it is about, then what was asked since, the newest first, then what was asked at once."""
    theirs = [turn for turn in turns if not turn.ours]
    opener = next((turn for turn in theirs if turn.lines("trouble", "problem", "want", "question")), None)
    opener = opener or next((turn for turn in theirs if turn.lines("tried", "told")), None)
    if opener is None:
        return []
    said_first = sorted(
        (one for one in opener.said if one.kind in _RANK),
        key=lambda one: _RANK[one.kind],
    )
    first = [line for one in said_first for line in opener.lines(one.kind) if line.words == one.words]
    later = [
        line
        for turn in reversed(theirs)
        if turn is not opener
        for line in reversed(turn.lines("want", "question"))
    ]
    return [*first[:1], *later, *(line for line in first[1:] if line in opener.lines("want", "question"))]


def _newest(turns: Sequence[_Turn], *kinds: str) -> Iterator[Line]:
    for turn in reversed(turns):
        yield from reversed(turn.lines(*kinds))


def _open(turns: Sequence[_Turn]) -> Iterator[Line]:
    """What the customer asked since our last message, then what we promised in it, and what we asked there."""
    waiting = list(_since(turns))
    settled = bool(waiting) and is_settled(waiting[0].item.text, waiting[0].language)
    for turn in waiting:
        yield from turn.lines("want", "question", why="not answered yet")
    for turn in () if settled else waiting:
        yield from turn.lines("trouble", why="not answered yet")[:1]
    ours = next((turn for turn in reversed(turns) if turn.ours), None)
    if ours is None or settled or _is_over(turns):
        return
    yield from ours.lines("promise", why="promised, nothing from us since")
    if not waiting:
        yield from ours.lines("ask", why="we asked, no answer yet")


def _since(turns: Sequence[_Turn]) -> Iterator[_Turn]:
    """The customer's messages since our last one, the newest first."""
    for turn in reversed(turns):
        if turn.ours:
            return
        yield turn
