"""What was done in solved tickets like this one: found by their words, counted, and without anybody's own data."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clock import Clock
from support.corpus import load_corpus
from support.desk import BO, MemoryDesk

from console import alike
from console.nearest import next_steps
from console.session import Session
from store.errors import NotFoundError
from store.remotes import Address
from store.sync import Engine

LEAK = "The {thing} leaks from the boiler flange, order {order}."
FIX = "Hello {name}, please tighten the flange by hand and run the descaling programme once."
MORE = "I have refunded 45 EUR for order {order} to {name}."
CAUSE = "It leaks because the seal of the flange hardens with age."


class Shop:
    """A desk in memory with solved tickets, and the session that has pulled them."""

    def __init__(self, session: Session, desk: MemoryDesk, clock: Clock) -> None:
        self.session, self.desk, self.clock = session, desk, clock
        self.engine = Engine(session.db, "acme", desk, clock)

    def ticket(self, name: str, text: str, *answers: str, status: str = "solved", customer: str = "") -> str:
        """A ticket with its answers; its ref."""
        who = customer or self.desk.customer(name)
        number = self.desk.open(who, f"About my {text.split()[1]}", text)
        self.clock.tick(60)
        for answer in answers:
            self.desk.says(number, BO.id, answer)
        self.desk.sets(number, BO.id, status=status)
        self.clock.tick(60)
        return f"acme/{number}"

    async def pulled(self) -> Session:
        """The session, once everything is here."""
        for _ in range(3):
            self.clock.tick(10)
            assert (await self.engine.once()).error is None
        return self.session


@pytest.fixture
def shop(session: Session, desk: MemoryDesk, clock: Clock) -> Shop:
    return Shop(session, desk, clock)


def leak(shop: Shop, name: str, order: str, *answers: str) -> str:
    return shop.ticket(name, LEAK.format(thing="kettle", order=order), *answers)


async def test_steps_are_counted_over_the_nearest_solved_tickets(shop: Shop) -> None:
    solved = [
        leak(shop, name, f"AB-{n}4711", FIX.format(name=name), "You are welcome, goodbye.")
        for n, name in enumerate(("Zora Zuse", "Yann Yolk", "Xia Xu"))
    ]
    leak(shop, "Vic Vega", "AB-94711", CAUSE)
    shop.ticket(
        "Wim Wolf", "The invoice has the wrong street.", "I have corrected the street on the invoice."
    )
    asked = shop.ticket("Uma Uhl", "My kettle leaks at the flange.", status="open")
    found = next_steps(await shop.pulled(), asked)
    assert [(step.count, step.words) for step in found.steps] == [
        (3, "please tighten the flange by hand and run the descaling programme once.")
    ]
    assert sorted(found.steps[0].refs) == sorted(solved)
    assert [cause.words for cause in found.causes] == [CAUSE]
    assert len(found.near) == 4


async def test_what_belongs_to_another_customer_becomes_a_hole(shop: Shop) -> None:
    leak(shop, "Zora Zuse", "AB-94711", MORE.format(order="AB-94711", name="Zora"))
    asked = shop.ticket("Uma Uhl", "My kettle leaks at the flange.", status="open")
    words = " ".join(step.words for step in next_steps(await shop.pulled(), asked).steps)
    assert words
    assert not any(own in words for own in ("94711", "Zora", "45 EUR"))
    assert "[[name]]" in words


async def test_live_tickets_and_those_of_the_same_person_are_left_out(shop: Shop) -> None:
    uma = shop.desk.customer("Uma Uhl", Address("email", "uma@x.example"))
    shop.ticket("Uma Uhl", LEAK.format(thing="kettle", order="1"), FIX, customer=uma)
    shop.ticket("Tim Tell", LEAK.format(thing="kettle", order="2"), FIX, status="open")
    asked = shop.ticket("Uma Uhl", "My kettle leaks at the flange.", status="open", customer=uma)
    assert not next_steps(await shop.pulled(), asked).near


async def test_a_rare_word_weighs_more_than_a_frequent_one(shop: Shop) -> None:
    for n in range(30):
        shop.ticket(f"Guest {n}", f"The kettle arrived in colour number {n}.", "I have changed the colour.")
    rare = leak(shop, "Zora Zuse", "7", FIX.format(name="Zora"))
    asked = shop.ticket("Uma Uhl", "My kettle leaks at the boiler flange.", status="open")
    assert next(iter(next_steps(await shop.pulled(), asked).near)).ref == rare


async def test_a_ticket_without_words_of_its_own_has_no_neighbours(shop: Shop) -> None:
    leak(shop, "Zora Zuse", "7", FIX)
    asked = shop.ticket("Uma Uhl", "Hello there again please", status="open")
    found = next_steps(await shop.pulled(), asked)
    assert not found.near
    assert not found.steps


async def test_an_unknown_ticket_is_an_error(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        next_steps(await shop.pulled(), "acme/999")


def test_sentences_that_say_the_same_are_one_group() -> None:
    groups = alike.grouped(
        [
            (0, "Please reset the modem with the small pin."),
            (1, "Could you reset your modem with a pin?"),
            (1, "Reset the modem with the pin."),
            (2, "We replaced the cable."),
        ]
    )
    assert [(group.words, group.places) for group in groups] == [
        ("Please reset the modem with the small pin.", (0, 1)),
        ("We replaced the cable.", (2,)),
    ]


def test_words_in_another_script_are_not_guessed_at() -> None:
    assert not alike.about("我的Halden oven上周就该到了 现在还没有收到我为此请了一天假")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.lists(st.text(max_size=20), max_size=3))
def test_any_sentence_can_be_compared_and_masked(text: str, names: list[str]) -> None:
    assert isinstance(alike.masked(text, names), str)
    mine = dict.fromkeys(alike.stems(text), 1.0)
    assert alike.share(mine, alike.stems(text)) in (0.0, 1.0)


def test_half_of_the_real_conversations_have_steps_from_others(shared: Path, session: Session) -> None:
    load_corpus(session.db, shared / "corpus")
    rows = session.db.read(lambda r: r.execute("SELECT ref FROM ticket ORDER BY id").fetchall())[::90]
    assert sum(bool(next_steps(session, ref).steps) for (ref,) in rows) > len(rows) // 2
