"""The five HEARD steps beside a draft."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

from rich.style import Style
from textual.strip import Strip

from widgets.cells import wrap
from widgets.ladder_lines import AdviceLike, HintLike, Line, first_hint, ladder_lines
from widgets.lines import LineView, Span
from widgets.marks import CHECK, STYLES
from widgets.terminal import UNICODE, Glyphs

_TITLE = 10  # cells that the title needs beside what stands at its right


class Ladder(LineView, can_focus=False):
    """Shows the newest advice; a hint that was put away stays away for this draft."""

    DEFAULT_CSS = "Ladder { height: 9; }"

    def __init__(self, *, glyphs: Glyphs = UNICODE, id: str | None = None) -> None:  # noqa: A002  (Textual's own name)
        super().__init__("HEARD", glyphs=glyphs, id=id)
        self.advice: AdviceLike | None = None
        self.keys: Mapping[str, str] = {}  # for each thing that can be done with a hint: its key
        self.told = 0  # what the customer told already, where only a count of it is shown
        self._draft = ""
        self._away: set[str] = set()
        self._lines: list[Line] = []

    def show_advice(self, advice: AdviceLike | None, draft: str) -> None:
        """Show what the engine says about `draft`; None before there is anything to say."""
        self.advice, self._draft = advice, draft
        self._lay_out()

    def tell_keys(self, keys: Mapping[str, str]) -> None:
        """Show these keys below a hint."""
        self.keys = keys

    def tell_told(self, count: int) -> None:
        """Show in the title how much the customer told already; 0 where it is shown in full."""
        if count != self.told:
            self.told = count
            self.refresh()

    @property
    def hint(self) -> HintLike | None:
        """The one hint that is shown: the first that was not put away."""
        return first_hint(self.advice, self._away)

    def dismiss(self) -> bool:
        """Put the hint away for this draft; say whether there was one."""
        hint = self.hint
        if hint is not None:
            self._away.add(hint.id)
        self._lay_out()
        return hint is not None

    def new_draft(self) -> None:
        """Forget which hints were put away: another draft begins."""
        self._away.clear()
        self.show_advice(None, "")

    def spans_in_draft(self) -> list[tuple[int, int, str]]:
        """Return what stands out in the draft: the words of each step, and those that the checks speak of."""
        if self.advice is None:
            return []
        found = [(each.start, each.end, step.name) for step in self.advice.steps for each in step.spans]
        return found + [
            (hint.span.start, hint.span.end, CHECK)
            for hint in self.advice.hints
            if hint.span is not None and hint.name not in STYLES and hint.id not in self._away
        ]

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
            self._lines = ladder_lines(
                self.advice,
                self._draft,
                width=self.size.width - 1,
                height=room,
                glyphs=self.glyphs,
                hint=self.hint,
                keys=self._keys_of_hint(),
            )
        if self._lines != before:
            self.forget()

    def _keys_of_hint(self) -> str:
        """What can be done with the hint, each with its key."""
        hint = self.hint
        if hint is None or not self.keys:
            return ""
        offers = {
            "hint_words": "words" if hint.span else "",
            "hint_take": "put in" if hint.wording else "",
            "restate": "restate" if hint.name == "hear" else "",
            "hint": "dismiss",
            "mute": "mute",
        }
        return "  ".join(
            f"{self.keys[name]} {word}" for name, word in offers.items() if word and self.keys.get(name)
        )

    def heads(self, width: int) -> list[Strip]:
        """Return the title; at its right the keys for which there was no line, and the number of things told."""
        key = self.keys.get("fields", "")
        told = f"{self.told} told {key}".rstrip() if self.told else ""
        keys = self._keys_of_hint()
        below = not keys or ((wrap(keys, width - 1)[0], "dim"),) in self._lines
        right = "  ".join(part for part in ("" if below else keys, told) if part)
        return [self.title_strip(width, right if len(right) + _TITLE < width else told)]

    def ink(self, name: str) -> Style:
        """Return a style; "mark-NAME" is the one in which these words stand in the draft."""
        _, mark, style = name.partition("mark-")
        return super().ink("text") + STYLES[style] if mark else super().ink(name)

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
