"""The window before a reply leaves: what it promises and by when, to be confirmed, dropped or given another time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from widgets.fuzzy import Choice
from widgets.keys_told import keys_of
from widgets.list_dialog import ListDialog
from widgets.table import FittedTable, Row
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


class PromiseDialog(ListDialog["tuple[Found, ...]"]):
    """Returns the promises to keep, which may be none; or None when the person goes back to writing."""

    pane = "promising"
    DEFAULT_CSS = """
    PromiseDialog > Vertical { width: 84; max-height: 90%; }
    PromiseDialog Table { max-height: 10; }
    PromiseDialog Prose { height: 4; }
    """

    def __init__(
        self, found: Sequence[Found], clock: Clock, *, moves: str = "", glyphs: Glyphs = UNICODE
    ) -> None:
        table = FittedTable(f"Times in {clock.zone}", _COLUMNS, glyphs=glyphs)
        keys = (
            ("confirm", "sends and keeps"),
            ("unpromise", "drops"),
            ("retime", "another time"),
            ("cancel", "back to writing"),
        )
        super().__init__(table, keys, title="Your reply promises", glyphs=glyphs)
        self._found = list(found)
        self._dropped: set[int] = set()
        self._clock = clock
        self._moves = moves

    def on_resize(self) -> None:
        """Lay the sentence out again."""
        self.tell()

    def tell(self) -> None:
        """Show which are kept, and the sentence of the one at hand."""
        kept = len(self._chosen())
        self.table.set_rows(
            [self._row(n, each) for n, each in enumerate(self._found)],
            right=f"{kept} kept" if kept else "none kept",
        )
        here = self._found[self.table.cursor]
        said = [(here.words, "text")]
        if not here.due:
            gives = f"{keys_of(self.app).first('retime')} gives it one"
            said.append((f"No time to come is said: {gives}, otherwise it is not kept.", "warn"))
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
        self.tell()

    def do_retime(self) -> Awaitable[None]:
        """Ask for another time for the promise at hand."""
        from widgets.picker import Picker  # noqa: PLC0415  (it brings Textual's Input)

        here = self._found[self.table.cursor]
        offered = [
            Choice(words, words, self._clock.says(at)) for words in _TIMES if (at := self._clock.reads(words))
        ]
        picker = Picker(f"When is {here.phrase!r}?", offered, meaning=self._meaning, glyphs=self.glyphs)
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
            self.tell()
