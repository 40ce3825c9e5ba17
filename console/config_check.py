"""The files that people write in a workspace: what each is, whether it can be used, and what its values are."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from console import settings, standards
from console.keys import Actions, chosen
from console.settings_folders import absent
from console.settings_read import Place, every, read, wrong
from console.settings_table import SECTIONS, Default, Section, default, schema
from console.settings_values import ContactSettings, Settings
from console.standards_table import GLOSSARY, STANDARDS
from console.themes import THEME, mistakes, themes
from store.errors import ConfigError

CONFIG = "config.toml"
_PLACE = re.compile(r"(?P<file>.+?)(?:, line (?P<line>\d+))?: (?P<problem>.+)", re.DOTALL)
_WHOLE = re.compile(r"(?P<file>.+?\.(?:toml|md)) (?P<problem>.+)", re.DOTALL)  # "config.toml is not a file."


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


def _remedies(root: Path, without: Collection[Place]) -> object:
    from console import remedies_read  # noqa: PLC0415  (only a check needs it)

    return remedies_read.load(root, without)


def _views(root: Path, loaded: Settings) -> Iterator[Problem]:
    """What is wrong with the views in files."""
    from console import view_files  # noqa: PLC0415  (only a check needs it)

    for problem in view_files.load(root, loaded).problems:
        told = (
            Problem(each.file, each.line, each.problem, each.hint) for each in view_files.mistakes(problem)
        )
        yield from _sorted(told)


def _macros(root: Path, loaded: Settings) -> tuple[ConfigError, ...]:
    """What is wrong with the macros."""
    from console import macros  # noqa: PLC0415  (the same)

    return macros.errors(root, loaded.macros)


# What reads each file beside config.toml, in the order in which they are told; one that is not there is no mistake.
READERS: tuple[Callable[[Path, Collection[Place]], object], ...] = (
    standards.standards,
    standards.glossary,
    _remedies,
)
SCHEMAS: Mapping[str, tuple[Mapping[str, Section], str]] = {
    "config": (SECTIONS, "heard settings"),
    "standards": (STANDARDS, "heard standards"),
    "glossary": (GLOSSARY, "heard glossary"),
    "theme": (THEME, "heard theme"),
}


def check(root: Path, actions: Actions | None = None) -> list[Problem]:
    """What is wrong with the files of the workspace in `root`, all that can be told.

    Without `actions` keys are only checked to be texts.
    """
    found, loaded = _config(root)
    if actions is not None and loaded is not None:
        own = [
            *_key_faults(root, loaded, actions), *_theme_problems(root, loaded), *_used_problems(root, loaded),
        ]  # fmt: skip
        found = _sorted([*found, *own])
    for reader in READERS:
        found += _sorted(map(problem_of, every(partial(reader, root))))
    known = loaded or Settings()  # the folders of the workspace are known all the same
    found += _sorted(map(problem_of, mistakes(root)))
    found += _sorted(map(problem_of, _macros(root, known)))
    found += _views(root, known)
    return found


def _config(root: Path) -> tuple[list[Problem], Settings | None]:
    """Every mistake in config.toml, and the settings without what is wrong; None where the file cannot be read at all."""
    path = root / CONFIG
    try:
        text = settings.source(path)
    except ConfigError as error:
        return [problem_of(error)], None
    made: list[Settings] = []
    found = list(every(lambda without: made.append(read(text, path, without))))
    return [problem_of(each) for each in found], made[0] if made else None


def key_problems(root: Path, actions: Actions) -> list[Problem]:
    """What of [keys] in config.toml cannot hold, each with its line; ConfigError when the file cannot be read at all."""
    return _key_faults(root, settings.load(root), actions)


def _key_faults(root: Path, loaded: Settings, actions: Actions) -> list[Problem]:
    path = root / CONFIG
    text = settings.source(path)
    _, faults = chosen(loaded.keys, actions.table, actions.panes)
    found = [_placed(text, path, ("keys", fault.action), fault.problem, fault.hint) for fault in faults]
    return _sorted(found)


def _sorted(found: Iterable[Problem]) -> list[Problem]:
    return sorted(found, key=lambda problem: (problem.file, problem.line))


def _theme_problems(root: Path, loaded: Settings) -> Iterator[Problem]:
    """A theme that config.toml names and that is not there."""
    path, name, known = root / CONFIG, loaded.ui.theme, themes(root)
    if known.named(name) is None:
        text, hint = settings.source(path), f"There are: {', '.join(known.palettes)}."
        yield _placed(text, path, ("ui", "theme"), "is not a theme that there is", hint)


def _used_problems(root: Path, loaded: Settings) -> Iterator[Problem]:
    """What of config.toml can be read but not used: queries of views, folders, the hours of [contact], the model's address."""
    from console import view_files  # noqa: PLC0415  (only a check needs it)
    from console.model.endpoint import Target  # noqa: PLC0415  (the same)

    path = root / CONFIG
    text = settings.source(path)
    for name, view in loaded.views.items():
        yield from _tried(partial(view_files.refuse_query, view, text, path, ("views", name, "query")))
    for place in absent(root, loaded):
        yield _placed(text, path, place, "is a folder that is not there", "Make it, or correct its path.")
    yield from map(problem_of, every(partial(_opened, loaded.contact, path)))
    if loaded.model.endpoint:
        try:
            Target.of(loaded)
        except ConfigError as error:
            hint = f"{error.message} {error.hint}"
            yield _placed(text, path, ("model", "endpoint"), "cannot be used", hint)


def _opened(contact: ContactSettings, path: Path, without: Collection[Place]) -> object:
    from console import blocks  # noqa: PLC0415  (the same)

    usual = ContactSettings()
    return blocks.opened(replace(contact, **{key: getattr(usual, key) for _, key in without}), path)


def _placed(text: str, path: Path, place: tuple[str, ...], problem: str, hint: str) -> Problem:
    try:
        wrong(text, path, place, problem, hint)
    except ConfigError as error:
        return problem_of(error)


def _tried(read: Callable[[], object]) -> Iterator[Problem]:
    try:
        read()
    except ConfigError as error:
        yield problem_of(error)


def problem_of(error: ConfigError) -> Problem:
    """The parts of an error about a file: they are said in one sentence that begins with the place."""
    found = _PLACE.fullmatch(error.message)
    if found is None:
        whole = _WHOLE.fullmatch(error.message)
        said = (whole["file"], 0, whole["problem"]) if whole else ("", 0, error.message)
        return Problem(*said, error.hint)
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
        if section.free:
            found += [Value(f"{name}.{key}", each, "file", section.free.help) for key, each in made.items()]
            continue
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
