"""Reads the rule files: checked key by key, so that a mistake is told with its file and key.

A file is TOML. `[parts]` names pieces of patterns, used as `{name}`; `any` lists the words of a gate, `any_of` the
parts whose alternatives begin with such words, and `also` the words of a second gate; an apostrophe in a pattern may be missing in the text.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from console.heard.rule import FILES, SHORTEST, Level, Rule, RuleFile, When
from store.errors import ConfigError

_PATTERNS = ("pattern", "unless", "needs", "told")
_TEXTS = ("name", "when", "level", "why", "say", "kind")
_LISTS = ("any", "any_of", "also")
_PART = re.compile(r"\{([a-z_]+)\}")
_LITERAL = re.compile(r"[a-z0-9' -]+")
_REPAIR = "Correct the file, or install heard again."


def load(folder: Path) -> Mapping[str, RuleFile]:
    """Read every rule file in `folder`. Raises ConfigError that names file and key."""
    found: dict[str, RuleFile] = {}
    numbers = itertools.count()
    for name in FILES:
        file = parse(folder / f"{name}.toml")
        found[name] = replace(file, rules=tuple(replace(rule, number=next(numbers)) for rule in file.rules))
    return found


def parse(path: Path) -> RuleFile:
    """Read and compile one rule file. Raises ConfigError that names file and key."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path.name} cannot be read: {error.strerror}.", _REPAIR) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name}: {error}", _REPAIR) from error
    return _Reader(path.name, data).file_of_rules()


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns the TOML of one file into rules, and says which key is wrong."""

    file: str
    data: Mapping[str, object]

    def file_of_rules(self) -> RuleFile:
        for key in sorted(set(self.data) - {"parts", "rule", "list", "table"}):
            raise self.wrong(key, "is not something that a rule file has")
        parts = self.texts("parts")
        tables = self.data.get("rule", [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise self.wrong("rule", "must be written as [[rule]]")
        lists = {key: frozenset(words.split()) for key, words in self.texts("list").items()}
        rules = tuple(self.rule(number, table, parts) for number, table in enumerate(tables, 1))
        return RuleFile(rules, lists, self.texts("table"))

    def rule(self, number: int, table: Mapping[str, object], parts: Mapping[str, str]) -> Rule:
        name = table.get("name")
        key = f"rule {name if isinstance(name, str) else number}"
        for missing in sorted({"name", "pattern"} - set(table)):
            raise self.wrong(f"{key}: {missing}", "is missing")
        for unknown in sorted(set(table) - {*_LISTS, *_PATTERNS, *_TEXTS}):
            raise self.wrong(f"{key}: {unknown}", "is not a key of a rule")
        text = {k: self.text(f"{key}: {k}", table[k]) for k in (*_PATTERNS, *_TEXTS) if k in table}
        compiled = {k: self.pattern(f"{key}: {k}", text[k], parts) for k in _PATTERNS if k in text}
        return Rule(
            name=text["name"],
            pattern=compiled["pattern"],
            gate=frozenset(self.gate(key, table, parts)),
            also=frozenset(self.words(f"{key}: also", table.get("also", []))),
            unless=compiled.get("unless"),
            needs=compiled.get("needs"),
            told=compiled.get("told"),
            when=cast(
                "When", self.one_of(f"{key}: when", text.get("when", ""), ("", "question", "statement"))
            ),
            level=cast("Level", self.one_of(f"{key}: level", text.get("level", "seen"), ("seen", "partly"))),
            kind=text.get("kind", ""),
            why=text.get("why", ""),
            say=text.get("say", ""),
        )

    def gate(self, key: str, table: Mapping[str, object], parts: Mapping[str, str]) -> Iterator[str]:
        yield from self.words(f"{key}: any", table.get("any", []))
        for name in self.words(f"{key}: any_of", table.get("any_of", [])):
            if name not in parts:
                raise self.wrong(f"{key}: any_of", f"names {name}, which [parts] does not have")
            for choice in _alternatives(parts[name]):
                word = _beginning(choice)
                if not word:
                    raise self.wrong(
                        f"{key}: any_of",
                        f"names {name}, where {choice!r} begins with no word of {SHORTEST} letters",
                    )
                yield word

    def words(self, key: str, value: object) -> list[str]:
        if not isinstance(value, list):
            raise self.wrong(key, "must be a list")
        return [self.text(key, word) for word in value]

    def texts(self, name: str) -> dict[str, str]:
        value = self.data.get(name, {})
        if not isinstance(value, dict):
            raise self.wrong(name, "must be a table")
        return {key: self.text(f"{name}.{key}", text) for key, text in value.items()}

    def text(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            raise self.wrong(key, "must be text")
        return value

    def one_of(self, key: str, value: str, allowed: tuple[str, ...]) -> str:
        if value not in allowed:
            raise self.wrong(key, f"must be one of {', '.join(filter(None, allowed))}")
        return value

    def pattern(self, key: str, source: str, parts: Mapping[str, str]) -> re.Pattern[str]:
        whole = source
        for _depth in range(3):  # a part may use parts, and those may again
            for name in _PART.findall(whole):
                if name not in parts:
                    raise self.wrong(key, f"uses {{{name}}}, which [parts] does not have")
            whole = _PART.sub(lambda m: parts[m[1]], whole)
        try:
            return re.compile(whole.replace("'", "'?"))
        except re.error as error:
            raise self.wrong(key, f"is not a pattern: {error}") from error

    def wrong(self, key: str, what: str) -> ConfigError:
        return ConfigError(f"{self.file}: {key} {what}.", _REPAIR)


def _alternatives(part: str) -> list[str]:
    """The choices of a part such as "(?:late|lost(?: again)?)", cut at the bars of its outermost group."""
    inside = part.removeprefix("(?:").removesuffix(")")
    found = [""]
    depth = 0
    for char in inside:
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += char
    return found


def _beginning(choice: str) -> str:
    """The letters that a choice always begins with; "" where they are too few to find it by."""
    match = _LITERAL.match(choice)
    if match is None:
        return ""
    word = match[0]
    if choice[match.end() : match.end() + 1] in {"?", "*", "{"}:
        word = word[:-1]
    whole = match.end() == len(choice) or word.endswith(" ")
    return word.strip() if whole or len(word.strip()) >= SHORTEST else ""
