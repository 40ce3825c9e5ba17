"""What customers tell in five languages, numbers of different things, and saying it back in their language."""

from __future__ import annotations

import pytest
from heard_scene import advice

from console.heard import restate


def told(text: str, kind: str) -> list[str]:
    """The values of one kind in one message."""
    return [fact.value for fact in advice("", text).facts if fact.kind == kind]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "Ich habe sie am 3. November bestellt.", "3. November"),
        ("order", "I sent the boots back (return R-20981).", "R-20981"),
        ("device", "Our Modell: EQ-500 is here", "EQ-500"),
        ("account", "Contract no. 8812-A", "8812-A"),
        ("tried", "I did a factory reset, twice", "I did a factory reset, twice"),
        ("wanted", "i want one of them back, now", "i want one of them back, now"),
        ("phone", "Rappelez-moi, ou appelez le 06 12 34 56 78", "06 12 34 56 78"),
        ("tried", "Ich habe den Router neu gestartet.", "Ich habe den Router neu gestartet"),
        ("wanted", "Bitte schicken Sie mir eine neue.", "Bitte schicken Sie mir eine neue"),
        ("tried", "J'ai d\u00e9j\u00e0 appel\u00e9 la Poste.", "J'ai d\u00e9j\u00e0 appel\u00e9 la Poste"),
        ("wanted", "J'aimerais \u00eatre rembours\u00e9e.", "J'aimerais \u00eatre rembours\u00e9e"),
        ("tried", "He reiniciado el router.", "He reiniciado el router"),
        ("wanted", "Quiero que me devuelvan el dinero.", "Quiero que me devuelvan el dinero"),
        ("tried", "Ik heb de modem opnieuw opgestart.", "Ik heb de modem opnieuw opgestart"),
        ("wanted", "Kunt u het bedrag terugstorten?", "Kunt u het bedrag terugstorten"),
    ],
)
def test_facts_are_found_as_people_write_them_in_five_languages(kind: str, text: str, value: str) -> None:
    assert told(text, kind) == [value]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("wanted", "Ich m\u00f6chte mich bedanken."),
        ("wanted", "Quisiera saber si est\u00e1 abierto."),
        ("tried", "Haben Sie das gepr\u00fcft?"),
        ("device", "the model 2019 is nicer"),
        ("order", "I can return 2-packs only"),
    ],
)
def test_thanks_and_questions_are_nothing_tried_or_wanted(kind: str, text: str) -> None:
    assert told(text, kind) == []


@pytest.mark.parametrize(
    ("customer", "draft", "said"),
    [
        (
            "My claim CL-778120 is late.",
            "What is your claim number?",
            "They already gave the claim number: CL-778120",
        ),
        ("My order number is 12345-A.", "What is your tracking number?", ""),
        ("My tracking number is AB12345678.", "What is your order number?", ""),
        ("Meine Bestellnummer ist 88-10293.", "Wie lautet Ihre Rechnungsnummer?", ""),
        ("Ma commande n\u00b0 774512 est perdue.", "Quel est votre num\u00e9ro de facture ?", ""),
    ],
)
def test_the_number_of_one_thing_does_not_answer_for_another(customer: str, draft: str, said: str) -> None:
    asked = [one.say for one in advice(draft, customer).checks if one.name == "reask"]
    assert asked == ([said] if said else [])


@pytest.mark.parametrize(
    ("text", "paragraph"),
    [
        (
            "Ich habe den Router neu gestartet. Ich m\u00f6chte mein Geld zur\u00fcck.",
            (
                "Sie haben bereits Folgendes unternommen: \u201cIch habe den Router neu gestartet\u201d. "
                "Sie schreiben uns: \u201cIch m\u00f6chte mein Geld zur\u00fcck\u201d."
            ),
        ),
        ("Je voudrais un \u00e9change.", "Vous nous \u00e9crivez : \u201cJe voudrais un \u00e9change\u201d."),
    ],
)
def test_words_are_said_back_in_the_customers_language(text: str, paragraph: str) -> None:
    assert restate(advice("", text).facts) == paragraph


def test_what_happened_is_more_than_never_again() -> None:
    assert told("You sent two left ones. Never again. NEVER.", "happened") == ["You sent two left ones."]


def test_as_i_wrote_is_nothing_that_was_tried() -> None:
    assert told("As I wrote, we have tried Chrome and Edge.", "tried") == ["we have tried Chrome and Edge"]
