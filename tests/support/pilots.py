"""Waiting for words on a screen, and the console with a ticket open for a reply."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from widgets.composer import Composer


def text(app: Any) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def settled(pilot: Pilot[Any], app: Any, wanted: str = "", tries: int = 60) -> str:
    """Wait until `wanted` can be read; the store is read beside the screen."""
    for _ in range(tries):
        await pilot.pause(0.03)
        if wanted and wanted in text(app):
            return text(app)
    shown = text(app)
    assert not wanted, f"{wanted!r} is not on the screen:\n{shown}"
    return shown


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
        for _ in range(200):
            await self.pilot.pause(0.02)
            if self.screen._draft_seen == self.composer.text and self.screen._advice is not None:
                return
        raise AssertionError(self.screen._draft_seen)

    async def until(self, true: Any) -> None:
        for _ in range(200):
            await self.pilot.pause(0.02)
            if true():
                return
        raise AssertionError(true)

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
