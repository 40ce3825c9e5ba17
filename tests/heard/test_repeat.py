"""How often somebody had to come back."""

from __future__ import annotations

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
