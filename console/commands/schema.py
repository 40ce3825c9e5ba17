"""Describing what the commands print, for programs that read it."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from console.commands.door import Door


def schema(
    door: Door,
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="COMMAND", help="Such as list, or customer show; without one, every command."),
    ] = None,
) -> None:
    """Print the JSON Schema of what a command prints with -o json: its fields, and the kind of each."""
    from console.commands import answers  # noqa: PLC0415  (commands load what they use)
    from store.errors import NotFoundError  # noqa: PLC0415  (the same)

    name = " ".join(command or ())
    if name and name not in answers.ANSWERS:
        known = ", ".join(answers.ANSWERS)
        raise NotFoundError(f"{name} prints nothing that has a schema.", f"Those that do: {known}.")
    every = {each: answers.schema(each) for each in ([name] if name else answers.ANSWERS)}
    found = every[name] if name else {"version": answers.VERSION, "commands": every}
    door.say(json.dumps(found, indent=2, ensure_ascii=False))
