"""Opening hours of one's own: what end of day, Friday and business days then mean, in five languages and over zones."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.promise_hours import office
from console.promise_times import OFFICE, SECOND, Hours
from console.promise_words import as_ahead, find
from console.settings_read import read
from store.errors import ConfigError

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3_600 * SECOND
LATE = """
[hours]
days = ["mon-fri"]
opens = "8:00"
closes = "19:30"
holidays = ["2026-03-13", "03-16"]
"""


def hours(text: str, desk: str = "") -> Hours:
    return office(read(text, Path("config.toml")), desk)


def at(*wall: int, zone: ZoneInfo = BERLIN) -> int:
    return int(datetime(*wall, tzinfo=zone).timestamp()) * SECOND  # type: ignore[misc]  # the five numbers of a time


TUESDAY = at(2026, 3, 10, 15, 10)
THURSDAY = at(2026, 3, 12, 15, 10)


def told(text: str, open_hours: Hours, now: int = TUESDAY, zone: ZoneInfo = BERLIN) -> list[str]:
    """When each promise of a text is due on the customer's wall."""
    found = find(text, now, zone, open_hours)
    return [
        f"{datetime.fromtimestamp(f.due / SECOND, zone):%a %d %H:%M}" if f.due else "when?" for f in found
    ]


def test_without_the_setting_it_is_monday_to_friday_until_five() -> None:
    assert hours("") == OFFICE


@pytest.mark.parametrize(
    ("today", "weekday", "next_day", "two_days", "span"),
    [
        (
            "I will write by the end of the day.",
            "I will write by Friday.",
            "I will write by the next business day.",
            "I will write within two business days.",
            "I will write within 3 business hours.",
        ),
        (
            "Ich melde mich bis Ende des Tages.",
            "Ich melde mich bis Freitag.",
            "Ich melde mich am n\u00e4chsten Werktag.",
            "Ich melde mich innerhalb von zwei Werktagen.",
            "Ich melde mich innerhalb von 3 Arbeitsstunden.",
        ),
        (
            "Je vous \u00e9crirai avant la fin de la journ\u00e9e.",
            "Je vous \u00e9crirai avant vendredi.",
            "Je vous \u00e9crirai le prochain jour ouvr\u00e9.",
            "Je vous \u00e9crirai sous deux jours ouvr\u00e9s.",
            "Je vous \u00e9crirai sous 3 heures ouvr\u00e9es.",
        ),
        (
            "Le escribiremos antes del final del d\u00eda.",
            "Le escribiremos antes del viernes.",
            "Le escribiremos el pr\u00f3ximo d\u00eda h\u00e1bil.",
            "Le escribiremos en un plazo de dos d\u00edas h\u00e1biles.",
            "Le escribiremos en 3 horas h\u00e1biles.",
        ),
        (
            "Wij schrijven u voor het einde van de dag.",
            "Wij schrijven u voor vrijdag.",
            "Wij schrijven u op de eerstvolgende werkdag.",
            "Wij schrijven u binnen twee werkdagen.",
            "Wij schrijven u binnen 3 werkuren.",
        ),
    ],
)
def test_every_language_counts_with_our_hours(
    today: str, weekday: str, next_day: str, two_days: str, span: str
) -> None:
    """Thursday is followed by two holidays and a week-end."""
    ours = hours(LATE)
    assert told(today, ours) == ["Tue 10 19:30"]
    assert told(weekday, ours) == ["Fri 13 19:30"]
    assert told(next_day, ours) == ["Wed 11 19:30"]
    assert told(next_day, ours, THURSDAY) == ["Tue 17 19:30"]
    assert told(two_days, ours, THURSDAY) == ["Wed 18 19:30"]
    assert told(span, ours, at(2026, 3, 12, 18, 0)) == ["Tue 17 09:30"]


def test_the_end_of_the_week_is_that_of_our_week() -> None:
    sunday_to_thursday = hours('[hours]\ndays = ["sun-thu"]')
    assert told("I will write this week.", sunday_to_thursday) == ["Thu 12 17:00"]
    assert told("I will write next week.", sunday_to_thursday, at(2026, 3, 15, 9, 0)) == ["Thu 26 17:00"]
    assert told("I will write within a business day.", sunday_to_thursday, THURSDAY) == ["Sun 15 17:00"]
    assert told("I will write this week.", hours('[hours]\ndays = ["mon-sun"]')) == ["Sun 15 17:00"]


