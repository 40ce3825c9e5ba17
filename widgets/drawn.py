"""One line as it is drawn: as many cells as the pane is wide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip


class Drawn(Strip):
    """A strip that does not remember that it was taken whole.

    Textual's own then holds itself, and only the garbage collector gets rid of it: after a few thousand lines, by which a
    page of them comes a frame too late.
    """

    __slots__ = ()

    @staticmethod
    def fitted(segments: list[Segment], width: int, ground: Style) -> list[Segment]:
        """Return `segments` filled up with `ground` or cut to `width` cells."""
        lacking = width - sum([cell_len(text) for text, _, _ in segments])
        if lacking < 0:
            return list(Strip(segments).crop(0, width))
        return [*segments, Segment(" " * lacking, ground)] if lacking else segments

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """Cut the strip at the given cells; a list of itself where nothing is to be cut."""
        places = list(cuts)
        return [self] if places == [self.cell_length] else super().divide(places)
