"""The window of what is known before an answer is written: lines in parts, each in full below; one is taken or its ticket opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual import events

from widgets.cells import visible
from widgets.list_dialog import ListDialog
from widgets.prose import Paragraph
from widgets.rows import RowList
from widgets.table import FittedTable, Row
from widgets.terminal import UNICODE, Glyphs

_ROOM = 14  # rows of the screen that the words, the frame and what lies behind take
_LEAST, _MOST = 3, 18  # rows of the list
_PART = 9  # columns of the names of parts, at the least


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


class InsightDialog(ListDialog[Taken]):
    """Returns what was chosen, None when it was left. Tab goes to the next part."""

    pane = "insight"
    DEFAULT_CSS = """
    InsightDialog > Vertical { width: 120; }
    InsightDialog Prose { height: 10; }
    """

    def __init__(
        self,
        title: str,
        entries: Sequence[Entry],
        *,
        empty: str,
        keys: Sequence[tuple[str, str]],
        glyphs: Glyphs = UNICODE,
    ) -> None:
        part = max((len(entry.part) for entry in entries), default=_PART)
        columns = (("", max(part, _PART)), ("", 18), ("", 0))
        table = FittedTable(title, columns, empty=empty, names=False, glyphs=glyphs)
        super().__init__(table, keys, glyphs=glyphs)
        self.entries = entries

    def on_mount(self) -> None:
        """Show every line."""
        parts = [entry.part for entry in self.entries]
        firsts = [part if part not in parts[:n] else "" for n, part in enumerate(parts)]
        self.table.set_rows([_row(entry, head) for entry, head in zip(self.entries, firsts, strict=True)])

    def on_resize(self, event: events.Resize) -> None:
        """Leave the line at hand its room, however low the terminal."""
        self.table.styles.max_height = max(min(event.size.height - _ROOM, _MOST), _LEAST)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Take the line at hand."""
        event.stop()
        self.dismiss(Taken(self.entries[event.row]))

    def tell(self) -> None:
        """Show the line at hand in full."""
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


def _row(entry: Entry, head: str) -> Row:
    return ((head, "accent"), (visible(entry.label), "dim"), (visible(entry.words), "text"))


def _in_full(entry: Entry) -> Iterable[Paragraph]:
    yield entry.insert or entry.words, "text"
    if entry.below:
        yield "", "text"
        yield entry.below, "dim"
