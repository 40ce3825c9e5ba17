"""Questions that a story answers, in the trades and the wordings that came last: numbers of other things, lists, steps in a row."""

from __future__ import annotations

import pytest
from heard_scene import advice, answered, wrote

ROW = "I've restarted the router, changed the cable and reset it to factory settings."


def known(customer: str, draft: str) -> list[str]:
    """What the customer already gave, for each question of the draft."""
    return [one.found for one in advice(draft, customer).checks if one.name == "reask"]


@pytest.mark.parametrize(
    ("customer", "draft", "found"),
    [
        ("My washing machine (model WM-1400) leaks.", "What is the model number?", "WM-1400"),
        ("Meine Waschmaschine, Modell WM-1400, leckt.", "Wie lautet die Modellnummer?", "WM-1400"),
        ("Mijn wasmachine, model WM-1400, lekt.", "Wat is het modelnummer?", "WM-1400"),
        ("Serial number SN-88231-A, it leaks.", "Could you send me the serial number?", "SN-88231-A"),
        ("My NHS number is 943 476 5919.", "Please give me your NHS number.", "943 476 5919"),
        ("Policy number P-20311-X. My roof leaks.", "What is your policy number?", "P-20311-X"),
        ("I was born 12/05/1961. It broke on 3 March.", "Please confirm your date of birth.", "12/05/1961"),
        ("Mein Geburtsdatum ist 12.05.1961.", "Wie lautet Ihr Geburtsdatum?", "12.05.1961"),
        (
            "Mi tel\u00e9fono es el 612 345 678.",
            "\u00bfMe puede indicar su tel\u00e9fono?",
            "612 345 678",
        ),
        ("Mi correo es luis@example.com.", "\u00bfCu\u00e1l es su correo?", "luis@example.com"),
        ("Orders 10427 and 10428 are late.", "What are your order numbers?", "10427, 10428"),
        ("You took \u00a345.50 and \u00a312.", "What amount were you charged?", "\u00a345.50, \u00a312"),
        (
            "Bitte auf mein Konto DE89 3704 0044 0532 0130 00.",
            "Wie lautet Ihre IBAN?",
            "DE89 3704 0044 0532 0130 00",
        ),
        ("Modem al herstart.", "Wilt u het modem herstarten?", "al herstart."),
        ("Router schon neu gestartet.", "Bitte starten Sie den Router neu.", "schon neu gestartet."),
        ("On macOS 14.4 it crashes.", "Which version of macOS do you use?", "macOS 14.4"),
        (ROW, "Please do a factory reset.", "reset it to factory settings."),
        (
            "I tried restarting, reinstalling and clearing the cache.",
            "Please reinstall the app.",
            "tried restarting, reinstalling and clearing the cache.",
        ),
        ("Neu installiert habe ich schon.", "Bitte installieren Sie die App neu.", None),
    ],
)
def test_what_was_given_or_tried_is_not_asked_again(customer: str, draft: str, found: str | None) -> None:
    assert known(customer, draft) == [found or customer]


@pytest.mark.parametrize(
    ("customer", "draft"),
    [
        ("My account number is 88213400.", "What is your policy number?"),
        ("My NHS number is 943 476 5919.", "What is your account number?"),
        ("It broke on 3 March.", "Could you confirm your date of birth?"),
        ("Our house insurance costs 400 a year.", "What is your insurance number?"),
        ("On iOS 17.2 it crashes.", "Which version of macOS do you use?"),
        ("My account number is 88213400.", "Could you send me your IBAN?"),
        ("Pay to GB29 NWBK 6016 1331 9268 19.", "What is your account number?"),
        ("My Galaxy A54 keeps freezing.", "What is the model number?"),
        ("Neu installiert habe ich sie noch nicht.", "Bitte installieren Sie die App neu."),
    ],
)
def test_a_number_or_a_day_of_something_else_is_no_answer(customer: str, draft: str) -> None:
    assert known(customer, draft) == []


def test_of_a_long_sentence_whole_words_are_quoted_and_what_is_left_out_is_seen() -> None:
    long = f"{ROW[:-1]} because the lady on the telephone told me to do all of that twice."
    (found,) = known(long, "Have you restarted it?")
    assert found == f"{ROW[:-1]}\u2026"


def test_several_numbers_are_put_in_as_several() -> None:
    hints = advice("What are your order numbers?", "Orders 10427 and 10428 are late.").hints
    assert hints[0].wording.startswith("I have the numbers 10427, 10428 from your message of ")


def test_a_late_answer_makes_nothing_old_that_the_customer_wrote() -> None:
    story = (
        wrote("My order number is MP-622079.", 69),
        answered("We look.", 60),
        wrote("Any news?", 55),
    )
    draft = "Please send me your order number."
    assert [one.found for one in advice(draft, *story).checks if one.name == "reask"] == ["MP-622079"]
