"""Times in an outgoing reply: which of them we promise, and when that is on the customer's wall."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.promise_rules import languages
from console.promise_times import SECOND, Hours
from console.promise_words import as_ahead, find, no_news, update

BERLIN = ZoneInfo("Europe/Berlin")


def at(*wall: int, zone: ZoneInfo = BERLIN, fold: int = 0) -> int:
    """A wall clock as microseconds."""
    return int(datetime(*wall, tzinfo=zone, fold=fold).timestamp()) * SECOND  # type: ignore[misc]  # the six numbers of a time


TUESDAY = at(2026, 3, 10, 15, 10)


def told(text: str, now: int = TUESDAY, zone: ZoneInfo = BERLIN) -> list[str]:
    """Each promise as its phrase and its time on the customer's wall; "when?" where it has none."""
    return [
        f"{f.phrase}: {datetime.fromtimestamp(f.due / SECOND, zone):%a %d %b %H:%M}"
        if f.due
        else f"{f.phrase}: when?"
        for f in find(text, now, zone)
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I will call you by tomorrow afternoon.", "by tomorrow afternoon: Wed 11 Mar 17:00"),
        ("We will refund you by Friday 17:00.", "by Friday 17:00: Fri 13 Mar 17:00"),
        ("I'll get back to you within 2 hours.", "within 2 hours: Tue 10 Mar 17:10"),
        ("We will answer in 48 hours.", "in 48 hours: Thu 12 Mar 15:10"),
        ("You will hear from us by the end of the day.", "by the end of the day: Tue 10 Mar 17:00"),
        ("I will call you tomorrow.", "tomorrow: Wed 11 Mar 17:00"),
        ("I\u2019ll call you on Monday.", "on Monday: Mon 16 Mar 17:00"),
        ("We will send it next week.", "next week: Fri 20 Mar 17:00"),
        ("We'll ring you at 4 pm.", "at 4 pm: Tue 10 Mar 16:00"),
        ("I'll be back to you by 5 p.m. tomorrow.", "by 5 p.m. tomorrow: Wed 11 Mar 17:00"),
        ("You'll receive it on 12 March.", "on 12 March: Thu 12 Mar 17:00"),
        ("You'll receive it by March 12th, 2026 at 9:30.", "by March 12th, 2026 at 9:30: Thu 12 Mar 09:30"),
        ("I'll write by 2026-03-12.", "by 2026-03-12: Thu 12 Mar 17:00"),
        ("I'll check this evening and write to you.", "this evening: Tue 10 Mar 20:00"),
        ("I'll call first thing tomorrow.", "first thing tomorrow: Wed 11 Mar 10:00"),
        ("I'll call you tomorrow at 9.", "tomorrow at 9: Wed 11 Mar 09:00"),
        ("I'll call you at 4 tomorrow.", "at 4 tomorrow: Wed 11 Mar 16:00"),
        ("We will answer before the weekend.", "before the weekend: Fri 13 Mar 17:00"),
        ("We will refund you by end of month.", "by end of month: Tue 31 Mar 17:00"),
        ("I'll reply by COB Thursday.", "by COB Thursday: Thu 12 Mar 17:00"),
        ("I'll write at 3pm EST tomorrow.", "at 3pm EST tomorrow: Wed 11 Mar 20:00"),
        ("We will call you at 16:00 GMT on Friday.", "at 16:00 GMT on Friday: Fri 13 Mar 17:00"),
        ("Wir melden uns bis Freitagabend.", "bis Freitagabend: Fri 13 Mar 20:00"),
        ("Ich melde mich am Montagmorgen.", "am Montagmorgen: Mon 16 Mar 12:00"),
        ("Wir melden uns noch vor dem Wochenende.", "noch vor dem Wochenende: Fri 13 Mar 17:00"),
        ("Ich rufe Sie morgen um 9 an.", "morgen um 9: Wed 11 Mar 09:00"),
        ("Le llamar\u00e9 ma\u00f1ana a las 10.", "ma\u00f1ana a las 10: Wed 11 Mar 10:00"),
        ("We bellen u vrijdagavond.", "vrijdagavond: Fri 13 Mar 20:00"),
        ("We will settle this within two business days.", "within two business days: Thu 12 Mar 17:00"),
        ("Your order will arrive in 3 to 5 business days.", "in 3 to 5 business days: Tue 17 Mar 17:00"),
        ("By Friday, we will have refunded you.", "By Friday: Fri 13 Mar 17:00"),
        ("The technician will be with you tomorrow at 3 pm.", "tomorrow at 3 pm: Wed 11 Mar 15:00"),
        ("Let me get back to you by Thursday noon.", "by Thursday noon: Thu 12 Mar 12:00"),
        ("I promise you an answer by next Friday.", "by next Friday: Fri 20 Mar 17:00"),
        ("We will let you know by the end of the month.", "by the end of the month: Tue 31 Mar 17:00"),
        ("I will call you in half an hour.", "in half an hour: Tue 10 Mar 15:40"),
        ("I'll write again by Tue 17 Mar 09:00.", "by Tue 17 Mar 09:00: Tue 17 Mar 09:00"),
        ("Your visit is booked for 13/03/2026 at 10:00.", "for 13/03/2026 at 10:00: Fri 13 Mar 10:00"),
        ("Ich rufe Sie morgen Nachmittag an.", "morgen Nachmittag: Wed 11 Mar 17:00"),
        ("Wir melden uns bis Freitag, 17:00 Uhr bei Ihnen.", "bis Freitag, 17:00 Uhr: Fri 13 Mar 17:00"),
        ("Sie erhalten das Geld innerhalb von zwei Werktagen.", "innerhalb von zwei Werktagen: Thu 12 Mar 17:00"),
        ("Wir werden Ihnen am 12.03. schreiben.", "am 12.03.: Thu 12 Mar 17:00"),
        ("Je vous rappelle demain apr\u00e8s-midi.", "demain apr\u00e8s-midi: Wed 11 Mar 17:00"),
        ("Vous recevrez une r\u00e9ponse avant vendredi 17h.", "avant vendredi 17h: Fri 13 Mar 17:00"),
        ("Nous vous \u00e9crirons dans les 48 heures.", "dans les 48 heures: Thu 12 Mar 15:10"),
        ("Le llamar\u00e9 ma\u00f1ana por la tarde.", "ma\u00f1ana por la tarde: Wed 11 Mar 17:00"),
        ("Recibir\u00e1 el reembolso antes del viernes.", "antes del viernes: Fri 13 Mar 17:00"),
        ("Ik bel u morgenmiddag.", "morgenmiddag: Wed 11 Mar 17:00"),
        ("We sturen het pakket uiterlijk vrijdag.", "uiterlijk vrijdag: Fri 13 Mar 17:00"),
        ("U hoort binnen 24 uur van ons.", "binnen 24 uur: Wed 11 Mar 15:10"),
    ],
)  # fmt: skip
def test_a_time_that_we_promise_is_a_moment(text: str, wanted: str) -> None:
    assert told(text) == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        "Please reply by Friday.",
        "Could you send it by Friday?",
        "You will need to answer by Friday.",
        "We ask you to reply by Friday.",
        "We will need your reply by Friday.",
        "We hope to hear from you by Friday.",
        "Refunds usually take 5 days.",
        "It will take up to 3 days.",
        "I called you on Monday.",
        "I called yesterday.",
        "Will you call me tomorrow?",
        "We will not charge you before Friday.",
        "We won't be there tomorrow.",
        "We will be open until 18:00 today.",
        "I'll be out of the office until Monday.",
        "We will close this ticket on Friday.",
        "I will wait for your answer until Friday.",
        "I'll call you when the part arrives on Friday.",
        "We can send it tomorrow.",
        "We're here 24/7 and will answer 2/2 of your questions.",
        "We hope you enjoy your visit today.",
        "Somebody will look at it, sorry that this did not happen today.",
        "> I will call you tomorrow.",
        "Sorry about the delay.\n\nOn Mon, 2 Mar 2026, Ana wrote:\n> I will be home tomorrow.",
        "Bitte antworten Sie bis Freitag.",
        "Wir rufen Sie morgen nicht an.",
        "Veuillez r\u00e9pondre avant vendredi.",
        "Por favor, responda antes del viernes.",
        "Kunt u v\u00f3\u00f3r vrijdag antwoorden?",
    ],
)
def test_what_is_asked_usual_past_or_quoted_is_no_promise(text: str) -> None:
    assert told(text) == []


