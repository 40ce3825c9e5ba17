"""How often somebody had to come back."""

from __future__ import annotations

import pytest
from heard_scene import advice, answered, wrote

from console.heard import HeardSettings, Repeat

TOLD = "The boiler in the flat leaks again."


def test_a_first_contact_has_no_banner() -> None:
    assert advice("", TOLD).repeat == Repeat(contacts=1, days=1, told=1, people=0, channels=1)
    assert advice("", TOLD).repeat.line() == ""


def test_nobody_wrote_nothing_is_counted() -> None:
    assert advice("").repeat == Repeat()


def test_the_banner_counts_contacts_days_tellings_people_and_channels() -> None:
    story = (
        wrote(TOLD, 6, ref="acme/1"),
        answered("We send somebody.", 5.9, by="Bo"),
        wrote("Nobody came, the boiler still leaks.", 4, ref="acme/1"),
        answered("Sorry.", 3.9, by="Cy"),
        wrote(f"{TOLD} Nobody came to the flat.", 2, ref="acme/2", channel="phone"),
        answered("We look.", 1.9, ref="acme/2", by="Di"),
        wrote(TOLD, 0.5, ref="acme/3"),
    )
    assert advice("", *story).repeat.line() == "3rd contact in 6 days, told 4 times to 3 people, 2 channels"


def test_details_given_to_the_same_agent_are_one_telling() -> None:
    story = (
        wrote(TOLD, 0.02),
        answered("Which floor?", 0.015),
        wrote("The third; the boiler is still leaking.", 0.01),
    )
    assert advice("", *story).repeat.told == 1


def test_another_agent_means_telling_it_again() -> None:
    story = (
        wrote(TOLD, 0.03),
        answered("Which floor?", 0.025, by="Bo"),
        wrote("The third; the boiler is leaking.", 0.02),
        answered("What is wrong?", 0.015, by="Cy"),
        wrote("The boiler is leaking!", 0.01),
    )
    assert advice("", *story).repeat.told == 2


def test_a_contact_about_something_else_counts_as_contact_and_not_as_telling() -> None:
    story = (wrote("Where do I change my password?", 4, ref="acme/1"), wrote(TOLD, 1, ref="acme/2"))
    repeat = advice("", *story).repeat
    assert (repeat.contacts, repeat.told) == (2, 1)
    assert repeat.line() == "2nd contact in 4 days"


def test_contacts_before_the_window_do_not_count() -> None:
    story = (wrote(TOLD, 40, ref="acme/1"), wrote(TOLD, 1, ref="acme/2"))
    assert advice("", *story).repeat.contacts == 1
    assert advice("", *story, settings=HeardSettings(window_days=60)).repeat.contacts == 2


def test_the_eleventh_contact_is_spelled_right() -> None:
    lines = [Repeat(contacts=n, days=1).line() for n in (2, 3, 4, 11, 12, 13, 21, 22)]
    assert [line.split()[0] for line in lines] == [
        "2nd",
        "3rd",
        "4th",
        "11th",
        "12th",
        "13th",
        "21st",
        "22nd",
    ]


# -- saying so before the fix ---------------------------------------------------------------------------------

BACK = (
    wrote(TOLD, 6, ref="acme/1"),
    answered("We send somebody.", 5.9, by="Bo"),
    wrote(f"{TOLD} Nobody came to the flat.", 2, ref="acme/2"),
    wrote(f"This is ridiculous. {TOLD}", 0.5, ref="acme/3"),
)
FEELS, FIX = (
    "I am sorry to hear that your boiler leaks, that is frustrating.",
    "I have sent a plumber to you today.",
)


@pytest.mark.parametrize(
    "acknowledged",
    [
        "I am sorry that you had to write to us three times.",
        "You have already told us this.",
        "I see that this is the third time you contact us.",
        "You should not have had to chase us.",
        "Sorry that you have to repeat yourself.",
    ],
)
def test_a_draft_that_names_the_repetition_before_the_fix_meets_empathize(acknowledged: str) -> None:
    assert advice(f"{acknowledged} {FIX}", *BACK).step("empathize").state == "seen"
    late = advice(f"{FEELS} {FIX} {acknowledged}", *BACK).step("empathize")
    assert (late.state, "before the fix" in late.why) == ("partly", True)


@pytest.mark.parametrize(
    "other", ["", "Please try it again.", "We will call you again tomorrow.", "The driver rang three times."]
)
def test_what_we_do_again_is_no_acknowledgement(other: str) -> None:
    step = advice(f"{FEELS} {other} {FIX}", *BACK).step("empathize")
    assert step.state == "partly"
    assert "3rd contact in 6 days" in step.why


def test_a_first_contact_needs_no_word_of_repetition() -> None:
    assert advice(f"{FEELS} {FIX}", BACK[0]).step("empathize").state == "seen"


def test_an_earlier_answer_may_have_acknowledged_it() -> None:
    said = answered("Sorry that you had to write to us three times.", 0.4, ref="acme/3")
    story = (*BACK, said, wrote("And when? The boiler leaks.", 0.3, ref="acme/3"))
    assert advice(f"{FEELS} {FIX}", *story).step("empathize").state == "seen"


def test_thanks_after_many_contacts_ask_for_nothing() -> None:
    story = (*BACK, answered(FIX, 0.2, ref="acme/3"), wrote("Thank you, it works now!", 0.1, ref="acme/3"))
    seen = advice("Glad to hear that!", *story)
    assert seen.step("empathize").state == "not_needed"
    assert seen.hints == ()


def test_saying_that_it_is_the_third_time_says_how_often_they_came() -> None:
    story = (
        wrote("My card was declined at the till.", 6, ref="acme/1"),
        answered("It is unblocked.", 5.9, by="Bo"),
        wrote("My card was declined again!", 0.5, ref="acme/2"),
    )
    draft = "This is the third time your card was declined, which is humiliating. A new card leaves today by courier."
    assert advice(draft, *story).step("empathize").state == "seen"
