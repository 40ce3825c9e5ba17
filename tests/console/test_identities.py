"""One person, several addresses: what is linked by hand can be parted by hand, and then everything is as it was."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clock import Clock
from support.desk import MemoryDesk

from console import history, identities, search, triage
from console.session import Session
from store import identities as rows
from store.errors import InvalidInputError, NotFoundError
from store.home import Home
from store.remotes import Address
from store.rows import Card, Hit, Item
from store.sync import Engine

OFFICE = Address("phone", "+44 20 7000 0000")


async def fill(session: Session, desk: MemoryDesk, clock: Clock) -> None:
    """Ada by mail and, without a sign of it, on the phone; Bea shares Ada's telephone; Cy wrote Ada's order number."""
    ada = desk.customer("Ada Abel", Address("email", "ada@x.example"), OFFICE)
    again = desk.customer("Ada Abel", Address("email", "ada@home.example"))
    bea = desk.customer("Bea Bond", Address("email", "bea@x.example"), OFFICE)
    cy = desk.customer("C. Abel", Address("handle", "cy"))
    told = {
        ada: "My order AB-10427 leaks.",
        again: "The kettle of order AB-10427 still leaks.",
        bea: "It burns.",
        cy: "Where is order AB-10427?",
    }
    for who, words in told.items():
        desk.open(who, "Kettle", words)
        clock.tick(5)
    for _ in range(3):
        clock.tick(10)
        await Engine(session.db, "acme", desk, clock).once()


def refs(session: Session) -> list[str]:
    """The records in the order in which they came."""
    return [r.ref for r in session.db.read(lambda r: rows.records(r, range(1, 5)))]


def seen(session: Session) -> tuple[list[list[Item]], list[Card], list[Hit]]:
    """Everything that depends on who is who."""
    people = range(1, 5)
    return (
        [history.story(session, n) for n in people],
        [history.card(session, n) for n in people],
        search.search(session, "kettle"),
    )


@pytest.fixture
async def told(session: Session, desk: MemoryDesk, clock: Clock) -> Session:
    await fill(session, desk, clock)
    return session


async def test_linked_records_have_one_story_and_parted_ones_have_their_own_again(told: Session) -> None:
    before = seen(told)
    mail, home = (identities.find(told, who) for who in ("ada@x.example", "ada@home.example"))
    made = identities.link(told, mail, home, "She said so on the phone.")
    assert [i.text for i in history.story(told, mail.id)] == [
        "My order AB-10427 leaks.",
        "The kettle of order AB-10427 still leaks.",
    ]
    assert history.card(told, home.id).tickets == 2
    assert set(made.evidence) == {"both are called Ada Abel", "both wrote AB-10427"}
    assert (made.actor, made.why) == (told.actor, "She said so on the phone.")
    assert identities.unlink(told, home, "It was her sister.")[0].id == made.id
    assert seen(told) == before
    said, kept = sorted(identities.person(told, mail.id, undone=True).links, key=lambda each: each.state)
    assert kept.undone_by == told.actor
    assert (said.state, said.why) == ("apart", "It was her sister.")
    identities.undo(told, said.id)
    (again,) = identities.standing(told)
    assert (again.state, again.why, again.evidence) == ("linked", made.why, made.evidence)
    assert history.card(told, home.id).tickets == 2


async def test_records_that_an_address_links_can_be_parted_and_that_can_be_undone(
    session: Session, desk: MemoryDesk, clock: Clock
) -> None:
    shared = Address("email", "family@x.example")
    for name in ("Dan", "Eve"):
        desk.open(desk.customer(name, shared), "Kettle", f"It is {name}.")
    for _ in range(3):
        clock.tick(10)
        await Engine(session.db, "acme", desk, clock).once()
    before = [history.story(session, n) for n in (1, 2)]
    assert before[0] == before[1]
    dan, eve = session.db.read(lambda r: rows.records(r, (1, 2)))
    identities.unlink(session, eve, "A family shares the address.")
    assert [[i.text for i in history.story(session, n)] for n in (1, 2)] == [["It is Dan."], ["It is Eve."]]
    with pytest.raises(InvalidInputError, match="not linked"):
        identities.unlink(session, eve, "Again.")
    (said,) = identities.standing(session)
    identities.undo(session, said.id[-8:])
    assert [history.story(session, n) for n in (1, 2)] == before
    with pytest.raises(InvalidInputError, match="already"):
        identities.link(session, dan, eve, "They are.")


async def test_proposals_name_the_evidence_and_link_nobody(told: Session) -> None:
    before = seen(told)
    ada = identities.find(told, "ada@x.example")
    found = {p.other.name: p.evidence for p in identities.proposals(told, ada.id)}
    assert set(found["Ada Abel"]) == {"both are called Ada Abel", "both wrote AB-10427"}
    assert found["C. Abel"] == ("both wrote AB-10427",)
    assert found["Bea Bond"][0].startswith("both have +44")
    assert [p.other.name for p in identities.shared_phones(told)] == ["Bea Bond"]
    assert seen(told) == before
    bea = identities.find(told, "Bea Bond")
    identities.link(told, ada, bea, "One person.")
    identities.unlink(told, bea, "No.")
    assert "Bea Bond" not in {p.other.name for p in identities.proposals(told, ada.id)}


async def test_a_record_is_named_by_ref_address_or_name_and_one_that_could_be_two_is_not_guessed(
    told: Session,
) -> None:
    by_ref = identities.find(told, refs(told)[2])
    assert by_ref == identities.find(told, "BEA@x.example") == identities.find(told, "bea bond")
    with pytest.raises(InvalidInputError, match="could be 2") as caught:
        identities.find(told, "Ada Abel")
    assert "ada@home.example" in caught.value.hint
    for nobody in ("Zoe", "", "acme/none"):
        with pytest.raises(NotFoundError):
            identities.find(told, nobody)
    with pytest.raises(InvalidInputError, match="Say why"):
        identities.link(told, by_ref, identities.find(told, "cy"), "  ")
    with pytest.raises(NotFoundError):
        identities.undo(told, "")


PAIRS = st.tuples(st.integers(1, 4), st.integers(1, 4), st.booleans())


@settings(max_examples=25, deadline=None)
@given(st.lists(PAIRS, max_size=8))
def test_whatever_was_said_taking_it_all_back_brings_everything_back(
    steps: list[tuple[int, int, bool]],
) -> None:
    """Linking and parting in any order, then undoing every word: stories, cards and finds are as before."""

    with tempfile.TemporaryDirectory() as folder:
        clock, home = Clock(), Home(Path(folder) / "home")
        home.make()
        session = Session.open(home, clock)
        asyncio.run(fill(session, MemoryDesk(clock), clock))
        before = seen(session)
        for one, other, joined in steps:
            clock.tick(1)
            first, second = session.db.read(lambda r, p=(one, other): rows.records(r, p))  # type: ignore[misc]
            try:
                if joined:
                    identities.link(session, first, second, "x")
                else:
                    identities.unlink(session, first, "x")
            except InvalidInputError:
                continue
            ids = {n: set(session.db.read(lambda r, n=n: rows.person_ids(r, n))) for n in (one, other)}  # type: ignore[misc]
            assert (other in ids[one]) == (one in ids[other])
            assert (second.id in ids[one]) if joined else ids[one] == {one}
        while said := identities.standing(session):
            identities.undo(session, said[0].id)
        assert seen(session) == before
        assert triage.count(session, "") == 4
        session.close()