def test_each_clause_speaks_for_itself() -> None:
    assert told("If you reply by Friday, we will refund you on Monday.") == ["on Monday: Mon 16 Mar 17:00"]
    assert told("I will check and call you tomorrow, and send the parcel on Friday.") == [
        "tomorrow: Wed 11 Mar 17:00",
        "on Friday: Fri 13 Mar 17:00",
    ]
    assert told("You ordered on Monday and we will send it this week.") == ["this week: Fri 13 Mar 17:00"]


def test_soon_wants_a_date_unless_another_time_is_said() -> None:
    assert told("We will get back to you soon.") == ["soon: when?"]
    assert told("Wir melden uns in K\u00fcrze.") == ["in K\u00fcrze: when?"]
    assert told("We will write soon. I will call you tomorrow.") == ["tomorrow: Wed 11 Mar 17:00"]


def test_a_time_that_has_passed_or_could_be_two_wants_a_date() -> None:
    assert told("I'll ring you by 3 pm.") == ["by 3 pm: when?"]
    assert told("We'll call you back this morning.") == ["this morning: when?"]
    assert told("You should receive your refund by 3/4.") == ["by 3/4: when?"]
    assert told("We will be with you on the 31st of February.") == ["on the 31st of February: when?"]


def test_today_after_hours_is_the_end_of_the_day() -> None:
    assert told("I will call you today.", at(2026, 3, 10, 18, 0)) == ["today: Tue 10 Mar 23:59"]


