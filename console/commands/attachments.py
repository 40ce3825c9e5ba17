"""The files of a ticket."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.commands import asking, shapes
from console.commands.door import Door
from console.commands.queue import RefWord

FILE = ("name", "size", "mime", "author", "at", "id", "desk", "sha256")
SAVED = ("name", "path")
TEXT = ("name", "size", "mime", "author", "at")


def attachments(
    door: Door,
    ref: RefWord,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Save this one, by its name or id.")] = "",
    to: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where to save it.", show_default="here")
    ] = None,
) -> None:
    """List the files of a ticket, or save one; a file is never overwritten and never made executable."""
    from console import attachments as files  # noqa: PLC0415  (what talks to a desk is heavy)

    if not name:
        asking.needs("NAME", to=to)
    with door.session(desks=True, answer=SAVED if name else FILE) as session:
        if not name:
            found = files.attachments(session, ref)
            alike = len({file.name for file in found}) < len(found)
            door.table(map(shapes.plain, found), FILE, text=(*TEXT, "id") if alike else TEXT)
            if door.for_people and not found:
                door.warn(f"{ref} has no attachments.")
            return
        saved = files.save(session, ref, name, to or Path())
        door.one({"name": name, "path": str(saved.path)}, lambda: [str(saved.path)])
        if len(ids := saved.alike) > 1:
            door.warn(f"{len(ids)} files have that name, this is the newest; by id: {', '.join(ids)}.")
