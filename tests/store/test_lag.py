"""A list of changes that tells late: how late is measured, and pulls look back for it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace
from support.clock import SECOND, Clock
from support.desk import MemoryDesk

from console import triage
from console.session import Session
from store.remotes import Page
from store.sync import Engine
from store.sync.lag import CEILING_S, Lag, measured

NAME = "acme"
HOUR = 3600


@dataclass
class LateDesk(MemoryDesk):
    """Changes of the tickets in `late` come into the list so many seconds after they were made; a cursor is a time of change."""

    late: dict[str, int] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)  # how far each pull looked back

    async def feed(self, cursor: str | None, overlap_s: int = 120) -> AsyncIterator[Page]:
        self.asked.append(overlap_s)
        since = int(cursor) - overlap_s * SECOND if cursor else 0
        due = [
            t for t in self.tickets.values() if t.updated + self.late.get(t.id, 0) * SECOND <= self.clock()
        ]
        part = sorted((t for t in due if t.updated >= since), key=lambda t: t.updated)
        people = tuple(self.customers[t.requester_id] for t in part if t.requester_id in self.customers)
        newest = max([int(cursor or 0), *(t.updated for t in part)])
        yield Page(tuple(part), people, cursor=str(newest))


@pytest.fixture
def desk(clock: Clock) -> LateDesk:
    """Ten tickets, of which the first is always told late."""
    made = LateDesk(clock)
    maria = made.customer("Maria")
    tickets = [made.open(maria, f"Kettle {n}", "It leaks.") for n in range(10)]
    made.late[tickets[0]] = 0
    return made


@pytest.fixture
def engine(session: Session, desk: LateDesk, clock: Clock) -> Engine:
    return Engine(session.db, NAME, desk, clock)


async def turns(engine: Engine, clock: Clock, number: int, seconds: int = 15) -> None:
    for _ in range(number):
        clock.tick(seconds)
        assert (await engine.once()).error is None


async def change(engine: Engine, desk: LateDesk, clock: Clock, late: int) -> str:
    """A change that will be told `late` seconds after, with others on the way that are told at once; the ticket."""
    first, other = list(desk.tickets)[:2]
    desk.late[first] = late
    desk.sets(first, "a2", subject=f"changed at {clock()}")
    for _ in range(late // 15 + 2):
        await turns(engine, clock, 1)
        desk.sets(other, "a2", subject=f"other at {clock()}")
    await turns(engine, clock, 1)
    return first


def seen(session: Session, desk: LateDesk, ticket: str) -> bool:
    """Whether the mirror shows the ticket as it stands."""
    return triage.ticket(session, ticket).row.subject == desk.tickets[ticket].subject


def overlap(session: Session, clock: Clock) -> int:
    return measured(session.db, NAME, clock()).overlap_s


async def test_a_desk_that_tells_at_once_is_asked_for_two_minutes(
    session: Session, desk: LateDesk, engine: Engine, clock: Clock
) -> None:
    for _ in range(5):
        await change(engine, desk, clock, 0)
    assert set(desk.asked) == {120}
    assert measured(session.db, NAME, clock()).lag_s == 0


async def test_pulls_look_back_twice_as_far_as_the_desk_was_late(
    session: Session, desk: LateDesk, engine: Engine, clock: Clock
) -> None:
    await turns(engine, clock, 2)
    assert seen(session, desk, await change(engine, desk, clock, 100))
    found = measured(session.db, NAME, clock())
    assert 85 <= found.lag_s <= 115
    await turns(engine, clock, 1)
    assert desk.asked[-1] == found.overlap_s == pytest.approx(2 * found.lag_s, abs=1)


async def test_once_a_lag_was_seen_no_change_as_late_is_missed(
    session: Session, desk: LateDesk, engine: Engine, clock: Clock
) -> None:
    await turns(engine, clock, 2)
    for late in (60, 110, 200, 370, 440):  # each within twice the one before
        ticket = await change(engine, desk, clock, late)
        await turns(engine, clock, 2)
        assert seen(session, desk, ticket), late
    for _ in range(5):
        assert seen(session, desk, await change(engine, desk, clock, 440))


async def test_what_only_the_sweep_finds_counts_as_late(
    session: Session, desk: LateDesk, engine: Engine, clock: Clock
) -> None:
    await turns(engine, clock, 2)
    ticket = await change(engine, desk, clock, 600)
    assert not seen(session, desk, ticket)
    while not seen(session, desk, ticket):
        await turns(engine, clock, 1)
    assert overlap(session, clock) > 600
    desk.asked.clear()
    assert seen(session, desk, await change(engine, desk, clock, 600))
    assert max(desk.asked) <= CEILING_S


async def test_the_overlap_falls_again_and_outlives_the_program(
    session: Session, desk: LateDesk, engine: Engine, clock: Clock
) -> None:
    await turns(engine, clock, 2)
    await change(engine, desk, clock, 110)
    grown = overlap(session, clock)
    await engine.aclose()
    again = Engine(session.db, NAME, desk, clock)
    await turns(again, clock, 1)
    assert 120 < desk.asked[-1] <= grown
    clock.tick(24 * HOUR)
    await turns(again, clock, 1)
    assert desk.asked[-1] == 120


async def test_an_idle_turn_writes_nothing_though_a_lag_is_known(
    session: Session, desk: LateDesk, engine: Engine, clock: Clock
) -> None:
    await turns(engine, clock, 2)
    await change(engine, desk, clock, 110)
    await turns(engine, clock, 3)
    watcher = sqlite3.connect(session.home.mirror_db)
    before = watcher.execute("PRAGMA data_version").fetchone()
    await turns(engine, clock, 5)
    assert watcher.execute("PRAGMA data_version").fetchone() == before
    watcher.close()


async def test_what_comes_back_after_long_is_not_late(
    session: Session, desk: LateDesk, engine: Engine, clock: Clock
) -> None:
    await turns(engine, clock, 2)
    hidden = desk.open(desk.customer("Jon"), "Kettle", "It was hidden.")
    desk.late[hidden] = 1_000_000
    desk.tickets[hidden] = replace(desk.tickets[hidden], updated=clock() - 5 * HOUR * SECOND)
    clock.tick(1000)
    await turns(engine, clock, 10)
    assert seen(session, desk, hidden)
    assert overlap(session, clock) == 120


def test_a_stored_lag_is_half_forgotten_every_six_hours() -> None:
    lag = Lag(greatest=400 * SECOND, met=0)
    hours = [lag.overlap_s(h * HOUR * SECOND, 120) for h in (0, 6, 12, 24)]
    assert hours == [800, 400, 200, 120]
    assert Lag(greatest=10**12).overlap_s(0, 120) == CEILING_S
