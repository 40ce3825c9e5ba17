"""Live figures for a supervisor; every figure names the query that lists its tickets."""

from __future__ import annotations

from dataclasses import dataclass

from console.grammar import quoted
from console.query import is_word
from console.session import Session
from console.tail import latest
from console.times import ago
from console.triage import count, queue_ids, rows
from store import figures, ratings
from store.rows import Event, TicketRow

_RATED = 30 * 86_400_000_000  # microseconds of ratings that count


@dataclass(frozen=True, slots=True)
class Figure:
    """One number and the query behind it."""

    label: str
    value: str
    query: str
    sort: str = "updated"


@dataclass(frozen=True, slots=True)
class AgentLoad:
    """What one agent has on the table."""

    name: str
    open: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Board:
    """What a supervisor watches."""

    by_status: dict[str, int]
    unassigned: int
    oldest_unanswered: TicketRow | None
    load: tuple[AgentLoad, ...]
    figures: tuple[Figure, ...]
    recent: tuple[Event, ...]


def board(session: Session, now: int) -> Board:
    """The figures as they stand at `now`."""
    by_status = session.db.read(figures.by_status)
    agents = session.db.read(figures.load)
    unassigned = count(session, "status:live is:unassigned")
    waiting = queue_ids(session, "is:waiting", "waiting")
    oldest = next(iter(rows(session, waiting[:1])), None)
    shown = [Figure(f"{status}", str(number), f"status:{status}") for status, number in by_status.items()]
    shown += [
        Figure("unassigned", str(unassigned), "status:live is:unassigned", "waiting"),
        Figure("waiting for us", str(len(waiting)), "is:waiting", "waiting"),
        Figure(
            "oldest unanswered", ago(oldest.waiting_since, now) if oldest else "none", "is:waiting", "waiting"
        ),
        Figure("snoozed", str(count(session, "is:snoozed")), "is:snoozed"),
        Figure("clock under 1 h", str(count(session, "is:sla sla<1h")), "is:sla sla<1h", "sla"),
        Figure("clock run out", str(count(session, "is:sla sla<0m")), "is:sla sla<0m", "sla"),
        Figure("CSAT, 30 days", _csat(session, now), "rating:good,bad updated<30d"),
    ]
    shown += [
        Figure(
            name,
            f"{live} open, {waits} waiting",
            f"status:live assignee:{_asked(name, ref, alone=bool(meant))}",
        )
        for name, live, waits, ref, meant in agents
    ]
    load = tuple(AgentLoad(*row[:3]) for row in agents)
    return Board(by_status, unassigned, oldest, load, tuple(shown), tuple(latest(session)))


def _asked(name: str, ref: str, *, alone: bool) -> str:
    """How a query asks for this agent: by name, where that means nobody else and nothing else."""
    plain = alone and not set('"@') & set(name) and not is_word("assignee", name)
    return f'"{name}"' if plain else quoted(ref)


def _csat(session: Session, now: int) -> str:
    """The share of good ones among the tickets rated lately, and how many those are; no rating is no share."""
    good, bad = session.db.read(lambda r: ratings.csat(r, now - _RATED))
    return f"{good / (good + bad):.1%} of {good + bad:,}" if good or bad else "none rated"
