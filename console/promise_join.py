"""A day and an hour that stand apart are one time: "tomorrow, Saturday, at 9", "lundi avant midi". Pure.

Two words for the day that stand side by side must mean the same day. An hour alone is of the day that its own clause has
promised before it, and of today where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from console.promise_rules import Language

_DAYS = ("day", "weekday", "dom", "monthly", "month", "year", "year2", "iso", "numeric", "next", "later")
_LENGTHS = ("period", "number", "hourly")
_BESIDE = re.compile(r"(?:\s*,)?\s+(?:(?:the|den|dem|le|el|de|on|am) )?|\s*,\s*")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A time in a sentence: its place, its named pieces, and the other word for its day, which must mean the same."""

    start: int
    end: int
    said: Mapping[str, str]
    beside: Mapping[str, str] = field(default_factory=dict)


def joined(text: str, phrases: Sequence[Phrase], words: Language) -> list[Phrase]:
    """The times of a sentence, in order; those that stand side by side and speak of one day are one."""
    kept: list[Phrase] = []
    for phrase in phrases:
        last = kept[-1] if kept else None
        if last is not None and _BESIDE.fullmatch(text, last.end, phrase.start):
            first = hour_alone(last, words) and "," not in text[last.end : phrase.start]
            both = _turned(last, phrase, words) if first else _both(last, phrase, words)
            if both is not None:
                kept[-1] = both
                continue
        kept.append(phrase)
    return kept


def _both(one: Phrase, other: Phrase, words: Language) -> Phrase | None:
    if any(name in phrase.said for name in _LENGTHS for phrase in (one, other)):
        return None
    if hour_alone(other, words):
        if not _names_a_day(one, words) or _hour(one):
            return None
        return Phrase(one.start, other.end, on_day_of(one, other), one.beside)
    relative, named = "day" in one.said, "weekday" in one.said or "day" in one.said
    again = "dom" in other.said or "iso" in other.said or ("weekday" in other.said and relative)
    if one.beside or not named or not again or _hour(one) or not _names_a_day(one, words):
        return None
    pieces = {name: piece for name, piece in other.said.items() if name not in _DAYS}
    return Phrase(one.start, other.end, other.said, {**one.said, **pieces})


def _turned(hour: Phrase, day: Phrase, words: Language) -> Phrase | None:
    """An hour with its day behind it: "um 16 Uhr heute"."""
    if not _names_a_day(day, words) or _hour(day) or not day.said.keys().isdisjoint(_LENGTHS):
        return None
    return Phrase(hour.start, day.end, on_day_of(day, hour))


def _hour(phrase: Phrase) -> bool:
    return not phrase.said.keys().isdisjoint({"hour", "bare", "last", "spoken"})


def _names_a_day(phrase: Phrase, words: Language) -> bool:
    return not phrase.said.keys().isdisjoint(_DAYS) and not hour_alone(phrase, words)


def hour_alone(phrase: Phrase, words: Language) -> bool:
    """Whether it says an hour, or "noon", and no day."""
    said = phrase.said
    if not said.keys().isdisjoint(_LENGTHS):
        return False
    if "day" in said:
        word = " ".join(said["day"].split())
        return word in words.tables["part"] and words.tables["day"][word].startswith("0 ")
    return said.keys().isdisjoint(_DAYS)


def on_day_of(one: Phrase, hour: Phrase) -> dict[str, str]:
    """The pieces of an hour alone, on the day of another phrase."""
    day = {name: piece for name, piece in one.said.items() if name in _DAYS}
    own = {name: piece for name, piece in hour.said.items() if name not in _DAYS}
    if "day" in hour.said:  # "noon" is a part of whatever day
        own["part"] = hour.said["day"]
    return {**day, **own}


def lent_days(
    phrases: Sequence[Phrase], clauses: Sequence[tuple[int, int]], words: Language
) -> Iterator[Phrase]:
    """Promised times, in order: an hour alone gets the day that was promised before it in its clause."""
    last: Phrase | None = None
    for phrase in phrases:
        if hour_alone(phrase, words):
            same = last is not None and any(
                start <= last.start and phrase.start < end for start, end in clauses
            )
            if last is not None and same:
                yield Phrase(phrase.start, phrase.end, on_day_of(last, phrase))
                continue
        elif _names_a_day(phrase, words):
            last = phrase
        yield phrase
