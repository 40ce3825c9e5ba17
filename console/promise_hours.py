"""The opening hours that promises count with: [hours] of the settings, and [desk_hours.NAME] where a desk has others."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, time, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from console.hours import DAYS
from console.promise_times import Hours
from store.errors import InvalidInputError

if TYPE_CHECKING:
    from console.settings_values import DeskHours, HoursSettings, Settings

Refuse = Callable[[tuple[str, ...], str, str], object]

_DAYS = re.compile(r"([a-z]{3})(?: ?- ?([a-z]{3}))?")
_CLOCK = re.compile(r"([01]?\d|2[0-4])(?::([0-5]\d))?")
_WEEK = 7
_YEARLY = 5  # characters of "12-25"


def office(settings: Settings, desk: str = "") -> Hours:
    """The hours of a desk; what [desk_hours] leaves out is that of [hours]. InvalidInputError for what cannot be read."""
    general, own = settings.hours, settings.desk_hours.get(desk)
    holidays = own.holidays if own and own.holidays else general.holidays
    dated = [_holiday(each) for each in holidays]
    return Hours(
        days=_days(own.days if own and own.days else general.days),
        opens=_clock(own.opens if own and own.opens else general.opens),
        close=_clock(own.closes if own and own.closes else general.closes),
        holidays=frozenset(each for each in dated if isinstance(each, date)),
        yearly=frozenset(each for each in dated if isinstance(each, tuple)),
        zone=_zone(own.time_zone if own and own.time_zone else general.time_zone),
    )


def check(settings: Settings, refuse: Refuse) -> None:
    """Give the first thing in [hours] or [desk_hours] that cannot be used to `refuse`: its place, the problem and a hint."""
    _check(settings.hours, ("hours",), refuse)
    for name, each in settings.desk_hours.items():
        _check(each, ("desk_hours", name), refuse)
        made = office(settings, name)
        if made.opens >= made.close:
            refuse(
                ("desk_hours", name), "closes before it opens", "Hours end on the day on which they begin."
            )


def _check(found: HoursSettings | DeskHours, place: tuple[str, ...], refuse: Refuse) -> None:
    readers: tuple[tuple[str, Callable[[], object]], ...] = (
        ("days", lambda: _days(found.days)),
        ("opens", lambda: found.opens and _clock(found.opens)),
        ("closes", lambda: found.closes and _clock(found.closes)),
        ("time_zone", lambda: _zone(found.time_zone)),
        ("holidays", lambda: [_holiday(each) for each in found.holidays]),
    )
    for key, reader in readers:
        try:
            reader()
        except InvalidInputError as error:
            refuse((*place, key), "cannot be used", f"{error.message} {error.hint}")
    if place == ("hours",):
        _whole(found, refuse)


def _whole(found: HoursSettings | DeskHours, refuse: Refuse) -> None:
    """The general hours have all of it, since nothing stands in for what they leave out."""
    if not found.days:
        refuse(("hours", "days"), "names no day", 'Such as ["mon-fri"].')
    for key in ("opens", "closes"):
        if not getattr(found, key):
            refuse(("hours", key), "is empty", "Such as 9:00.")
    if _clock(found.opens) >= _clock(found.closes):
        refuse(("hours", "closes"), "is not after opens", "Hours end on the day on which they begin.")


def _days(lines: Sequence[str]) -> frozenset[int]:
    found: set[int] = set()
    for line in lines:
        match = _DAYS.fullmatch(line.strip().lower())
        if match is None or not {match[1], match[2] or match[1]} <= set(DAYS):
            raise InvalidInputError(f"{line!r} are no days.", "Write them as mon-fri, or sat.")
        first, last = DAYS.index(match[1]), DAYS.index(match[2] or match[1])
        found |= {(first + n) % _WEEK for n in range((last - first) % _WEEK + 1)}
    return frozenset(found)


def _clock(text: str) -> time:
    """An hour of the day; 24:00 is its last minute."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None or (match[1] == "24" and int(match[2] or 0)):
        raise InvalidInputError(f"{text!r} is no time of the day.", "Write it as 9:00 or 17:30.")
    return time(23, 59) if match[1] == "24" else time(int(match[1]), int(match[2] or 0))


def _holiday(text: str) -> date | tuple[int, int]:
    """A day, or a month and a day for every year."""
    word = text.strip()
    try:
        whole = date.fromisoformat(
            word if len(word) > _YEARLY else f"2024-{word}"
        )  # a leap year has every day
    except ValueError:
        raise InvalidInputError(
            f"{text!r} is no date.", "Write it as 2026-04-03, or as 12-25 for every year."
        ) from None
    return whole if len(word) > _YEARLY else (whole.month, whole.day)


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, LookupError):  # what zoneinfo raises for names that are none
        raise InvalidInputError(f"{name!r} is no time zone.", "Such as Europe/Berlin.") from None
