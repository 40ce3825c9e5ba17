"""What a query says about times and numbers, read into bounds: spans ("4h"), days and months ("2026-01"), "2..5".

A span speaks of age: `created>7d` is more than seven days ago. For a clock that runs out it speaks of what is left:
`sla<1h` is due within the hour. A date means its whole day, month or year, in the time zone of this machine; a moment with a zone of its own means that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from store.filters import Op

UNITS_US = {"m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000, "w": 604_800_000_000}
EXAMPLE = "For example {0}>4h, {0}:2026-01 or {0}:1d..7d; units m, h, d, w."
_SPAN = re.compile(r"(\d{1,9})([mhdw])")
_TIME = r"(\d\d?):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?"  # of a second, what other programs print is left out
_DATE = re.compile(rf"(\d{{4}})(?:-(\d\d?)(?:-(\d\d?)(?:[T ]{_TIME})?)?)?")
_NUMBER = re.compile(r"\d{1,9}")
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_FURTHEST = 2**62
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Bound = tuple[Op, int]


class UnreadableError(ValueError):
    """This is no time, or no number, or cannot be compared so."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What a span is counted from: `ahead` where it is counted into the future, as for a clock that runs out."""

    now: int
    ahead: bool = False
    zone: tzinfo | None = None  # None: this machine's


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of time from `start` up to `end`; a span is a point and `aged` (`far` is more than the span)."""

    start: int
    end: int
    aged: bool = False


def numbers(op: str, value: str) -> tuple[Bound, ...]:
    """The bounds of a count: 3, 2..5, 2.. or, with `op`, more or less than a number."""
    low, dots, high = value.partition("..")
    if dots and op == ":":
        if not (low or high):
            raise UnreadableError
        found: list[Bound] = [(">=", _number(low))] if low else []
        return (*found, *([("<=", _number(high))] if high else ()))
    return ((op_of(op), _number(value)),)


def _number(text: str) -> int:
    if not (_NUMBER.fullmatch(text) and text.isascii()):
        raise UnreadableError
    return int(text)


def op_of(op: str) -> Op:
    """The comparison that an operator of the grammar stands for."""
    known: dict[str, Op] = {":": "=", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
    return known[op]


def times(op: str, value: str, clock: Clock) -> tuple[Bound, ...]:
    """The bounds in microseconds that a moment has to keep; UnreadableError for what is neither span nor date."""
    low, dots, high = value.partition("..")
    if dots and op == ":":
        return _between(low, high, clock)
    found = part(value, clock)
    if not found.aged:
        return _dated(op, found)
    if op == ":":
        raise UnreadableError
    if clock.ahead:
        return ((op_of(op), found.start),)
    turned: dict[str, Op] = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
    return ((turned[op], found.start),)


def _dated(op: str, found: Part) -> tuple[Bound, ...]:
    bounds: dict[str, tuple[Bound, ...]] = {
        ":": ((">=", found.start), ("<", found.end)),
        "<": (("<", found.start),),
        "<=": (("<", found.end),),
        ">": ((">=", found.end),),
        ">=": ((">=", found.start),),
    }
    return bounds[op]


def _between(low: str, high: str, clock: Clock) -> tuple[Bound, ...]:
    one, two = (part(text, clock) if text else None for text in (low, high))
    if one is None and two is None:
        raise UnreadableError
    if one and two and one.aged != two.aged:
        raise UnreadableError
    aged = any(each and each.aged for each in (one, two))
    if one and two and aged:
        one, two = sorted((one, two), key=lambda each: each.start)  # 1d..7d and 7d..1d are the same days
    elif aged and not clock.ahead:
        one, two = two, one  # the longer ago, the earlier
    first: tuple[Bound, ...] = ((">=", one.start),) if one else ()
    last: tuple[Bound, ...] = (("<=", two.start) if two.aged else ("<", two.end),) if two else ()
    return first + last


def part(text: str, clock: Clock) -> Part:
    """A span or a date; UnreadableError for anything else."""
    word = text.lower()
    if found := _SPAN.fullmatch(word):
        length = int(found[1]) * UNITS_US[found[2]]
        at = clock.now + length if clock.ahead else clock.now - length
        at = max(-_FURTHEST, min(at, _FURTHEST))
        return Part(at, at, aged=True)
    try:
        start, end = _named(word, clock) if word in _DAYS else _written(text)
        return Part(_us(start, clock.zone), _us(end, clock.zone))
    except (ValueError, OverflowError, OSError):
        raise UnreadableError from None


def _named(word: str, clock: Clock) -> tuple[datetime, datetime]:
    local = (_EPOCH + timedelta(microseconds=clock.now)).astimezone(clock.zone)
    day = datetime(local.year, local.month, local.day) + timedelta(days=_DAYS[word])  # noqa: DTZ001  (a place in a calendar)
    return day, day + timedelta(days=1)


def _written(text: str) -> tuple[datetime, datetime]:
    found = _DATE.fullmatch(text.upper())
    if found is None or not text.isascii():
        raise UnreadableError
    *numbers, zone = found.groups()
    year, month, day, hour, minute, second = (int(each) if each else None for each in numbers)
    start = datetime(year or 0, month or 1, day or 1, hour or 0, minute or 0, second or 0)  # noqa: DTZ001  (the same)
    if zone:  # as every command prints a moment
        start = start.replace(tzinfo=datetime.strptime(zone, "%z").tzinfo)
    if hour is not None:
        return start, start + (timedelta(minutes=1) if second is None else timedelta(seconds=1))
    if day:
        return start, start + timedelta(days=1)
    if month:
        return start, start.replace(year=start.year + month // 12, month=month % 12 + 1)
    return start, start.replace(year=start.year + 1)


def _us(local: datetime, zone: tzinfo | None) -> int:
    if local.tzinfo:
        return (local - _EPOCH) // timedelta(microseconds=1)
    aware = local.replace(tzinfo=zone) if zone else local.astimezone()
    return (aware - _EPOCH) // timedelta(microseconds=1)
