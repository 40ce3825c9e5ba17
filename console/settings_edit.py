"""Change config.toml without losing what a person typed: a desk is added at the end, or its own lines are cut out."""

from __future__ import annotations

import errno
import shlex
import tomllib
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from console.settings_read import paths, read
from console.settings_source import source
from console.settings_values import DeskSettings
from store import whole
from store.errors import ConfigError, DiskFullError, NotFoundError


def add_desk(path: Path, name: str, desk: DeskSettings) -> None:
    """Write the desk at the end of the file, after taking out one of that name; ConfigError if it would not load."""
    import tomlkit  # noqa: PLC0415  (only editing needs it)

    text = source(path)
    if name in read(text, path).desks:
        text = _without(text, name)
    table = tomlkit.table()
    for field in fields(desk):
        value = getattr(desk, field.name)
        if value != field.default:
            table.add(field.name, list(value) if isinstance(value, tuple) else value)
    document = tomlkit.document()
    document.add("desks", tomlkit.table(is_super_table=True).add(name, table))
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    text += gap + tomlkit.dumps(document)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise ConfigError(
            f"{path} writes its desks in one line, where none can be added.",
            "Write each as [desks.NAME] first.",
        ) from None
    _save(path, text)


def remove_desk(path: Path, name: str) -> None:
    """Cut the desk out of the file; NotFoundError when it is not there."""
    text = source(path)
    if name not in read(text, path).desks:
        raise NotFoundError(f"There is no desk {name} in {path}.", "`heard desk` lists them.")
    _save(path, _without(text, name))


def mute(path: Path, name: str, *, on: bool) -> None:
    """Name a step or check under [heard] muted, or take it out there; everything else stays as it was typed."""
    text = source(path)
    muted = list(read(text, path).heard.muted)
    _save(path, with_list(text, ("heard", "muted"), changed_list(muted, name, on=on)))


def changed_list(words: Sequence[str], name: str, *, on: bool) -> list[str]:
    """The words with `name` among them once, or without it."""
    kept = [word for word in words if word != name]
    return [*kept, name] if on else kept


def with_list(text: str, place: tuple[str, ...], words: Sequence[str]) -> str:
    """A file in TOML with the list `words` at `place`, table by table; what is around it stays as it was typed."""
    import tomlkit  # noqa: PLC0415  (only editing needs it)

    document: Any = tomlkit.parse(text)
    table = document
    for name in place[:-1]:
        if name not in table:
            deeper = name != place[-2]
            table[name] = tomlkit.table(is_super_table=deeper)
        table = table[name]
    table[place[-1]] = list(words)
    return tomlkit.dumps(document)


def _without(text: str, name: str) -> str:
    """The text without one desk; where it stands in a table of its own, the comments behind it are kept."""
    wanted: dict[str, Any] = tomllib.loads(text)
    del wanted["desks"][name]
    cut = _cut_table(text, ("desks", name))
    try:
        if (tomllib.loads(cut).get("desks") or {}) == wanted["desks"]:
            return cut
    except tomllib.TOMLDecodeError:
        pass  # written in another way: inline, dotted, or with what looks like a header within a text
    import tomlkit  # noqa: PLC0415  (only editing needs it)

    document: Any = tomlkit.parse(text)
    del document["desks"][name]
    return tomlkit.dumps(document)


def _cut_table(text: str, wanted: tuple[str, ...]) -> str:
    lines = text.split("\n")
    headers = [(number - 1, place) for number, place, header in paths(text) if header]
    start = next((at for at, place in headers if place == wanted), len(lines))
    end = next((at for at, _ in headers if at > start), len(lines))
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    if 0 < start < len(lines) and not lines[start - 1].strip():
        start -= 1
    return "\n".join(lines[:start] + lines[end:])


def _save(path: Path, text: str) -> None:
    """Write the file as a whole or not at all; what would not load again is not written."""
    read(text, path)
    write_whole(path, text)


def write_whole(path: Path, text: str) -> None:
    """Write a file as a whole or not at all; ConfigError or DiskFullError says why not."""
    try:
        whole.write(path, text)
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> ConfigError | DiskFullError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFullError(f"{path} was not changed: the disk is full.", "Make room and try again.")
    hint = f"Run: chmod 700 {shlex.quote(str(path.parent))}"
    return ConfigError(f"{path} was not changed: {error.strerror}.", hint)
