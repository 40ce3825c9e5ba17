"""Times as people and scripts write them."""

import time
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.times import ago, ahead, moment, span, when
from store.errors import InvalidInputError

NOW = 1_700_000_000_000_000  # 2023-11-14T22:13:20Z
SECOND = 1_000_000


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59, "59 s"), (60, "1 m"), (3_599, "59 m"), (3_600, "1 h"), (86_399, "23 h"), (86_400, "1 d"),
     (40 * 86_400, "40 d"), (-5, "in 5 s"), (-7_200, "in 2 h"), (-0.5, "0 s")],
)  # fmt: skip
def test_ago_speaks_in_the_largest_unit(seconds: float, text: str) -> None:
    assert ago(NOW - int(seconds * SECOND), NOW) == text


def test_never_is_written_as_nothing() -> None:
    assert ago(0, NOW) == ""
    assert when(0) == ""


def test_when_is_iso_in_utc() -> None:
    assert when(NOW) == "2023-11-14T22:13:20Z"
    assert when(NOW + 5) == "2023-11-14T22:13:20.000005Z"


@pytest.mark.parametrize("us", [-1, -(10**30), 10**30])
def test_a_moment_beyond_the_calendar_is_written_as_its_edge(us: int) -> None:
    assert when(us) in {"1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}


@pytest.mark.parametrize(
    ("text", "before"),
    [("90s", 90), ("15m", 900), ("2h", 7_200), ("2 H", 7_200), ("3d", 259_200), ("-1w", 604_800), ("+2h", -7_200), ("now", 0)],
)  # fmt: skip
def test_a_span_means_that_long_before_now(text: str, before: int) -> None:
    assert moment(f" {text} ", NOW) == NOW - before * SECOND


@pytest.mark.parametrize(
    "text",
    ["2023-11-14T22:13:20Z", "2023-11-14T22:13:20", "2023-11-14 22:13:20", "2023-11-14T23:13:20+01:00", "20231114T221320Z"],
)  # fmt: skip
def test_iso_times_are_utc_unless_they_say_otherwise(text: str) -> None:
    assert moment(text, 0) == NOW


def test_a_date_is_its_beginning() -> None:
    assert when(moment("2024-05-31", NOW)) == "2024-05-31T00:00:00Z"


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2", "h", "2x", "1969-12-31", "2024-13-01", "9999999999d", "++2h", "0000-01-01"]
)
def test_what_is_no_time_is_refused_with_examples(text: str) -> None:
    with pytest.raises(InvalidInputError, match="not a time") as caught:
        moment(text, NOW)
    assert "2024-05-31" in caught.value.hint


def test_a_span_alone_has_no_sign() -> None:
    assert span("1w") == 604_800 * SECOND
    with pytest.raises(InvalidInputError, match="length of time"):
        span("+2h")


def test_a_span_longer_than_time_ends_where_time_does() -> None:
    assert moment("999999999d", NOW) == 0
    assert when(moment("+999999999d", NOW)) == "9999-12-31T23:59:59Z"


@given(st.integers(1, 253_402_300_799 * SECOND))
def test_what_when_writes_moment_reads(us: int) -> None:
    assert moment(when(us), NOW) == us


@pytest.mark.parametrize(
    "text",
    ["+999999999w", "9999-12-31T23:59", "9999-12-31T23:59-12:00", "0001-01-01", "0001-01-01T00:00+14:00"],
)
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_a_time_at_an_end_of_the_calendar_is_refused_as_one_to_come(text: str, zone: str) -> None:
    with pytest.raises(InvalidInputError, match=r"is not a time to come|more than ten years ahead"):
        ahead(text, 1_795_340_000_000_000, ZoneInfo(zone))


@pytest.mark.parametrize("text", ["0h", "+0s", "in 0 m"])
def test_now_is_not_to_come(text: str) -> None:
    with pytest.raises(InvalidInputError, match="is not a time to come"):
        ahead(text, NOW)


@pytest.mark.parametrize("day", ["2023-12-24", "20231224", "2023-W51-7"])
def test_a_date_without_an_hour_means_its_morning(day: str) -> None:
    assert when(ahead(day, NOW, UTC)) == "2023-12-24T09:00:00Z"
    assert when(ahead("2023-12-24 00:00", NOW, UTC)) == "2023-12-24T00:00:00Z"


def test_a_time_that_the_clocks_leave_out_is_not_the_hour_before(monkeypatch: pytest.MonkeyPatch) -> None:
    zone = ZoneInfo("Europe/Berlin")
    with monkeypatch.context() as place:
        place.setenv("TZ", zone.key)
        time.tzset()
        found = [ahead(f"2027-03-28T{clock}", NOW) for clock in ("01:59", "02:30", "03:31")]
        autumn = ahead("2027-10-31T02:30", NOW)
    time.tzset()
    assert found == sorted(found)
    assert found[1] == ahead("2027-03-28T03:30", NOW, zone)
    assert autumn == ahead("2027-10-31T02:30", NOW, zone)


@pytest.mark.parametrize(
    "text", ["montag 9:00", "month 9:00", "mo 9:00", "satisfied 9:00", "gestern", "morgen 9:00"]
)
def test_words_that_are_no_english_day_are_refused_with_forms_that_always_work(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        ahead(text, NOW, UTC)
    assert "+2h or 2027-01-31T09:00, or with English words" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "iso"),
    [("tomorrow", "2023-11-15T09:00:00Z"), ("Tomorrow", "2023-11-15T09:00:00Z"), ("wed", "2023-11-15T09:00:00Z"),
     ("tuesday", "2023-11-21T09:00:00Z")],
)  # fmt: skip
def test_a_day_alone_means_its_morning(text: str, iso: str) -> None:
    assert when(ahead(text, NOW, UTC)) == iso


def test_today_alone_is_over_once_its_morning_is() -> None:
    with pytest.raises(InvalidInputError, match="not a time to come"):
        ahead("today", NOW, UTC)


@pytest.mark.parametrize("text", ["thu 9:00", "thurs 9:00", "Thursday 9:00"])
def test_a_day_may_be_cut_short(text: str) -> None:
    assert when(ahead(text, NOW, UTC)) == "2023-11-16T09:00:00Z"
