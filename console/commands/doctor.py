"""Looking for what is wrong, and saying what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands.door import Door

if TYPE_CHECKING:
    from console.commands.checkup import Finding

FINDING = ("name", "level", "what", "hint")


def doctor(
    door: Door,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the desks.")] = False,
    salvage: Annotated[
        bool, typer.Option("--salvage", help="Save what can be read of a damaged local.db first.")
    ] = False,
) -> None:
    """Look over the whole installation: files, settings, desks, credentials; exit 1 when something is wrong."""
    found: list[Finding] = []

    def rows() -> Iterator[dict[str, object]]:
        for each in _examined(door, online=not offline, salvage=salvage):
            found.append(each)
            yield {name: getattr(each, name) for name in FINDING}

    if door.for_people:
        for row in rows():
            door.say(_line(row))
            door.stdout.flush()
    else:
        door.table(rows(), FINDING)
    if any(each.level == "bad" for each in found):
        raise typer.Exit(1)


def _line(row: dict[str, object]) -> str:
    hint = f"\n                    {row['hint']}" if row["hint"] else ""
    return f"{row['level']!s:<5} {row['name']!s:<13} {row['what']}{hint}"


def _examined(door: Door, *, online: bool, salvage: bool) -> Iterator[Finding]:
    from console.commands import checkup  # noqa: PLC0415  (commands load what they use)

    if salvage:
        from console.commands.checkup_salvage import salvaged  # noqa: PLC0415  (the same)

        yield from salvaged(door.home)
    unsound = False
    for each in checkup.of_machine(door):
        unsound = unsound or (each.level == "bad" and each.name.endswith(".db"))
        yield each
    if not door.home.root.is_dir():
        return
    said, settings = checkup.settings(door.home)
    yield said
    if settings is not None:
        yield from checkup.written(door.home)
    if unsound or settings is None:
        return
    yield from _opened(door, online=online)


def _opened(door: Door, *, online: bool) -> Iterator[Finding]:
    from console.commands.checkup import Finding  # noqa: PLC0415  (the same)
    from console.commands.checkup_desks import of_workspace  # noqa: PLC0415  (the same)
    from store.errors import HeardError  # noqa: PLC0415  (the same)

    try:
        with door.session() as session:
            yield from of_workspace(session, door.environ, online=online)
    except HeardError as error:
        yield Finding("workspace", "bad", error.message, error.hint)
