"""Which ticket is next: the same everywhere, and explained to the last point."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.clock import Clock
from support.desk import ME, MemoryDesk

from console import changes, nextup
from console.nextup import DAY_US, HOUR_US, Facts, in_order, score
from console.session import Session
from store.errors import InvalidInputError
from store.rows import TicketRow
from store.sync import Engine

NOW = 1_700_000_000_000_000
ROW = TicketRow(
    1, "a/1", "", "open", "normal", "email", "Ana", 7, "Bo", "", "", NOW - DAY_US, NOW, 0, 0, 1, 0, 0
)
MINE = Facts(mine=True)


def points(row: TicketRow, facts: Facts = MINE) -> dict[str, int]:
    return {part.name: part.points for part in score(row, facts, NOW).parts}


@pytest.mark.parametrize(
    ("changed", "facts", "part", "worth"),
    [
        ({"sla_due": NOW - 1}, MINE, "clock", 60),
        ({"sla_due": NOW + HOUR_US}, MINE, "clock", 45),
        ({"sla_due": NOW + HOUR_US + 1}, MINE, "clock", 25),
        ({"sla_due": NOW + 5 * HOUR_US}, MINE, "clock", 10),
        ({"sla_due": NOW + 2 * DAY_US}, MINE, "clock", 0),
        ({}, Facts(NOW - 1), "promise", 50),
        ({}, Facts(NOW + HOUR_US), "promise", 15),
        ({"waiting_since": NOW - 3 * HOUR_US}, MINE, "waits", 3),
        ({"waiting_since": NOW - 99 * HOUR_US}, MINE, "waits", 30),
        ({"waiting_since": NOW + HOUR_US}, MINE, "waits", 0),
        ({"priority": "urgent"}, MINE, "priority", 20),
        ({"priority": "low"}, MINE, "priority", -5),
        ({"channel": "social"}, MINE, "public", 10),
        ({}, Facts(contacts=3), "came back", 10),
        ({}, Facts(contacts=30), "came back", 15),
        ({}, MINE, "mine", 8),
        ({"assignee": ""}, Facts(), "nobody's", 4),
        ({}, Facts(), "theirs", -25),
        ({}, Facts(skips=9), "passed over", -36),
    ],
)
def test_each_part_is_worth_what_the_table_says(
    changed: dict[str, object], facts: Facts, part: str, worth: int
) -> None:
    assert points(ROW._replace(**changed), facts).get(part, 0) == worth  # type: ignore[arg-type]


def test_the_words_add_up() -> None:
    found = score(ROW._replace(sla_due=NOW - 1, priority="low", waiting_since=NOW - 2 * HOUR_US), MINE, NOW)
    assert found.words().startswith("65 = 60 clock (")
    assert "- 5 priority (low)" in found.words()
    assert score(ROW._replace(assignee=""), Facts(), NOW).total == 4


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3)), max_size=12), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_the_tickets(
    made: list[tuple[int, int]], shuffler: random.Random
) -> None:
    rows = [
        ROW._replace(ref=f"a/{n}", waiting_since=NOW - hours * HOUR_US, created=NOW - days)
        for n, (hours, days) in enumerate(made)
    ]
    scored = [score(row, MINE, NOW) for row in rows]
    wanted = in_order(scored)
    shuffler.shuffle(scored)
    assert in_order(scored) == wanted
    assert [s.total for s in wanted] == sorted((s.total for s in scored), reverse=True)


async def test_the_longest_waiting_comes_first_until_it_is_passed_over_thrice(
    session: Session, desk: MemoryDesk, clock: Clock
) -> None:
    maria, bo = desk.customer("Maria"), desk.customer("Bo")
    first = "acme/" + desk.open(maria, "Kettle", "It leaks.")
    clock.tick(4 * 3_600)
    other = "acme/" + desk.open(bo, "Toaster", "It burns.")
    for _ in range(3):
        clock.tick(10)
        await Engine(session.db, "acme", desk, clock).once()
    assert [s.row.ref for s in nextup.next_up(session)] == [first, other]
    assert [s.row.ref for s in nextup.next_up(session, without={first})] == [other]
    assert [s.row.ref for s in nextup.next_up(session, "toaster")] == [other]
    for _ in range(nextup.WITHOUT_REASON):
        nextup.skip(session, first)
    with pytest.raises(InvalidInputError, match="Say why"):
        nextup.skip(session, first, "  ")
    nextup.skip(session, first, "waits for the courier")
    assert [s.row.ref for s in nextup.next_up(session)] == [other, first]
    clock.tick(25 * 3_600)
    assert nextup.next_up(session)[0].row.ref == first
    changes.set_fields(session, other, changes.parse([f"assignee={ME.name}"]))
    assert {"mine": 8}.items() <= {p.name: p.points for p in nextup.explain(session, other).parts}.items()
