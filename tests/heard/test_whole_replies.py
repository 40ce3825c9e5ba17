"""Replies as people write them to people as they write: what is pointed at in them, and what is left alone."""

from __future__ import annotations

import pytest
from heard_scene import advice, answered, found, shows, state, wrote

from console.heard import facts

LATE = "My parcel is late and nobody answers me!"
GERMAN = "Guten Tag, mein Paket ist seit Dienstag nicht angekommen. Wann kommt es?"


# -- times -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draft", "when"),
    [
        ("Boarding opens at 9:25p.", "at 9:25p"),
        ("The tug is 15 minutes away and then you push back.", "15 minutes away"),
        ("It will be in your inbox before you land.", "before you land"),
        ("It reaches your card 3-5 working days from today.", "3-5 working days from today"),
        ("Dana is writing the answer and you have it by close of play.", "by close of play"),
        ("Please look again around half past four.", "around half past four"),
        ("I have asked them to answer by noon.", "by noon"),
        ("A fresh one leaves in 10.", "in 10"),
    ],
)
def test_a_time_for_this_case_is_found_in_the_words_that_people_use(draft: str, when: str) -> None:
    assert found(draft, "next_step_time", LATE) == [when]


@pytest.mark.parametrize(
    "draft",
    [
        "There is a car that could pick you up in 16 minutes. Should I book that for you?",
        "Dr. Weiss has an opening on Friday at 8 am. Would you like me to book it?",
        "Returns are accepted within 28 days.",
        "According to our terms, damage has to be reported within 24 hours.",
        "You bought it on 3 May 2024, so the two years are not over.",
        "I refunded the second payment this morning.",
        "Our courier's van broke down near Leeds on Tuesday.",
        "The desk shuts at 11, and your plane landed at 11:40.",
        "Cancellations within 14 days of departure are charged at 80 %.",
        "With the screen at half it runs for 9 hours, and it is full again in 45 minutes.",
    ],
)
def test_what_is_proposed_past_or_a_property_is_no_next_step(draft: str) -> None:
    assert found(draft, "next_step_time", LATE) == []


# -- words of the trade --------------------------------------------------------------------------------------------


def test_an_abbreviation_is_pointed_at_until_it_is_explained_or_the_customers() -> None:
    assert found("Please press the test button of your RCD.", "jargon", LATE) == ["RCD"]
    assert found("Please press the button of the RCD (the safety switch).", "jargon", LATE) == []
    assert found("Press the button of the small switch in the hall (the RCD).", "jargon", LATE) == []
    assert found("Please press the button of your RCD.", "jargon", "The RCD trips, why?") == []
    assert found("Turn on your TV and the DVR, the BMW app works too.", "jargon", LATE) == []


def test_a_word_in_capitals_that_is_none_of_the_trade_in_small_letters_is_left_alone() -> None:
    assert found("I have asked the driver for the POD.", "jargon", LATE) == ["POD"]
    assert found("Put the pod in and press the button.", "jargon", LATE) == []


def test_the_article_goes_with_the_word_that_takes_the_place() -> None:
    draft = "An LTE mast near you is down."
    hint = next(one for one in advice(draft, LATE).hints if one.name == "jargon")
    assert (hint.wording, hint.place and draft[hint.place.start : hint.place.end]) == (
        "A mobile network",
        "An LTE",
    )


# -- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "draft",
    [
        "Returns are accepted within 28 days. Your order is past that.",
        "All bans are final. The owner answers for whatever happens on the account.",
        "That offer is for new customers only.",
        "I'm afraid there's nothing more we can do.",
        "Call the carrier, it is their responsibility.",
        "The drivers are not required to stop if the bus is full.",
        "The amount is calculated by the system.",
    ],
)
def test_a_refusal_alone_is_pointed_at_without_a_word_of_policy(draft: str) -> None:
    assert found(draft, "policy_defence", LATE)


