"""After a bad hour: what was in doubt is never doubled, what was held up leaves, and no worker waits for one that is gone."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from faults.desk import CAPS, Class, FaultyDesk
from support.clock import Clock
from support.desk import MemoryDesk
from support.line import Line

from console import outbox, reply
from console.session import Session
from store.errors import DiskFullError, OfflineError
from store.home import Home
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


@pytest.mark.parametrize("process", ["first", "second"])
@pytest.mark.parametrize("behind", [100, 5_000, -100, -86_400])
async def test_a_clock_of_ours_that_is_wrong_doubles_no_note_of_which_nothing_was_heard(
    session: Session, clock: Clock, process: str, behind: int
) -> None:
    """The first request that a process makes is the note, or the process that made it has ended."""
    desk = FaultyDesk(clock, CAPS["B"], cls="B", schedule=("late:60",))

    def ours() -> int:
        return clock() - behind * 1_000_000

    def start(before: Engine | None = None) -> Engine:
        if before is not None:
            before.let_go()
        return Engine(session.db, NAME, Line(desk, ours), ours)  # type: ignore[arg-type]  # answers by name

    engine = start()
    ticket = await begin(engine, desk, clock)
    if process == "first":
        engine = start(engine)
    reply.note(session, ticket, "Called him.")
    await engine.once()
    if process == "second":
        engine = start(engine)
    for _ in range(25):
        clock.tick(6)
        await engine.once()
    assert [m.text for m in desk.messages[ticket]] == ["It leaks.", "Called him."]
    assert outbox.operations(session) == []


async def test_nothing_leaves_before_the_desk_has_told_its_time(
    session: Session, desk: MemoryDesk, clock: Clock, engine: Engine
) -> None:
    ticket = await begin(engine, desk, clock)
    engine.let_go()
    fresh = Engine(session.db, NAME, desk, clock)
    reply.note(session, ticket, "Called him.")
    desk.down, taken = True, desk.send

    async def send(write: Write) -> Outcome:
        """Take what comes, although reads fail."""
        desk.down = False
        try:
            return await taken(write)
        finally:
            desk.down = True

    desk.send = send  # type: ignore[method-assign]  # as if only the way back were broken
    assert isinstance((await fresh.once()).error, OfflineError)
    assert (desk.writes, only(session).state) == ([], "queued")
    desk.down = False
    await fresh.once()
    assert [m.text for m in desk.messages[ticket]] == ["It leaks.", "Called him."]


@pytest.mark.parametrize("later", [0, 86_400])
@pytest.mark.parametrize("cls", ["A", "B"])
async def test_a_copy_of_the_workspace_from_before_a_message_left_does_not_send_it_again(
    home: Home, clock: Clock, cls: Class, later: int, tmp_path: Path
) -> None:
    """A backup was put back, or the workspace was copied to another machine."""
    desk = FaultyDesk(clock, CAPS[cls], cls=cls)
    session = Session.open(home, clock)
    engine = Engine(session.db, NAME, desk, clock)
    ticket = await begin(engine, desk, clock)
    reply.note(session, ticket, "Called him.")
    reply.reply(session, ticket, "It is on its way.", hold=False)
    with closing(sqlite3.connect(home.local_db)) as source:
        source.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    await engine.once()
    await engine.aclose()
    session.close()
    for left in home.local_db.parent.glob("local.db*"):
        left.unlink()
    shutil.copy(tmp_path / "copy.db", home.local_db)
    clock.tick(later)
    session = Session.open(home, clock)
    engine = Engine(session.db, NAME, desk, clock)
    for _ in range(4):
        clock.tick(10)
        await engine.once()
    assert sorted(m.text for m in desk.messages[ticket]) == ["Called him.", "It is on its way.", "It leaks."]
    assert outbox.operations(session) == []
    session.close()
