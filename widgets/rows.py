"""A list with a cursor, one line a row: what every list of tickets, operations, events and choices moves like."""

from __future__ import annotations

from collections.abc import Awaitable

from textual import events
from textual.message import Message

from widgets.lines import LineView


class RowList(LineView):
    """A LineView with a cursor. Subclasses give `total`, `key` and `spans`; messages say what the cursor did."""

    class Moved(Message):
        """The cursor stands on another row."""

        def __init__(self, rows: RowList, row: int) -> None:
            super().__init__()
            self.rows = rows
            self.row = row

        @property
        def control(self) -> RowList:
            """The list."""
            return self.rows

        def can_replace(self, message: Message) -> bool:
            """Only the last place counts."""
            return isinstance(message, RowList.Moved) and message.rows is self.rows

    class Chosen(Message):
        """Enter or a double click on a row."""

        def __init__(self, rows: RowList, row: int) -> None:
            super().__init__()
            self.rows = rows
            self.row = row

        @property
        def control(self) -> RowList:
            """The list."""
            return self.rows

    cursor = 0

    def ground(self, n: int) -> str:
        """Return the cursor's ink on its row."""
        if n != self.cursor:
            return "text"
        return "cursor-on" if self.has_focus else "cursor"

    def move(self, row: int) -> None:
        """Put the cursor on `row`, within bounds, and scroll as little as it takes to show it."""
        row = max(0, min(row, self.total() - 1))
        before, self.cursor = self.cursor, row
        if self.show(row):
            self.window_moved()
        else:
            self.refresh_lines(before, row)
        if row != before:
            self.cursor_moved()

    def show(self, row: int) -> bool:
        """Scroll until `row` is in the window; say whether that moved the window."""
        before = self.top
        if row < self.top:
            self.top = row
        elif row >= self.top + self.page:
            self.top = row - self.page + 1
        return self.top != before

    def window_moved(self) -> None:
        """Draw the lines that the window stands on now."""
        self.refresh()

    def cursor_moved(self) -> None:
        """Tell others that the cursor stands elsewhere."""
        self.tell(self.Moved(self, self.cursor))

    def choose(self) -> None:
        """Tell others that the row under the cursor was chosen."""
        if self.total():
            self.tell(self.Chosen(self, self.cursor))

    def scroll_lines(self, delta: int) -> None:
        """Move the window, and take the cursor along only where it would leave it."""
        super().scroll_lines(delta)
        inside = max(self.top, min(self.cursor, self.top + self.page - 1))
        if inside != self.cursor:
            self.move(inside)

    def resized(self) -> None:
        """Keep the cursor in the window."""
        super().resized()
        self.show(self.cursor)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; a double click chooses."""
        row = self.line_at(event.y)
        if row is not None:
            self.clicked(row, event.chain)

    def clicked(self, row: int, times: int) -> None:
        """Take a click on `row`, the second one of two quick ones with `times` 2."""
        self.move(row)
        if times > 1:
            self.choose()

    def do_down(self) -> None:
        """One row down."""
        self.move(self.cursor + 1)

    def do_up(self) -> None:
        """One row up."""
        self.move(self.cursor - 1)

    def do_top(self) -> None:
        """To the first row."""
        self.move(0)

    def do_bottom(self) -> None:
        """To the last row."""
        self.move(self.total() - 1)

    def do_half_down(self) -> None:
        """Half a page down."""
        self.move(self.cursor + max(self.page // 2, 1))

    def do_half_up(self) -> None:
        """Half a page up."""
        self.move(self.cursor - max(self.page // 2, 1))

    def do_page_down(self) -> None:
        """A page down."""
        self.move(self.cursor + self.page)

    def do_page_up(self) -> None:
        """A page up."""
        self.move(self.cursor - self.page)

    def do_open(self) -> Awaitable[None] | None:
        """Choose the row under the cursor; a list whose choice opens a window may be waited for."""
        self.choose()
        return None
