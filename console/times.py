"""Times as people and scripts write them. A moment is an integer of microseconds since 1970, UTC; 0 is never."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from store.errors import InvalidInputError

SECOND = 1_000_000
_UNITS = {
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3_600 * SECOND,
    "d": 86_400 * SECOND,
    "w": 604_800 * SECOND,
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 253_402_300_799 * SECOND  # the end of the year 9999, which is where calendars stop
_FARTHEST = 3_653 * 86_400 * SECOND
_SPAN = re.compile(r"(\d{1,9}) ?([smhdw])")


def ago(then: int, now: int) -> str:
    """How long ago, in its largest unit: "3 m", "2 h", "5 d"; "in 3 m" for what is to come, "" for never."""
    if not then:
        return ""
    length = abs(now - then)
    text = next(
        (f"{length // _UNITS[unit]} {unit}" for unit in "dhm" if length >= _UNITS[unit]),
        f"{length // SECOND} s",
    )
    return f"in {text}" if then >= now + SECOND else text


def when(us: int) -> str:
    """ISO 8601 in UTC, to the second or, where there are any, to the microsecond; "" for never."""
    if not us:
        return ""
    moment = _EPOCH + timedelta(microseconds=min(max(us, 0), _LAST))
    return moment.isoformat().replace("+00:00", "Z")


def second(us: int) -> str:
    """ISO 8601 in UTC to the second: one form for everything that scripts read, sort and hand on; "" for never."""
    return when(us - us % SECOND)


def span(text: str) -> int:
    """A length of time such as 90s, 15m, 2h, 3d or 1w, in microseconds; InvalidInputError for anything else."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        raise InvalidInputError(f"{text!r} is not a length of time.", "Write it as 90s, 15m, 2h, 3d or 1w.")
    return int(found[1]) * _UNITS[found[2]]


def moment(text: str, now: int) -> int:
    """A point in time: 2h (that long before `now`), +2h (after it), "now", or ISO 8601, which means UTC unless it says otherwise.

    Raises InvalidInputError for what is none of these, or lies before 1970.
    """
    word = text.strip()
    if word.lower() == "now":
        return now
    bare = word[1:] if word.startswith(("+", "-")) else word
    if _SPAN.fullmatch(bare.lower()):
        length = span(bare)
        return min(now + length, _LAST) if word.startswith("+") else max(now - length, 0)
    try:
        read = datetime.fromisoformat(word)
        us = ((read if read.tzinfo else read.replace(tzinfo=UTC)) - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        us = -1
    if us < 0:
        raise InvalidInputError(
            f"{text!r} is not a time.", "Write it as 2h or 3d (ago), or as 2024-05-31 or 2024-05-31T14:00Z."
        )
    return us


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST = 3  # letters of a day: mon, thurs
_CLOCK = re.compile(r"(?:(\w+) )?(?:at )?(\d{1,2})[:.](\d\d)")
_WORD = re.compile(r"[a-z]+")
_MORNING = "9:00"  # of a day that is named without an hour


def ahead(text: str, now: int, zone: tzinfo | None = None) -> int:
    """A moment to come, in the local time zone (or `zone`): "9:30", "tomorrow", "mon 14:00", "+2h", "2h", "in 2h", or ISO 8601.

    A time of day that has passed means tomorrow's; a day of the week is the next one, and a day alone its 9:00. Raises InvalidInputError for anything
    else, for what has passed, and for what nobody will live to see: calendars stop somewhere.
    """
    us = _ahead(text, now, zone)
    if us <= now:
        raise InvalidInputError(
            f"{text!r} is not a time to come.",
            "Write it as 9:30, +2h or 2027-01-31T09:00, or with English words: tomorrow 9:00, mon 14:00.",
        )
    if us > now + _FARTHEST:
        raise InvalidInputError(f"{text!r} is more than ten years ahead.", "Choose an earlier time.")
    return us


def _ahead(text: str, now: int, zone: tzinfo | None) -> int:
    """The moment that the words mean; 0 where they mean none."""
    word = " ".join(text.lower().split()).removeprefix("in ").removeprefix("+")
    if _SPAN.fullmatch(word):
        return now + span(word)
    here = datetime.fromtimestamp(now / SECOND, zone).replace(tzinfo=None)  # what the clock on the wall says
    found = _CLOCK.fullmatch(f"{word} {_MORNING}" if _WORD.fullmatch(word) else word)
    then = _day_and_time(found, here) if found else _iso(text.strip())
    try:
        return int(_placed(then, zone).timestamp()) * SECOND if then else 0
    except (ValueError, OverflowError):  # at an end of the calendar
        return 0


def _placed(then: datetime, zone: tzinfo | None) -> datetime:
    """A time on the wall in its zone, with the offset of that day."""
    if then.tzinfo:
        return then
    if zone:
        return then.replace(tzinfo=zone)
    local = then.astimezone()
    skipped = then - local.replace(tzinfo=None)  # the hour that clocks leave out in spring: never too early
    return local + max(skipped, timedelta(0))


def _day_and_time(found: re.Match[str], here: datetime) -> datetime | None:
    day, hour, minute = found[1] or "", int(found[2]), int(found[3])
    if hour > 23 or minute > 59:  # noqa: PLR2004  (as clocks go)
        return None
    today = datetime.combine(here.date(), time(hour, minute))
    if day == "tomorrow":
        days = 1
    elif day in ("", "today"):
        days = 0 if today > here or day else 1
    elif len(day) >= _SHORTEST and (named := next((d for d in _DAYS if d.startswith(day)), "")):
        days = (_DAYS.index(named) - here.weekday()) % 7 or (0 if today > here else 7)
    else:
        return None
    return today + timedelta(days=days)


def _iso(text: str) -> datetime | None:
    """A date, which means its 9:00, or a date with its time; None for anything else."""
    with suppress(ValueError):
        return datetime.combine(date.fromisoformat(text), time.fromisoformat(f"0{_MORNING}"))
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    return None
