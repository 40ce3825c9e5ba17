"""What customers say that they are not, had once, or called: none of it is a fact about them."""

from __future__ import annotations

import pytest
from heard_scene import advice, found


def told(text: str, kind: str) -> list[str]:
    """The values of one kind in one message."""
    return [fact.value for fact in advice("", text).facts if fact.kind == kind]


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        ("wanted", "No quiero un reembolso.", []),
        ("tried", "No he llamado.", []),
        ("tried", "No lo he reiniciado.", []),
        ("tried", "Ich habe den Techniker nicht angerufen.", []),
        ("tried", "Ich habe noch nie angerufen.", []),
        ("tried", "Ik heb niet gebeld.", []),
        ("worry", "I'm not worried about it.", []),
        ("date", "It broke the day before yesterday.", ["the day before yesterday"]),
        ("amount", "You owe me €1.2k and €45.50.", ["€45.50"]),
        ("address", "Send it to 12-14 High Street, please.", ["12-14 High Street"]),
        ("address", "I live at 22 Baker Street. My old address was 9 Elm Road.", ["22 Baker Street"]),
        ("device", "The dell is in the valley, a moto is parked, there is a surface scratch.", []),
        (
            "device",
            "My Galaxy A54 and my Samsung Galaxy S23 Ultra.",
            ["Galaxy A54", "Samsung Galaxy S23 Ultra"],
        ),
    ],
)
def test_the_value_is_what_was_meant(kind: str, text: str, values: list[str]) -> None:
    assert told(text, kind) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("I tried to call 0800 111 222 but nobody answers.", []),
        ("Your number 020 7946 0018 is dead.", []),
        ("Don't call me on 07700 900123, I'm at work. Use 07700 900456 instead.", ["07700 900456"]),
        ("Vous pouvez me joindre au 06.12.34.56.78.", ["06.12.34.56.78"]),
        ("Mon num\u00e9ro est le 06 12 34 56 78.", ["06 12 34 56 78"]),
        ("Mi n\u00famero es el 612 34 56 78.", ["612 34 56 78"]),
        ("Bitte rufen Sie mich unter 0171 / 555 12 34 an.", ["0171 / 555 12 34"]),
        ("Rufen Sie mich nicht mehr unter 0171 5551234 an.", []),
        ("Bel me op 06-12345678.", ["06-12345678"]),
        ("Meine Nummer ist 88-10293.", []),
        ("Don't call after 8pm; my mobile is 07700 900123.", ["07700 900123"]),
        ("My old number is dead, new phone: 07700 900456.", ["07700 900456"]),
        ("My phone number 07700 900123 is no longer mine.", []),
        ("Mein Handy 0171 5551234 ist nicht auf laut.", ["0171 5551234"]),
        ("My NHS number is 943 476 5919, my mobile is 07700 900123.", ["07700 900123"]),
        ("Passport number 533 401 9923", []),
        ("My order number is 10427 and my phone is 07700 900123.", ["07700 900123"]),
        ("Call me about order number 44 7700 900123", []),
        ("You can reach her on 0113 496 0000.", ["0113 496 0000"]),
    ],
)
def test_a_phone_number_is_one_where_they_can_be_called(text: str, values: list[str]) -> None:
    assert told(text, "phone") == values
    assert told(text, "date") == []


@pytest.mark.parametrize(
    "text",
    [
        "I wrote to support@acme.example and got no answer.",
        "Ich habe schon zweimal an hilfe@acme.example geschrieben.",
        "My address is no longer old@ex.example.",
    ],
)
def test_an_address_that_was_written_to_or_is_given_up_answers_no_question(text: str) -> None:
    assert found("What is your e-mail address?", "reask", text) == []


@pytest.mark.parametrize(
    "draft",
    [
        "If it happens again, please restart the router.",
        "When did you restart the router?",
        "Did restarting the router help?",
    ],
)
def test_a_step_for_the_next_time_or_known_as_done_is_not_suggested_again(draft: str) -> None:
    assert found(draft, "reask", "I restarted the router and it works now.") == []


def test_what_was_tried_ends_before_what_is_wanted() -> None:
    assert told("J'ai appel\u00e9 deux fois; je veux un remboursement.", "tried") == [
        "J'ai appel\u00e9 deux fois"
    ]
