"""The newest events, one line each; the list follows its end as long as the reader stands there."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from store.rows import Event
from widgets import words
from widgets.table import Row, Table
from widgets.terminal import UNICODE, Glyphs

_KEEP = 2_000
_INKS = {
    "created": "accent",
    "message": "text",
    "note": "note",
    "sent": "good",
    "queued": "warn",
    "undone": "warn",
}


class EventLog(Table):
    """A tail of the event log, oldest first."""

    def __init__(self, title: str = "Events", *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        columns = (("time", 11), ("ticket", 12), ("event", 8), ("who", 12), ("what", 0))
        super().__init__(title, columns, empty="Nothing has happened yet.", glyphs=glyphs, id=id)
        self.events: deque[Event] = deque(maxlen=_KEEP)

    @property
    def newest(self) -> int:
        """The number of the newest event here; 0 when there is none."""
        return max((event.seq for event in self.events), default=0)

    def add(self, events: Iterable[Event]) -> None:
        """Append events; a reader who stands at the end stays there."""
        at_end = self.cursor >= len(self.events) - 1
        self.events.extend(events)
        self.set_rows([_row(event, self.glyphs) for event in self.events])
        if at_end:
            self.move(len(self.events) - 1)

    def event(self) -> Event | None:
        """Return the event under the cursor."""
        return self.events[self.cursor] if self.cursor < len(self.events) else None


def _row(event: Event, glyphs: Glyphs) -> Row:
    changed = f"{event.old} {glyphs.arrow} {event.new}" if event.old else event.new
    what = f" {glyphs.dot} ".join(part for part in (changed, event.subject) if part)
    return (
        (words.moment(event.occurred)[5:], "dim"),
        (event.ref, "text"),
        (event.kind, _INKS.get(event.kind, "text")),
        (event.actor or event.role, "dim"),
        (what, "text"),
    )
