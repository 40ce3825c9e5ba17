"""What a time in words means: a day and an hour on the customer's wall, as a moment to come. Pure; no clock is read.

A day without an hour is over when our office closes, and at the latest with the customer's own day. A time that has passed
means nothing: "by 15:00" said at four is not tomorrow's. Where the clocks change, an hour that there is twice is the first,
and one that there is not is the one after.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from console.promise_rules import Language

SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LENGTHS = {"m": 60 * SECOND, "s": 1_800 * SECOND, "h": 3_600 * SECOND, "l": 5_400 * SECOND}
_DAYS = {"w": 7, "f": 14}  # of a unit that is more than one
_LATEST = time(23, 59)
_CLOSE = " close"  # behind the days ahead in the rules
_NOON, _MONTHS, _WEEK = 12, 12, 7
_THIS = frozenset({"this", "diesen"})
_WEEKS = (["woche"], ["week"])  # "next week on", "n\u00e4chste Woche", before a weekday
_EARLY = 8  # an hour below it is one of the afternoon
_ZONES = {  # by the letters behind an hour; people write the winter's letters in summer, too
    **dict.fromkeys(("utc", "gmt"), "UTC"),
    "bst": "Europe/London",
    **dict.fromkeys(("cet", "cest", "mez", "mesz"), "Europe/Berlin"),
    **dict.fromkeys(("est", "edt"), "America/New_York"),
    **dict.fromkeys(("cst", "cdt"), "America/Chicago"),
    **dict.fromkeys(("mst", "mdt"), "America/Denver"),
    **dict.fromkeys(("pst", "pdt"), "America/Los_Angeles"),
}
_FORGOTTEN = 180  # days after which a date without a year is next year's


@dataclass(frozen=True, slots=True)
class Hours:
    """The days on which people work (Monday is 0), when they come and go, and the days on which they do not come.

    `yearly` are holidays of every year, as month and day. The hours are those of `zone`; None: of the customer's own clock.
    """

    days: frozenset[int] = frozenset(range(5))
    close: time = time(17)
    holidays: frozenset[date] = frozenset()
    opens: time = time(9)
    yearly: frozenset[tuple[int, int]] = frozenset()
    zone: tzinfo | None = None

    def works(self, day: date) -> bool:
        """Whether somebody is there on that day."""
        free = day in self.holidays or (day.month, day.day) in self.yearly
        return day.weekday() in self.days and not free

    def after(self, day: date, count: int) -> date:
        """The day that is `count` working days after `day`; at most a year on, for a week without any."""
        last = day + timedelta(days=max(366, count * 8))
        while count > 0 and day < last:
            day += timedelta(days=1)
            count -= self.works(day)
        return day

    def week(self) -> tuple[int, int, int]:
        """The first weekday of a working week, its last, and the last day of the week-end behind it: Monday 0, Friday 4, Sunday 6.

        The week-end is the longest run of days without work; a week without one ends on Sunday.
        """
        runs = [(_run(day, self.days), day) for day in self.days]
        longest, last = max(runs, default=(0, _WEEK - 1))
        if not longest:
            return 0, _WEEK - 1, _WEEK - 1
        end = (last + longest) % _WEEK
        return (end + 1) % _WEEK, last, end

    def later(self, now: int, length: int, zone: tzinfo) -> int:
        """The moment at which `length` (microseconds) of opening hours have passed since `now`; 0 where that is over a year."""
        day = datetime.fromtimestamp(now // SECOND, zone).date()
        for each in (day + timedelta(days=n) for n in range(367)):
            if self.works(each):
                start, end = (_at(datetime.combine(each, hour), zone) for hour in (self.opens, self.close))
                passed = max(end - max(start, now), 0)
                if passed >= length:
                    return max(start, now) + length
                length -= passed
        return 0


def _run(day: int, working: frozenset[int]) -> int:
    """How many days without work follow a weekday."""
    return next((n for n in range(_WEEK) if (day + n + 1) % _WEEK in working), 0)


OFFICE = Hours()


@dataclass(frozen=True, slots=True)
class _Reader:
    """One phrase, read: its named pieces, the words of its language, and the wall clock of the one who is promised."""

    said: Mapping[str, str]
    words: Language
    here: datetime
    hours: Hours

    def meant(self, kind: str) -> str:
        """What the words of one table mean; "" where there are none."""
        return self.words.tables[kind].get(" ".join(self.said.get(kind, "").split()), "")

    def day(self) -> date | None:
        """The day that is meant; None where it is none, or could be two."""
        today = self.here.date()
        readers = {
            "period": self._period,
            "iso": self._iso,
            "numeric": self._numeric,
            "dom": self._date,
            "weekday": self._weekday,
            "day": self._day,
        }
        reader = next((readers[name] for name in readers if name in self.said), None)
        return reader(today) if reader else today

    def _iso(self, _today: date) -> date:
        return date.fromisoformat(self.said["iso"])

    def _day(self, today: date) -> date:
        ahead = self.meant("day").split()[0]
        if ahead.startswith("b"):
            return self.hours.after(self.office(), int(ahead[1:]))
        return today + timedelta(days=int(ahead))

    def office(self) -> date:
        """The day that it is where the hours hold."""
        return self.here.astimezone(self.hours.zone).date() if self.hours.zone else self.here.date()

    def closing(self) -> bool:
        """Whether the words name the hour at which the office closes, which another day has again."""
        return self.meant("day").endswith(_CLOSE)

    def _period(self, today: date) -> date:
        unit, count = self.meant("period").split()
        if unit == "month":
            return _last_of_month(_months_on(today.replace(day=1), int(count)))
        first, last, end = self.hours.week()
        since, until = ((day - first) % _WEEK for day in (today.weekday(), last if unit == "week" else end))
        return max(today + timedelta(days=until - since + _WEEK * int(count)), today)

    def _numeric(self, today: date) -> date | None:
        first, second, *year = (int(piece) for piece in self.said["numeric"].split("/"))
        if first <= _MONTHS and second <= _MONTHS and first != second:
            return None  # 3/4 is two different days
        month, day = (second, first) if first > _MONTHS else (first, second)
        return self._of_year(year[0] if year else 0, month, day, today)

    def _date(self, today: date) -> date:
        day = int(self.said["dom"])
        month = int(self.said.get("monthly") or self.meant("month") or 0)
        if not month:
            ahead = today if day >= today.day else _months_on(today.replace(day=1), 1)
            return date(ahead.year, ahead.month, day)
        year = int(self.said.get("year") or self.said.get("year2") or 0)
        return self._of_year(year, month, day, today)

    def _of_year(self, year: int, month: int, day: int, today: date) -> date:
        if year:
            return date(year if year > 99 else 2000 + year, month, day)  # noqa: PLR2004  (two digits of a year)
        found = date(today.year, month, day)
        return found if (today - found).days < _FORGOTTEN else date(today.year + 1, month, day)

    def _weekday(self, today: date) -> date:
        wanted = int(self.meant("weekday"))
        far = self.said.get("next", "").split()
        if "later" in self.said or far[:1] == ["next"] or far[-1:] in _WEEKS:
            return today + timedelta(days=7 - today.weekday() + wanted)
        days = (wanted - today.weekday()) % 7
        spoken = self.clock() or self._of_part()
        passed = spoken is None or spoken <= self.here.time()
        again = far[0] not in _THIS if far else passed  # "next Tuesday" is never today
        ahead = days or (7 if again or "after" in self.said else 0)
        return today + timedelta(days=ahead + (7 if "after" in self.said else 0))  # "Friday week"

    def clock(self) -> time | None:
        """The hour that is said; None where there is none. Raises ValueError for hours that no clock shows."""
        if alone := self.said.get("bare") or self.said.get("last"):
            return self._bare(int(alone) if alone.isdigit() else _NOON)
        if spoken := self.meant("spoken"):
            return self._bare(*map(int, spoken.split(":")))
        if "hour" not in self.said:
            return None
        hour = int(self.said["hour"])
        minute = int(self.said.get("minute") or self.said.get("minute2") or 0)
        half = (self.said.get("half") or self.said.get("half2") or "")[:1]
        if half:
            if not 1 <= hour <= _NOON:
                raise ValueError(hour)
            hour = hour % _NOON + (_NOON if half == "p" else 0)
        elif 0 < hour < _NOON and self._late():
            hour += _NOON  # "tomorrow afternoon at 3:00"
        return _LATEST if (hour, minute) == (24, 0) else time(hour, minute)

    def _bare(self, hour: int, minute: int = 0) -> time:
        """An hour with nothing behind it: one at which people work, unless a part of the day is said."""
        late = self._late()
        later = hour < _EARLY if late is None else late
        return time(hour + _NOON if later and hour < _NOON else hour, minute)

    def _late(self) -> bool | None:
        """Whether a part of the day after noon is said; None where none is."""
        if half := self.meant("daytime"):
            return half == "p"
        part = self._of_part() or self._of_day()
        return part.hour > _NOON if part else None

    def _of_part(self) -> time | None:
        return time.fromisoformat(found) if (found := self.meant("part")) else None

    def _of_day(self) -> time | None:
        """The hour that a word for the day has, such as "tonight"."""
        own = self.meant("day").removesuffix(_CLOSE).split()[1:]
        return time.fromisoformat(own[0]) if own else None

    def hour(self) -> time | None:
        """The hour that is meant: as said, or of the part of the day; None where offices closing is meant."""
        return self.clock() or self._of_part() or self._of_day()

    def span(self) -> int | datetime | None:
        """A length of time from now, in microseconds or as the end of a day; None where none is said."""
        if "hourly" in self.said:
            return _LENGTHS["h"]
        if "number" not in self.said:
            return None
        count = self.count()
        unit = self.meant("unit")
        if unit in _LENGTHS:
            return int(count * _LENGTHS[unit])
        days, today = math.ceil(count), self.here.date()
        if unit == "b":
            end = self.hours.after(self.office(), days)
        elif unit == "M":
            end = _months_on(today, days)
        else:
            end = today + timedelta(days=days * _DAYS.get(unit, 1))
        return datetime.combine(end, self.hours.close)

    def count(self) -> float:
        """How many of the unit are said; of "2 to 3" the most."""
        return max(self._number(self.said["number"]), float(self.said.get("number2") or 0))

    def _number(self, text: str) -> float:
        word = " ".join(text.split())
        return float(self.words.tables["number"].get(word) or word)


def due(said: Mapping[str, str], words: Language, now: int, zone: tzinfo, hours: Hours = OFFICE) -> int:
    """The moment that a phrase means, in microseconds, always after `now`; 0 where it says none that is to come.

    `said` are the named pieces of one of the language's patterns.
    """
    try:
        there = ZoneInfo(_ZONES[said["zone"]]) if "zone" in said else zone
        reader = _Reader(said, words, datetime.fromtimestamp(now // SECOND, there), hours)
        return _due(reader, now, there)
    except (ValueError, OverflowError, OSError):  # the 31st of February, half past 25, the year 9999
        return 0


def _due(reader: _Reader, now: int, zone: tzinfo) -> int:
    hours = reader.hours
    if reader.meant("unit") == "o":
        length = int(reader.count() * _LENGTHS["h"])
        return hours.later(now, length, hours.zone or zone) if length > 0 else 0
    span = reader.span()
    if isinstance(span, int):
        return now + span if span > 0 else 0
    if span is not None:
        return _closed(span.date(), reader, now, zone)
    day = reader.day()
    if day is None:
        return 0
    hour = reader.hour()
    return _closed(day, reader, now, zone) if hour is None else placed(datetime.combine(day, hour), zone, now)


def _closed(day: date, reader: _Reader, now: int, zone: tzinfo) -> int:
    """When our office closes on a day, or the customer's day ends before that; said after hours, the end of his day."""
    ends = placed(datetime.combine(day, _LATEST), zone, now)
    closes = placed(datetime.combine(day, reader.hours.close), reader.hours.zone or zone, now)
    if not closes:
        return 0 if reader.closing() else ends
    return min(closes, ends or closes)


def _at(wall: datetime, zone: tzinfo) -> int:
    return (wall.replace(tzinfo=zone).astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)


def placed(wall: datetime, zone: tzinfo, now: int) -> int:
    """The moment at which the clocks of `zone` show `wall`, the first after `now`; 0 when that has passed."""
    for fold in (0, 1):
        at = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)
        if at > now:
            return at
    return 0


def _months_on(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
