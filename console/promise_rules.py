"""The words in which times are promised, by language: `heard/rules/promises.toml`, read at the first use and kept."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from store.errors import ConfigError

TABLES = ("day", "part", "weekday", "month", "number", "unit", "period", "daytime")
_MARKS = ("ours", "theirs", "never", "vague", "no_news", "starts")
_BUILT_IN = {"dom": r"(?P<dom>\d{1,2})", "year": r"(?P<year>\d{4})"}
# An hour without minutes or a half of the day is one where nothing follows that it could count.
_BARE = (
    r"(?<=\b{}\x20)(?P<bare>2[0-3]|1\d|[1-9])(?=\s*(?:[.,;!?)]|$)|\s(?:tomorrow|today|tonight|this\x20(?:morning|afternoon|evening)"
    r"|sharp|so|on|an|zur\u00fcck|terug|hoy|ma\u00f1ana|esta\x20(?:tarde|noche)|vandaag|vanmiddag|vanavond"
    r"|when|if|but|with|bei|mit|damit|wieder|para|con|met|bij|(?:to|and|or|for|und|y|en)(?!\s(?:\d|[\u20ac$\u00a3]|media\b|cuarto\b|half\b|(?:{})\b))"
    r")\b)"
)
# An hour in a word alone, "at one": one of the clock where nothing is counted behind it.
_ALONE = r"(?=\s*(?:[.,;:!?)]|$)|\s(?:to|and|so|or|in|on|for|when|sharp|today|tomorrow|at\x20night|y|o|de\x20la|para|con)\b)"
_FROM_TO = r"(?:between|from|zwischen|von|entre|de|tussen|van)"
_TO = r"(?:and|to|until|till|und|bis|et|\u00e0|y|a|en|tot|-|\u2013)"
_START = r"(?:las? )?(?:\d{1,2}(?:[:.h]\d\d)?(?: ?(?:uhr|uur|h|heures?|am|pm))?|noon|midday)"
# The end of a span: an hour that counts nothing, or the middle of the day.
_LAST = r"(?P<last>2[0-3]|1\d|[1-9]|noon|midday|mittag|midi|mediod\u00eda)(?![:.,]?\d| ?[%\u20ac$\u00a3])"
_ZONE = r"(?P<zone>utc|gmt|bst|cet|cest|mez|mesz|[ecmp][sd]t)"
_SLOT = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True)
class Language:
    """How one language says whose time it is (`marks`), what a time looks like, and what its words mean (`tables`)."""

    code: str
    marks: Mapping[str, re.Pattern[str]]
    rules: tuple[str, ...]
    parts: Mapping[str, str]
    tables: Mapping[str, Mapping[str, str]]
    update: str
    when: str
    months: tuple[str, ...]
    weekdays: tuple[str, ...]


@cache
def languages() -> tuple[Language, ...]:
    """Every language of the file, English first. Raises ConfigError when the file is not as it came."""
    path = Path(__file__).parent / "heard" / "rules" / "promises.toml"
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        return tuple(_language(code, table) for code, table in data.items())
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, re.error) as error:
        raise ConfigError(f"{path.name} cannot be used: {error!r}.", "Install heard again.") from error


def language(code: str) -> Language:
    """The language of a locale such as "de-AT"; English where we have no words of it."""
    known = {each.code: each for each in languages()}
    return known.get(code.replace("_", "-").partition("-")[0].lower(), known["en"])


def _language(code: str, data: Mapping[str, Any]) -> Language:
    tables = {name: data[name] for name in TABLES} | {"spoken": dict(_hours_in_words(data))}
    parts = {name: _named(name, words) for name, words in tables.items()}
    return Language(
        code,
        {name: re.compile(data[name]) for name in _MARKS},
        tuple(data["rules"]),
        parts | _BUILT_IN | {"clock": _clock(code, data), "pre": data["pre"]},
        tables,
        data["update"],
        data["when"],
        tuple(data["months"].split()),
        tuple(data.get("weekdays", "").split()),
    )


def _clock(code: str, data: Mapping[str, Any]) -> str:
    """An hour as the language says it, alone or as the end of a span, and the time zone behind it; French says "est" for "is"."""
    bare = f"|{_BARE.format(data['bare'], data['spoken'].replace(' ', '|'))}" if "bare" in data else ""
    span = f"{_FROM_TO} {_START} {_TO} (?:las? )?"
    said = f"(?:(?:{span})?(?:{data['clock']}|{_spoken(data)}){bare}|{span}{_LAST})"
    said += f"(?: {_named('daytime', data['daytime'])})?"
    return said if code == "fr" else f"{said}(?: ?{_ZONE})?"


def _spoken(data: Mapping[str, Any]) -> str:
    """A group that matches an hour in words."""
    hours = sorted(_hours_in_words(data), key=lambda pair: -len(pair[0]))
    alone = set(data["spoken"].split())
    before = rf"(?<=\b{data.get('spoken_behind', data['bare'])}\x20)" if "bare" in data else ""
    each = (f"{before}{word}{_ALONE}" if word in alone else rf"{_literal(word)}\b" for word, _ in hours)
    return f"(?P<spoken>{'|'.join(each)})"


def _hours_in_words(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each hour of a clock's face as the language says it, and what it means: "half past two" is "2:30"."""
    for frame, minutes in data["spoken_as"].items():
        for hour, word in enumerate(data["spoken"].split(), 1):
            at = (hour * 60 + minutes) % 720
            yield frame.format(word), f"{at // 60 or 12}:{at % 60:02}"
            if frame != "{}" and minutes:
                yield frame.format(hour), f"{at // 60 or 12}:{at % 60:02}"


def _named(name: str, words: Mapping[str, str]) -> str:
    """A group that matches any of the words, the longest first."""
    longest = sorted(words, key=len, reverse=True)
    digits = r"\d{1,4}|" if name == "number" else ""
    return f"(?P<{name}>{digits}{'|'.join(map(_literal, longest))})"


def _literal(words: str) -> str:
    return " ".join(map(re.escape, words.split(" ")))


@cache
def patterns(code: str) -> tuple[re.Pattern[str], ...]:
    """What a time looks like in a language that `languages` has; compiled only for languages that somebody writes."""
    found = language(code)
    return tuple(_compiled(rule, found.parts) for rule in found.rules)


def _compiled(rule: str, parts: Mapping[str, str]) -> re.Pattern[str]:
    whole = _SLOT.sub(lambda m: parts[m[1]], rule)
    spaced = whole.replace(" ?", r"\s{0,3}").replace(" ", r"\s{1,3}")
    return re.compile(rf"(?<!\w)(?:{spaced})(?!\w)")
