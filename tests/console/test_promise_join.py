"""A day and an hour that stand apart in one sentence are one time, in each of our languages."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from console.promise_times import SECOND
from console.promise_words import find

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = int(datetime(2026, 11, 20, 10, tzinfo=UTC).timestamp()) * SECOND  # 11:00 on the customer's wall


def told(text: str) -> list[str]:
    """Each promise as its phrase and its time on the customer's wall; "when?" where it has none."""
    return [
        f"{one.phrase}: {datetime.fromtimestamp(one.due / SECOND, BERLIN):%a %d %b %H:%M}"
        if one.due
        else f"{one.phrase}: when?"
        for one in find(text, FRIDAY, BERLIN)
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("He will come tomorrow, Saturday, at 9.", "tomorrow, Saturday, at 9: Sat 21 Nov 09:00"),
        (
            "We'll call you tomorrow, 21 November, at 9:30.",
            "tomorrow, 21 November, at 9:30: Sat 21 Nov 09:30",
        ),
        ("Ich rufe Sie morgen, Samstag, um 9 Uhr an.", "morgen, Samstag, um 9 Uhr: Sat 21 Nov 09:00"),
        (
            "Der Monteur kommt \u00fcbermorgen, Sonntag, um 9 Uhr.",
            "\u00fcbermorgen, Sonntag, um 9 Uhr: Sun 22 Nov 09:00",
        ),
        (
            "Ihr Geld ist bis kommenden Freitag, 27. November, wieder auf Ihrem Konto.",
            "bis kommenden Freitag, 27. November: Fri 27 Nov 17:00",
        ),
        ("Je vous rappelle demain, samedi, \u00e0 9 h.", "demain, samedi, \u00e0 9 h: Sat 21 Nov 09:00"),
        ("Je vous rappelle lundi avant midi.", "lundi avant midi: Mon 23 Nov 12:00"),
        ("Le llamo el lunes antes del mediod\u00eda.", "el lunes antes del mediod\u00eda: Mon 23 Nov 12:00"),
        ("Ik bel u morgen, zaterdag, om 9 uur.", "morgen, zaterdag, om 9 uur: Sat 21 Nov 09:00"),
    ],
)
def test_a_day_said_twice_and_its_hour_are_one_promise(text: str, wanted: str) -> None:
    assert told(text) == [wanted]


def test_two_days_that_contradict_each_other_want_a_date() -> None:
    """The 20th is a Friday: tomorrow is no Sunday."""
    assert told("I will call you tomorrow, Sunday, at 9.") == ["tomorrow, Sunday, at 9: when?"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Tomorrow morning I will send the invoices and write you a list of them by noon.",
            "Sat 21 Nov 12:00",
        ),
        ("We will send the fitter on Monday and call you at 16:00.", "Mon 23 Nov 16:00"),
        ("Morgen pr\u00fcfe ich den Export und schreibe Ihnen bis 11 Uhr.", "Sat 21 Nov 11:00"),
    ],
)
def test_an_hour_is_of_the_day_that_its_own_clause_has_promised(text: str, wanted: str) -> None:
    assert told(text)[-1].endswith(wanted)


@pytest.mark.parametrize(
    "text",
    [
        "The parcel that you ordered on Monday will be with you by 16:00.",
        "Your fitter comes on Monday, and I will call you at 16:00.",
    ],
)
def test_an_hour_is_today_where_the_day_is_another_matter(text: str) -> None:
    assert told(text)[-1].endswith(": Fri 20 Nov 16:00")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Die Korrektur kommt heute Nacht.", "heute Nacht: Fri 20 Nov 23:59"),
        ("El t\u00e9cnico ir\u00e1 el lunes a su casa.", "el lunes: Mon 23 Nov 17:00"),
        ("Me pongo en contacto con usted el lunes.", "el lunes: Mon 23 Nov 17:00"),
        ("On vous tient au courant d'ici lundi.", "d'ici lundi: Mon 23 Nov 17:00"),
        ("Nous faisons le point demain.", "demain: Sat 21 Nov 17:00"),
        ("Das Paket geht morgen raus.", "morgen: Sat 21 Nov 17:00"),
        ("Wir schauen uns das morgen an.", "morgen: Sat 21 Nov 17:00"),
        ("La correction sera en ligne cette nuit.", "cette nuit: Fri 20 Nov 23:59"),
        ("De oplossing komt vannacht online.", "vannacht: Fri 20 Nov 23:59"),
        ("We will mend it overnight.", "overnight: Sat 21 Nov 08:00"),
        ("Je vous confirme demain dans la matin\u00e9e.", "demain dans la matin\u00e9e: Sat 21 Nov 12:00"),
        ("Se lo confirmo ma\u00f1ana a primera hora.", "ma\u00f1ana a primera hora: Sat 21 Nov 10:00"),
        ("Le technicien passe demain entre 8 h et 10 h.", "demain entre 8 h et 10 h: Sat 21 Nov 10:00"),
        (
            "El t\u00e9cnico va ma\u00f1ana entre las 8 y las 10.",
            "ma\u00f1ana entre las 8 y las 10: Sat 21 Nov 10:00",
        ),
        ("Je m'en occupe et vous \u00e9cris d'ici 17h30.", "d'ici 17h30: Fri 20 Nov 17:30"),
        ("Morgen fr\u00fch probiere ich Ihren Export selbst.", "Morgen fr\u00fch: Sat 21 Nov 10:00"),
        (
            "Ihr Geld haben Sie innerhalb von drei Werktagen.",
            "innerhalb von drei Werktagen: Wed 25 Nov 17:00",
        ),
        ("Het geld staat dinsdag 24 november op uw rekening.", "dinsdag 24 november: Tue 24 Nov 17:00"),
    ],
)
def test_how_people_promise_in_four_more_languages(text: str, wanted: str) -> None:
    assert told(text) == [wanted]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("We will call you by 7 tonight.", "by 7 tonight: Fri 20 Nov 19:00"),
        ("I'll write to you at 9 tonight.", "at 9 tonight: Fri 20 Nov 21:00"),
        ("We will call you at 4 this afternoon.", "at 4 this afternoon: Fri 20 Nov 16:00"),
        ("Ich rufe Sie um 16 Uhr morgen an.", "um 16 Uhr morgen: Sat 21 Nov 16:00"),
        ("Je vous rappelle \u00e0 16 h demain.", "\u00e0 16 h demain: Sat 21 Nov 16:00"),
        ("Ik bel u om 16 uur morgen.", "om 16 uur morgen: Sat 21 Nov 16:00"),
        (
            "It will be on your card 3-5 working days from today.",
            "3-5 working days from today: Fri 27 Nov 17:00",
        ),
        ("It should be with you no later than Thu the 3rd.", "no later than Thu the 3rd: Thu 03 Dec 17:00"),
        ("Karen from the line team rings you within the hour.", "within the hour: Fri 20 Nov 12:00"),
        ("Dr. Weiss calls you herself this evening.", "this evening: Fri 20 Nov 20:00"),
        ("I stay on it and write to you at 12:30.", "at 12:30: Fri 20 Nov 12:30"),
        ("He is with you first thing Monday.", "first thing Monday: Mon 23 Nov 10:00"),
    ],
)
def test_an_hour_and_a_day_in_the_words_of_a_chat(text: str, wanted: str) -> None:
    assert told(text) == [wanted]


