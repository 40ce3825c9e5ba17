"""A customer's rating on its way from the desk to card, story, queries and board."""

from __future__ import annotations

import re

import pytest
from support.clock import Clock
from support.desk import MemoryDesk

from console import board, history, tail, triage
from console.explain import explain
from console.session import Session
from store.errors import QueryError
from store.remotes import ChangeDoc
from store.sync import Engine
from store.terms import RATING

DAY = 86_400


@pytest.fixture
def engine(session: Session, desk: MemoryDesk, clock: Clock) -> Engine:
    return Engine(session.db, "acme", desk, clock)


async def settle(engine: Engine, clock: Clock) -> None:
    for _ in range(3):
        clock.tick(10)
        assert (await engine.once()).error is None


def rate(desk: MemoryDesk, ticket: str, old: str, new: str) -> None:
    """The customer of a ticket rates it."""
    desk.number += 1
    who = desk.tickets[ticket].requester_id
    desk.changes[ticket].append(ChangeDoc(f"h{desk.number}", ticket, RATING, old, new, who, desk.clock()))
    desk._touch(ticket)


async def test_a_rating_is_told_once_and_its_change_once_more(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    ada = desk.customer("Ada")
    ticket = desk.open(ada, "Kettle", "It leaks.", status="solved")
    rate(desk, ticket, "", "bad: \x1b[31mstill\r\nleaks\u202e")
    await settle(engine, clock)
    desk.says(ticket, ada, "And again.")
    await settle(engine, clock)
    told = [e for e in tail.tail(session) if e.kind == "rating"]
    assert [(e.role, e.actor, e.new) for e in told] == [("customer", "Ada", "bad: \u241b[31mstill leaks")]
    rate(desk, ticket, "bad", "good: all well")
    await settle(engine, clock)
    (row,) = triage.rows(session, triage.queue_ids(session, ""))
    shown = history.portrait(session, history.card(session, row.requester_id))
    assert shown.beside.rating == "good: all well"
    scope = history.of_person(session, row.requester_id)
    found = history.stretch(session, scope, 50, history.Place(), changes=True)
    rated = [item for item in found.items if item.text.startswith("rated")]
    assert [item.text for item in rated] == [
        "rated bad: \u241b[31mstill leaks",
        "rated good: all well, was bad",
    ]


async def test_a_custom_field_that_is_called_rating_is_none(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    ticket = desk.open(desk.customer("Ada"), "Kettle", "It leaks.")
    desk.changes[ticket].append(ChangeDoc("h9", ticket, "rating", "", "good", None, clock()))
    await settle(engine, clock)
    assert "rating" not in {e.kind for e in tail.tail(session)}
    assert triage.count(session, "rating:good") == 0


async def test_the_board_tells_the_share_of_good_ones_by_the_last_rating_of_each_ticket(
    session: Session, desk: MemoryDesk, engine: Engine, clock: Clock
) -> None:
    def told() -> str:
        return next(f.value for f in board.board(session, clock()).figures if f.label == "CSAT, 30 days")

    ada = desk.customer("Ada")
    old = desk.open(ada, "Kettle", "It leaks.", status="solved")
    rate(desk, old, "", "bad")
    await settle(engine, clock)
    clock.tick(31 * DAY)
    assert told() == "none rated"
    tickets = [desk.open(ada, f"Kettle {n}", "It leaks.", status="solved") for n in range(8)]
    for ticket in tickets[:7]:
        rate(desk, ticket, "", "bad" if ticket in tickets[:2] else "good: fine")
    rate(desk, tickets[0], "bad", "good")
    await settle(engine, clock)
    assert told() == "85.7% of 7"
    query = next(f.query for f in board.board(session, clock()).figures if f.label == "CSAT, 30 days")
    assert triage.count(session, query) == 7
    rate(desk, tickets[1], "bad", "")
    await settle(engine, clock)
    assert told() == "100.0% of 6"
    assert [triage.count(session, q) for q in ("rating:good", "rating:bad", "rating:none")] == [6, 1, 2]


def test_a_query_names_the_ratings_that_there_are(session: Session) -> None:
    with pytest.raises(QueryError, match=re.escape("rating: is never 'bed'")) as caught:
        triage.count(session, "rating:bed")
    assert caught.value.hint == "Did you mean bad?"
    assert "  was rated good or bad by the customer" in explain(session, "rating:good,bad").words
