"""Promised lengths of time with a half in them, and days a week after the next."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from console.promise_times import SECOND
from console.promise_words import find

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = int(datetime(2026, 3, 10, 15, 10, tzinfo=BERLIN).timestamp()) * SECOND


@pytest.mark.parametrize(
    ("text", "phrase", "wall"),
    [
        ("I'll write within an hour and a half.", "within an hour and a half", "10 Mar 16:40"),
        ("In a fortnight I will check again.", "In a fortnight", "24 Mar 17:00"),
        ("Ich melde mich in anderthalb Stunden.", "in anderthalb Stunden", "10 Mar 16:40"),
        ("Je vous rappelle dans une demi-heure.", "dans une demi-heure", "10 Mar 15:40"),
        ("Je vous rappelle dans une heure et demie.", "dans une heure et demie", "10 Mar 16:40"),
        ("Je vous rappelle dans quinze jours.", "dans quinze jours", "25 Mar 17:00"),
        ("Le escribo en media hora.", "en media hora", "10 Mar 15:40"),
        ("Le escribo en una hora y media.", "en una hora y media", "10 Mar 16:40"),
        ("Ik bel u over een half uur.", "over een half uur", "10 Mar 15:40"),
        ("Ik bel u over anderhalf uur.", "over anderhalf uur", "10 Mar 16:40"),
        ("I'll call a week from Friday.", "a week from Friday", "20 Mar 17:00"),
        ("I will call Friday week at 10:00.", "Friday week at 10:00", "20 Mar 10:00"),
        ("I will call on Monday week.", "on Monday week", "23 Mar 17:00"),
    ],
)
def test_the_whole_phrase_says_the_time(text: str, phrase: str, wall: str) -> None:
    (found,) = find(text, TUESDAY, BERLIN)
    assert (found.phrase, f"{datetime.fromtimestamp(found.due / SECOND, BERLIN):%d %b %H:%M}") == (
        phrase,
        wall,
    )
