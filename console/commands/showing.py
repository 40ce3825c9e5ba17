"""Showing the screens, and refusing where nobody could see them."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from console.commands.door import Door
from store.errors import NeedsTerminalError

if TYPE_CHECKING:
    from console.settings import Settings

# A second, as Textual reads it. What changes just after a paint waits for up to two frames: with its own 60 that is seen.
FRAMES = "120"


def need_terminal(door: Door) -> None:
    """Refuse to open screens where nobody could see them."""
    if not (door.stdin.isatty() and door.stdout.isatty()):
        raise NeedsTerminalError(
            "The console needs a terminal.", "`heard --help` lists the commands that work without one."
        )


def check_theme(door: Door) -> None:
    """Refuse a theme for this run that there is not, as any word that means nothing.

    ConfigError where the theme's own file cannot be used.
    """
    name = _theme(door)
    if not name:
        return
    from console.themes import themes  # noqa: PLC0415  (only who names one needs them)

    found = themes(door.home.root)
    if broken := found.broken(name):
        raise broken
    if found.named(name) is None:
        raise typer.BadParameter(found.refusal(name), param_hint="--theme" if door.theme else "HEARD_THEME")


def _theme(door: Door) -> str:
    """The theme that holds for this run, "" for that of config.toml."""
    return door.theme or door.environ.get("HEARD_THEME", "")


def _dressed(settings: Settings, theme: str) -> Settings:
    return replace(settings, ui=replace(settings.ui, theme=theme)) if theme else settings


def run_screens(door: Door) -> str:
    """Show the screens until the person leaves; returns the word that they left with. Exits 1 after a fault."""
    from console.worker import Worker  # noqa: PLC0415  (only the screens need one)

    with door.session() as session:
        session.settings = _dressed(session.settings, _theme(door))
        if not door.color:
            os.environ["NO_COLOR"] = "1"  # what Textual asks
        os.environ.setdefault("TEXTUAL_FPS", FRAMES)
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
