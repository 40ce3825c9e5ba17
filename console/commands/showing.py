"""Showing the screens, and refusing where nobody could see them."""

from __future__ import annotations

import os

import typer

from console.commands.door import Door
from store.errors import NeedsTerminalError


def need_terminal(door: Door) -> None:
    """Refuse to open screens where nobody could see them."""
    if not (door.stdin.isatty() and door.stdout.isatty()):
        raise NeedsTerminalError(
            "The console needs a terminal.", "`heard --help` lists the commands that work without one."
        )


def run_screens(door: Door) -> str:
    """Show the screens until the person leaves; returns the word that they left with. Exits 1 after a fault."""
    from console.worker import Worker  # noqa: PLC0415  (only the screens need one)

    with door.session() as session:
        if not door.color:
            os.environ["NO_COLOR"] = "1"  # what Textual asks
        worker = Worker(session.home)
        session.sync_now = worker.wake
        session.fetch_now = worker.fetch
        try:
            left_with, code = door.above.show_screens(session, worker) if door.above else ("", 1)
        finally:
            worker.stop()
        if code:
            raise typer.Exit(code)
        return left_with
