"""Waiting for what comes about beside a screen, and the console with a ticket open for a reply."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from textual.pilot import Pilot

from widgets.composer import Composer

T = TypeVar("T")
PATIENCE = 20.0  # seconds: a machine with other work holds a thread up for seconds; what comes at once costs none of them
_LOOK = 0.02  # seconds between two looks


def text(app: Any) -> str:
    """All that can be read on the screen now."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def until(pilot: Pilot[Any], true: Callable[[], T], what: str = "this") -> T:
    """Wait until this holds, and return it; says what the program was doing where it never does."""
    end = monotonic() + PATIENCE
    while not (found := true()):
        if monotonic() > end:
            raise AssertionError(f"{what} never came:\n{text(pilot.app)}\n{still_busy(pilot.app)}")
        await pilot.pause(_LOOK)
    return found


async def reads(pilot: Pilot[Any], *wanted: str, gone: str = "") -> str:
    """Wait until all these words can be read, and `gone` no more: parts of the screen are painted one after another."""

    def there() -> str:
        shown = text(pilot.app)
        return shown if all(each in shown for each in wanted) and not (gone and gone in shown) else ""

    await pilot.pause(_LOOK)
    told = f"{wanted}" + (f" without {gone!r}" if gone else "")
    return await until(pilot, there, told)


async def settled(pilot: Pilot[Any], app: Any, wanted: str) -> str:
    """Wait until `wanted` can be read; the store is read beside the screen."""
    del app
    return await reads(pilot, wanted)


def still_busy(app: Any) -> str:
    """What is still being looked up, and where each thread of ours stands: for a wait that was in vain."""
    workers = [f"{worker.group}: {worker.state}" for worker in app.workers]
    names = {each.ident: each.name for each in threading.enumerate() if each.name.startswith("heard")}
    stacks = [
        f"{names[number]}:\n{''.join(traceback.format_stack(frame, limit=-6))}"
        for number, frame in sys._current_frames().items()
        if number in names
    ]
    return "\n".join(["at work:", *workers, *stacks])


class Pane:
    """The console with a ticket open for a reply."""

    def __init__(self, app: Any, pilot: Any, reads: Any) -> None:
        self.app, self.pilot, self.reads = app, pilot, reads
        self.screen = app._triage
        self.composer: Composer = self.screen.composer

    async def types(self, text: str) -> None:
        self.composer.area.insert(text)
        await self.advised()

    async def advised(self) -> None:
        """Wait until the advice is about what stands in the draft."""
        screen = self.screen
        await self.until(lambda: screen._draft_seen == self.composer.text and screen._advice is not None)

    async def until(self, true: Callable[[], T]) -> T:
        await self.pilot.pause(_LOOK)
        return await until(self.pilot, true)

    def marked(self) -> dict[str, list[str]]:
        """The words that stand out, by the name of their style."""
        lines = self.composer.text.split("\n")
        found: dict[str, list[str]] = {}
        for mark in self.composer.area.marks:
            assert mark.start[0] == mark.end[0]
            found.setdefault(mark.name, []).append(lines[mark.start[0]][mark.start[1] : mark.end[1]])
        return found


async def at_work(app: Any, pilot: Any, reads: Any, ref: str) -> Pane:
    """Open `ref` for a reply."""
    await pilot.pause(0.3)
    pane = Pane(app, pilot, reads)
    pane.screen.write_on(ref)
    await pane.until(lambda: app._triage.furnished and app._triage.composer.ref == ref and app._triage._here)
    pane.composer = app._triage.composer
    await pane.advised()
    return pane
