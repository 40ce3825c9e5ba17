"""Whom a draft greets, and what the customer is called."""

from __future__ import annotations

import pytest
from heard_scene import NOW, PLAIN, wrote

from console.heard import advise
from store.rows import Item

LATE = "My parcel is late."


def by(author: str, text: str = LATE) -> Item:
    one = wrote(text)
    return Item(one.ref, one.subject, one.kind, one.channel, one.role, author, one.at, text, one.id)


def wrong(draft: str, *story: Item) -> list[tuple[str, str]]:
    """The names that are wrong, with the right one."""
    checks = advise(draft, story, PLAIN, NOW).checks
    return [(draft[one.span.start : one.span.end], one.found) for one in checks if one.name == "wrong_name"]


@pytest.mark.parametrize(
    ("draft", "name"),
    [
        ("Hi Bob, it left today.", "Bob"),
        ("Dear Mr. Miller,\nit left today.", "Miller"),
        ("Hello Bob Miller!", "Bob Miller"),
        ("Good morning, Bob.", "Bob"),
        ("Sehr geehrte Frau M\u00fcller,\nes ist unterwegs.", "M\u00fcller"),
        ("Hola B\u00e1rbara, ya sali\u00f3.", "B\u00e1rbara"),
        ("@handle Hi Bob - it left today.", "Bob"),
        ("Hi Bob", "Bob"),
        ("\n\n  Hey Bob \u2013 it left.", "Bob"),
    ],
)
def test_another_name_is_told_with_the_right_one(draft: str, name: str) -> None:
    assert wrong(draft, by("Ana Silva")) == [(name, "Ana Silva")]


@pytest.mark.parametrize(
    ("draft", "author"),
    [
        ("Hi Ana, it left.", "Ana Silva"),
        ("Dear Mr Mueller,", "J\u00fcrgen M\u00fcller"),
        ("Hallo J\u00f8rgen,", "Joergen Lund"),
        ("Dear Ms Silva,", "Ana Silva"),
        ("Hi Alex,", "Alexandra Jones"),
        ("Hi Alexandra,", "Alex Jones"),
        ("Hi Bob,", "Robert Jones"),
        ("Hi Robert,", "Bob Jones"),
        ("Hi Jose,", "Jos\u00e9 Ruiz"),
        ("Hi JOS\u00c9,", "Jose Ruiz"),
        ("Hi there,", "Ana Silva"),
        ("Dear customer,", "Ana Silva"),
        ("Dear Valued Customer,", "Ana Silva"),
        ("Hi Everyone,", "Ana Silva"),
        ("Hello, Thanks.", "Ana Silva"),
        ("Hi Kitchen lamps are sold out.", "Ana Silva"),
        ("Thank you, Bob has it.", "Ana Silva"),
        ("The parcel is with Bob.", "Ana Silva"),
        ("Hi Bob,", "ana@x.example"),
        ("Hi Bob,", "115712"),
        ("Hi Bob,", "coffee_fan"),
        ("Hi Bob,", "Acme Trading Ltd"),
        ("Hi Bob,", ""),
        ("", "Ana Silva"),
    ],
)
def test_what_is_no_wrong_name(draft: str, author: str) -> None:
    assert wrong(draft, by(author)) == []


@pytest.mark.parametrize(
    "text",
    [
        "My name is Bob Miller. My parcel is late.",
        "Hi, I'm Bob, and my parcel is late.",
        "My parcel is late.\n\nRegards,\nBob Miller",
        "My parcel is late. Thanks, Bob",
        "I write for Bob, my neighbour. His parcel is late.",
    ],
)
def test_what_the_customer_calls_himself_is_right(text: str) -> None:
    assert wrong("Hi Bob, it left.", by("Ana Silva", text)) == []


def test_a_name_that_only_greeted_us_is_not_the_customers() -> None:
    assert wrong("Hi Bob,", by("Ana Silva", "Hi Bob,\nmy parcel is late.")) == [("Bob", "Ana Silva")]


def test_a_name_in_the_text_is_enough_to_go_by() -> None:
    assert wrong("Hi Bob,", by("", "My name is Ana Silva. It is late.")) == [("Bob", "Ana Silva")]


def test_whoever_else_wrote_on_the_ticket_may_be_greeted() -> None:
    assert wrong("Hi Bob,", by("Ana Silva"), by("Bob Miller")) == []


@pytest.mark.parametrize(
    "greeting",
    ["Guten Tag,", "Guten Morgen,", "Guten Abend!", "Good Afternoon,", "Goedenavond,", "Hey Buddy,"],
)
def test_a_greeting_without_a_name_names_nobody(greeting: str) -> None:
    assert wrong(f"{greeting}\n\nwir melden uns morgen.", by("Jens Meier")) == []


@pytest.mark.parametrize(
    ("greeting", "instead"),
    [("Dear Peter,", "Anna"), ("Dear Peter Pan,", "Anna de Berg"), ("Dear Mr Pan,", "de Berg")],
)
def test_the_right_name_is_put_in_as_the_draft_greets(greeting: str, instead: str) -> None:
    hint = advise(f"{greeting}\nit is on its way.", [by("Anna de Berg")], PLAIN, NOW).hints[0]
    assert (hint.name, hint.wording) == ("wrong_name", instead)
