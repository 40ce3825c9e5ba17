"""Times as people and scripts write them. A moment is an integer of microseconds since 1970, UTC; 0 is never."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

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


def span(text: str) -> int:
    """A length of time such as 90s, 15m, 2h, 3d or 1w, in microseconds; InvalidInputError for anything else."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        raise InvalidInputError(f"{text!r} is not a length of time", "Write it as 90s, 15m, 2h, 3d or 1w.")
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
            f"{text!r} is not a time", "Write it as 2h or 3d (ago), or as 2024-05-31 or 2024-05-31T14:00Z."
        )
    return us
