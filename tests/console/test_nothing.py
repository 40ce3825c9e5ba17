"""What is said of a query that finds nothing."""

from __future__ import annotations

import sqlite3

import pytest
from support.clock import Clock
from support.desk import MemoryDesk

from console import changes, nothing, triage
from console.query import parse
from console.session import Session
from store import counts
from store.remotes import Address
from store.sync import Engine


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            "status:new assignee:annna sort:sla",
            "No ticket at all matches assignee:annna. Did you mean Ana Silva?",
        ),
        ("kettle nowhere", "No ticket at all matches nowhere."),
        ("nowhere", ""),
        ("field.produkt:x", "Did you mean field.product:?"),
        ("kettle -kettle", ""),
        ("#99999", ""),
        ("", ""),
    ],
)
async def test_the_condition_that_no_ticket_meets_is_named(
    session: Session, desk: MemoryDesk, clock: Clock, query: str, told: str
) -> None:
    for subject in ("Kettle", "Toaster"):
        desk.open(desk.customer("Maria Lopez"), subject, "It leaks.")
    assert (await Engine(session.db, "acme", desk, clock).once()).error is None
    assert nothing.why(session, query) == told


async def test_a_word_of_the_grammar_is_no_name_that_was_typed_wrong(
    session: Session, desk: MemoryDesk, clock: Clock
) -> None:
    desk.open(desk.customer("Maria Lopez"), "Kettle", "It leaks.")
    assert (await Engine(session.db, "acme", desk, clock).once()).error is None
    with session.db.write("mirror") as c:
        c.execute("UPDATE ticket SET tags = ' noise '")
        c.execute("INSERT INTO tag (desk, name) VALUES ('acme', 'noise')")
    assert nothing.why(session, "tag:nose") == "Did you mean noise?"
    assert nothing.why(session, "tag:none") == ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("07700 900 603", "07700 900 603"),
        ("+44 (0)7700 900603", "+44 (0)7700 900603"),
        ("customer:+44 7700 900603", "+44 7700 900603"),
        ("phone:07700 900603", "07700 900603"),
    ],
)
async def test_a_telephone_number_that_is_typed_as_words_is_named_as_it_is_asked_for(
    session: Session, desk: MemoryDesk, clock: Clock, typed: str, meant: str
) -> None:
    desk.open(desk.customer("Maria Lopez", Address("phone", "+44 (0)7700 900 603")), "Kettle", "It leaks.")
    assert (await Engine(session.db, "acme", desk, clock).once()).error is None
    assert nothing.why(session, typed) == f'Did you mean customer:"{meant}"?'
    assert triage.count(session, f'customer:"{meant}"') == 1
    assert "Did you mean" not in nothing.why(session, typed.replace("900", "901"))
    assert "Did you mean" not in nothing.why(session, f"-{typed}")


async def test_a_condition_is_met_as_the_tickets_are_shown_and_not_as_the_desk_has_them(
    session: Session, desk: MemoryDesk, clock: Clock
) -> None:
    ticket = desk.open(desk.customer("Maria Lopez"), "Kettle", "It leaks.")
    assert (await Engine(session.db, "acme", desk, clock).once()).error is None
    told = {"priority:high": "No ticket at all matches priority:high.", "priority:normal": ""}
    assert {q: nothing.why(session, f"kettle {q}") for q in told} == told
    changes.set_fields(session, f"acme/{ticket}", changes.parse(["priority=high"]))
    told = {"priority:high": "", "priority:normal": "No ticket at all matches priority:normal."}
    assert {q: nothing.why(session, f"kettle {q}") for q in told} == told


async def test_one_ticket_is_enough_however_many_there_are(
    session: Session, desk: MemoryDesk, clock: Clock
) -> None:
    maria = desk.customer("Maria Lopez")
    for _ in range(300):
        desk.open(maria, "Kettle", "It leaks.")
    assert (await Engine(session.db, "acme", desk, clock).once()).error is None

    def steps(query: str) -> int:
        """How many hundreds of steps the database takes."""
        taken = 0

        def step() -> int:
            nonlocal taken
            taken += 1
            return 0

        def look(reader: sqlite3.Connection) -> None:
            reader.set_progress_handler(step, 100)
            assert counts.some(reader, parse(query, clock()))
            reader.set_progress_handler(None, 0)

        session.db.read(look)
        return taken

    assert steps("-tag:nothing messages>0") < 12