def test_business_days_leave_out_week_ends_and_holidays() -> None:
    friday = at(2026, 3, 13, 16, 0)
    text = "We will answer within two business days."
    assert told(text, friday) == ["within two business days: Tue 17 Mar 17:00"]
    closed = Hours(close=time(16), holidays=frozenset({date(2026, 3, 16)}))
    assert [f.due for f in find(text, friday, BERLIN, closed)] == [at(2026, 3, 18, 16, 0)]


def test_the_customers_wall_decides_and_not_ours() -> None:
    """Late on Tuesday in Berlin it is Wednesday in Tokyo already."""
    night = at(2026, 3, 10, 23, 0)
    tokyo = ZoneInfo("Asia/Tokyo")
    assert [f.due for f in find("I will call you tomorrow at 9:00.", night, tokyo)] == [
        at(2026, 3, 12, 9, 0, zone=tokyo)
    ]


def test_an_hour_that_the_clocks_leave_out_is_the_one_after() -> None:
    (found,) = find("I will call you tomorrow at 2:30 am.", at(2026, 3, 28, 12, 0), BERLIN)
    assert found.due == at(2026, 3, 29, 3, 30)


def test_an_hour_that_there_is_twice_is_the_first_that_is_still_to_come() -> None:
    text = "I will call you at 2:30 am."
    assert find(text, at(2026, 10, 25, 1, 0), BERLIN)[0].due == at(2026, 10, 25, 2, 30)
    assert find(text, at(2026, 10, 25, 2, 45), BERLIN)[0].due == at(2026, 10, 25, 2, 30, fold=1)


def test_48_hours_are_48_hours_where_the_clocks_change() -> None:
    saturday = at(2026, 3, 28, 12, 0)
    assert find("We will answer in 48 hours.", saturday, BERLIN)[0].due == saturday + 48 * 3600 * SECOND


def test_words_and_place_are_those_of_the_text() -> None:
    text = "Hello Ana,\n\nI\u2019ll call you tomorrow. Bye"
    (found,) = find(text, TUESDAY, BERLIN)
    assert found.words == "I\u2019ll call you tomorrow."
    assert text[slice(*found.span)] == found.phrase == "tomorrow"


