"""The window of what is known before an answer is written: lines in parts, each in full below; one is taken or its ticket opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from widgets.cells import visible
from widgets.prose import Paragraph, Prose
from widgets.rows import RowList
from widgets.table import FittedTable, Row
from widgets.terminal import UNICODE, Glyphs

_COLUMNS = (("", 9), ("", 18), ("", 0))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: its part, what stands beside it, its words; in full with what is told below, and what enter takes.

    `insert` goes into the draft; without it, enter opens the ticket `ref`, at `message_id` where there is one.
    """

    part: str
    label: str
    words: str
    below: str = ""
    ref: str = ""
    message_id: str = ""
    insert: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """The entry that was chosen; `look` means that its ticket is wanted, whatever else it could do."""

    entry: Entry
    look: bool = False


class InsightDialog(ModalScreen["Taken | None"]):
    """Returns what was chosen, None when it was left. Tab goes to the next part."""

    pane = "insight"
    DEFAULT_CSS = """
    InsightDialog { align: center middle; }
    InsightDialog > Vertical {
        width: 120; max-width: 98%; height: auto; max-height: 94%; border: round $accent; background: $surface;
    }
    InsightDialog Table { height: auto; min-height: 3; max-height: 18; background: $surface; }
    InsightDialog Prose { height: 10; background: $surface; }
    """

    def __init__(
        self, title: str, entries: Sequence[Entry], *, empty: str, keys: str, glyphs: Glyphs = UNICODE
    ) -> None:
        super().__init__()
        self.entries = entries
        self._keys = keys
        self.table = FittedTable(title, _COLUMNS, empty=empty, names=False, glyphs=glyphs)
        self.words = Prose(glyphs=glyphs)
        self.words.paper = "surface"
        self.words.can_focus = False

    def compose(self) -> ComposeResult:
        """Lay out the lines above the one at hand in full."""
        with Vertical() as box:
            box.border_subtitle = Content(self._keys)
            yield self.table
            yield self.words

    def on_mount(self) -> None:
        """Show every line."""
        parts = [entry.part for entry in self.entries]
        firsts = [part if part not in parts[:n] else "" for n, part in enumerate(parts)]
        self.table.set_rows([_row(entry, head) for entry, head in zip(self.entries, firsts, strict=True)])
        self.set_focus(self.table)
        self._tell()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Show the line at hand in full."""
        event.stop()
        self._tell()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Take the line at hand."""
        event.stop()
        self.dismiss(Taken(self.entries[event.row]))

    def _tell(self) -> None:
        here = self._here()
        self.words.tell_words(self.table.cursor, tuple(_in_full(here)) if here else ())

    def _here(self) -> Entry | None:
        return self.entries[self.table.cursor] if self.entries else None

    def do_look(self) -> None:
        """Open the ticket that the line comes from."""
        here = self._here()
        if here is not None and here.ref:
            self.dismiss(Taken(here, look=True))

    def do_next_part(self) -> None:
        """To the first line of the next part, from the last to the first."""
        parts = [entry.part for entry in self.entries]
        starts = [n for n, part in enumerate(parts) if n == 0 or part != parts[n - 1]]
        if starts:
            self.table.move(next((n for n in starts if n > self.table.cursor), 0))

    def do_cancel(self) -> None:
        """Leave without taking anything."""
        self.dismiss(None)


def _row(entry: Entry, head: str) -> Row:
    return ((head, "accent"), (visible(entry.label), "dim"), (visible(entry.words), "text"))


def _in_full(entry: Entry) -> Iterable[Paragraph]:
    yield entry.insert or entry.words, "text"
    if entry.below:
        yield "", "text"
        yield entry.below, "dim"
