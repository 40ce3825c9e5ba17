"""What to do next, from what was done before: the nearest solved tickets, what resolved them, and what caused them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console import alike
from console.heard.customer import stem
from console.sentences import Kind, of_agent
from store import nearest as index

if TYPE_CHECKING:
    import sqlite3

    from console.session import Session

LIMIT = 20  # solved tickets that are looked at
SHOWN = 6  # steps, and causes
_MESSAGES = 5  # of the customer, from the first, that say what a ticket is about
_WORDS = 14  # of them that are asked for
_NEWEST = 300  # places of one word
_CLOSER = 4  # so many times `limit` are compared word by word
_ONCE = 3  # steps that are shown where none was taken twice
_LAST = 3  # public messages of a solved ticket that are read, from the last
_SHARED = 0.15  # of the weight of this ticket's words
_ACTIONS: tuple[Kind, ...] = ("step", "done")


@dataclass(frozen=True, slots=True)
class Near:
    """A solved ticket of somebody else; `share` says how much of this ticket's weight of words is in it, 0 to 1."""

    ref: str
    subject: str
    updated: int
    share: float


@dataclass(frozen=True, slots=True)
class Step:
    """What was said in `count` of the nearest tickets, in the words of the nearest; what was personal is a hole."""

    words: str
    count: int
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NextSteps:
    """What was done in the nearest solved tickets, what their cause was, and which they are, the nearest first."""

    ref: str
    near: tuple[Near, ...] = ()
    steps: tuple[Step, ...] = ()
    causes: tuple[Step, ...] = ()


def next_steps(session: Session, ref: str, limit: int = LIMIT) -> NextSteps:
    """Look at the nearest solved tickets of other people; NotFoundError when there is no ticket `ref`."""
    from console.triage import ticket  # noqa: PLC0415  (a ref may be written in several ways)

    known = ticket(session, ref).row.ref
    found, texts = session.db.read(lambda r: _look(r, known, limit), overlaid=False)
    near = tuple(Near(one.ref, one.subject, one.updated, round(share, 3)) for one, share in found)
    solved = [one for one, _share in found]
    return NextSteps(known, near, _steps(solved, texts, *_ACTIONS), _steps(solved, texts, "cause"))


def _look(
    reader: sqlite3.Connection, ref: str, limit: int
) -> tuple[list[tuple[index.Solved, float]], dict[int, list[str]]]:
    seed = index.seed(reader, ref, _MESSAGES)
    words = _words(seed) if seed else []
    if seed is None or not words:
        return [], {}
    weights, tickets = _candidates(reader, words)
    likely = index.solved(reader, tickets[: limit * 20], seed, limit * _CLOSER)
    mine = {stem(word): weight for word, weight in weights.items()}
    near = _nearest(mine, likely)[:limit]
    return near, index.answers(reader, [one.id for one, _share in near])


def _nearest(mine: Mapping[str, float], likely: Sequence[index.Solved]) -> list[tuple[index.Solved, float]]:
    """Those that share enough: a good part of the weight, and two words where there are two."""
    found = []
    for one in likely:
        theirs = alike.stems(f"{one.subject}\n{one.text}")
        share = alike.share(mine, theirs)
        if share >= _SHARED and len(theirs & mine.keys()) >= min(2, len(mine)):
            found.append((one, share))
    return sorted(found, key=lambda pair: -pair[1])


def _words(seed: index.Seed) -> list[str]:
    """What the ticket is about: the words of its subject and first messages, but the customer's own name."""
    names = set(alike.about(seed.requester))
    told = alike.about("\n".join((seed.subject, *seed.texts)))
    return [word for word in told if word not in names][:_WORDS]


def _candidates(reader: sqlite3.Connection, words: Sequence[str]) -> tuple[dict[str, float], list[int]]:
    """The weight of each word, rare ones weigh more; and the tickets that have them, those with most weight first."""
    rows = index.size(reader)
    weights: dict[str, float] = {}
    score: Counter[int] = Counter()
    places = {word: index.places(reader, word, _NEWEST) for word in words}
    tickets = index.tickets_of(reader, sorted({row for found in places.values() for row in found.messages}))
    for word, found in places.items():
        weights[word] = _weight(found.messages, rows)
        having = {tickets[row] for row in found.messages if row in tickets} | set(found.subjects)
        for ticket in having:
            score[ticket] += weights[word]  # type: ignore[assignment]  # a counter of weights
    return weights, [
        ticket for ticket, _score in sorted(score.items(), key=lambda pair: (-pair[1], -pair[0]))
    ]


def _weight(messages: Sequence[int], rows: int) -> float:
    """How rare a word is. Of a frequent one only the newest places are known: how close they lie tells how many there are."""
    if not messages:
        return math.log(1 + rows)
    span = rows - messages[-1] + 1 if len(messages) == _NEWEST else rows
    return math.log(1 + rows / (len(messages) * rows / max(span, 1)))


def _steps(
    solved: Sequence[index.Solved], texts: Mapping[int, Sequence[str]], *kinds: Kind
) -> tuple[Step, ...]:
    said = [
        (number, sentence)
        for number, one in enumerate(solved)
        for sentence in _last_said(texts.get(one.id, ()), kinds)
    ]
    groups = alike.grouped(
        (number, alike.masked(words, [solved[number].requester])) for number, words in said
    )
    often = [group for group in groups if len(group.places) > 1]  # what was said once may be about anything
    return tuple(
        Step(group.words, len(group.places), tuple(solved[place].ref for place in group.places))
        for group in (often or groups[:_ONCE])[:SHOWN]
    )


def _last_said(texts: Sequence[str], kinds: Sequence[Kind]) -> Iterator[str]:
    """The sentences of these kinds in the last message that has any."""
    for text in texts[:_LAST]:
        found = [one.words for one in of_agent(text) if one.kind in kinds]
        if found:
            yield from found
            return