@pytest.mark.parametrize("code", [each.code for each in languages()])
def test_the_honest_update_of_every_language_promises_the_time_that_it_names(code: str) -> None:
    due = at(2026, 11, 24, 9, 30)
    text = update(code, "Ana", due, BERLIN)
    assert "Ana" in text
    assert no_news(text)
    assert [f.due for f in find(text, TUESDAY + 250 * 86_400 * SECOND, BERLIN)] == [due]


def test_a_message_that_tells_more_than_no_news_is_news() -> None:
    assert no_news("No news yet; I will write again tomorrow.")
    assert not no_news("Is there no news yet?")
    assert not no_news("Your refund was paid today.")
    assert not no_news("No news yet from the courier. " + "But your refund was paid, as you asked. " * 12)


@pytest.mark.parametrize(
    ("typed", "wall"),
    [("tomorrow 15:00", (11, 15)), ("friday", (13, 17)), ("in 2 days", (12, 17)), ("morgen 9:00", (11, 9))],
)
def test_times_are_typed_as_they_are_written(typed: str, wall: tuple[int, int]) -> None:
    assert as_ahead(typed, TUESDAY, BERLIN) == at(2026, 3, *wall, 0)


def test_what_is_no_time_is_none() -> None:
    assert [as_ahead(typed, TUESDAY, BERLIN) for typed in ("", "the kettle", "yesterday", "3 pm or so")] == [
        0
    ] * 4


PIECES = (
    "i we you will 'll call by on in within at tomorrow today friday monday 17:00 25:00 3 pm am 12 march 2026-02-31 99 hours"
    " days business next week end of the day soon please not and , . ? \n > ich wir werde morgen bis uhr nous demain ma\u00f1ana"
    " ser\u00e1 zal vrijdag \u00e9 \u0130 31/12 1/1 noon midnight half an 0 9999 months years"
)
WORDS = st.sampled_from(PIECES.split(" "))
NOWS = st.integers(0, 4_102_444_800 * SECOND)
ZONES = st.sampled_from([ZoneInfo(n) for n in ("UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia")])


@given(st.one_of(st.text(), st.lists(WORDS, max_size=30).map(" ".join)), NOWS, ZONES)
@example("I will call you in 9999 months.", 0, ZoneInfo("Pacific/Apia"))
@example("I\u2019ll \u0130 call you tomorrow", TUESDAY, BERLIN)
def test_any_text_is_read_and_every_time_is_to_come(text: str, now: int, zone: ZoneInfo) -> None:
    end = 0
    for found in find(text, now, zone):
        assert found.due == 0 or found.due > now
        assert end <= found.span[0] < found.span[1] <= len(text)
        assert text[slice(*found.span)] == found.phrase
        assert found.words
        end = found.span[1]


@given(st.text(), NOWS)
def test_any_typed_time_is_to_come_or_none(typed: str, now: int) -> None:
    assert as_ahead(typed, now, BERLIN) == 0 or as_ahead(typed, now, BERLIN) > now


