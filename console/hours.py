"""When somebody answers: opening hours with holidays, in words about a moment. Pure; the zone and the moment are given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from console.block_words import Words, words
from console.times import SECOND
from store.errors import InvalidInputError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LINE = re.compile(
    r"(?P<first>[a-z]{3})(?: ?- ?(?P<last>[a-z]{3}))? +(?P<spans>\d.*)"
)  # one day or several, then the hours
_SPAN = re.compile(r"(\d{1,2})(?::(\d\d))? ?- ?(\d{1,2})(?::(\d\d))?")
_DAY_LONG = 24 * 60
_FAR = 366  # days that are looked at for the next opening
_WEEK = 7

Minutes = tuple[int, int]  # from and to, since midnight


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a week, Monday first; `holidays` are ISO dates, or "12-25" for every year."""

    week: tuple[tuple[Minutes, ...], ...] = ((),) * _WEEK
    holidays: frozenset[str] = frozenset()

    def on(self, day: date) -> tuple[Minutes, ...]:
        """The hours of one day; none on a holiday."""
        iso = day.isoformat()
        closed = iso in self.holidays or iso[5:] in self.holidays
        return () if closed else self.week[day.weekday()]


def read(lines: Sequence[str], holidays: Sequence[str] = ()) -> Hours:
    """Hours from "mon-fri 9:00-12:00, 13:00-17:00" and dates; InvalidInputError names what cannot be read."""
    week: list[list[Minutes]] = [[] for _ in DAYS]
    for line in lines:
        found = _LINE.fullmatch(line.strip().lower())
        if found is None or found["first"] not in DAYS or (found["last"] or "mon") not in DAYS:
            raise InvalidInputError(f"{line!r} is no opening hours.", "Write it as mon-fri 9:00-17:00.")
        first = DAYS.index(found["first"])
        last = DAYS.index(found["last"]) if found["last"] else first
        spans = [_span(each, line) for each in found["spans"].split(",")]
        for day in range(first, first + (last - first) % _WEEK + 1):
            week[day % _WEEK] += spans
    return Hours(tuple(_in_order(day) for day in week), frozenset(_holiday(each) for each in holidays))


def _span(text: str, line: str) -> Minutes:
    found = _SPAN.fullmatch(text.strip())
    if found is not None:
        start = int(found[1]) * 60 + int(found[2] or 0)
        end = int(found[3]) * 60 + int(found[4] or 0)
        if max(int(found[2] or 0), int(found[4] or 0)) < 60 and start < end <= _DAY_LONG:  # noqa: PLR2004  (minutes)
            return start, end
    raise InvalidInputError(
        f"{text.strip()!r} in {line!r} are no hours of a day.", "Write them as 9:00-17:00."
    )


def _in_order(spans: list[Minutes]) -> tuple[Minutes, ...]:
    """The hours of a day from early to late; those that touch are one."""
    joined: list[Minutes] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _holiday(text: str) -> str:
    word = text.strip()
    try:
        date.fromisoformat(word if len(word) > len("12-25") else f"2024-{word}")  # a leap year has every day
    except ValueError:
        raise InvalidInputError(
            f"{text!r} is no date.", "Write it as 2026-04-03, or as 12-25 for every year."
        ) from None
    return word


def next_opening(hours: Hours, now: int, zone: tzinfo | None, language: str = "en") -> str:
    """When somebody answers next: "today until 17:00", "tomorrow from 9:00", "on Monday from 9:00"; "" for never.

    `now` is in microseconds; `zone` is that of the hours, None for the machine's. Said in one of the languages of blocks.
    """
    here = datetime.fromtimestamp(now / SECOND, zone)
    minute, said = here.hour * 60 + here.minute, words(language)
    for start, end in hours.on(here.date()):
        if start <= minute < end:
            return said.say("today_until", end=_clock(end))
        if minute < start:
            return said.say("today_from", start=_clock(start), end=_clock(end))
    for ahead in range(1, _FAR + 1):
        day = here.date() + timedelta(days=ahead)
        if spans := hours.on(day):
            return _opens(said, day, ahead, _clock(spans[0][0]))
    return ""


def _opens(said: Words, day: date, ahead: int, start: str) -> str:
    if ahead == 1:
        return said.say("tomorrow", start=start)
    if ahead < _WEEK:
        return said.say("this_week", weekday=said.weekdays[day.weekday()], start=start)
    return said.say("later", day=day.day, month=said.months[day.month - 1], start=start)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def moment(at: int, zone: tzinfo | None, language: str = "en") -> str:
    """A moment to come as customers read it: "Wednesday 14 January, 17:00"."""
    here = datetime.fromtimestamp(at / SECOND, zone)
    said = words(language)
    return said.say(
        "moment",
        weekday=said.weekdays[here.weekday()],
        day=here.day,
        month=said.months[here.month - 1],
        clock=f"{here.hour}:{here.minute:02}",
    )