@pytest.mark.parametrize(
    ("draft", "customer"),
    [
        ("To keep it safe I can only speak with her. If she adds you, I can tell you everything.", LATE),
        ("The technician was not able to make it.", LATE),
        ("Scratches are not part of it.", "What does the extra cover pay for?"),
        ("The term is 24 months, but I am ending it today with nothing to pay.", LATE),
    ],
)
def test_what_is_offered_a_cause_or_information_is_no_defence(draft: str, customer: str) -> None:
    assert found(draft, "policy_defence", customer) == []


# -- people --------------------------------------------------------------------------------------------------------


def test_a_condolence_is_sympathy_and_no_apology() -> None:
    draft = "I am so sorry about your mother, Ana."
    assert shows(draft, "empathize", LATE)
    assert not shows(draft, "apologize", LATE)
    assert shows("I am sorry about your mother's parcel.", "apologize", LATE)


def test_a_parcel_that_is_said_to_be_delivered_is_trouble() -> None:
    told = "The tracking says delivered yesterday at the front door. I was at home. There was nothing."
    assert state("Did you ask your neighbours?", "apologize", told) == "not_seen"


def test_what_happened_is_quoted_without_the_greeting_before_it() -> None:
    hint = advice("We will look.", "Dear team, my bill went from 84 to 212 and nobody says why.").hints[0]
    assert hint.say.endswith('"my bill went from 84 to 212 and nobody says why."')


def test_a_booking_code_that_came_back_is_not_asked_for_again() -> None:
    story = (
        wrote("my flight was cancelled and the app shows nothing", 3),
        answered("Can I have your booking reference?", 2),
        wrote("X7KQ2P", 1, number="m2"),
    )
    said = advice("What is your booking reference?", *story)
    hint = next(one for one in said.hints if one.name == "reask")
    assert "X7KQ2P" in hint.say
    assert hint.wording.startswith("I have noted X7KQ2P")


# -- languages -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draft", "customer"),
    [
        ("Welches Betriebssystem nutzen Sie?", GERMAN),
        ("Alles erledigt. Sch\u00f6nen Tag!", GERMAN),
        ("Le avisaremos pronto.", "Hola, mi paquete no ha llegado y nadie contesta."),
        ("Welk besturingssysteem gebruikt u?", "Hallo, mijn pakket is nog niet aangekomen."),
    ],
)
def test_a_short_draft_is_in_the_customers_language_where_its_words_do_not_tell(
    draft: str, customer: str
) -> None:
    assert state(draft, "hear", customer) == "not_needed"
    assert {hint.name for hint in advice(draft, customer).hints} <= {"vague_time"}


def test_an_english_draft_to_a_german_is_english() -> None:
    assert advice("We will look into it shortly.", GERMAN).step("resolve").why != (
        advice("Alles erledigt.", GERMAN).step("resolve").why
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Ich m\u00f6chte zum 31.12. k\u00fcndigen, Vertrag 99120. Danke.",
            [("wanted", "Ich m\u00f6chte zum 31.12. k\u00fcndigen, Vertrag 99120"), ("account", "99120")],
        ),
        ("I want my 89.90 back. Thanks.", [("wanted", "I want my 89.90 back")]),
        ("I updated to 4.2 and it fails.", [("tried", "I updated to 4.2 and it fails")]),
        ("Ya les escrib\u00ed dos veces.", [("tried", "Ya les escrib\u00ed dos veces")]),
        ("Ik heb de cache al geleegd.", [("tried", "Ik heb de cache al geleegd")]),
        ("Je vous ai d\u00e9j\u00e0 \u00e9crit.", [("tried", "Je vous ai d\u00e9j\u00e0 \u00e9crit")]),
        (
            "Ich habe den Cache geleert und neu installiert.",
            [("tried", "Ich habe den Cache geleert und neu installiert")],
        ),
    ],
)
def test_a_fact_is_not_cut_at_the_dot_of_a_number_and_known_in_each_language(
    text: str, wanted: list[tuple[str, str]]
) -> None:
    assert [(one.kind, one.value) for one in facts.told(text)] == wanted
