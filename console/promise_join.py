"""A day and an hour that stand apart are one time: "tomorrow, Saturday, at 9", "lundi avant midi". Pure.

Two words for the day that stand side by side must mean the same day; of "Thursday or Friday", as of "Mon-Fri", the last
day holds. An hour alone is of the day that its own clause has
promised before it, and of today where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from console.promise_rules import Language

_DAYS = ("day", "weekday", "dom", "monthly", "month", "year", "year2", "iso", "numeric", "next", "later")
_LENGTHS = ("period", "number", "hourly")
_BESIDE = re.compile(r"(?:\s*,)?\s+(?:(?:the|den|dem|le|el|de|on|am) )?|\s*,\s*")

_THE = r"(?:the |den |dem |le |el |de )?"
_OR = re.compile(
    rf"\s*[-\u2013\u2014/]\s*|,?\s+(?:to|through|thru|until|till|or|bis|oder|au|\u00e0|ou|al?|hasta|o|u|tot|tot en met|of)\s+{_THE}"
)
_AND = re.compile(rf"\s+(?:and|und|et|y|en)\s+{_THE}")
_UNTIL = re.compile(r"(?:until|till|bis|hasta|tot)\b")
_BETWEEN = re.compile(
    r"^(?:between|zwischen|entre|tussen)\b|\b(?:between|zwischen|entre|tussen) (?:the |den |dem |le |el |de )?$"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A time in a sentence: its place, its named pieces, the other word for its day, which must mean the same, and the first of several days."""

    start: int
    end: int
    said: Mapping[str, str]
    beside: Mapping[str, str] = field(default_factory=dict)
    since: Mapping[str, str] = field(default_factory=dict)


def joined(text: str, phrases: Sequence[Phrase], words: Language) -> list[Phrase]:
    """The times of a sentence, in order; those that stand side by side and speak of one day are one."""
    kept: list[Phrase] = []
    for phrase in phrases:
        last = kept[-1] if kept else None
        if last is not None and _several(text, last, phrase, words):
            kept[-1] = replace(phrase, start=last.start, since=last.since or last.said)
            continue
        if last is not None and _BESIDE.fullmatch(text, last.end, phrase.start):
            first = hour_alone(last, words) and "," not in text[last.end : phrase.start]
            both = _turned(last, phrase, words) if first else _both(last, phrase, words)
            if both is not None:
                kept[-1] = both
                continue
        kept.append(phrase)
    return kept


def _several(text: str, one: Phrase, other: Phrase, words: Language) -> bool:
    """Whether two days are the ends of a span, "Mon-Fri", or a choice, "Thursday or Friday": the last of them is promised."""
    if not all(_names_a_day(each, words) for each in (one, other)):
        return False
    if any(name in each.said for name in _LENGTHS for each in (one, other)):
        return False
    between = text[one.end : other.start]
    if _AND.fullmatch(between):
        return _BETWEEN.search(text[: one.start]) is not None or _BETWEEN.match(text[one.start :]) is not None
    return _OR.fullmatch(between) is not None or (
        between.isspace() and _UNTIL.match(text, other.start) is not None
    )


def _both(one: Phrase, other: Phrase, words: Language) -> Phrase | None:
    if any(name in phrase.said for name in _LENGTHS for phrase in (one, other)):
        return None
    if hour_alone(other, words):
        if not _names_a_day(one, words) or _hour(one):
            return None
        return replace(one, end=other.end, said=on_day_of(one, other))
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
                yield replace(phrase, said=on_day_of(last, phrase), since=last.since)
                continue
        elif _names_a_day(phrase, words):
            last = phrase
        yield phrase
