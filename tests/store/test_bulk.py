"""Bulk changes by the desk's own call: few requests, every ticket accounted for, whatever becomes of the job."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from support.clock import Clock
from support.desk import BO, MemoryDesk

from console import changes, outbox, triage, undo
from console.session import Session
from store.remotes import Caps, Outcome, Write
from store.sync import Engine

NAME = "acme"


@pytest.fixture
def desk(clock: Clock) -> MemoryDesk:
    caps = Caps(
        "memory",
        "A",
        cas="stamp",
        cas_on_reply=True,
        marker="meta",
        tags="add_remove",
        bulk="job",
        bulk_max=100,
    )
    made = MemoryDesk(clock, caps)
    maria = made.customer("Maria")
    for n in range(250):
        made.open(maria, f"Kettle {n}", "It leaks.")
    return made


@pytest.fixture
async def engine(session: Session, desk: MemoryDesk, clock: Clock) -> Engine:
    made = Engine(session.db, NAME, desk, clock)
    for _ in range(2):
        clock.tick(10)
        await made.once()
    return made


async def turns(engine: Engine, clock: Clock, number: int = 3) -> None:
    for _ in range(number):
        clock.tick(10)
        assert (await engine.once()).error is None


def change(session: Session, query: str, *words: str, check: bool) -> None:
    changes.apply(session, changes.plan(session, query, changes.parse(words)), check=check)


async def test_an_unconditional_bulk_goes_by_the_hundred_and_is_shown_all_the_while(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    change(session, "", "status=pending", check=False)
    assert triage.count(session, "status:pending") == 250
    await turns(engine, clock)
    assert [len(sent) for sent in desk.jobs.values()] == [100, 100, 50]
    assert desk.writes == []
    assert {t.status for t in desk.tickets.values()} == {"pending"}
    assert triage.count(session, "status:pending") == 250
    assert outbox.operations(session) == []
    assert session.db.read(
        lambda r: r.execute("SELECT count(*) FROM local.op WHERE closed = 0").fetchone()
    ) == (0,)


async def test_it_is_taken_back_as_one(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    change(session, "", "status=pending", check=False)
    await turns(engine, clock)
    undo.undo(session)
    await turns(engine, clock, 4)
    assert {t.status for t in desk.tickets.values()} == {"new"}


async def test_what_the_desk_could_not_change_is_said_ticket_by_ticket(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    closed = next(iter(desk.tickets))
    change(session, "", "priority=high", check=False)
    desk.tickets[closed] = replace(desk.tickets[closed], status="closed")
    await turns(engine, clock)
    assert [(o.state, o.ref, o.error) for o in outbox.operations(session)] == [
        ("rejected", f"{NAME}/{closed}", "it is closed")
    ]


async def test_a_job_that_the_desk_gave_up_is_settled_by_looking(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    desk.faults = ["job lost"]
    change(session, "", "status=pending", check=False)
    await turns(engine, clock, 2)
    clock.tick(100)
    await turns(engine, clock, 3)
    assert {t.status for t in desk.tickets.values()} == {"pending"}
    assert outbox.operations(session) == []


async def test_a_program_that_ends_meanwhile_asks_for_the_job_when_it_is_back(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    change(session, "", "status=pending", check=False)
    while await engine._push.step(engine._fence) is not None:
        pass
    clock.tick(31)
    await turns(Engine(session.db, NAME, desk, clock), clock)
    assert len(desk.jobs) == 3
    assert outbox.operations(session) == []


async def test_tags_go_by_the_hundred_too_but_checked_fields_go_one_by_one(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    change(session, "", "+vip", check=True)
    await turns(engine, clock)
    assert (len(desk.jobs), desk.writes) == (3, [])
    first = next(iter(desk.tickets))
    change(session, "", "status=open", check=True)
    desk.sets(first, BO.id, status="hold")
    await turns(engine, clock)
    assert (len(desk.jobs), len(desk.writes)) == (3, 250)
    assert [(o.state, o.ref) for o in outbox.operations(session)] == [("conflict", f"{NAME}/{first}")]


async def test_a_desk_that_asks_for_a_pause_gets_it_and_single_changes_still_pass(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    asked: list[int] = []

    async def busy(writes: tuple[Write, ...]) -> tuple[Outcome, str]:
        asked.append(len(writes))
        return Outcome("throttled", status=429, retry_after=60, detail="It asked for a pause."), ""

    desk.send_bulk = busy  # type: ignore[method-assign]  # the desk as it is on a bad day
    first = next(iter(desk.tickets))
    change(session, "", "status=pending", check=False)
    await turns(engine, clock, 2)
    assert outbox.release(session) == 0  # the pause holds for a push by hand too
    assert sum(o.not_before > clock() for o in outbox.operations(session)) == 100
    changes.set_fields(session, f"{NAME}/{first}", changes.parse(["priority=high"]))
    await turns(engine, clock, 2)
    assert asked == [100]
    assert desk.tickets[first].priority == "normal"  # in its lane the bulk is first
    second = list(desk.tickets)[-1]
    assert second
