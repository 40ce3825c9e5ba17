"""After a bad hour: what was in doubt is never doubled, what was held up leaves, and no worker waits for one that is gone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from support.clock import Clock
from support.desk import MemoryDesk

from console import outbox, reply
from console.session import Session
from store.errors import DiskFullError
from store.remotes import ONE_WAITS, Effect, Outcome, Write
from store.rows import Operation
from store.sync import Cycle, Engine, lease
from store.sync.operations import Operations

NAME = "acme"


class Forgetful(MemoryDesk):
    """A desk that takes a message, loses the answer, does not show the message at first, and then cannot tell."""

    async def find_effect(self, write: Write) -> Effect:
        """Say what the desk says for now."""
        return self.said.pop(0) if self.said else await super().find_effect(write)

    said: list[Effect]


@pytest.fixture
def engine(session: Session, desk: MemoryDesk, clock: Clock) -> Engine:
    return Engine(session.db, NAME, desk, clock)


async def begin(engine: Engine, desk: MemoryDesk, clock: Clock) -> str:
    """A ticket that has come home."""
    ticket = desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    for _ in range(2):
        clock.tick(10)
        await engine.once()
    return ticket


def only(session: Session) -> Operation:
    (found,) = outbox.operations(session)
    return found


async def test_a_person_who_tries_again_does_not_make_one_forget_that_it_may_have_arrived(
    session: Session, clock: Clock
) -> None:
    desk = Forgetful(clock)
    desk.said = []
    engine = Engine(session.db, NAME, desk, clock)
    ticket = await begin(engine, desk, clock)
    desk.faults = ["lost"]
    desk.said = [Effect("absent"), *[Effect("cannot_tell")] * 3]
    reply.reply(session, ticket, "It is on its way.", hold=False)
    await engine.push()
    clock.tick(6)
    await engine._push.reconcile()
    assert only(session).state == "queued"
    outbox.retry(session, only(session).id)
    for _ in range(6):
        clock.tick(10)
        await engine.once()
    assert [m.text for m in desk.messages[ticket]] == ["It leaks.", "It is on its way."]
    assert only(session).state == "review"


async def test_an_outcome_that_could_not_be_written_down_is_looked_up_by_the_same_worker(
    session: Session, desk: MemoryDesk, clock: Clock, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = await begin(engine, desk, clock)
    reply.reply(session, ticket, "It is on its way.", hold=False)
    settle = Operations.settle

    def full(*_args: object, **_how: object) -> None:
        """Find the disk full, once."""
        monkeypatch.setattr(Operations, "settle", settle)
        raise DiskFullError("The disk is full.")

    monkeypatch.setattr(Operations, "settle", full)
    assert isinstance((await engine.once()).error, DiskFullError)
    assert only(session).state == "sending"
    clock.tick(10)
    await engine.once()
    assert outbox.operations(session) == []
    assert [m.text for m in desk.messages[ticket]] == ["It leaks.", "It is on its way."]


async def waiting_long(session: Session, desk: MemoryDesk, clock: Clock, engine: Engine) -> str:
    """A reply that could not leave for half an hour, so that it is tried only now and then."""
    ticket = await begin(engine, desk, clock)
    desk.down = True
    reply.reply(session, ticket, "It is on its way.", hold=False)
    for _ in range(30):
        clock.tick(60)
        await engine.once()
    desk.down = False
    assert only(session).not_before > clock() + 60_000_000
    return ticket


async def test_what_waited_for_the_network_leaves_as_soon_as_the_desk_answers(
    session: Session, desk: MemoryDesk, clock: Clock, engine: Engine
) -> None:
    ticket = await waiting_long(session, desk, clock, engine)
    clock.tick(1)
    assert (await engine.once()).sent == 1
    assert desk.messages[ticket][-1].text == "It is on its way."


async def test_push_does_not_wait_for_the_pause_after_a_try_that_failed(
    session: Session, desk: MemoryDesk, clock: Clock, engine: Engine
) -> None:
    ticket = await waiting_long(session, desk, clock, engine)
    assert outbox.release(session) == 1
    await engine.push()
    assert desk.messages[ticket][-1].text == "It is on its way."


@pytest.mark.parametrize(
    "told", [{"status": 429}, {"code": "gate"}, {"code": ONE_WAITS}], ids=["429", "gate", "one"]
)
async def test_what_the_desk_asked_to_wait_is_not_pushed(
    session: Session, desk: MemoryDesk, clock: Clock, engine: Engine, told: dict[str, Any]
) -> None:
    """Neither where the desk itself said so, nor where that is remembered here and nothing went out."""
    ticket = await begin(engine, desk, clock)

    async def busy(_write: Write) -> Outcome:
        return Outcome("throttled", retry_after=60.0, detail="It asked for a pause.", **told)

    desk.send = busy  # type: ignore[method-assign]  # the desk as it is on a bad day
    reply.reply(session, ticket, "It is on its way.", hold=False)
    await engine.once()
    assert only(session).attempts == 1
    assert outbox.release(session) == 0
    await engine.once()
    assert only(session).attempts == 1
    assert only(session).not_before > clock() + 50_000_000


async def test_a_pause_that_the_desk_asked_for_once_does_not_hold_up_a_later_push(
    session: Session, desk: MemoryDesk, clock: Clock, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.caps = replace(desk.caps, cas_on_reply=False)  # the ticket is looked at before a reply leaves
    ticket = await begin(engine, desk, clock)

    async def busy(_write: Write) -> Outcome:
        return Outcome("throttled", status=429, retry_after=60.0)

    with monkeypatch.context() as bad:
        bad.setattr(desk, "send", busy)
        made = reply.reply(session, ticket, "It is on its way.", hold=False)
        await engine.once()
    desk.down = True
    clock.tick(61)
    await engine.once()
    assert outbox.find(session, made.id).not_before > clock()
    assert outbox.release(session) == 1


async def test_a_worker_that_was_held_off_goes_on_as_soon_as_the_other_is_done(
    session: Session, desk: MemoryDesk, clock: Clock, engine: Engine
) -> None:
    ticket = await begin(engine, desk, clock)  # this one has the lease now
    waiting = Engine(session.db, NAME, desk, clock)
    stop = asyncio.Event()
    told: list[bool] = []

    def hear(cycle: Cycle) -> None:
        """Let it in after its first turn, and end it after its second."""
        told.append(cycle.held)
        if cycle.held:
            reply.reply(session, ticket, "It is on its way.", hold=False)
            lease.release(session.db, NAME, engine._owner)
        else:
            stop.set()

    async with asyncio.timeout(20):
        await waiting.run(3600, stop, hear)
    assert told == [True, False]
    assert desk.messages[ticket][-1].text == "It is on its way."
