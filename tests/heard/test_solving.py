"""A recap where the ticket is solved, quoted history, and the customer's own words in a draft."""

from __future__ import annotations

import pytest
from heard_scene import NOW, PLAIN, advice, wrote

from console.heard import STEPS, advise

LATE = "My parcel has not arrived and nobody at the depot answers. What happens now?"


def recap(draft: str, customer: str = LATE) -> list[str]:
    """What is said about the recap of a draft that solves."""
    checks = advise(draft, [wrote(customer)], PLAIN, NOW, solving=True).checks
    return [one.say for one in checks if one.name == "recap_missing"]


@pytest.mark.parametrize(
    "draft",
    [
        "I have refunded the 12 EUR. Let us know if they do not arrive.",
        "Your new parcel has been sent and arrives on Monday. Just reply here if it does not.",
        "We replaced the kettle; if it leaks again, call us.",
        "To recap: the invoice is corrected. You can reach us at any time by phone.",
        "You can change it under Settings. Write back if you cannot find it.",
    ],
)
def test_what_was_done_and_how_to_come_back_is_a_recap(draft: str) -> None:
    assert recap(draft) == []


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        ("Where did you buy it?", "Solving: say again what was done, and how to reach you"),
        ("Please let us know where you bought it.", "Solving: say again what was done."),
        ("I have refunded the 12 EUR.", "Solving: say how to reach you"),
    ],
)
def test_what_the_recap_lacks_is_said(draft: str, said: str) -> None:
    (found,) = recap(draft)
    assert found.startswith(said)


def test_no_recap_is_wanted_where_the_customer_is_done_or_the_ticket_stays_open() -> None:
    assert recap("Where did you buy it?", "Thank you, it works now!") == []
    assert recap("You are welcome!") == []
    assert recap("") == []
    assert advice("Where did you buy it?", LATE).checks == ()


@pytest.mark.parametrize("wrap", ["{}", "{}\n\nWhich one was it?", "\u201c{}\u201d", "Hello Ana,\n{}"])
def test_the_customers_sentences_in_a_draft_show_no_step(wrap: str) -> None:
    told = "Your van never came to my house on Monday. I have called you three times about it now."
    heard = advice(wrap.format(told), told)
    assert not any(heard.step(name).in_draft for name in STEPS)


def test_a_part_of_a_sentence_and_two_in_one_are_pasted_too() -> None:
    told = "Your van never came to my house on Monday. I have called you three times about it now!"
    for draft in ("I have called you three times", told.replace(". I", ", i"), told.upper()):
        heard = advice(draft, told)
        assert not any(heard.step(name).in_draft for name in STEPS), draft


def test_the_customers_shouting_in_a_draft_is_not_our_tone() -> None:
    told = "MY PARCEL IS LATE AGAIN AND AGAIN!!! Where is it?"
    assert advice(f"{told}\nIt left today.", told).checks == ()


def test_saying_it_back_around_their_words_is_hearing_them() -> None:
    told = "The courier left my parcel in the rain."
    assert advice("I see that the courier left your parcel in the rain.", told).step("hear").in_draft


def test_short_sentences_that_both_wrote_count_as_ours() -> None:
    assert (
        advice("Sorry for the delay.", "Sorry for the delay. My parcel is late.").step("apologize").in_draft
    )


@pytest.mark.parametrize(
    "history",
    [
        "> We are sorry that your parcel is late.",
        "On Mon, 3 Mar 2025 at 10:00, Bo <bo@acme.example> wrote:\n> We are sorry that your parcel is late.",
        "On Mon, 3 Mar 2025 at 10:00, Bo Berg\n<bo@acme.example> wrote:\n> We are sorry that it is late.",
        "Le lun. 3 mars 2025 \u00e0 10:00, Bo a \u00e9crit :\n> We are sorry that it is late.",
        "Am 03.03.2025 um 10:00 schrieb Bo:\n> We are sorry that your parcel is late.",
        "----- Original Message -----\nWe are sorry that your parcel is late.",
        "-----Urspr\u00fcngliche Nachricht-----\nWe are sorry that your parcel is late.",
        "________________________________\nFrom: Bo\nSubject: x\n\nWe are sorry that your parcel is late.",
        "From: Bo <bo@acme.example>\nSent: Monday, 3 March\nTo: Ana\n\nWe are sorry that it is late.",
        "-- \nWe are sorry that your parcel is late.",
        "--\r\nWe are sorry that your parcel is late.",
    ],
)
def test_history_below_a_draft_is_not_ours(history: str) -> None:
    heard = advice(f"Which street is it?\n\n{history}", LATE)
    assert not heard.step("apologize").in_draft
    assert not heard.step("hear").in_draft


@pytest.mark.parametrize(
    "draft",
    [
        "From: what I see, we are sorry that your parcel is late.",
        "On Monday we wrote: sorry that your parcel is late.",
        "Am I right? We are sorry that your parcel is late.",
        "---\nWe are sorry that your parcel is late.",
    ],
)
def test_what_only_looks_like_history_is_ours(draft: str) -> None:
    assert advice(draft, LATE).step("apologize").in_draft


def test_a_refusal_that_says_what_can_be_done_instead_answers() -> None:
    draft = "I can't refund them in full. What I can do: 50 % back as a voucher."
    assert advice(draft, "I want to return my shoes. They hurt.").step("resolve").state == "seen"
