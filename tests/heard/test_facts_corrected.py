"""Several numbers in one breath, numbers in groups, and numbers that the customer takes back."""

from __future__ import annotations

import pytest
from heard_scene import advice, answered, wrote

from console.heard.facts import told as read

MINUTE = 1 / 1_440


def told(text: str, kind: str = "order") -> list[str]:
    """The values of one kind in one message, in its order."""
    return [found.value for found in read(text) if found.kind == kind]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Orders 10427, 10428 and 10429 were charged twice.", ["10427", "10428", "10429"]),
        ("Order 10427 and 10428 are late.", ["10427", "10428"]),
        ("Order numbers: A-1042, A-1043", ["A-1042", "A-1043"]),
        ("Meine Bestellungen 77812 und 77813 fehlen.", ["77812", "77813"]),
        ("Mes commandes 55821 et 55822 manquent.", ["55821", "55822"]),
        ("Mis pedidos 88231 y 88232 no llegaron.", ["88231", "88232"]),
        ("Mijn bestellingen 998211 en 998212 ontbreken.", ["998211", "998212"]),
        ("Order 10427, 10969 Berlin", ["10427"]),
        ("Order 10427 and 3000 euros", ["10427"]),
        ("Order 10427 and 12 March", ["10427"]),
    ],
)
def test_each_number_of_a_list_is_one(text: str, values: list[str]) -> None:
    assert told(text) == values


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        ("order", "My order is 12345. Sorry, it's 12354!", ["12354"]),
        ("order", "Order 12345 (sorry, I meant 12354) is late.", ["12354"]),
        ("order", "Order 12345 - no wait, 12354. Oops, 12534!", ["12534"]),
        ("order", "Bestellung 77812. Entschuldigung, es ist 77821.", ["77821"]),
        ("account", "My account number is 88213400, typo, should be 88213401.", ["88213401"]),
        ("phone", "Call me on 07700 900123 - sorry, 07700 900132.", ["07700 900132"]),
        ("order", "Order 12345. Sorry to bother you, but order 12399 is late, too.", ["12345", "12399"]),
        ("order", "Order 12345. Sorry, it has taken me 3 days.", ["12345"]),
    ],
)
def test_a_number_that_is_taken_back_gives_way_to_the_right_one(
    kind: str, text: str, values: list[str]
) -> None:
    assert told(text, kind) == values


@pytest.mark.parametrize(
    "second", ["Sorry, it's 12354!", "*12354", "Oops, wrong number, I meant #12354", "Typo: 12354"]
)
def test_the_next_message_corrects_the_number_of_the_one_before(second: str) -> None:
    story = (wrote("Order 12345 is late.", 1, number="m1"), wrote(second, 1 - MINUTE, number="m2"))
    given = advice("What is your order number?", *story)
    facts = [(fact.value, fact.message_id) for fact in given.facts if fact.kind == "order"]
    assert facts == [("12354", "m2")]
    assert [(one.found, one.message_id) for one in given.checks if one.name == "reask"] == [("12354", "m2")]


def test_a_number_of_another_make_corrects_nothing() -> None:
    story = (wrote("Order 12345 is late.", 1), answered("Your PIN?", 0.9), wrote("Sorry, it's 12!", 0.8))
    assert [fact.value for fact in advice("", *story).facts if fact.kind == "order"] == ["12345"]


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        ("order", "Where is it? tracking JD0002 2334 4556 77", ["JD0002 2334 4556 77"]),
        ("order", "Tracking 123 4567 8901 arrives 12 March.", ["123 4567 8901"]),
        ("date", "I booked room 214 for 3-5 June.", ["3-5 June"]),
        ("phone", "Her phone is 07700 900111, mine 07700 900222.", ["07700 900111", "07700 900222"]),
        (
            "tried",
            "Chuck is loose. Tried tightening it, changed the bit.",
            ["Tried tightening it, changed the bit"],
        ),
        ("tried", "Called to say thanks.", []),
        (
            "wanted",
            "Kunt u de lader alsnog opsturen naar Keizersgracht 112, 1015 CV Amsterdam?",
            ["Kunt u de lader alsnog opsturen naar Keizersgracht 112, 1015 CV Amsterdam"],
        ),
    ],
)
def test_a_value_is_whole(kind: str, text: str, values: list[str]) -> None:
    assert told(text, kind) == values
