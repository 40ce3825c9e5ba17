"""One thing to do after the other, each with the words that it is about and what can be put in their place."""

from __future__ import annotations

import pytest
from heard_scene import HeardSettings, advice, found, wrote

QUESTION = "How do I pay?"


def put_in(draft: str, name: str, *story: str) -> str:
    """The draft once the hint of this name was taken."""
    (hint,) = (hint for hint in advice(draft, *(story or (QUESTION,))).hints if hint.name == name)
    assert hint.place is not None
    return draft[: hint.place.start] + hint.wording + draft[hint.place.end :]


def test_a_word_of_the_trade_is_replaced_by_the_wording_to_use() -> None:
    settings = HeardSettings(glossary={"T2": "our specialists", "sla": "the agreed time"})
    draft = "You can pay by card. T2 knows the SLA."
    hints = [hint for hint in advice(draft, QUESTION, settings=settings).hints if hint.name == "jargon"]
    assert [(draft[h.place.start : h.place.end], h.wording) for h in hints if h.place] == [
        ("T2", "our specialists"),
        ("the SLA", "the agreed time"),
    ]


def test_a_question_is_replaced_by_its_answer_with_who_and_when() -> None:
    draft = "Hello. What is your order number? Thanks."
    (hint,) = (h for h in advice(draft, wrote("Order A-10427 is late.", 1)).hints if h.name == "reask")
    assert put_in(draft, "reask", "Order A-10427 is late.").startswith(
        "Hello. I have the number A-10427 from your message of "
    )
    assert put_in(draft, "reask", "Order A-10427 is late.").endswith(". Thanks.")
    assert hint.source.startswith("Ana, ")
    assert hint.message_id == "m1"


def test_what_was_tried_is_not_suggested_again() -> None:
    words = put_in("Please restart the router.", "reask", "The router fails. I already restarted it twice.")
    assert words.startswith("I see from your message of ")
    assert "already restarted it twice" in words


def test_capitals_become_small_letters() -> None:
    assert put_in("PLEASE PAY BY CARD NOW. It is quick.", "tone").startswith("Please pay by card now")


@pytest.mark.parametrize("draft", ["We regret any inconvenience caused.", "We will look at it soon."])
def test_there_is_nothing_to_put_in_where_only_the_agent_knows_the_words(draft: str) -> None:
    for hint in advice(draft, "The kettle leaks.").hints:
        assert (hint.wording, hint.place) == ("", None)


def test_hints_come_in_the_order_of_the_suggestion_and_nothing_comes_twice() -> None:
    seen = advice("We look at it. We will escalate it soon.", "My kettle is broken and nobody helps me!")
    assert seen.hints[0].say == seen.suggestion
    assert len({hint.id for hint in seen.hints}) == len(seen.hints) > 2


def test_a_good_draft_has_no_hint_left_when_the_first_is_taken() -> None:
    assert advice("Glad to hear that!", "Thank you, it works now!").hints == ()


def test_what_was_tried_is_quoted_with_one_full_stop() -> None:
    (hint,) = (one for one in advice("Please restart it.", "I already restarted it.").hints if one.wording)
    assert hint.wording.endswith("already tried this: \u201cI already restarted it\u201d.")


def test_a_device_or_version_is_noted_as_it_was_told() -> None:
    seen = advice("Which version of iOS do you have?", "It freezes since iOS 11.0.3.")
    assert seen.hints[0].wording.startswith("I have noted iOS 11.0.3 from your message of ")


@pytest.mark.parametrize(
    ("draft", "becomes"),
    [
        ("We opened an RMA.", "We opened a return."),
        ("The SLA is four hours.", "The time we promise is four hours."),
        ("I see SLA times here.", "I see the time we promise times here."),
    ],
)
def test_a_wording_with_an_article_takes_the_place_of_the_one_before(draft: str, becomes: str) -> None:
    hint = next(one for one in advice(draft, "My kettle leaks.").hints if one.name == "jargon")
    assert hint.place is not None
    assert draft[: hint.place.start] + hint.wording + draft[hint.place.end :] == becomes


@pytest.mark.parametrize(
    "draft", ["Please calm down.", "There is no need to be rude.", "You should have called us."]
)
def test_words_that_hurt_come_before_the_steps(draft: str) -> None:
    assert advice(draft, "The boiler is dead and nobody came!").hints[0].name == "tone"


def test_thanks_with_many_marks_are_left_alone() -> None:
    assert not advice("Thank you!!!", "Thanks, it works now").hints


@pytest.mark.parametrize(
    "draft", ["Untick 'allow the computer to turn off this device'.", "Please turn off IPv6 in the settings."]
)
def test_turning_something_else_off_is_no_restart(draft: str) -> None:
    assert found(draft, "reask", "The line drops. I've rebooted it twice.") == []


def test_a_device_is_not_asked_for_again_in_german() -> None:
    assert found("Guten Tag, welches Modell haben Sie?", "reask", "Mein Modell WX-700 ist kaputt.")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("It's been five hours. Nobody called. My number is 0113 496 0000.", "It's been five hours."),
        ("Got the invoice, thanks. Still no call though.", "Still no call though."),
        ("When can I reach you by phone? The app says nothing.", "The app says nothing."),
    ],
)
def test_what_happened_is_never_thanks_a_question_or_a_number(text: str, quote: str) -> None:
    given = advice("We are on it.", text)
    assert [fact.value for fact in given.facts if fact.kind == "happened"] == [quote]


def test_where_the_customer_has_no_sentence_none_is_quoted() -> None:
    assert advice("Oh dear.", "\U0001f621\U0001f621").suggestion.startswith("Say back what happened to them.")


def test_a_customer_called_sue_threatens_nobody() -> None:
    text = "Hi, can you send me the invoice for order #20311? Thanks, Sue"
    assert advice("Please find it below, Sue: 20 EUR.", text).step("empathize").state == "not_needed"
    assert (
        advice("Please send us the form.", "I will sue you over this.").step("empathize").state == "not_seen"
    )


def test_of_a_voicemail_without_a_full_stop_what_counts_is_quoted() -> None:
    voicemail = (
        "this is Mrs Hall, H-A-L-L, my date of birth is the 4th of May 1948, I'm at 22 Rose Lane, Otley, the emergency button"
        " you gave me is broken and it beeps all night, I haven't slept, I'm scared that it won't work if I fall, ring me"
    )
    facts = {fact.kind: fact.value for fact in advice("", voicemail).facts}
    assert facts["happened"].startswith("the emergency button you gave me is broken")
    assert facts["worry"] == "I'm scared that it won't work if I fall, ring me"


def test_a_late_checkout_is_a_wish_and_no_trouble() -> None:
    given = advice("Yes, until 2 pm.", "Could we have a cot and late checkout until 2 pm?")
    assert given.step("apologize").state == "not_needed"


def test_a_transcript_is_quoted_without_its_own_marks() -> None:
    text = "Call from 0171, 3 min. Transcript:\n\n\u201cThe app lost my oven again. Please help.\u201d"
    assert '"The app lost my oven again."' in advice("We are on it.", text).suggestion