@pytest.mark.parametrize("text", ["I can call you at 16:00.", "I tried to call you at 16:00."])
def test_what_we_could_do_or_tried_is_no_promise(text: str) -> None:
    assert told(text) == []


def test_a_later_flight_is_not_promised_for_later() -> None:
    assert told("We are holding a seat for you on the later one.") == []
    assert told("I will call you later.") == ["later: when?"]


@pytest.mark.parametrize(
    "text",
    [
        "Ich lese gerade, dass Sie am Montag fliegen.",
        "Ich hoffe, Sie haben am Montag einen guten Flug.",
        "Habe ich Ihnen am Montag geschrieben?",
        "Wir haben Ihnen am Montag geschrieben.",
        "Ich habe Ihren Brief vom Montag gelesen.",
    ],
)
def test_what_we_read_or_hope_is_no_promise(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The engineer will be with you Monday to Wednesday.", "Monday to Wednesday: Wed 25 Nov 17:00"),
        ("We will call Mon-Fri between 9 and 5.", "Mon-Fri between 9 and 5: Fri 27 Nov 17:00"),
        ("We'll ring you on Monday or Tuesday morning.", "on Monday or Tuesday morning: Tue 24 Nov 12:00"),
        ("I'll call on Monday or Tuesday next week.", "on Monday or Tuesday next week: Tue 24 Nov 17:00"),
        ("It will arrive between Tuesday and Thursday.", "Tuesday and Thursday: Thu 26 Nov 17:00"),
        ("I'll call you today or tomorrow.", "today or tomorrow: Sat 21 Nov 17:00"),
        ("Ich rufe Sie am Montag oder Dienstag an.", "am Montag oder Dienstag: Tue 24 Nov 17:00"),
        ("Der Monteur kommt Montag bis Mittwoch.", "Montag bis Mittwoch: Wed 25 Nov 17:00"),
        ("Je vous rappelle lundi ou mardi.", "lundi ou mardi: Tue 24 Nov 17:00"),
        ("Le llamo el lunes o el martes.", "el lunes o el martes: Tue 24 Nov 17:00"),
        ("Ik bel u maandag of dinsdag.", "maandag of dinsdag: Tue 24 Nov 17:00"),
    ],
)
def test_of_several_days_the_last_is_promised_once(text: str, wanted: str) -> None:
    assert told(text) == [wanted]


def test_two_days_for_two_things_are_two_promises() -> None:
    assert len(told("I will call you on Monday and on Thursday.")) == 2


def test_our_hours_are_no_promise() -> None:
    assert told("I am here Tue-Sat until 6pm and will call you Wed.") == ["Wed: Wed 25 Nov 17:00"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I'll ring you at 7 to check that it is warm.", ["at 7: Fri 20 Nov 19:00"]),
        ("I will call you at 4.", ["at 4: Fri 20 Nov 16:00"]),
        ("I will call you between 2 and 4.", ["between 2 and 4: Fri 20 Nov 16:00"]),
        ("Ich rufe Sie um 3 an.", ["um 3: Fri 20 Nov 15:00"]),
        ("Le llamo a las 5 para confirmar.", ["a las 5: Fri 20 Nov 17:00"]),
        ("The price will go up by 5.", []),
        ("The heating will stay at 20 for now.", []),
        ("I'll pay you between 2 and 4 for each.", []),
    ],
)
def test_an_hour_without_a_day_or_minutes_is_one_where_somebody_calls_or_comes(
    text: str, wanted: list[str]
) -> None:
    assert told(text) == wanted


def test_what_is_promised_for_soon_wants_a_date_whatever_it_is() -> None:
    assert told("It should be fixed soon.") == ["soon: when?"]
