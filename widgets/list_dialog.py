"""A window with a list, and below it the line at hand in full; it returns what was decided, None when it was left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from widgets.keys_told import keys_told
from widgets.prose import Prose
from widgets.rows import RowList
from widgets.table import Table
from widgets.terminal import UNICODE, Glyphs

R = TypeVar("R")


class ListDialog(ModalScreen["R | None"], Generic[R]):
    """Shows `table` above the words about its line at hand; `keys` are told at the bottom of the frame, each an action with its word."""

    pane = ""
    DEFAULT_CSS = """
    ListDialog { align: center middle; }
    ListDialog > Vertical {
        width: 110; max-width: 98%; height: auto; max-height: 94%; border: round $accent; background: $surface;
    }
    ListDialog Table { height: auto; min-height: 3; max-height: 12; background: $surface; }
    ListDialog Prose { height: 8; background: $surface; }
    """

    def __init__(
        self, table: Table, keys: Sequence[tuple[str, str]], *, title: str = "", glyphs: Glyphs = UNICODE
    ) -> None:
        super().__init__()
        self.table = table
        self.glyphs = glyphs
        self.words = Prose(glyphs=glyphs)
        self.words.paper = "surface"
        self.words.can_focus = False
        self._frame = (title, keys)

    def compose(self) -> ComposeResult:
        """Lay out the list above the line at hand in full."""
        with Vertical() as box:
            title, keys = self._frame
            if title:
                box.border_title = Content(title)
            box.border_subtitle = keys_told(self.app, self.pane, *keys)
            yield self.table
            yield self.words

    def on_mount(self) -> None:
        """Begin in the list."""
        self.set_focus(self.table)
        self.tell()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Show the line at hand in full."""
        event.stop()
        self.tell()

    def do_cancel(self) -> None:
        """Leave without a decision."""
        self.dismiss(None)

    def tell(self) -> None:
        """Show the list as it stands, and the line at hand in full."""
        raise NotImplementedError
