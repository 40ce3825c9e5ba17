"""A list whose rows may stand in groups, each under a heading that scrolls along: the cursor passes over the headings."""

from __future__ import annotations

from array import array

from textual.strip import Strip

from console import headings
from store.groups import Groups
from widgets import headed
from widgets.headed import Lines
from widgets.lines import Span
from widgets.rows import RowList
from widgets.snapshot import find
from widgets.terminal import UNICODE, Glyphs


class HeadedList(RowList):
    """A RowList of tickets by id that may stand in groups; `lines` says where, None where there are no groups.

    Cursor and window count lines. The first line of the window is never a heading: the last of the heads shows that of
    the group which the window begins in, so that it is always in view. A folded group keeps one ticket, so that the
    cursor always has one to stand on.
    """

    lines: Lines | None = None
    more = False  # the last group may have tickets that are not known yet

    def __init__(
        self,
        title: str = "",
        *,
        glyphs: Glyphs = UNICODE,
        id: str | None = None,  # noqa: A002  (Textual's own name for it)
    ) -> None:
        super().__init__(title, glyphs=glyphs, id=id)
        self.ids: array[int] = array("I")
        # Of each view, by its name and what it is grouped by: the folded groups, each with the ticket shown of it.
        self._folds: dict[tuple[str, str], dict[int, int]] = {}

    @property
    def head_height(self) -> int:
        """Title and column names, and the heading of the group above."""
        return 2 if self.lines is None else 3

    def total(self) -> int:
        """Return how many lines there are."""
        return len(self.ids) if self.lines is None else self.lines.total

    @property
    def first(self) -> int:
        """The first line on which a ticket stands."""
        return 0 if self.lines is None else 1

    @property
    def at(self) -> int:
        """The row under the cursor: the place of its ticket among `ids`."""
        return self.row_at(self.cursor)

    @property
    def pinned(self) -> int:
        """The number of the ticket under the cursor; -1 where there is none."""
        at = self.at
        return self.ids[at] if at < len(self.ids) else -1

    def row_at(self, line: int) -> int:
        """The row that stands on a line, -1 for a heading."""
        return line if self.lines is None else self.lines.row(line)

    def line_of(self, row: int) -> int:
        """The line that a row stands on."""
        return row if self.lines is None else self.lines.line(row)

    def is_heading(self, line: int) -> bool:
        """Whether a heading stands on this line."""
        return self.lines is not None and line < self.lines.total and self.lines.row(line) < 0

    def between(self, start: int, end: int) -> array[int]:
        """The tickets on the lines from `start` to before `end`."""
        if self.lines is None:
            return self.ids[max(start, 0) : end]
        found = self.ids[:0]
        for rows in self.lines.rows(start, end):
            found.extend(self.ids[rows.start : rows.stop])
        return found

    # -- groups -----------------------------------------------------------------------------------------------

    def lay(self, groups: Groups | None, row: int) -> None:
        """Work out the lines; a folded group in which `row` is keeps that one, any other the one that it kept before."""
        self.lines = None
        if not groups:
            return
        folded = {}
        folds = self._folds.get((self.title, groups.by), {})
        for value, ticket_id in folds.items():
            group = find(groups.values, value)
            if group < 0:
                continue
            start, end = groups.firsts[group], groups.end(group)
            if start <= row < end:
                folded[group], folds[value] = row, self.ids[row]
            else:
                place = find(self.ids, ticket_id, start, end)
                folded[group] = place if place >= 0 else start
        self.lines = Lines(groups, folded)

    def fold(self) -> None:
        """Fold the group of the cursor down to its ticket, or unfold it; the cursor stays on ticket and line of the screen."""
        if self.lines is None:
            return
        groups, row, offset = self.lines.groups, self.at, self.cursor - self.top
        folds = self._folds.setdefault((self.title, groups.by), {})
        value = groups.values[groups.at(row)]
        if folds.pop(value, None) is None:
            folds[value] = self.ids[row]
        self.lay(groups, row)
        self.cursor = self.line_of(row)
        self.go_top(self.cursor - offset)
        self.show(self.cursor)
        self.refresh()

    def unhide(self, row: int) -> int:
        """The line of a row, which is now the one that its group shows where that is folded."""
        if self.lines is not None and self.lines.folded(self.lines.groups.at(row)):
            self.lay(self.lines.groups, row)
            self.refresh()
        return self.line_of(row)

    # -- drawing ----------------------------------------------------------------------------------------------

    def heading_above(self, width: int) -> list[Strip]:
        """The heading of the group that the window begins in; nothing where there are no groups."""
        if self.lines is None:
            return []
        spans = self.heading(self.top, width)
        return [self.kept(("above", width, *spans), lambda: self.strip(spans, width))]

    def heading(self, line: int, width: int) -> list[Span]:
        """The heading of the group that a line belongs to: its name, how many tickets it has, and a rule to the edge."""
        if self.lines is None:
            return []
        groups, group = self.lines.groups, self.lines.group(line)
        name, count = headings.name(groups, group), headings.count(groups, group, more=self.more)
        return headed.heading(name, count, width, self.glyphs, folded=self.lines.folded(group))

    # -- the cursor -------------------------------------------------------------------------------------------

    def move(self, row: int) -> None:
        """Put the cursor on this line; from a heading it goes on to the next ticket in its direction."""
        if self.lines is not None:
            row = max(0, min(row, self.total() - 1))
            if self.is_heading(row):
                row += -1 if 0 < row < self.cursor else 1
        super().move(row)

    def show(self, row: int) -> bool:
        """Scroll until the line is in the window; say whether that moved the window."""
        before = self.top
        super().show(row)
        if self.is_heading(self.top):
            self.top += 1
        return self.top != before

    def go_top(self, top: int) -> None:
        """Make this line the first that is shown; of a heading, the one before or after it in that direction."""
        if self.lines is None:
            super().go_top(top)
            return
        top = max(0, min(top, self.total() - self.page))
        if self.is_heading(top):
            top += -1 if 0 < top < self.top else 1
        if top != self.top:
            self.top = top
            self.refresh()

    def clicked(self, line: int, times: int) -> None:
        """Put the cursor where the mouse is, under a heading on the first ticket; twice opens a ticket and folds a group."""
        if not self.is_heading(line):
            super().clicked(line, times)
            return
        self.move(line + 1)
        if times > 1:
            self.fold()
