"""A line that says who else is at the ticket at hand: in the head of its story, and above the reply while one is written."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len

from widgets.cells import fit, visible
from widgets.lines import OneLine, Span
from widgets.terminal import UNICODE, Glyphs


class CompanyLine(OneLine, can_focus=False):
    """Hidden while there is nothing to say."""

    DEFAULT_CSS = "CompanyLine { height: 1; display: none; }"

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002  (Textual's own name for it)
        super().__init__(glyphs=glyphs, id=id)
        self.told = ""
        self._way = ""
        self._urgent = False

    def tell_company(self, told: str, way: str = "", *, urgent: bool = False) -> None:
        """Say this, and what can be done about it; `urgent` where somebody writes the same reply. "" hides the line."""
        if (told, way, urgent) != (self.told, self._way, self._urgent):
            self.told, self._way, self._urgent = told, way, urgent
            self.display = bool(told)
            self.forget()

    def ground(self, n: int) -> str:
        """Return the ink of the line."""
        del n
        return "title"

    def spans(self, n: int, width: int) -> Iterable[Span]:
        """Say who is here, and what can be done; where there is little room, the second goes before the end of the first."""
        del n
        if not self.told:
            return []
        sign = self.glyphs.late if self._urgent else self.glyphs.chat
        way = f" {self.glyphs.dot} {self._way} " if self._way else " "
        told = f" {sign} {visible(self.told)}"
        room = width - cell_len(way)
        if cell_len(told) > room:
            told = fit(told, max(room, 0), self.glyphs.ellipsis)
        return [(told, "warn" if self._urgent else "text"), (way, "dim")]
