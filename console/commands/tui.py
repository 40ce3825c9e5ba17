"""Opening the screens."""

from __future__ import annotations

import os

import typer

from console.commands.door import Door
from store.errors import NeedsTerminalError


def open_tui(door: Door) -> None:
    """Open the console with a sync worker beside it; NeedsTerminalError without a terminal."""
    need_terminal(door)
    left_with = run_screens(door)
    while left_with == "connected":  # there is a desk now: begin anew, with its worker
        left_with = run_screens(door)
    if left_with == "demo":
        from console.commands.demo import run_demo  # noqa: PLC0415  (only who asks for it needs it)

        run_demo(door)


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
