"""One of each kind of what may fall through is planted and found; a workspace in order has none. Duplicates are proposed."""

from __future__ import annotations

import pytest
from support.clock import Clock
from support.desk import MemoryDesk

from console import changes, dupes, reply
from console.falls_through import Patience, sweep
from console.session import Session
from store.remotes import Address
from store.sync import Engine

HOUR = 3_600


async def settle(session: Session, desk: MemoryDesk, clock: Clock) -> None:
    for _ in range(3):
        clock.tick(10)
        await Engine(session.db, "acme", desk, clock).once()


def kinds(session: Session, **patience: float) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in sweep(session, Patience(**patience)):
        found.setdefault(each.kind, []).append(each.ref)
    return found


async def test_each_kind_is_found_once_it_has_waited_too_long(
    session: Session, desk: MemoryDesk, clock: Clock
) -> None:
    maria = desk.customer("Maria", Address("email", "m@x.example"))
    asked = "acme/" + desk.open(maria, "Kettle", "It leaks.")
    await settle(session, desk, clock)
    assert kinds(session) == {}
    clock.tick(5 * HOUR)
    assert kinds(session) == {"unowned": [asked]}
    clock.tick(20 * HOUR)
    (found,) = sweep(session)
    assert (found.kind, found.ref) == ("unanswered", asked)
    assert "waits 1 d" in found.why
    assert kinds(session, unanswered=48, unowned=48) == {}


async def test_a_ticket_in_order_is_no_finding_until_the_other_side_is_silent_for_a_week(
    session: Session, desk: MemoryDesk, clock: Clock
) -> None:
    asked = "acme/" + desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    await settle(session, desk, clock)
    changes.set_fields(session, asked, changes.parse(["assignee=me", "status=pending"]))
    reply.reply(session, asked, "Which model is it?", hold=False)
    await settle(session, desk, clock)
    clock.tick(6 * 24 * HOUR)
    assert kinds(session) == {}
    clock.tick(2 * 24 * HOUR)
    assert kinds(session) == {"stale": [asked]}


async def test_words_that_have_not_left_are_told_beside_the_ticket(
    session: Session, desk: MemoryDesk, clock: Clock
) -> None:
    asked = "acme/" + desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    await settle(session, desk, clock)
    reply.reply(session, asked, "We are on it.", hold=False)
    assert kinds(session) == {}
    clock.tick(2 * HOUR)
    assert kinds(session) == {"unsent": [asked]}
    clock.tick(30 * HOUR)
    assert kinds(session) == {
        "unsent": [asked]
    }  # what the agent has answered is waiting for us, not for an answer


async def test_a_promise_past_its_time_comes_first(session: Session, desk: MemoryDesk, clock: Clock) -> None:
    asked = "acme/" + desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    await settle(session, desk, clock)
    with session.db.write("local") as connection:
        connection.execute(
            "INSERT INTO promise (id, ref, person, op_id, words, phrase, due, zone, owner, state, kept_by, replaces, created,"
            " closed) VALUES ('p', ?, '', '', 'We will call you.', 'today', ?, '', 'ana', 'open', '', '', 1, 0)",
            (asked, clock() + 1_000_000),
        )
    assert kinds(session) == {}
    clock.tick(30 * HOUR)
    found = sweep(session)
    assert [(e.kind, e.ref) for e in found] == [("promise", asked)]
    assert "We will call you." in found[0].why


@pytest.mark.parametrize("apart", [1, 47, 50])
async def test_two_tickets_of_one_person_in_like_words_are_proposed_with_the_evidence(
    session: Session, desk: MemoryDesk, clock: Clock, apart: int
) -> None:
    maria, bo = desk.customer("Maria", Address("email", "m@x.example")), desk.customer("Bo")
    first = "acme/" + desk.open(
        maria, "Kettle leaks", "The kettle of order AB-10427 leaks at the spout since Monday."
    )
    other = "acme/" + desk.open(
        bo, "Kettle leaks", "The kettle of order AB-10427 leaks at the spout since Monday."
    )
    desk.open(maria, "Invoice", "Please send the invoice for the toaster to my accountant.")
    clock.tick(apart * HOUR)
    again = "acme/" + desk.open(
        maria, "Still leaking", "My kettle, order AB-10427, still leaks at the spout!"
    )
    await settle(session, desk, clock)
    found = dupes.dupes(session, hours=48)
    if apart > 48:
        assert found == []
        return
    (pair,) = found
    assert (pair.keep, pair.other, pair.hours) == (first, again, apart)
    assert {"ab-10427", "spout"} <= set(pair.shared)
    assert other not in pair.plan
    assert desk.writes == []
