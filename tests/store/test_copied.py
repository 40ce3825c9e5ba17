"""Whoever writes knows who else reads: those in copy are told by name, as far as anybody knows it."""

from __future__ import annotations

import pytest
from support.clock import Clock
from support.desk import BO, MemoryDesk

from console import triage
from console.session import Session
from store.remotes import Address, PersonDoc
from store.sync import Engine

NAME = "acme"


@pytest.fixture
def engine(session: Session, desk: MemoryDesk, clock: Clock) -> Engine:
    return Engine(session.db, NAME, desk, clock)


async def fetched(engine: Engine, clock: Clock) -> None:
    clock.tick(60)
    assert (await engine.once()).error is None


async def test_customers_agents_and_strangers_are_told_by_the_best_that_is_known(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    ada, eve = desk.customer("Ada Byron"), desk.customer("Eve Stone", Address("email", "eve@home.example"))
    desk.open(eve, "Hello", "I am here, too.")
    copied = (BO.id, "EVE@home.example", "help\x1b[2J@other.example", "group 30", "404")
    ref = f"{NAME}/{desk.open(ada, 'Kettle', 'It leaks.', copied=copied)}"
    alone = f"{NAME}/{desk.open(ada, 'Toaster', 'It smokes.')}"
    await fetched(engine, clock)
    told = (BO.name, "Eve Stone", "help␛[2J@other.example", "group 30", "number 404")
    assert triage.ticket(session, ref).copied == triage.copied(session, ref) == told
    assert triage.ticket(session, alone).copied == triage.copied(session, f"{NAME}/999") == ()


async def test_the_desk_is_asked_for_the_name_of_a_number(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    desk.customers["77"] = PersonDoc("77", "Rose Reader", "customer")
    ref = f"{NAME}/{desk.open(desk.customer('Ada Byron'), 'Kettle', 'It leaks.', copied=('77',))}"
    await fetched(engine, clock)
    assert triage.copied(session, ref) == ("Rose Reader",)


async def test_who_is_put_in_copy_or_taken_out_later_is_told_after_the_next_pull(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    number = desk.open(desk.customer("Ada Byron"), "Kettle", "It leaks.")
    await fetched(engine, clock)
    for copied, told in [((BO.id,), (BO.name,)), ((), ())]:
        clock.tick(60)
        desk.sets(number, BO.id, copied=copied)
        await fetched(engine, clock)
        assert triage.copied(session, f"{NAME}/{number}") == told
