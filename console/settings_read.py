"""Read the text of config.toml by the table of settings, or say in which line it cannot be read."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn
from urllib.parse import urlsplit

from console.clipped import LINE, beginning
from console.settings_folders import refuse_homeless
from console.settings_table import SECTIONS, Field, Section
from console.settings_values import HoursSettings, Settings, Views, ViewSettings
from store.errors import ConfigError
from store.text import clean, clean_line

_NO_SECRETS = "Secrets do not belong in this file: use the keyring, credential_command or the environment."
SECRETS = frozenset({"api_key", "api_token", "key", "pass", "password", "secret", "token"})
KINDS: Mapping[str, tuple[type, str]] = {
    "text": (str, "text in quotes"),
    "address": (str, "an address in quotes"),
    "whole": (int, "a whole number"),
    "flag": (bool, "true or false"),
    "words": (list, "a list of texts"),
    "pairs": (dict, 'a table of lines such as word = "wording"'),
}
TYPES: Mapping[type, str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a fraction",
    list: "a list",
    dict: "a table",
}
_HEADER = re.compile(r"\s*\[{1,2}[^\[\]]+\]{1,2}\s*(?:#.*)?")
_KEY = re.compile(r"\s*([^\s=#][^=#]*?)\s*=")
_MISTAKE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_MOST = 100  # mistakes of a file that are told at once

Place = tuple[str, ...]


class _PlacedError(ConfigError):
    """A mistake that stands at `place` of a file; without what stands there the rest can be read."""

    code = "config"

    def __init__(self, message: str, hint: str, place: Place) -> None:
        super().__init__(message, hint)
        self.place = place


def every(reading: Callable[[Collection[Place]], object]) -> Iterator[ConfigError]:
    """Each mistake that `reading` a file finds when it is told what to leave out: all that was wrong until then."""
    without: set[Place] = set()
    while len(without) < _MOST:
        try:
            reading(without)
        except _PlacedError as error:
            place = error.place
            if any(each[: len(place)] == place for each in without):
                place = place[:-1]  # it is missing now because it was wrong: no mistake of its own
            else:
                yield error
            if not place or place in without:
                return
            without.add(place)
        except ConfigError as error:
            yield error
            return
        else:
            return


def read(source: str, path: Path, without: Collection[Place] = ()) -> Settings:
    """The settings that the text describes; ConfigError names `path`, line and key of the first thing that is wrong.

    What stands at one of the places `without` is read as if it were not there.
    """
    settings = Settings(**tables(source, path, SECTIONS, without))
    _Reader(source, path).refuse_unusable(settings)
    return settings


def tables(
    source: str, path: Path, sections: Mapping[str, Section], without: Collection[Place] = ()
) -> dict[str, Any]:
    """The value of every section of a file in TOML; ConfigError names `path`, line and key of the first mistake."""
    reader = _Reader(source, path, without)
    data = reader.parse()
    reader.refuse_unknown(data, sections, ())
    return {name: reader.section((name,), section, data.get(name, {})) for name, section in sections.items()}


def flat(
    source: str, path: Path, section: Section, without: Collection[Place] = ()
) -> tuple[Any, dict[str, object]]:
    """What a file makes whose keys are those of one section and `name`, and its data; ConfigError as for `tables`."""
    reader = _Reader(source, path, without)
    data = reader.parse()
    name = data.pop("name", None)
    if name is not None:
        reader.text(Field("text", "The name of the view."), name, ("name",))
    reader.refuse_unknown(data, ("name", *section.fields), ())
    return reader.values(section, data, ()), {**data, "name": name}


def wrong(source: str, path: Path, place: Place, problem: str, hint: str) -> NoReturn:
    """Raise the ConfigError about what stands at `place` of a file: `problem` goes on after its key."""
    _Reader(source, path).refuse(place, problem, hint)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Checks what TOML gave against the table; the source is kept to say where a mistake stands."""

    source: str
    path: Path
    without: Collection[Place] = ()

    def parse(self) -> dict[str, Any]:
        """The tables of the file as TOML has them; ConfigError names the line that is no TOML."""
        try:
            return _left(tomllib.loads(self.source), self.without)
        except RecursionError:
            raise ConfigError(f"{self.path} is nested too deeply.", "Settings are two levels deep.") from None
        except ValueError as error:
            found = _MISTAKE.search(str(error))
            line = f", line {found[1] or self.source.count(chr(10)) + 1}" if found else ""
            what = clean_line(_MISTAKE.sub("", str(error)))
            hint = 'Texts stand in "quotes", lists in [brackets], names of tables in [brackets] on their own line.'
            raise ConfigError(f"{self.path}{line}: this is not TOML: {what}.", hint) from None

    def section(self, place: Place, section: Section, data: object) -> Any:  # noqa: ANN401  (what the table makes)
        """The value, or for named tables the mapping of values, that `section` makes of `data`."""
        if section.free:
            return MappingProxyType(
                {
                    key: self.texts(section.free, each, (*place, key))
                    for key, each in self.table(data, place).items()
                }
            )
        if not section.named:
            return self.values(section, self.table(data, place), place)
        made = Views() if section.make is ViewSettings else {}
        for key, each in self.table(data, place).items():
            inner = (*place, key)
            if key in section.beside and not isinstance(each, dict):
                setattr(made, key, self.value(section.beside[key], each, inner))
                continue
            if not key or clean_line(key) != key:
                self.refuse(inner, "is not a name that can be shown", "Use letters, digits, - and _.")
            made[key] = self.values(section, self.table(each, inner), inner)
        return made if isinstance(made, Views) else MappingProxyType(made)

    def table(self, data: object, place: Place) -> Mapping[str, object]:
        """The same data, which must be a table."""
        if not isinstance(data, dict):
            self.refuse(
                place, f"must be a table, not {_type(data)}", f"Write [{'.'.join(place)}] on its own line."
            )
        return data

    def values(self, section: Section, data: Mapping[str, object], place: Place) -> Any:  # noqa: ANN401  (the same)
        """The value that `section` makes of one table; what has no default must be there."""
        self.refuse_unknown(data, section.fields, place)
        read = {key: self.value(section.fields[key], value, (*place, key)) for key, value in data.items()}
        for each in fields(section.make):
            if each.default is MISSING and each.name not in data:
                self.refuse(place, f"has no {each.name}", section.fields[each.name].help, each.name)
        return section.make(**read)

    def texts(self, field: Field, value: object, place: Place) -> tuple[str, ...]:
        """The texts of a key that holds one or a list of them."""
        if not isinstance(value, (str, list)):
            self.refuse(place, f"must be a text in quotes or a list of texts, not {_type(value)}", field.help)
        texts = [value] if isinstance(value, str) else value
        for each in texts:
            self.text(field, each, place)
        return tuple(texts)

    def value(self, field: Field, value: object, place: Place) -> object:
        """What a field holds, of its kind, within its bounds, and one of its choices; lists as tuples, tables as pairs."""
        if field.tables is not None:
            return self.section(place, field.tables, value)
        expected, words = KINDS[field.kind]
        if type(value) is not expected:
            self.refuse(place, f"must be {words}, not {_type(value)}", field.help)
        if isinstance(value, list):
            for each in value:
                self.text(field, each, place)
            self.choices(field, value, place)
            return tuple(value)
        if isinstance(value, dict):
            for key, each in value.items():
                self.text(field, key, (*place, key))
                self.text(field, each, (*place, key))
            return tuple(value.items())
        if isinstance(value, str):
            self.text(field, value, place)
            self.choices(field, [value], place)
        elif isinstance(value, int) and field.highest and not field.lowest <= value <= field.highest:
            self.refuse(place, f"must be from {field.lowest} to {field.highest}", field.help)
        return value

    def text(self, field: Field, value: object, place: Place) -> None:
        """Refuse what is no text, cannot be seen, or is no address where one is wanted."""
        if not isinstance(value, str):
            kind = "text in quotes, not" if field.kind == "pairs" else "a list of texts, not of"
            self.refuse(place, f"must be {kind} {_type(value)}", field.help)
        if clean(value) != unicodedata.normalize("NFC", value) or "\n" in value or "\t" in value:
            self.refuse(place, "holds characters that cannot be seen", "Type it again.")
        if field.kind == "address" and value:
            self.address(value, place)

    def choices(self, field: Field, texts: list[str], place: Place) -> None:
        """Refuse texts that are none of the choices, and say which they are."""
        if field.choices and (bad := [each for each in texts if each not in field.choices]):
            named = f": {beginning(', '.join(filter(None, bad)), LINE)}" if any(bad) else ""
            known = ", ".join(filter(None, field.choices))
            hint = f"{_nearest(bad[0], field.choices)}It may be: {known}."
            self.refuse(place, f"is not one of its values{named}", hint)

    def address(self, value: str, place: Place) -> None:
        """Refuse what is no web address, and one that holds a name, a query or a fragment: secrets hide there."""
        try:
            url = urlsplit(value)
            usable = url.scheme in {"http", "https"} and bool(url.hostname)
        except ValueError:
            usable = False
        if not usable:
            self.refuse(place, "is not a web address", "Write it as https://desk.example.com.")
        if "@" in url.netloc or url.query or url.fragment:
            self.refuse(place, "holds more than a server and a path", _NO_SECRETS)

    def refuse_unknown(self, data: Mapping[str, object], known: Iterable[str], place: Place) -> None:
        """Refuse the first key that is not `known`, with the nearest that is."""
        names = list(known)
        for key in data:
            if key not in names:
                hint = _NO_SECRETS if place[:1] in {("desks",), ("model",)} and key.lower() in SECRETS else ""
                hint = hint or f"{_nearest(key, names)}Known here: {', '.join(names)}."
                self.refuse((*place, key), "is not a setting", hint)

    def refuse_unusable(self, settings: Settings) -> None:
        """What only shows when the values are seen together."""
        for name, desk in settings.desks.items():
            if desk.provider != "demo" and not desk.url:
                self.refuse(("desks", name), "has no url", SECTIONS["desks"].fields["url"].help, "url")
        taken: dict[str, str] = {}
        for name, view in settings.views.items():
            if view.key and view.key in taken:
                self.refuse(
                    ("views", name, "key"), f"is the key of {taken[view.key]} already", "Take another digit."
                )
            taken[view.key] = name
        refuse_homeless(settings, self.refuse)
        if settings.desk_hours or settings.hours != HoursSettings():
            from console import promise_hours  # noqa: PLC0415  (only hours of one's own need it)

            promise_hours.check(settings, self.refuse)

    def refuse(self, place: Place, problem: str, hint: str, missing: str = "") -> NoReturn:
        """Raise the ConfigError about `place`, or what is `missing` there, with the line where it stands."""
        line = _line(self.source, place)
        where = f"{self.path}, line {line}" if line else str(self.path)
        named = f"{where}: {clean_line('.'.join(place))} {problem}."
        raise _PlacedError(named, hint, (*place, missing) if missing else place)


