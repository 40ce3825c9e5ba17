"""Opening the screens."""

from __future__ import annotations

from console.commands.door import Door
from console.commands.showing import check_theme, need_terminal, run_screens


def open_tui(door: Door) -> None:
    """Open the console with a sync worker beside it; NeedsTerminalError without a terminal."""
    check_theme(door)  # a word that means nothing is told first
    need_terminal(door)
    left_with = run_screens(door)
    while left_with == "connected":  # there is a desk now: begin anew, with its worker
        left_with = run_screens(door)
    if left_with == "demo":
        from console.commands.demo import run_demo  # noqa: PLC0415  (only who asks for it needs it)

        run_demo(door)
