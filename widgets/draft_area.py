"""The text of a draft: Textual's TextArea, in which words can stand out while they are typed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text
from textual.document._document import EditResult, Location
from textual.document._edit import Edit
from textual.expand_tabs import expand_text_tabs_from_widths
from textual.geometry import Offset
from textual.strip import Strip
from textual.widgets import TextArea

from widgets.marks import STYLES, Mark, moved

_LONG = 2_000  # characters of a line from which on only the part that is seen is drawn


class DraftArea(TextArea):
    """Draws its marks over the letters; they move with what is typed before them and go when their words change."""

    _marks: tuple[Mark, ...] = ()
    _whole: str | None = (
        None  # the text, until it changes: Textual asks for all of it for every line that it draws
    )

    @property
    def text(self) -> str:
        """The whole text."""
        if self._whole is None:
            self._whole = self.document.text
        return self._whole

    @text.setter
    def text(self, value: str) -> None:
        """Put another text in its place; the cursor goes to its beginning."""
        self.load_text(value)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The words that stand out."""
        return self._marks

    def mark(self, marks: Sequence[Mark]) -> None:
        """Let these words stand out, and no others."""
        wanted = tuple(marks)
        if wanted != self._marks:
            self._marks = wanted
            self._line_cache.clear()
            self.refresh()

    def get_line(self, line_index: int) -> Text:
        """Return one line with its marks."""
        line = super().get_line(line_index)
        for mark in self._marks:
            if mark.start[0] <= line_index <= mark.end[0]:
                line.stylize(STYLES[mark.name], *_columns(mark.start, mark.end, line_index, len(line)))
        return line

    def _render_line(self, y: int) -> Strip:
        """Draw one row; of a line that fills many of them only this one is looked at."""
        found = self._row(y)
        if found is None or len(self.document.get_line(found[0])) < _LONG or not self.soft_wrap:
            return super()._render_line(y)
        return self._render_part(*found)

    def _row(self, y: int) -> tuple[int, int] | None:
        """The line that a row of the widget shows, and which part of it."""
        rows = self.wrapped_document._offset_to_line_info  # noqa: SLF001  (what Textual draws by)
        at = y + self.scroll_offset.y
        return rows[at] if 0 <= at < len(rows) else None

    def _render_part(self, row: int, part: int) -> Strip:
        whole = self.document.get_line(row)
        ends = self.wrapped_document.get_offsets(row)
        start = ends[part - 1] if part else 0
        end = ends[part] if part < len(ends) else len(whole)
        line = Text(whole[start:end] + (" " if end == len(whole) else ""), end="", no_wrap=True)
        for style, first, last in self._styled(row):
            line.stylize(style, max(first - start, 0), max(last - start, 0))
        before = whole.count("\t", 0, start)
        widths = self.wrapped_document.get_tab_widths(row)
        line = expand_text_tabs_from_widths(line, widths[before : before + line.plain.count("\t")])
        width = self.scrollable_content_region.size.width
        strip = Strip(line.render(self.app.console), cell_length=line.cell_len)
        return strip.extend_cell_length(width, self._base).apply_style(self._base)

    @property
    def _base(self) -> Style:
        return self._theme.base_style or self.rich_style

    def _styled(self, row: int) -> list[tuple[Style, int, int]]:
        """Marks, selection and cursor in a line: each style from a column to a column."""
        far = len(self.document.get_line(row)) + 1
        found = [
            (STYLES[mark.name], *_columns(mark.start, mark.end, row, far))
            for mark in self._marks
            if mark.start[0] <= row <= mark.end[0]
        ]
        theme, (top, bottom) = self._theme, sorted(self.selection)
        if theme.selection_style and top != bottom and top[0] <= row <= bottom[0]:
            found.append((theme.selection_style, *_columns(top, bottom, row, far)))
        cursor = self.selection.end
        if theme.cursor_style and cursor[0] == row and self._draw_cursor:
            found.append((theme.cursor_style, cursor[1], cursor[1] + 1))
        return found

    def edit(self, edit: Edit) -> EditResult:
        """Change the text, and move the marks along."""
        top, bottom = edit.top, edit.bottom
        self._whole = None
        result = super().edit(edit)
        self._whole = None
        if self._marks:
            self._marks = moved(self._marks, top, bottom, result.end_location)
        return result

    def rewrite(self, text: str) -> None:
        """Replace everything by `text`; one undo brings back what stood there."""
        self.history.checkpoint()
        self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
        self.history.checkpoint()
        self.move_cursor(self.document.end)

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:  # noqa: FBT001, FBT002  (Textual's own)
        """Bring the cursor into sight, where its line is still there.

        Textual undoes first and moves the cursor then; where that lets the scrollbar go it looks for it in between.
        """
        if self.cursor_location[0] >= self.document.line_count:
            return Offset()
        return super().scroll_cursor_visible(center, animate)

    def _undo_batch(self, edits: Sequence[Edit]) -> None:
        self._forget()
        super()._undo_batch(edits)
        self._forget()

    def _redo_batch(self, edits: Sequence[Edit]) -> None:
        self._forget()
        super()._redo_batch(edits)
        self._forget()

    def _set_document(self, text: str, language: str | None) -> None:
        self._forget()
        super()._set_document(text, language)
        self._forget()

    def _forget(self) -> None:
        """Drop what was known of another text; new advice brings new marks."""
        self._whole = None
        self._marks = ()


def _columns(start: Location, end: Location, row: int, far: int) -> tuple[int, int]:
    """The columns of one row that lie between two places."""
    return start[1] if start[0] == row else 0, end[1] if end[0] == row else far
