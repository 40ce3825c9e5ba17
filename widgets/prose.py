"""Words in full: paragraphs wrapped to the width there is, to be scrolled by keys and wheel."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from textual.strip import Strip

from widgets.cells import wrap
from widgets.lines import LineView, Span

Paragraph = Span  # the words, line breaks and all, and their ink


class Prose(LineView):
    """Shows `paragraphs`; they stay where they were read as long as they are about the same."""

    _about: Hashable = None
    _paragraphs: tuple[Paragraph, ...] = ()
    _lines: Sequence[Span] = ()
    empty = ""

    def tell_words(self, about: Hashable, paragraphs: Sequence[Paragraph]) -> None:
        """Show these paragraphs, from the top where they are `about` something else than before."""
        paragraphs = tuple(paragraphs)
        if about == self._about and paragraphs == self._paragraphs:
            return
        if about != self._about:
            self.top = 0
        self._about, self._paragraphs = about, paragraphs
        self._lay_out()
        self.go_top(self.top)
        self.forget()

    def _lay_out(self) -> None:
        # One that is hidden has no size, and is told of none where it comes back to the one that it had.
        width = max((self.size or self._fitted).width - 3, 1)  # a cell at each side, and the scrollbar
        self._lines = [(line, ink) for text, ink in self._paragraphs for line in wrap(text, width)]

    def resized(self) -> None:
        """Wrap to the new width."""
        self._lay_out()
        super().resized()

    def text(self) -> str:
        """Return all the words as they are laid out."""
        return "\n".join(line for line, _ in self._lines)

    def total(self) -> int:
        """Return how many lines there are."""
        return len(self._lines)

    def key(self, n: int) -> Hashable:
        """Return the line itself."""
        return self._lines[n]

    def spans(self, n: int, width: int) -> Iterable[Span]:
        """Return one line."""
        del width
        text, ink = self._lines[n]
        return [(" " + text, ink)]

    def blank(self, n: int, width: int) -> Strip:
        """Say what it means that there are no words."""
        return self.strip([(f" {self.empty}", "dim")] if n == 0 else [], width)

    def do_down(self) -> None:
        """One line down."""
        self.scroll_lines(1)

    def do_up(self) -> None:
        """One line up."""
        self.scroll_lines(-1)

    def do_top(self) -> None:
        """To the first line."""
        self.go_top(0)

    def do_bottom(self) -> None:
        """To the last line."""
        self.go_top(self.total())

    def do_half_down(self) -> None:
        """Half a page down."""
        self.scroll_lines(max(self.page // 2, 1))

    def do_half_up(self) -> None:
        """Half a page up."""
        self.scroll_lines(-max(self.page // 2, 1))

    def do_page_down(self) -> None:
        """A page down."""
        self.scroll_lines(self.page)

    def do_page_up(self) -> None:
        """A page up."""
        self.scroll_lines(-self.page)
