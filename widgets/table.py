"""A list of ready-made rows in columns: outbox, board, plans, choices and help are this with other words."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from textual.strip import Strip

from widgets.cells import fit, fit_right
from widgets.lines import Span
from widgets.rows import RowList
from widgets.terminal import UNICODE, Glyphs

Row = Sequence[Span]  # one span a column
Columns = Sequence[tuple[str, int]]  # name and width; 0 takes what is left, below 0 is pushed to the right


class Table(RowList):
    """Shows `rows`, one span a column; `empty` says what it means that there are none."""

    def __init__(
        self,
        title: str,
        columns: Columns,
        *,
        empty: str = "",
        names: bool = True,
        glyphs: Glyphs = UNICODE,
        id: str | None = None,  # noqa: A002  (Textual's own name for it)
    ) -> None:
        super().__init__(title, glyphs=glyphs, id=id)
        self.columns = columns
        self.empty = empty
        self.right = ""  # stands at the right of the title
        self.rows: Sequence[Row] = ()
        self._names = names

    def set_rows(self, rows: Sequence[Row], *, right: str = "") -> None:
        """Show these rows; the cursor stays at its place."""
        self.rows, self.right = rows, right
        self.cursor = max(0, min(self.cursor, len(rows) - 1))
        self.go_top(self.top)
        self.show(self.cursor)
        self.forget()

    def total(self) -> int:
        """Return how many rows there are."""
        return len(self.rows)

    @property
    def head_height(self) -> int:
        """Title and column names, where there are any."""
        return bool(self._title) + self._names

    def heads(self, width: int) -> list[Strip]:
        """Return the title and the names of the columns."""
        heads = [self.title_strip(width, self.right)] if self._title else []
        if self._names:
            names, room = [(name, "heads") for name, _ in self.columns], self.beside_bar(width)
            heads.append(
                self.kept(("names", width, room), lambda: self.strip(self._cut(names, room), width, "heads"))
            )
        return heads

    def key(self, n: int) -> Hashable:
        """Return the row itself."""
        return tuple(self.rows[n])

    def spans(self, n: int, width: int) -> Iterable[Span]:
        """Return the cells of one row."""
        return self._cut(self.rows[n], width, self.glyphs.cursor if n == self.cursor else " ")

    def blank(self, n: int, width: int) -> Strip:
        """Say what an empty table means."""
        return self.strip([(f"  {self.empty}", "dim")] if n == 0 else [], width)

    def _cut(self, row: Row, width: int, sign: str = " ") -> list[Span]:
        fixed = sum(abs(w) + 1 for _, w in self.columns if w)
        flexible = sum(1 for _, w in self.columns if not w)
        room = max((width - 2 - fixed) // max(flexible, 1) - 1, 1)
        spans: list[Span] = [(sign + " ", "accent")]
        for (text, ink), (_, wanted) in zip(row, self.columns, strict=False):
            cell = fit_right(text, -wanted) if wanted < 0 else fit(text, wanted or room, self.glyphs.ellipsis)
            spans.append((cell + " ", ink))
        return spans


class FittedTable(Table):
    """A table in a window: as high as its rows, and one where there are none."""

    paper = "surface"

    def set_rows(self, rows: Sequence[Row], *, right: str = "") -> None:
        """Show these rows in as much room as they need."""
        super().set_rows(rows, right=right)
        self.refresh(layout=True)

    def get_content_height(self, *_: object) -> int:
        """As high as its rows; the style sheet sets the bounds."""
        return max(len(self.rows), 1) + self.head_height
