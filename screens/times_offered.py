"""Times to come that a person is offered, and what the words that he types instead mean."""

from __future__ import annotations

from contextlib import suppress

from screens import late
from store.errors import InvalidInputError
from widgets.fuzzy import Choice
from widgets.words import day_time


def offered(now: int, later_today: int) -> list[Choice]:
    """Times that are still to come, in words that `console.times.ahead` reads, each with when that is.

    `later_today` is an hour of this day; the last choice is another time, to be typed.
    """
    part = "afternoon" if later_today < 18 else "evening"  # noqa: PLR2004  (an hour of the day)
    times = (
        ("1h", "in 1 hour"),
        (f"today {later_today}:00", f"this {part} {later_today}:00"),
        ("tomorrow 9:00", "tomorrow 9:00"),
        ("mon 9:00", "Monday 9:00"),
    )
    found: dict[int, Choice] = {}
    for words, label in times:
        with suppress(InvalidInputError):  # it may be over
            at = late.times.ahead(words, now)
            found.setdefault(at, Choice(words, label, day_time(at)))
    return [*found.values(), Choice("", "another time", "type it: 9:30, tomorrow 8:00, fri 14:00, 2h")]


def meaning(verb: str, typed: str, now: int) -> str:
    """What happens when, such as "leaves Mon 2 Feb 09:00"; "" when the words are no time to come."""
    try:
        return f"{verb} {day_time(late.times.ahead(typed, now))}"
    except InvalidInputError:
        return ""
