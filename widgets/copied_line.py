"""A line above a reply that says who else gets it."""

from __future__ import annotations

from collections.abc import Iterable

from widgets.cells import fit, visible
from widgets.lines import OneLine, Span


class CopiedLine(OneLine, can_focus=False):
    """Hidden while nobody else gets it."""

    DEFAULT_CSS = "CopiedLine { height: 1; display: none; }"

    def __init__(self) -> None:
        super().__init__()
        self.names: tuple[str, ...] = ()

    def tell_copied(self, names: tuple[str, ...]) -> None:
        """Name these; nobody hides the line."""
        if names != self.names:
            self.names = names
            self.display = bool(names)
            self.forget()

    def spans(self, n: int, width: int) -> Iterable[Span]:
        """Name them, as many as there is room for."""
        del n
        told = f" also to {visible(', '.join(self.names))}" if self.names else ""
        return [(fit(told, width, self.glyphs.ellipsis), "note")]
