"""The five HEARD steps beside a draft."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from widgets.ladder_lines import AdviceLike, Line, ladder_lines
from widgets.lines import LineView, Span
from widgets.terminal import UNICODE, Glyphs


class Ladder(LineView, can_focus=False):
    """Shows the newest advice; a hint that was put away stays away for this draft."""

    DEFAULT_CSS = "Ladder { height: 9; }"

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002  (Textual's own name)
        super().__init__("HEARD", glyphs=glyphs, id=id)
        self.advice: AdviceLike | None = None
        self._draft = ""
        self._muted: set[str] = set()
        self._lines: list[Line] = []

    def show_advice(self, advice: AdviceLike | None, draft: str) -> None:
        """Show what the engine says about `draft`; None before there is anything to say."""
        self.advice, self._draft = advice, draft
        self._lay_out()

    def mute(self) -> bool:
        """Put the hint away; say whether there was one."""
        hint = self.advice.suggestion if self.advice else ""
        self._muted.add(hint)
        self._lay_out()
        return bool(hint)

    def new_draft(self) -> None:
        """Forget which hints were put away: another draft begins."""
        self._muted.clear()
        self.show_advice(None, "")

    def place(self, step: int) -> tuple[int, int] | None:
        """Return where in the draft the n-th step was seen, in characters; None where it was not."""
        if self.advice is None or not self.advice.steps[step].spans:
            return None
        span = self.advice.steps[step].spans[0]
        return span.start, span.end

    def why(self, step: int) -> str:
        """Return the reason given for the n-th step."""
        return self.advice.steps[step].why if self.advice else ""

    def text(self) -> str:
        """Return what is shown as plain text."""
        return "\n".join("".join(text for text, _ in line).rstrip() for line in self._lines)

    def _lay_out(self) -> None:
        room = self.size.height - self.head_height
        before, self._lines = self._lines, []
        if self.advice is not None and self.size.width:
            width = self.size.width - 1
            self._lines = ladder_lines(
                self.advice, self._draft, width=width, height=room, glyphs=self.glyphs, muted=self._muted
            )
        if self._lines != before:
            self.forget()

    def resized(self) -> None:
        """Lay out for the new size."""
        self._lay_out()

    def total(self) -> int:
        """Return how many lines there are to say."""
        return len(self._lines)

    def bar(self, y: int, height: int, total: int) -> str:
        """Return nothing: what does not fit is not scrolled to."""
        del y, height, total
        return ""

    def key(self, n: int) -> Hashable:
        """Return the line itself."""
        return self._lines[n]

    def spans(self, n: int, width: int) -> Iterable[Span]:
        """Return one line."""
        del width
        return (" ", "text"), *self._lines[n]
