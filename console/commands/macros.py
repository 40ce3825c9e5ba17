"""Macros on the command line: which fit a ticket, one of them filled in, and those of another help desk taken over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import asking, shapes
from console.commands.build import Group
from console.commands.door import Door

if TYPE_CHECKING:
    from console.macros import Filled, Fit, Library, Macro
    from console.session import Session

MACRO = ("name", "title", "why", "score", "themes", "keywords", "queues", "language", "changes", "text")
TEXT = ("name", "title", "changes")
FIT_TEXT = ("name", "title", "why", "changes")
SHOWN = ("name", "title", "ref", "text", "changes", "holes")
TAKEN = ("title", "name", "left")

RefWord = Annotated[str, typer.Argument(metavar="REF", help="The ticket: desk/123, 123 or #123.")]
FillOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fill", metavar="WHAT=TEXT", help="Fill a place of the macro; by its words or its number."
    ),
]


def listed(door: Door) -> None:
    """Canned replies: files that are filled in for a ticket; without a command, all are listed."""
    from console import macros  # noqa: PLC0415  (commands load what they use)

    with door.session() as session:
        known = macros.library(session)
        _warn(door, known)
        door.table((_row(each) for each in known.macros), MACRO, text=TEXT)
        if door.for_people and not known.macros:
            where = macros.folders(session.home.root, session.settings.macros.folder, "")
            door.warn(f"There are no macros. Write one as {where[0] / 'NAME.md' if where else 'NAME.md'}.")


def fit(
    door: Door,
    ref: RefWord,
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Also those that do not fit, after the others.")
    ] = False,
) -> None:
    """List the macros that fit a ticket, the best first, with the words that say why."""
    from console import macros  # noqa: PLC0415  (the same)

    with door.session(desks=True) as session:
        _warn(door, macros.library(session))
        found = macros.fitting(session, ref, every=every)
        door.table((_row(each.macro, each) for each in found), MACRO, text=FIT_TEXT)
        if door.for_people and not found:
            door.warn("No macro fits. `heard macros` lists all of them.")


def show(
    door: Door,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The macro, by its name or title.")],
    ref: RefWord,
    fill: FillOption = None,
) -> None:
    """Print a macro filled in for a ticket; what is left for you stands in [[fill: ...]]."""
    with door.session(desks=True) as session:
        found = made(session, name, ref, fill)
        row: dict[str, object] = {
            "name": found.macro.name,
            "title": found.macro.title,
            "ref": found.ref,
            "text": found.text,
            "changes": list(found.changes),
            "holes": [hole.what for hole in found.holes],
        }
        door.one(row, lambda: _shown(found))


def import_(
    door: Door,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The export as JSON; - reads it.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be written.")] = False,
) -> None:
    """Take over macros of Zendesk, macros and text modules of Zammad, canned responses of Chatwoot.

    What of them cannot be taken over is listed. A macro that is there already is left alone.
    """
    from console import macros  # noqa: PLC0415  (the same)

    source = asking.from_stdin(door) if file == "-" else asking.from_file(Path(file))
    with door.session(answer=TAKEN) as session:
        found = macros.take_over(session, source, write=not dry_run)
    if not door.for_people:
        door.table((shapes.plain(each) for each in found), TAKEN)
        return
    for each in found:
        door.say(f"{each.name or '(not taken over)'}  {each.title}")
        for left in each.left:
            door.say(f"    left: {left}")
    done = sum(bool(each.name) for each in found)
    door.say(f"{done} of {len(found)} macros {'would be' if dry_run else 'were'} written.")


def made(session: Session, name: str, ref: str, fill: list[str] | None) -> Filled:
    """The macro for a ticket, with the holes filled that were given."""
    from console import macros  # noqa: PLC0415  (the same)

    found = macros.filled(session, macros.find(session, name), ref)
    return found.with_holes(macros.given(fill or ()))


def _warn(door: Door, known: Library) -> None:
    for error in known.errors:
        door.warn(f"{error.message} {error.hint}".rstrip())


def _row(macro: Macro, fits: Fit | None = None) -> dict[str, object]:
    row: dict[str, object] = {
        "name": macro.name,
        "title": macro.title,
        "why": fits.why if fits else "",
        "score": fits.score if fits else 0,
        "text": macro.text,
    }
    lists = {name: list(getattr(macro.head, name)) for name in ("themes", "keywords", "queues", "changes")}
    return row | lists | {"language": macro.head.language}


def _shown(found: Filled) -> Iterator[str]:
    yield found.text
    if found.changes:
        yield ""
        yield f"changes: {' '.join(found.changes)}"
    for number, hole in enumerate(found.holes, 1):
        yield f"to fill: {number} {hole.what}"


MACROS = Group(
    listed,
    {
        "Commands": {
            "fit": "macros:fit",
            "show": "macros:show",
            "import": "macros:import_",
        }
    },
    otherwise="fit",
)
