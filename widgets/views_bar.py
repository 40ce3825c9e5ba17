"""The saved views with their number keys and counts, in one line above the queue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from textual import events
from textual.message import Message

from widgets.lines import OneLine, Span
from widgets.terminal import UNICODE, Glyphs
from widgets.words import many


class ViewTab(NamedTuple):
    """One view as the bar shows it: `key` opens it, and `shown` is the key that one presses for it."""

    key: str
    name: str
    shown: str


class ViewsBar(OneLine, can_focus=False):
    """Shows the views; a click opens one."""

    DEFAULT_CSS = "ViewsBar { height: 1; }"

    class Picked(Message):
        """A view was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002  (Textual's own name)
        super().__init__(glyphs=glyphs, id=id)
        self._tabs: Sequence[ViewTab] = ()
        self._counts: Mapping[str, int] = {}
        self._current = ""
        self._wrong = 0
        self._places: list[tuple[int, int, str]] = []

    def show_views(
        self, tabs: Sequence[ViewTab], counts: Mapping[str, int], current: str, wrong: int = 0
    ) -> None:
        """Show these views with their counts; `current` is the name of the one that is open.

        `wrong` views cannot be used; `heard views` says why.
        """
        self._tabs, self._counts, self._current, self._wrong = tabs, counts, current, wrong
        self.forget()

    def spans(self, n: int, width: int) -> Iterable[Span]:
        """Return as many views as fit; the open one is marked by a glyph as well."""
        del n
        if not self._tabs:
            return [(" HEARD", "strong"), ("  reading your tickets", "dim")]
        spans: list[Span] = []
        self._places = []
        at = 0
        sign_of_wrong = f" ! {many(self._wrong, 'bad view')}" if self._wrong else ""
        for tab in self._tabs:
            count = f" {self._counts[tab.name]:,}" if tab.name in self._counts else ""
            sign = self.glyphs.cursor if tab.name == self._current else " "
            text = f"{tab.name}{count} "
            pressed = f"{sign}{tab.shown} " if tab.shown else sign
            size = len(pressed) + len(text)
            if at + size > width - len(sign_of_wrong):
                break
            ink = "strong" if tab.name == self._current else "dim"
            spans += [(pressed, "accent"), (text, ink)]
            self._places.append((at, at + size, tab.key))
            at += size
        return [*spans, (sign_of_wrong, "warn")] if sign_of_wrong else spans

    def on_click(self, event: events.Click) -> None:
        """Open the view under the mouse."""
        for start, end, key in self._places:
            if start <= event.x < end and key:
                self.tell(self.Picked(key))