def test_universal_time_will_do() -> None:
    assert find("I will call you tomorrow.", 0, UTC)[0].due == (86_400 + 17 * 3_600) * SECOND


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I will call you tomorrow before noon.", "Wed 11 Mar 12:00"),
        ("I'll ring you on Thursday by lunch.", "Thu 12 Mar 13:00"),
        ("I will write to you on Friday at one to make sure.", "Fri 13 Mar 13:00"),
        ("I'll ring you tomorrow at half past nine.", "Wed 11 Mar 09:30"),
        ("I'll ring you tomorrow at eight in the evening.", "Wed 11 Mar 20:00"),
        ("I'll ring you tomorrow at seven in the morning.", "Wed 11 Mar 07:00"),
        ("Ich rufe Sie morgen um halb drei zur\u00fcck.", "Wed 11 Mar 14:30"),
        ("Ik bel u morgen om kwart over twee.", "Wed 11 Mar 14:15"),
        ("Le llamo ma\u00f1ana a las tres de la tarde.", "Wed 11 Mar 15:00"),
        ("Je vous rappelle demain \u00e0 neuf heures et demie.", "Wed 11 Mar 09:30"),
        ("The courier brings it on Friday between 8 and 12.", "Fri 13 Mar 12:00"),
        ("The courier will come tomorrow between 8 am and noon.", "Wed 11 Mar 12:00"),
        ("We'll call you between 1pm and 3pm tomorrow.", "Wed 11 Mar 15:00"),
        ("Der Techniker kommt morgen zwischen 9 und 12 Uhr.", "Wed 11 Mar 12:00"),
        ("Un technicien passera demain entre 9h et 12h.", "Wed 11 Mar 12:00"),
        ("Un t\u00e9cnico pasar\u00e1 ma\u00f1ana entre las 9 y las 12.", "Wed 11 Mar 12:00"),
        ("Er komt morgen tussen 9 en 12 uur een monteur.", "Wed 11 Mar 12:00"),
    ],
)
def test_an_hour_in_words_and_the_end_of_a_span_are_the_promise(text: str, wanted: str) -> None:
    assert [one.partition(": ")[2] for one in told(text)] == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        "The money leaves us on Friday.",
        "It should be with you by Friday.",
        "Ihr Paket kommt am Freitag an.",
        "Die Lieferung ist am Freitag bei Ihnen.",
        "Bis Freitag haben Sie Ihr Geld zur\u00fcck.",
        "Vous la recevrez vendredi.",
        "Votre colis arrive vendredi.",
        "Los ver\u00e1 en su cuenta el viernes.",
        "Wij storten het bedrag vrijdag terug.",
        "Uw geld heeft u vrijdag terug.",
    ],
)
def test_what_comes_to_the_customer_is_promised_as_well(text: str) -> None:
    assert [one.partition(": ")[2] for one in told(text)] == ["Fri 13 Mar 17:00"]


@pytest.mark.parametrize(
    "text",
    [
        "I have approved it today; it will be with you on Friday.",
        "Ich habe heute einen neuen verschickt; er ist am Freitag bei Ihnen.",
        "Je l'ai vu et nous l'avons envoy\u00e9 aujourd'hui; vous le recevrez vendredi.",
        "He devuelto hoy el dinero; lo tendr\u00e1 el viernes.",
    ],
)
def test_what_was_done_today_is_no_promise_beside_one(text: str) -> None:
    assert [one.partition(": ")[2] for one in told(text)] == ["Fri 13 Mar 17:00"]


@pytest.mark.parametrize(
    "text",
    [
        "Your flight leaves on Friday at 9:00.",
        "Die Rechnung kommt jeden Montag.",
        "Podr\u00e1 pagar ma\u00f1ana.",
        "Vous pouvez payer demain entre 9h et 12h.",
        "Heeft u morgen tijd?",
        "Please call us tomorrow between 9 and 12.",
    ],
)
def test_what_comes_of_itself_or_is_the_customers_to_do_is_no_promise(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Wir melden uns bis n\u00e4chsten Dienstag.",
        "We will call you this coming Tuesday.",
        "Nous vous rappellerons mardi prochain.",
        "Le llamaremos el pr\u00f3ximo martes.",
        "We bellen u volgende dinsdag.",
    ],
)
def test_next_tuesday_said_on_a_tuesday_is_not_today(text: str) -> None:
    assert [one.partition(": ")[2] for one in told(text)] == ["Tue 17 Mar 17:00"]


@pytest.mark.parametrize(
    "text",
    [
        "We will call you on Friday next week.",
        "We will call you next week on Friday.",
        "Wir rufen Sie n\u00e4chste Woche Freitag an.",
        "Wir rufen Sie am Freitag n\u00e4chster Woche an.",
        "Nous vous rappellerons vendredi de la semaine prochaine.",
        "Le llamaremos el viernes de la pr\u00f3xima semana.",
        "We bellen u volgende week vrijdag.",
    ],
)
def test_friday_next_week_is_one_promise_for_that_friday(text: str) -> None:
    assert [one.partition(": ")[2] for one in told(text)] == ["Fri 20 Mar 17:00"]
