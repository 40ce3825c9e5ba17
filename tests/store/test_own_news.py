"""What the agent did himself is no news to him when it comes back from the desk; what others did at the same time is."""

from __future__ import annotations

import pytest
from support.clock import Clock
from support.desk import BO, ME, MemoryDesk

from console import changes, reply, seen, triage
from console.session import Session
from store.sync import Engine

NAME = "acme"


@pytest.fixture
def engine(session: Session, desk: MemoryDesk, clock: Clock) -> Engine:
    return Engine(session.db, NAME, desk, clock)


async def rounds(engine: Engine, clock: Clock, number: int = 4) -> None:
    for _ in range(number):
        clock.tick(10)
        assert (await engine.once()).error is None


@pytest.fixture
async def three(desk: MemoryDesk, engine: Engine, clock: Clock) -> list[str]:
    """Three tickets that have come home with the first pull."""
    made = [desk.open(desk.customer(n), f"{n}'s kettle", "It leaks.") for n in ("Ada", "Bea", "Cas")]
    await rounds(engine, clock)
    return made


def unseen(session: Session) -> list[str]:
    """The tickets with news."""
    found = triage.rows(session, triage.queue_ids(session, "is:unseen"))
    return sorted(row.ref.partition("/")[2] for row in found)


@pytest.mark.parametrize("check", [True, False])
async def test_a_bulk_of_mine_is_no_news_to_me(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str], *, check: bool
) -> None:
    changes.apply(session, changes.plan(session, "", changes.parse(["status=pending", "+vip"])), check=check)
    await rounds(engine, clock)
    assert {desk.tickets[t].status for t in three} == {"pending"}
    assert unseen(session) == []
    clock.tick(60)
    desk.says(three[1], desk.tickets[three[1]].requester_id or "", "Still leaks.")
    await rounds(engine, clock)
    assert unseen(session) == [three[1]]


async def test_what_others_did_before_after_or_with_my_bulk_is_news(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    clock.tick(60)
    desk.sets(three[0], BO.id, priority="high")
    await rounds(engine, clock, 1)
    changes.apply(session, changes.plan(session, "", changes.parse(["status=pending"])), check=False)
    await engine.push()
    desk.says(three[1], BO.id, "I looked at it.", public=False)  # the same second
    await rounds(engine, clock)
    assert unseen(session) == sorted(three[:2])


async def test_what_others_did_in_the_second_of_my_bulk_is_news_once_it_is_known(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    clock.tick(60)
    changes.apply(session, changes.plan(session, "", changes.parse(["status=pending"])))
    await engine.once()
    assert unseen(session) == []
    desk.says(three[1], BO.id, "I looked at it.", public=False)
    await rounds(engine, clock)
    assert unseen(session) == [three[1]]
    assert "1 note" in seen.look(session, f"{NAME}/{three[1]}")
    await rounds(engine, clock)
    assert unseen(session) == []


async def test_what_i_wrote_here_or_in_the_browser_is_no_news_to_me(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, three: list[str]
) -> None:
    reply.note(session, three[0], "Called her.")
    clock.tick(60)
    desk.says(three[1], ME.id, "Written in the browser.")
    await rounds(engine, clock)
    assert unseen(session) == []
