"""The window before a reply leaves: what it promises and by when, to be confirmed, dropped or given another time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from widgets.fuzzy import Choice
from widgets.prose import Prose
from widgets.rows import RowList
from widgets.table import Row, Table
from widgets.terminal import UNICODE, Glyphs

if TYPE_CHECKING:
    from console.promise_words import Found

_COLUMNS = (("you promise", 26), ("due", 18), ("", 0))
_TIMES = ("today 17:00", "tomorrow 10:00", "tomorrow 17:00", "friday 17:00", "next week")


@dataclass(frozen=True, slots=True)
class Clock:
    """How times are told and read for this customer: a moment as words, words as a moment (0: none to come)."""

    says: Callable[[int], str]
    reads: Callable[[str], int]
    zone: str


class PromiseDialog(ModalScreen["tuple[Found, ...] | None"]):
    """Returns the promises to keep, which may be none; or None when the person goes back to writing."""

    pane = "promising"
    DEFAULT_CSS = """
    PromiseDialog { align: center middle; }
    PromiseDialog > Vertical {
        width: 84; max-width: 98%; height: auto; max-height: 90%; border: round $accent; background: $surface;
    }
    PromiseDialog Table { height: auto; min-height: 3; max-height: 10; background: $surface; }
    PromiseDialog Prose { height: 4; background: $surface; }
    """

    def __init__(
        self, found: Sequence[Found], clock: Clock, *, moves: str = "", glyphs: Glyphs = UNICODE
    ) -> None:
        super().__init__()
        self._found = list(found)
        self._dropped: set[int] = set()
        self._clock = clock
        self._moves = moves
        self._glyphs = glyphs
        self.table = _Promises(f"Times in {clock.zone}", _COLUMNS, glyphs=glyphs)
        self.words = Prose(glyphs=glyphs)
        self.words.paper = "surface"
        self.words.can_focus = False

    def compose(self) -> ComposeResult:
        """Lay out the promises above the sentence of the one at hand."""
        with Vertical() as box:
            box.border_title = Content("Your reply promises")
            box.border_subtitle = Content(
                "enter sends and keeps  x drops  e another time  esc back to writing"
            )
            yield self.table
            yield self.words

    def on_mount(self) -> None:
        """Show them all, none dropped."""
        self._show()
        self.set_focus(self.table)

    def on_resize(self) -> None:
        """Lay the sentence out again."""
        self._show()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Show the sentence of the one at hand."""
        event.stop()
        self._show()

    def _show(self) -> None:
        kept = len(self._chosen())
        self.table.set_rows(
            [self._row(n, each) for n, each in enumerate(self._found)],
            right=f"{kept} kept" if kept else "none kept",
        )
        here = self._found[self.table.cursor]
        said = [(here.words, "text")]
        if not here.due:
            said.append(("No time to come is said: e gives it one, otherwise it is not kept.", "warn"))
        if self._moves:
            said.append((self._moves, "note"))
        self.words.tell_words(self.table.cursor, said)

    def _row(self, n: int, each: Found) -> Row:
        if n in self._dropped:
            return (each.phrase, "dim"), ("not kept", "dim"), ("", "dim")
        due = self._clock.says(each.due) if each.due else "when?"
        return (each.phrase, "strong"), (due, "accent" if each.due else "warn"), (each.words, "dim")

    def _chosen(self) -> tuple[Found, ...]:
        return tuple(each for n, each in enumerate(self._found) if each.due and n not in self._dropped)

    def do_confirm(self) -> None:
        """Send, and keep what is not dropped."""
        self.dismiss(self._chosen())

    def do_unpromise(self) -> None:
        """Leave the promise at hand out, or take it in again."""
        self._dropped ^= {self.table.cursor}
        self._show()

    def do_retime(self) -> Awaitable[None]:
        """Ask for another time for the promise at hand."""
        from widgets.picker import Picker  # noqa: PLC0415  (it brings Textual's Input)

        here = self._found[self.table.cursor]
        offered = [
            Choice(words, words, self._clock.says(at)) for words in _TIMES if (at := self._clock.reads(words))
        ]
        picker = Picker(f"When is {here.phrase!r}?", offered, meaning=self._meaning, glyphs=self._glyphs)
        return self.app.push_screen(picker, self._retimed)

    def _meaning(self, typed: str) -> str:
        at = self._clock.reads(typed)
        return f"due {self._clock.says(at)}" if at else ""

    def _retimed(self, typed: str | None) -> None:
        at = self._clock.reads(typed) if typed else 0
        if at:
            n = self.table.cursor
            self._found[n] = replace(self._found[n], due=at)
            self._dropped.discard(n)
            self._show()

    def do_cancel(self) -> None:
        """Go back to writing; nothing is sent."""
        self.dismiss(None)


class _Promises(Table):
    """The promises, as high as they are many."""

    paper = "surface"

    def get_content_height(self, *_: object) -> int:
        """As high as its rows; the style sheet sets the bounds."""
        return len(self.rows) + self.head_height
