"""A window on a story whose items are as long as they are: only what is seen is ever laid out. Pure, no Textual.

The window is anchored to an item and a line in it, so nothing needs the number of all lines: 5,000 items open as fast
as five.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from store.rows import Item
from widgets import story_lines
from widgets.story_lines import Line, Style
from widgets.terminal import Glyphs

Place = tuple[int, int]  # a shown item, and a line of it
CHANNEL_KEYS = ("email", "web", "chat", "phone", "sms", "social", "messaging", "other")
_KEEP_ITEMS = 400


class StoryWindow:
    """The items that are shown, the place at the top of the window, and the lines from there on."""

    def __init__(self, now: Callable[[], int], glyphs: Glyphs) -> None:
        self.items: Sequence[Item] = ()
        self.shown: Sequence[Item] = ()
        self.current = ""  # the ticket whose items carry the bar
        self.quotes = False
        self.notes_only = False
        self.changes = True
        self.people: Mapping[str, str] = {}  # who asked in which ticket, where the story is of several people
        self.hidden: set[str] = set()  # channels
        self.unfold = "x"  # the key that shows what is folded
        self._parts: list[str] = []  # for each shown item, the ticket whose part of the story it stands in
        self.places: list[Place] = []
        self._at: Place = (0, 0)
        self._size = (0, 1)  # cells, lines
        self._now = now
        self._glyphs = glyphs
        self._laid: dict[int, tuple[Line, ...]] = {}

    # -- what is shown ----------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Take from the items those that the filters let through."""
        if self.notes_only:
            self.shown = [item for item in self.items if item.kind == "note"]
        elif self.hidden or not self.changes:
            self.shown = [item for item in self.items if self._let_through(item)]
        else:
            self.shown = self.items
        part = ""
        self._parts = [part := item.ref if item.kind != "change" else part for item in self.shown]
        self._laid.clear()

    def _let_through(self, item: Item) -> bool:
        if item.kind == "change" and not self.changes:
            return False
        return item.kind in ("note", "outbox") or item.channel not in self.hidden

    def left_out(self) -> str:
        """Say what the filters leave out; "" when nothing."""
        if self.notes_only:
            return "internal notes only"
        shown = [channel for channel in CHANNEL_KEYS if channel not in self.hidden]
        without = [*sorted(self.hidden), *(["changes"] if not self.changes else [])]
        if len(shown) < len(self.hidden):  # the shorter of the two: the ticket is to be read beside it
            return f"{', '.join(shown)} alone" if shown else "no channel shown"
        return f"without {', '.join(without)}" if without else ""

    def opens(self, n: int) -> bool:
        """Say whether the n-th shown item begins the part of another ticket; a change never does."""
        return self.says(n) and (n == 0 or self._parts[n] != self._parts[n - 1])

    def says(self, n: int) -> bool:
        """Say whether the n-th shown item is something that somebody said, not a change."""
        return self.shown[n].kind != "change"

    def lines(self, n: int) -> tuple[Line, ...]:
        """Return the lines of the n-th shown item."""
        laid = self._laid.get(n)
        if laid is None:
            if len(self._laid) > _KEEP_ITEMS:
                self._laid.clear()
            laid = story_lines.lay_out(self.shown[n], self._style(n), new_ticket=self.opens(n))
            self._laid[n] = laid
        return laid

    def _style(self, n: int) -> Style:
        return Style(
            self._size[0],
            self._glyphs,
            self._now(),
            quotes=self.quotes,
            whole=self.quotes,
            current=self.current,
            person=self.people.get(self.shown[n].ref, ""),
            part=self._parts[n],
            unfold=self.unfold,
        )

    def line(self, place: Place) -> Line:
        """Return the line at `place`."""
        return self.lines(place[0])[place[1]]

    def is_head(self, place: Place, n: int) -> bool:
        """Say whether `place` is the head of the n-th shown item."""
        if place[0] != n:
            return False
        return place[1] == story_lines.head_row(self.lines(n), new_ticket=self.opens(n))

    # -- where the window is ----------------------------------------------------------------------------------

    def resize(self, width: int, page: int) -> None:
        """Lay out for `width` cells and show `page` lines at a time."""
        if (width, page) != self._size:
            self._size = (width, page)
            self._laid.clear()

    def forget(self) -> None:
        """Lay everything out anew."""
        self._laid.clear()

    def settle(self) -> None:
        """Keep the window full, and note which places it shows."""
        self.places = []
        if not self.shown or not self._size[0]:
            return
        last = len(self.shown) - 1
        n = min(self._at[0], last)
        lowest = self.step((last, len(self.lines(last)) - 1), 1 - self._size[1])
        self._at = min((n, min(self._at[1], len(self.lines(n)) - 1)), lowest)
        self.places = list(self._walk())

    def step(self, place: Place, delta: int) -> Place:
        """Go `delta` lines from `place`; stops at both ends."""
        n, line = place
        line += delta
        while line < 0 and n > 0:
            n -= 1
            line += len(self.lines(n))
        while n < len(self.shown) - 1 and line >= len(self.lines(n)):
            line -= len(self.lines(n))
            n += 1
        return n, max(0, min(line, len(self.lines(n)) - 1))

    def _walk(self) -> Iterable[Place]:
        n, line = self._at
        left = self._size[1]
        while left and n < len(self.shown):
            lines = range(line, min(line + left, len(self.lines(n))))
            yield from ((n, k) for k in lines)
            left -= len(lines)
            n, line = n + 1, 0

    def scroll(self, delta: int) -> None:
        """Move the window by lines."""
        if self.shown:
            self._at = self.step(self._at, delta)
            self.settle()

    def reveal(self, n: int) -> None:
        """Bring the whole n-th shown item into the window, or its beginning to the top."""
        if (n, 0) not in self.places or (n, len(self.lines(n)) - 1) not in self.places:
            self._at = (n, 0)
            self.settle()

    def reveal_head(self, n: int) -> None:
        """Bring the n-th shown item's beginning to the top where its head is not in the window."""
        if self.places and not any(self.is_head(place, n) for place in self.places):
            self._at = (n, 0)
            self.settle()

    def top(self) -> tuple[Item, int] | None:
        """Return the item at the top of the window and the line of it that stands there."""
        n, line = self._at
        return (self.shown[n], line) if n < len(self.shown) else None

    def come_back(self, top: tuple[Item, int] | None) -> None:
        """Put this item's line at the top again, wherever the item stands now."""
        if top is not None and self.shown:
            self._at = (self.find(top[0]), top[1])
        self.settle()

    def find(self, item: Item) -> int:
        """Return where an item is shown; where it is not, the last one before its time."""
        same = (item.id, item.kind, item.at)
        found = next((n for n, each in enumerate(self.shown) if (each.id, each.kind, each.at) == same), -1)
        if found >= 0:
            return found
        return max((n for n, each in enumerate(self.shown) if each.at <= item.at), default=0)

    def end_with(self, n: int) -> None:
        """Put the end of the n-th shown item at the bottom, its beginning at the top where it is longer."""
        if self.shown and self._size[0]:
            end = (n, len(self.lines(n)) - 1)
            self._at = min(self.step(end, 1 - self._size[1]), (n, 0))
        self.settle()

    def newest(self) -> int:
        """Return the newest shown message of the current ticket, or its newest change, or the newest of all."""
        last = len(self.shown) - 1
        here = [n for n in range(last, -1, -1) if self.shown[n].ref == self.current]
        return max(next((n for n in here if self.says(n)), here[0] if here else last), 0)

    def below(self, n: int) -> int:
        """Return the last of the changes that directly follow the n-th shown item in its ticket."""
        while n + 1 < len(self.shown) and not self.says(n + 1) and self.shown[n + 1].ref == self.shown[n].ref:
            n += 1
        return n

    def share(self, height: int, beyond: tuple[int, int] = (0, 0)) -> range:
        """Return which of `height` scrollbar cells the window stands for, with so many items before and after those that are here."""
        if not self.places:
            return range(height)
        before, after = beyond
        first, last, count = self.places[0][0], self.places[-1][0], len(self.shown) + before + after
        first, last = first + before, last + before
        start = height * first // count
        return range(start, max(height * (last + 1) // count, start + 1))
