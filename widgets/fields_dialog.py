"""The window of the Hear fields: what the customer told already, to put in, to correct, to put away, or to read again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from textual.app import ComposeResult
from textual.containers import Vertical

from widgets.cells import visible
from widgets.keys_told import keys_told
from widgets.over_table import OverTable
from widgets.rows import RowList
from widgets.table import FittedTable, Row
from widgets.terminal import UNICODE, Glyphs
from widgets.words import age

Deed = Literal["take", "correct", "away", "see"]
_COLUMNS = (("", 9), ("value", 0), ("who told it", 24), ("", -4))


@dataclass(frozen=True, slots=True)
class Shown:
    """One Hear field as it is shown; `said` is what the message has, where an agent corrected it."""

    kind: str
    value: str
    source: str
    at: int
    said: str = ""
    away: bool = False


class FieldsDialog(OverTable):
    """Returns what to do with which field, "take 3" say, or "" when it was left."""

    pane = "fields"
    DEFAULT_CSS = """
    FieldsDialog { align: center middle; }
    FieldsDialog > Vertical {
        width: 100; max-width: 98%; height: auto; max-height: 90%; border: round $accent; background: $surface;
    }
    FieldsDialog Table { height: auto; min-height: 4; max-height: 24; background: $surface; }
    """

    def __init__(
        self, fields: Sequence[Shown], *, now: Callable[[], int], cursor: int = 0, glyphs: Glyphs = UNICODE
    ) -> None:
        super().__init__()
        self._fields = fields
        self._now = now
        self.table = FittedTable(
            "ALREADY TOLD", _COLUMNS, empty="Nothing was found in the customer's messages.", glyphs=glyphs
        )
        self.table.cursor = cursor

    def compose(self) -> ComposeResult:
        """Lay out the fields above their keys."""
        with Vertical() as box:
            box.border_subtitle = keys_told(
                self.app,
                self.pane,
                ("open", "puts in"),
                ("correct", "correct"),
                ("put_away", "put away"),
                ("see", "its message"),
                ("cancel", "back"),
            )
            yield self.table

    def on_mount(self) -> None:
        """Show every field."""
        self.table.set_rows([_row(each, self._now()) for each in self._fields])
        self.set_focus(self.table)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Put in the field under the cursor."""
        event.stop()
        self._answer("take")

    def do_correct(self) -> None:
        """Give the field another value."""
        self._answer("correct")

    def do_put_away(self) -> None:
        """Put the field away, or bring it back."""
        self._answer("away")

    def do_see(self) -> None:
        """Go to the message that says it."""
        self._answer("see")

    def do_top(self) -> None:
        """To the first field."""
        self.table.do_top()

    def _answer(self, deed: Deed) -> None:
        if self._fields:
            self.dismiss(f"{deed} {self.table.cursor}")


def _row(each: Shown, now: int) -> Row:
    value = visible(each.value)
    if each.away:
        value = f"(put away) {value}"
    elif each.said:
        value = f"{value} (the message says {visible(each.said)})"
    ink = "dim" if each.away else "text"
    return (each.kind, "dim"), (value, ink), (visible(each.source), "dim"), (age(now, each.at), "dim")
