"""A screen with a list, and below it everything about the line at the cursor."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

from textual import events
from textual.app import ComposeResult

from console.session import Session
from screens.base import DeskScreen
from screens.panes import WIDE
from widgets.prose import Prose
from widgets.rows import RowList
from widgets.table import Columns, Table
from widgets.terminal import Terminal

L = TypeVar("L")
_LOOKING = "Being looked up."


class ListedScreen(DeskScreen, Generic[L]):
    """The rows of `table` are `lines`; subclasses say how they are drawn, and what is told of one."""

    def __init__(
        self, session: Session, terminal: Terminal, table: Table, words: str, narrow: Columns = ()
    ) -> None:
        super().__init__(session, terminal)
        self.table = table
        self.words = Prose("In full", glyphs=self.glyphs, id=words)
        self.lines: Sequence[L] = ()
        self._none, table.empty = table.empty, _LOOKING  # that there is nothing is told once it is known
        self.wide = True
        self._columns = (table.columns, narrow or table.columns)

    def compose(self) -> ComposeResult:
        """Lay out the list above the words."""
        yield self.table
        yield self.words
        yield from self.foot()

    def on_mount(self) -> None:
        """Begin in the list."""
        self.table.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Leave columns out where there is no room; everything is told below."""
        self.wide = event.size.width >= WIDE
        self.table.columns = self._columns[0 if self.wide else 1]
        if self.table.empty == self._none:
            self.draw()

    @property
    def at_cursor(self) -> L | None:
        """The line under the cursor."""
        return self.lines[self.table.cursor] if self.table.cursor < len(self.lines) else None

    def show_lines(self, lines: Sequence[L]) -> None:
        """Show these lines; the cursor stays on its line, wherever that stands now."""
        here = self.at_cursor
        self.lines, self.table.empty = lines, self._none
        self.draw()
        if here is not None:
            own = self.identity(here)
            again = (n for n, line in enumerate(lines) if self.identity(line) == own)
            self.table.move(next(again, self.table.cursor))
        self.tell()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Tell everything about the line at the cursor."""
        event.stop()
        self.tell()

    # -- what a screen says for itself ------------------------------------------------------------------------

    def identity(self, line: L) -> Hashable:
        """What a line keeps for as long as it is the same one."""
        raise NotImplementedError

    def draw(self) -> None:
        """Put the lines into the table."""
        raise NotImplementedError

    def tell(self) -> None:
        """Tell everything about the line at the cursor."""
        raise NotImplementedError