def _left(data: dict[str, Any], without: Collection[Place]) -> dict[str, Any]:
    """The data but for what stands at these places."""
    for *around, name in without:
        table: object = data
        for each in around:
            table = table.get(each) if isinstance(table, dict) else None
        if isinstance(table, dict):
            table.pop(name, None)
    return data


def _nearest(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  (only a mistake needs it)

    near = get_close_matches(word.lower(), list(known), n=1)
    return f"Did you mean {near[0]}? " if near else ""


def _type(value: object) -> str:
    return TYPES.get(type(value), "a date or time")


def _line(source: str, place: Place) -> int:
    """The line that names `place`, else the table around it; 0 where neither is written out."""
    best, length = 0, 0
    for number, path, _ in paths(source):
        if len(path) > length and path == place[: len(path)]:
            best, length = number, len(path)
    return best


def paths(source: str) -> Iterator[tuple[int, Place, bool]]:
    """Every line that opens a table or sets a key: its number, the whole path that it names, and whether it is a header.

    Lines within texts of several lines are taken at their face.
    """
    table: Place = ()
    for number, line in enumerate(source.split("\n"), 1):
        key = _KEY.match(line)
        if _HEADER.fullmatch(line.rstrip("\r")):
            table = _path(line)
            yield number, table, True
        elif key:
            yield number, table + _path(f"{key[1]} = 0"), False


def _path(text: str) -> Place:
    """The names in a header or a key, read by TOML itself, quotes and dots and all."""
    try:
        inner: object = tomllib.loads(text)
    except ValueError:
        return ()
    names: list[str] = []
    while inner and isinstance(inner, (dict, list)):
        inner = inner[0] if isinstance(inner, list) else inner
        name = next(iter(inner), None)
        if name is None:
            break
        names.append(name)
        inner = inner[name]
    return tuple(names)