def test_a_day_ends_when_our_office_closes_and_at_the_latest_with_the_customers_day() -> None:
    ours = hours('[hours]\ntime_zone = "Europe/Berlin"')
    boston, tokyo = ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
    assert told("I will call you tomorrow.", ours, zone=boston) == ["Wed 11 12:00"]
    assert told("I will call you tomorrow.", ours, zone=tokyo) == ["Wed 11 23:59"]
    assert told("I will call you tomorrow at 9:00.", ours, zone=boston) == ["Wed 11 09:00"]
    assert told("I will call you today.", ours, at(2026, 3, 10, 18, 0), boston) == ["Tue 10 23:59"]


def test_close_of_business_said_after_hours_wants_a_date() -> None:
    assert told("I will call you by close of business.", OFFICE, at(2026, 3, 10, 18, 0)) == ["when?"]


def test_a_desk_has_hours_of_its_own_and_what_it_leaves_out_is_the_general() -> None:
    text = LATE + '\n[desk_hours.shop]\ndays = ["mon-sat"]\ncloses = "24:00"\n'
    shop = hours(text, "shop")
    assert (shop.days, shop.opens) == (frozenset(range(6)), hours(text).opens)
    assert (f"{shop.close:%H:%M}", shop.holidays) == ("23:59", hours(text).holidays)
    assert hours(text, "office") == hours(LATE)


def test_a_time_that_is_typed_counts_with_them_too() -> None:
    assert as_ahead("friday", TUESDAY, BERLIN, hours(LATE)) == at(2026, 3, 13, 19, 30)


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ('[hours]\ndays = ["mon", "tus-fri"]', 2, "hours.days"),
        ("[hours]\ndays = []", 2, "hours.days"),
        ('[hours]\nopens = "18:00"\ncloses = "9:00"', 3, "hours.closes"),
        ('[hours]\ncloses = "24:01"', 2, "hours.closes"),
        ('[hours]\nopens = ""', 2, "hours.opens"),
        ('[hours]\n# ours\ntime_zone = "Mars/Olympus"', 3, "hours.time_zone"),
        ('[hours]\nholidays = ["02-30"]', 2, "hours.holidays"),
        ('[desk_hours.shop]\nholidays = ["Easter"]', 2, "desk_hours.shop.holidays"),
        ('[desk_hours.shop]\nopens = "18:00"', 1, "desk_hours.shop"),
        ("[hours]\nfrom = 9", 2, "hours.from"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_line(text: str, line: int, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text, Path("config.toml"))
    assert caught.value.message.startswith(f"config.toml, line {line}: {key} ")
    assert caught.value.hint


# -- opening hours that pass ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "start", "length"),
    [
        ("a", (2026, 3, 6, 16, 30), 1),
        ("b", (2026, 3, 4, 10, 0), 2),
        ("c", (2026, 3, 4, 7, 0), 2),
        ("d", (2026, 3, 2, 16, 0), 4),
        ("e", (2026, 3, 2, 9, 0), 16),
    ],
)
def test_hours_pass_as_the_definitions_of_the_metrics_say(
    shared: Path, case: str, start: tuple[int, ...], length: int
) -> None:
    cases = json.loads((shared / "design" / "metrics_cases.json").read_text("utf-8"))
    wanted = next(each["expect"][case] for each in cases if each["id"] == "C03")
    due = OFFICE.later(at(*start), length * HOUR, BERLIN)
    assert datetime.fromtimestamp(due / SECOND, BERLIN).isoformat()[:16] == wanted


def test_hours_that_the_clocks_leave_out_do_not_pass() -> None:
    night = hours('[hours]\ndays = ["mon-sun"]\nopens = "1:00"\ncloses = "5:00"')
    assert night.later(at(2026, 3, 29, 0, 0), 3 * HOUR, BERLIN) == at(2026, 3, 29, 5, 0)
    assert night.later(at(2026, 3, 28, 0, 0), 3 * HOUR, BERLIN) == at(2026, 3, 28, 4, 0)


DAYS = st.frozensets(st.integers(0, 6), min_size=1)


@given(DAYS, st.integers(0, 2_000_000_000), st.integers(1, 60))
def test_a_working_week_ends_before_days_without_work(days: frozenset[int], seconds: int, count: int) -> None:
    ours = Hours(days=days)
    first, last, end = ours.week()
    assert last in days
    assert first == (end + 1) % 7
    assert first in days or len(days) == 7
    day = datetime.fromtimestamp(seconds, UTC).date()
    after = ours.after(day, count)
    assert after.weekday() in days
    due = ours.later(seconds * SECOND, count * HOUR, ZoneInfo("UTC"))
    assert due >= (seconds + count * 3_600) * SECOND
    assert due <= at(after.year, after.month, after.day, 17, 0, zone=ZoneInfo("UTC"))
