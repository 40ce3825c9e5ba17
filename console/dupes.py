"""Tickets that may be one and the same: the same person, similar words, close in time. Proposed with the evidence, never merged."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from console.session import Session
from store import identities, through
from store.through import First

HOUR_US = 3_600_000_000
LONGEST = 2_000  # characters of a first message that are compared
LEAST = 0.35  # of the weight of all their words that two tickets share
SHOWN = 6  # shared words that are told
CLOSED = ("solved", "closed")
_WORD = re.compile(r"\w[\w'-]{2,60}")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two tickets of one person; `score` is the share of their words' weight that both have, 0 to 1."""

    keep: str
    other: str
    requester: str
    score: float
    hours: float
    shared: tuple[str, ...]
    plan: str


@dataclass(frozen=True, slots=True)
class _Ticket:
    first: First
    words: frozenset[str]


def dupes(session: Session, *, hours: float = 48, days: float = 30, solved: bool = False) -> list[Duplicate]:
    """Pairs of the last `days` that came within `hours` of each other, the likeliest first; solved ones only when asked."""
    since = session.now() - int(days * 24 * HOUR_US)
    found = session.db.read(lambda r: list(through.first_words(r, since, LONGEST)))
    if not solved:
        found = [each for each in found if each.status not in CLOSED]
    tickets = [_Ticket(each, _words(f"{each.subject}\n{each.text}")) for each in found]
    weights = _weights(tickets)
    pairs = [
        made
        for group in _by_person(session, tickets)
        for one, other in _close(group, hours)
        if (made := _compare(one, other, weights)) is not None
    ]
    return sorted(pairs, key=lambda each: (-each.score, each.keep, each.other))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _weights(tickets: Sequence[_Ticket]) -> dict[str, float]:
    """Rare words weigh more: the logarithm of in how few tickets they stand."""
    counts = Counter(word for ticket in tickets for word in ticket.words)
    total = len(tickets) + 1
    return {word: math.log(total / count) for word, count in counts.items()}


def _by_person(session: Session, tickets: Sequence[_Ticket]) -> Iterable[list[_Ticket]]:
    """The tickets of each person, in the order in which they came."""
    person: dict[int, int] = {}
    groups: dict[int, list[_Ticket]] = defaultdict(list)
    for ticket in tickets:
        number = ticket.first.requester_id
        if number not in person:
            ids = session.db.read(lambda r, n=number: identities.person_ids(r, n))  # type: ignore[misc]  # a default binds the loop variable
            person |= dict.fromkeys(ids, min(ids))
        groups[person[number]].append(ticket)
    return groups.values()


def _close(group: Sequence[_Ticket], hours: float) -> Iterator[tuple[_Ticket, _Ticket]]:
    for n, later in enumerate(group):
        for earlier in reversed(group[:n]):
            if later.first.created - earlier.first.created > hours * HOUR_US:
                break
            yield earlier, later


def _compare(one: _Ticket, other: _Ticket, weights: dict[str, float]) -> Duplicate | None:
    shared = one.words & other.words
    every = sum(weights[word] for word in one.words | other.words)
    score = sum(weights[word] for word in shared) / every if every else 0.0
    if score < LEAST:
        return None
    told = sorted(shared, key=lambda word: (-weights[word], word))[:SHOWN]
    apart = (other.first.created - one.first.created) / HOUR_US
    plan = f"merge {other.first.ref} into {one.first.ref}, which came first"
    return Duplicate(
        one.first.ref,
        other.first.ref,
        one.first.requester,
        round(score, 2),
        round(apart, 1),
        tuple(told),
        plan,
    )
