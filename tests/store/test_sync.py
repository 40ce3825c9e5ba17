"""Both ways between the mirror and a desk, on a desk in memory."""

from __future__ import annotations

import asyncio

import pytest
from support.clock import Clock
from support.desk import BO, MemoryDesk

from console import changes, history, outbox, reply, search, tail, triage
from console.session import Session
from store.forget import forget_desk
from store.remotes import ONE_WAITS, Address, Outcome, Page, Write
from store.sync import Engine

NAME = "acme"


@pytest.fixture
def engine(session: Session, desk: MemoryDesk, clock: Clock) -> Engine:
    return Engine(session.db, NAME, desk, clock)


async def settle(engine: Engine, clock: Clock) -> None:
    """Two turns, far enough apart that nothing is left unsettled."""
    for _ in range(3):
        clock.tick(10)
        cycle = await engine.once()
        assert cycle.error is None


async def test_a_pull_brings_tickets_people_and_threads(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    maria = desk.customer("Maria Lopez")
    ticket = desk.open(maria, "Kettle leaks", "My kettle leaks.")
    desk.says(ticket, BO.id, "We are looking into it.", public=False)
    await settle(engine, clock)
    (row,) = triage.rows(session, triage.queue_ids(session, "status:new"))
    assert (row.ref, row.requester, row.subject, row.messages) == ("acme/2", "Maria Lopez", "Kettle leaks", 2)
    assert [(i.kind, i.role, i.text) for i in history.thread(session, row.ref)] == [
        ("message", "customer", "My kettle leaks."),
        ("note", "agent", "We are looking into it."),
    ]


async def test_an_idle_turn_writes_nothing(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    desk.open(desk.customer("Maria"), "Kettle", "Hello")
    await settle(engine, clock)
    session.changed()
    await engine.once()
    with session.db.write("mirror") as connection:
        before = connection.execute("PRAGMA data_version").fetchone()
    await engine.once()
    assert triage.count(session, "") == 1
    assert before is not None
    assert desk.writes == []


async def test_a_turn_counts_the_tickets_that_were_new_or_changed(
    desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    """Not those that are fetched again because every pull looks back a little."""
    maria = desk.customer("Maria")
    first = desk.open(maria, "Kettle", "Hello")
    desk.open(maria, "Toaster", "Hello")

    async def counted() -> int:
        """How many a turn counts in which the desk shows all it has."""
        clock.tick(10)
        people = tuple(desk.customers.values())
        desk.repeat = Page(tuple(desk.tickets.values()), people, cursor="1", more=False)
        cycle = await engine.once()
        assert cycle.error is None
        return cycle.tickets

    assert [await counted(), await counted()] == [2, 0]
    desk.says(first, maria, "Is anybody there?")
    assert [await counted(), await counted()] == [1, 0]


async def test_a_reply_reaches_the_desk_once_and_is_shown_all_the_while(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    ticket = desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    await settle(engine, clock)
    reply.reply(session, ticket, "We send a new one today.")
    assert history.thread(session, "acme/2")[-1].kind == "outbox"
    await settle(engine, clock)
    assert [m.text for m in desk.messages[ticket]] == ["It leaks.", "We send a new one today."]
    assert [(i.kind, i.text) for i in history.thread(session, "acme/2")][-1] == (
        "message",
        "We send a new one today.",
    )
    assert outbox.operations(session) == []


async def test_a_lost_answer_is_found_on_the_desk_and_not_sent_again(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    ticket = desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    await settle(engine, clock)
    desk.faults = ["lost"]
    reply.reply(session, ticket, "A new one is on its way.")
    await settle(engine, clock)
    assert [m.text for m in desk.messages[ticket]].count("A new one is on its way.") == 1
    assert outbox.operations(session) == []


async def test_a_request_that_vanished_is_repeated_with_the_old_token(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    ticket = desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    await settle(engine, clock)
    desk.faults = ["vanished"]
    reply.reply(session, ticket, "Sorry!")
    await settle(engine, clock)
    assert [m.text for m in desk.messages[ticket]] == ["It leaks.", "Sorry!"]
    assert desk.writes[0].token == desk.writes[1].token != ""


async def test_with_the_network_gone_the_outbox_grows_and_then_catches_up_in_order(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    ticket = desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    await settle(engine, clock)
    desk.down = True
    reply.reply(session, ticket, "First.")
    reply.note(session, ticket, "Second.")
    changes.set_fields(session, ticket, changes.parse(["status=pending"]))
    cycle = await engine.once()
    assert cycle.error is not None
    assert outbox.counts(session).waiting == 3
    assert triage.ticket(session, ticket).row.status == "pending"
    desk.down = False
    for _ in range(6):
        await settle(engine, clock)
    assert [m.text for m in desk.messages[ticket]] == ["It leaks.", "First.", "Second."]
    assert desk.tickets[ticket].status == "pending"
    assert outbox.counts(session).waiting == 0


async def test_disjoint_changes_go_through_and_overlapping_ones_become_a_conflict(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    ticket = desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    await settle(engine, clock)
    changes.set_fields(session, ticket, changes.parse(["priority=high"]))
    desk.sets(ticket, BO.id, status="open")
    await settle(engine, clock)
    assert (desk.tickets[ticket].priority, desk.tickets[ticket].status) == ("high", "open")
    changes.set_fields(session, ticket, changes.parse(["status=solved"]))
    desk.sets(ticket, BO.id, status="hold")
    await settle(engine, clock)
    assert desk.tickets[ticket].status == "hold"
    assert [o.state for o in outbox.operations(session)] == ["conflict"]


async def test_a_refused_reply_keeps_its_words(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    ticket = desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    await settle(engine, clock)
    desk.faults = ["refused"]
    reply.reply(session, ticket, "Precious words.")
    await settle(engine, clock)
    (operation,) = outbox.operations(session)
    assert (operation.state, operation.body, operation.error) == (
        "rejected",
        "Precious words.",
        "this cannot be",
    )
    outbox.retry(session, operation.id)
    await settle(engine, clock)
    assert desk.messages[ticket][-1].text == "Precious words."


async def test_a_second_worker_is_held_off_by_the_lease(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    await engine.once()
    other = Engine(session.db, NAME, desk, clock)
    assert (await other.once()).held
    clock.tick(31)
    assert not (await other.once()).held
    assert (await engine.once()).held


async def test_a_crash_while_sending_leaves_an_unknown_outcome_that_is_settled_by_looking(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    ticket = desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    await settle(engine, clock)
    operation = reply.reply(session, ticket, "Sent just before the crash.")
    claimed = engine._operations.claim(engine._fence, [operation.id])
    assert claimed is not None
    desk.says(
        ticket, "a1", operation.body, marker=operation.id
    )  # the desk took it; we died before the answer
    clock.tick(31)
    await settle(Engine(session.db, NAME, desk, clock), clock)
    assert [m.text for m in desk.messages[ticket]].count(operation.body) == 1
    assert outbox.operations(session) == []


async def test_two_records_that_share_an_address_are_one_person(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    by_mail = desk.customer(
        "Maria Lopez", Address("email", "Maria@X.example"), Address("phone", "+34 600-111-222")
    )
    by_phone = desk.customer("Caller +34600111222", Address("phone", "+34600111222"))
    desk.open(by_mail, "Kettle", "It leaks.")
    clock.tick(60)
    desk.open(by_phone, "Call", "I wrote about my kettle.", channel="phone")
    await settle(engine, clock)
    (row, *_) = triage.rows(session, triage.queue_ids(session, "kettle"))
    story = history.story(session, row.requester_id)
    assert [i.text for i in story] == ["It leaks.", "I wrote about my kettle."]
    assert history.card(session, row.requester_id).tickets == 2


async def test_colleagues_who_share_a_telephone_stay_two_people(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    office = Address("phone", "+44 20 7000 0000")
    desk.open(desk.customer("Ada Abel", Address("email", "ada@x.example"), office), "Kettle", "It leaks.")
    desk.open(desk.customer("Bea Bond", Address("email", "bea@x.example"), office), "Toaster", "It burns.")
    await settle(engine, clock)
    (row,) = triage.rows(session, triage.queue_ids(session, "toaster"))
    assert [i.text for i in history.story(session, row.requester_id)] == ["It burns."]


async def test_the_event_log_tells_everything_once_in_order(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    ticket = desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    clock.tick(5)
    desk.sets(ticket, BO.id, status="open")
    await settle(engine, clock)
    await settle(engine, clock)
    assert [e.kind for e in tail.tail(session)] == ["created", "message", "status"]
    since = tail.newest(session)
    reply.reply(session, ticket, "Done.")
    await settle(engine, clock)
    assert [e.kind for e in tail.tail(session, since)] == ["queued", "sent", "message"]


async def test_a_mirror_that_is_lost_is_pulled_again_and_loses_no_words(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    ticket = desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    await settle(engine, clock)
    desk.down = True
    reply.reply(session, ticket, "Not sent yet.")
    session.db.rebuild_mirror("a test")
    assert triage.count(session, "") == 0
    desk.down = False
    clock.tick(400)
    await settle(engine, clock)
    assert triage.count(session, "") == 1
    assert desk.messages[ticket][-1].text == "Not sent yet."


async def test_a_desk_that_is_forgotten_leaves_nothing_in_the_mirror(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    ticket = desk.open(desk.customer("Maria Lopez"), "Kettle", "It leaks.")
    await settle(engine, clock)
    reply.save_draft(session, f"acme/{ticket}", "Words of mine", "reply")
    forget_desk(session.db, NAME)
    assert triage.count(session, "") == 0
    assert search.search(session, "leaks") == search.search(session, "maria") == []
    assert reply.load_draft(session, f"acme/{ticket}") is not None
    await settle(engine, clock)
    assert triage.count(session, "leaks") == 1


async def test_a_reply_behind_one_that_waits_for_a_person_does_not_keep_the_loop_busy(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    ticket = desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    await settle(engine, clock)
    reply.reply(session, ticket, "First.")
    with session.db.write("local") as connection:
        connection.execute("UPDATE op SET state = 'review'")
    reply.reply(session, ticket, "Second.")
    stop = asyncio.Event()
    turns: list[object] = []
    task = asyncio.create_task(engine.run(60, stop, turns.append))
    await asyncio.sleep(0.5)
    stop.set()
    await asyncio.wait_for(task, 5)
    assert len(turns) == 1
    assert [m.text for m in desk.messages[ticket]] == ["It leaks."]


async def test_a_ticket_that_must_wait_holds_up_no_other_and_goes_by_itself_later(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria = desk.customer("Maria")
    busy, other = (desk.open(maria, name, "It leaks.") for name in ("Kettle", "Pot"))
    await settle(engine, clock)
    send, until = desk.send, clock() + 60_000_000

    async def limited(write: Write) -> Outcome:
        waits = write.ticket_id == busy and clock() < until
        told = Outcome("throttled", retry_after=45.0, code=ONE_WAITS, detail="the next can go in 45 s")
        return told if waits else await send(write)

    monkeypatch.setattr(desk, "send", limited)
    for ticket in (busy, other):
        reply.reply(session, ticket, "Soon.")
    clock.tick(10)
    cycle = await engine.once()
    assert (cycle.sent, cycle.error) == (1, None)
    (waiting,) = outbox.operations(session)
    assert (waiting.ref, waiting.state, waiting.error) == (
        f"acme/{busy}",
        "queued",
        "the next can go in 45 s",
    )
    clock.tick(60)
    await engine.once()
    assert [m.text for m in desk.messages[busy]] == ["It leaks.", "Soon."]


async def test_a_message_that_was_removed_on_the_desk_is_removed_here(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    ticket = desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    desk.says(ticket, BO.id, "My password is swordfish.")
    await settle(engine, clock)
    assert search.search(session, "swordfish")
    del desk.messages[ticket][1]
    desk.sets(ticket, BO.id, priority="high")
    await settle(engine, clock)
    assert [i.text for i in history.thread(session, f"{NAME}/{ticket}") if i.kind == "message"] == [
        "It leaks."
    ]
    assert search.search(session, "swordfish") == []


async def test_a_message_of_ours_that_stands_twice_raises_an_alarm(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    ticket = desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    for _ in range(2):  # the desk took a request long after we had given it up
        desk.says(ticket, "a1", "A new one is on its way.", marker="01OP")
    await settle(engine, clock)
    assert [e.kind for e in tail.tail(session)].count("doubled") == 1


async def test_the_ticket_that_a_person_opens_is_fetched_before_most_others(
    desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    maria = desk.customer("Maria")
    oldest = desk.open(maria, "Kettle", "It leaks.")
    for n in range(100):
        clock.tick(10)
        desk.open(maria, f"Toaster {n}", "It burns.")
    clock.tick(10)
    read: list[str] = []

    def told(what: str) -> None:
        if what.startswith("thread"):
            read.append(what)
        if len(read) == 5:
            engine.open(oldest)

    desk.told = told
    await engine.once()
    assert len(read) == 101
    assert read.index(f"thread {oldest}") <= 40
