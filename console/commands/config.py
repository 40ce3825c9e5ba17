"""The settings: what holds, whether the files can be used, and what an editor needs to help with them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from textwrap import indent
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import shapes
from console.commands.build import Group
from console.commands.door import Door

if TYPE_CHECKING:
    from console.config_check import Problem

VALUE = ("key", "value", "source", "help")
PROBLEM = ("file", "line", "problem", "hint")


class File(StrEnum):
    """The files that have a schema."""

    CONFIG = "config"
    STANDARDS = "standards"
    GLOSSARY = "glossary"
    THEME = "theme"


def show(door: Door) -> None:
    """Show every setting, its value, and whether config.toml says so or the default holds."""
    from console.config_check import values  # noqa: PLC0415  (commands load what they use)

    found = values(door.home.root)
    rows = (
        {**shapes.plain(e), "value": list(e.value) if isinstance(e.value, tuple) else e.value} for e in found
    )
    door.table(rows, VALUE, text=("key", "value", "source"))


def check(door: Door) -> None:
    """Check the files of the workspace; each mistake with its file, its line and what to do; exits with 5 when there is one."""
    from console.config_check import check  # noqa: PLC0415  (the same)

    known = door.above.actions() if door.above else None
    tell(door, check(door.home.root, known), f"The files in {door.home.root} can be used.")


def tell(door: Door, found: Sequence[Problem], fine: str) -> None:
    """Print mistakes in files, each with its place and what to do; exit with 5 when there is one, else say that all is `fine`."""
    if not door.for_people:
        door.table(map(shapes.plain, found), PROBLEM)
    for each in found if door.for_people else ():
        door.say(f"{each.file}{f':{each.line}' if each.line else ''}: {each.problem}")
        if each.hint:
            door.say(indent(each.hint, "    "))
    if found:
        raise typer.Exit(5)
    if door.for_people:
        door.warn(fine)


def schema(
    door: Door,
    file: Annotated[
        File, typer.Argument(metavar="FILE", help="config, standards, glossary or theme.")
    ] = File.CONFIG,
) -> None:
    """Print the JSON schema of a file, for editors."""
    from console.config_check import schema_of  # noqa: PLC0415  (the same)

    door.say(json.dumps(schema_of(file.value), indent=2, ensure_ascii=False))


def sample(door: Door) -> None:
    """Print a config.toml that says nothing but the defaults, each under its sentence."""
    from console.settings_table import sample  # noqa: PLC0415  (the same)

    door.say(sample().rstrip("\n"))


CONFIG = Group(
    show,
    {
        "Commands": {
            "show": "config:show",
            "check": "config:check",
            "schema": "config:schema",
            "sample": "config:sample",
        }
    },
)
