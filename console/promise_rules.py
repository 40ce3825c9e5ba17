"""The words in which times are promised, by language: `heard/rules/promises.toml`, read at the first use and kept."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from store.errors import ConfigError

TABLES = ("day", "part", "weekday", "month", "number", "unit", "period")
_MARKS = ("ours", "theirs", "never", "vague", "no_news", "starts")
_BUILT_IN = {"dom": r"(?P<dom>\d{1,2})", "year": r"(?P<year>\d{4})"}
# An hour without minutes or a half of the day is one where nothing follows that it could count.
_BARE = r"(?<=\b{}\x20)(?P<bare>2[0-3]|1\d|[1-9])(?=\s*(?:[.,;!?)]|$)|\s(?:tomorrow|today|on|an|zur\u00fcck|terug)\b)"
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
    tables = {name: data[name] for name in TABLES}
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
    """An hour as the language says it, and the time zone behind it; French says "est" for "is"."""
    said = f"(?:{data['clock']}|{_BARE.format(data['bare'])})" if "bare" in data else data["clock"]
    return said if code == "fr" else f"{said}(?: ?{_ZONE})?"


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
