"""The files that people write in a workspace: what each is, whether it can be used, and what its values are."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from console import settings, standards
from console.settings_table import SECTIONS, Default, Section, default, schema
from console.standards_table import GLOSSARY, STANDARDS
from store.errors import ConfigError

CONFIG = "config.toml"
_PLACE = re.compile(r"(?P<file>.+?)(?:, line (?P<line>\d+))?: (?P<problem>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: the file, the line (0 where there is none to name), what is wrong, and what to do."""

    file: str
    line: int
    problem: str
    hint: str


@dataclass(frozen=True, slots=True)
class Value:
    """One setting with where it comes from: "file", or "default"."""

    key: str
    value: Default | None
    source: str
    help: str


def _remedies(root: Path) -> object:
    from console import remedies_read  # noqa: PLC0415  (only a check needs it)

    return remedies_read.load(root)


# What reads each file, in the order in which they are told; a file that is not there is no mistake.
READERS: Mapping[str, Callable[[Path], object]] = {
    CONFIG: settings.load,
    f"{standards.STANDARDS_FILE}, {standards.GLOSSARY_FILE}": standards.load,
    "remedies.toml": _remedies,
}
SCHEMAS: Mapping[str, tuple[Mapping[str, Section], str]] = {
    "config": (SECTIONS, "heard settings"),
    "standards": (STANDARDS, "heard standards"),
    "glossary": (GLOSSARY, "heard glossary"),
}


def check(root: Path) -> list[Problem]:
    """What is wrong with the files of the workspace in `root`; of each reader the first mistake."""
    return [problem for read in READERS.values() for problem in _tried(read, root)]


def _tried(read: Callable[[Path], object], root: Path) -> Iterator[Problem]:
    try:
        read(root)
    except ConfigError as error:
        yield problem_of(error)


def problem_of(error: ConfigError) -> Problem:
    """The parts of an error about a file: they are said in one sentence that begins with the place."""
    found = _PLACE.fullmatch(error.message)
    if found is None:
        return Problem("", 0, error.message, error.hint)
    return Problem(found["file"], int(found["line"] or 0), found["problem"], error.hint)


def schema_of(name: str) -> dict[str, object]:
    """The JSON schema of one of the files, by its name without an ending; KeyError for another."""
    return schema(*SCHEMAS[name])


def values(root: Path) -> list[Value]:
    """Every setting with its value and where it comes from; ConfigError when config.toml cannot be read."""
    path = root / CONFIG
    loaded = settings.load(root)
    given = tomllib.loads(settings.source(path))
    found: list[Value] = []
    for name, section in SECTIONS.items():
        made = getattr(loaded, name)
        tables = {f"{name}.{each}": made[each] for each in made} if section.named else {name: made}
        for place, table in tables.items():
            written = _table(given, tuple(place.split(".", 1)))
            for key, rule in section.fields.items():
                source = "file" if key in written else "default"
                value = getattr(table, key)
                found.append(
                    Value(
                        f"{place}.{key}", default(section, key) if value is None else value, source, rule.help
                    )
                )
    return found


def _table(given: Mapping[str, object], place: tuple[str, ...]) -> Mapping[str, object]:
    for name in place:
        inner = given.get(name)
        if not isinstance(inner, dict):
            return {}
        given = inner
    return given
