"""What the customer told already, a line each, above the draft: a click puts a value in."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

from textual import events
from textual.message import Message
from textual.strip import Strip

from widgets.cells import fit
from widgets.lines import LineView, Span
from widgets.terminal import UNICODE, Glyphs
from widgets.words import age

_KIND = 9


class HearFields(LineView, can_focus=False):
    """Shows the Hear fields, the newest of each kind first; sends `Taken` with the number of the one that was clicked."""

    DEFAULT_CSS = "HearFields { height: 0; }"

    class Taken(Message):
        """A field was clicked; `n` is its number."""

        def __init__(self, n: int) -> None:
            super().__init__()
            self.n = n

    def __init__(self, *, now: Callable[[], int], glyphs: Glyphs = UNICODE) -> None:
        super().__init__("ALREADY TOLD", glyphs=glyphs)
        self._now = now
        self._rows: Sequence[tuple[str, str, int]] = ()
        self._key = ""

    def show_fields(self, rows: Sequence[tuple[str, str, int]], key: str) -> None:
        """Show rows of kind, value and time; `key` opens the window in which they are gone through."""
        if (rows, key) != (self._rows, self._key):
            self._rows, self._key, self.top = rows, key, 0
            self.forget()

    def total(self) -> int:
        """Return how many fields there are."""
        return len(self._rows)

    def heads(self, width: int) -> list[Strip]:
        """Return the title with the number of fields and the key for them."""
        return [self.title_strip(width, f"{len(self._rows)}  {self._key}".rstrip())]

    def key(self, n: int) -> Hashable:
        """Return the row and its age."""
        return self._rows[n], age(self._now(), self._rows[n][2])

    def spans(self, n: int, width: int) -> Iterable[Span]:
        """Return one field: kind, value, and how long ago it was told."""
        kind, value, at = self._rows[n]
        old = age(self._now(), at)
        room = max(width - _KIND - len(old) - 3, 1)
        return (
            (f" {kind:<{_KIND}}", "dim"),
            (fit(value, room, self.glyphs.ellipsis), "text"),
            (f" {old} ", "dim"),
        )

    def on_click(self, event: events.Click) -> None:
        """Put the value under the mouse into the draft."""
        event.stop()
        n = self.line_at(event.y)
        if n is not None:
            self.tell(self.Taken(n))
