"""The line in which one types a query: a live count while it can be read, a caret under the mistake while it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from widgets.cells import visible
from widgets.keys_told import keys_of
from widgets.words import many

_PAUSE = 0.12  # seconds without a key before a query is counted
_SHOWN = 6  # completions below the bar

Place = tuple[str, int]  # the words of the bar, and where in them the cursor stands


class Completion(NamedTuple):
    """`text` would take the place of what stands from `start` up to the cursor; `detail` says what it is."""

    start: int
    text: str
    detail: str = ""


class QueryBar(Vertical):
    """Typed words go out as `Edited` after a pause and as `Submitted` on enter; `show_count` or `show_error` answer."""

    pane = "query"
    DEFAULT_CSS = """
    QueryBar { height: auto; display: none; background: $surface; }
    QueryBar.-open { display: block; }
    QueryBar Horizontal { height: 1; }
    QueryBar .label { width: auto; color: $text-accent; text-style: bold; }
    QueryBar Input { border: none; height: 1; padding: 0; width: 1fr; background: $surface; }
    QueryBar .answer { height: auto; max-height: 3; color: $foreground 70%; }
    QueryBar .fits { height: auto; max-height: 6; color: $foreground 70%; display: none; }
    QueryBar .fits.-any { display: block; }
    QueryBar .answer.-wrong { color: $text-error; text-style: bold; }
    """

    class Edited(Message):
        """The query changed and the typing paused; `at` is where the cursor stands."""

        def __init__(self, text: str, at: int = 0) -> None:
            super().__init__()
            self.text = text
            self.at = at

    class Submitted(Message):
        """The query is to be run."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The bar was left without running anything."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's own name for it)
        super().__init__(id=id)
        self._label = ""  # names the key that opens the bar
        self._waiting: Timer | None = None
        self._fits: Sequence[Completion] = ()
        self._for: Place | None = None  # where these fit
        self._taken: Place | None = None  # where the last completion left the cursor
        self._next = 0  # which is taken next
        self._wanted: Place | None = None  # where tab was pressed before it was known what fits

    def compose(self) -> ComposeResult:
        """Lay out label, words and answer."""
        keys = keys_of(self.app)
        self._label = f"query {keys.first('query')} " if keys.of("query") else "query "
        with Horizontal():
            yield Static(self._label, classes="label", markup=False)
            yield Input(
                placeholder='status:open (tag:vip or sla<1h) created:2026-01 "exact words"',
                select_on_focus=False,
                compact=True,
            )
        yield Static("", classes="answer", markup=False)
        yield Static("", classes="fits", markup=False)

    @property
    def text(self) -> str:
        """The query as it stands."""
        return self.query_one(Input).value

    @property
    def _here(self) -> Place:
        words = self.query_one(Input)
        return words.value, words.cursor_position

    def open(self, text: str) -> None:
        """Show the bar with this query in it, all selected: typing replaces it, an arrow keeps it."""
        self.add_class("-open")
        words = self.query_one(Input)
        words.value = text
        self.screen.set_focus(words)  # now, not after the next message: what is typed ahead belongs here
        words.select_all()
        self._show_fits(())
        self.post_message(self.Edited(text, len(text)))

    def close(self) -> None:
        """Put the bar away."""
        if self._waiting is not None:
            self._waiting.stop()
        self.remove_class("-open")
        self._show_fits(())

    def show_count(self, count: int, text: str, why: str = "") -> None:
        """Say how many tickets the query `text` matches, and `why` there are none; an answer to older words is dropped."""
        if text == self.text:
            self._answer(". ".join(filter(None, (many(count, "ticket"), visible(why)))), wrong=False)

    def show_error(self, message: str, at: int, text: str) -> None:
        """Point at character `at` of the query `text` and say what is wrong there."""
        if text == self.text:
            scrolled = int(self.query_one(Input).scroll_offset.x)
            column = max(cell_len(self._label) + cell_len(text[:at]) - scrolled, 0)
            told = visible(message)
            beside = (
                column + 2 + len(told) <= self.size.width
            )  # else the words would push the caret off its place
            self._answer(f"{' ' * column}^{' ' if beside else chr(10)}{told}", wrong=True)

    def show_fits(self, fits: Sequence[Completion], text: str, at: int | None = None) -> None:
        """Show what the query `text` could go on with at `at`, None: its end; what was found for older words is dropped."""
        where = (text, len(text) if at is None else at)
        if where != self._here or (where == self._taken and not text.endswith((":", "<", ">", "="))):
            return  # tab goes on through the ones that it began with
        self._show_fits(fits)
        self._for = where
        if self._wanted == where and fits:
            self.do_complete()
        self._wanted = None

    def _show_fits(self, fits: Sequence[Completion]) -> None:
        self._fits, self._next, self._for, self._taken = fits, 0, None, None
        below = self.query_one(".fits", Static)
        below.set_class(bool(fits), "-any")
        indent = " " * cell_len(self._label)
        lines = [f"{indent}{visible(f.text):<24} {visible(f.detail)}" for f in fits[:_SHOWN]]
        if len(fits) > _SHOWN:
            lines[-1] += f"   and {len(fits) - _SHOWN + 1} more" if not fits[_SHOWN - 1].detail else ""
        below.update(Content("\n".join(lines)))

    def do_complete(self) -> None:
        """Put in what fits; again at once: the next of them instead."""
        here = self._here
        if here not in (self._for, self._taken):
            self._wanted = here
            self._paused()
            return
        if not self._fits:
            return
        words = self.query_one(Input)
        chosen = self._fits[self._next % len(self._fits)]
        self._next += 1
        words.value = words.value[: chosen.start] + chosen.text + words.value[here[1] :]
        words.cursor_position = chosen.start + len(chosen.text)
        self._taken = self._here

    def _answer(self, words: str, *, wrong: bool) -> None:
        answer = self.query_one(".answer", Static)
        answer.set_class(wrong, "-wrong")
        answer.update(Content(words))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Count once the typing pauses."""
        event.stop()
        if self._waiting is not None:
            self._waiting.stop()
        self._waiting = self.set_timer(_PAUSE, self._paused)

    def _paused(self) -> None:
        if self._waiting is not None:
            self._waiting.stop()
        self.post_message(self.Edited(self.text, self.query_one(Input).cursor_position))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Run the query."""
        event.stop()
        self.do_submit()

    def do_submit(self) -> None:
        """Run the query as it stands."""
        self.post_message(self.Submitted(self.text))

    def do_leave(self) -> None:
        """Leave the bar and keep the queue as it was."""
        self.close()
        self.post_message(self.Left())
