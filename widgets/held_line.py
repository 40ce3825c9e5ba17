"""The line above the keys while a reply can still be stopped: which one, how many seconds, and what stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.timer import Timer

from widgets.lines import OneLine, Span
from widgets.terminal import UNICODE, Glyphs
from widgets.words import seconds_left

_LOOK = 0.25  # seconds between two looks at the clock, so that no second is passed over


@dataclass(frozen=True, slots=True)
class Held:
    """A reply that leaves at `until` (microseconds) unless it is taken back."""

    op_id: str
    ref: str
    until: int


class HeldLine(OneLine, can_focus=False):
    """Counts down by the clock `now` for the newest of the held replies; nothing is asked of the store meanwhile."""

    DEFAULT_CSS = "HeldLine { height: 1; display: none; }"

    class Pressed(Message):
        """The line was clicked: this reply is to be taken back."""

        def __init__(self, op_id: str) -> None:
            super().__init__()
            self.op_id = op_id

    def __init__(self, *, now: Callable[[], int], glyphs: Glyphs = UNICODE) -> None:
        super().__init__(glyphs=glyphs)
        self._now = now
        self._held: Sequence[Held] = ()
        self._way = ""
        self._left = 0
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        """Look at the clock while there is something to count."""
        self._timer = self.set_interval(_LOOK, self._look, pause=not self._held)

    def hold(self, held: Sequence[Held], way: str) -> None:
        """Count for these; `way` says what takes the newest of them back."""
        self._held = sorted(held, key=lambda each: each.until)
        self._way = way
        self._left = -1
        if self._timer is not None:
            self._timer.resume()
        self._look()

    def tell_way(self, way: str) -> None:
        """Say something else about what takes the reply back: the keys go to another pane now."""
        if way != self._way:
            self._way = way
            self.forget()

    def _look(self) -> None:
        now = self._now()
        self._held = [each for each in self._held if each.until > now]
        left = seconds_left(self._held[-1].until, now) if self._held else 0
        if left != self._left:
            self._left = left
            self.display = bool(self._held)
            self.forget()
        if not self._held and self._timer is not None:
            self._timer.pause()

    def ground(self, n: int) -> str:
        """Return the ink of the line."""
        del n
        return "title"

    def spans(self, n: int, width: int) -> Iterable[Span]:
        """Say which reply leaves, when, and what takes it back."""
        del n, width
        if not self._held:
            return []
        more = f" (+{len(self._held) - 1})" if len(self._held) > 1 else ""
        told = f" Reply to {self._held[-1].ref} leaves in {self._left} s "
        return [(told, "strong"), (f"{self.glyphs.dot} {self._way}{more} ", "warn")]

    def on_click(self, event: events.Click) -> None:
        """Ask for the reply to be taken back."""
        event.stop()
        if self._held:
            self.tell(self.Pressed(self._held[-1].op_id))
