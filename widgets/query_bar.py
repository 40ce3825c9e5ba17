"""The line in which one types a query: a live count while it can be read, a caret under the mistake while it cannot."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from widgets.cells import visible
from widgets.words import many

_PAUSE = 0.12  # seconds without a key before a query is counted
_LABEL = "query / "


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
    QueryBar .answer.-wrong { color: $text-error; text-style: bold; }
    """

    class Edited(Message):
        """The query changed and the typing paused."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Submitted(Message):
        """The query is to be run."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The bar was left without running anything."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's own name for it)
        super().__init__(id=id)
        self._waiting: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out label, words and answer."""
        with Horizontal():
            yield Static(_LABEL, classes="label", markup=False)
            yield Input(
                placeholder='status:open -tag:vip age>2d sla<1h "exact words"',
                select_on_focus=False,
                compact=True,
            )
        yield Static("", classes="answer", markup=False)

    @property
    def text(self) -> str:
        """The query as it stands."""
        return self.query_one(Input).value

    def open(self, text: str) -> None:
        """Show the bar with this query in it, all selected: typing replaces it, an arrow keeps it."""
        self.add_class("-open")
        words = self.query_one(Input)
        words.value = text
        self.screen.set_focus(words)  # now, not after the next message: what is typed ahead belongs here
        words.select_all()
        self.post_message(self.Edited(text))

    def close(self) -> None:
        """Put the bar away."""
        if self._waiting is not None:
            self._waiting.stop()
        self.remove_class("-open")

    def show_count(self, count: int, text: str) -> None:
        """Say how many tickets the query `text` matches; an answer to older words is dropped."""
        if text == self.text:
            self._answer(many(count, "ticket"), wrong=False)

    def show_error(self, message: str, at: int, text: str) -> None:
        """Point at character `at` of the query `text` and say what is wrong there."""
        if text == self.text:
            scrolled = int(self.query_one(Input).scroll_offset.x)
            column = max(len(_LABEL) + at - scrolled, 0)
            self._answer(f"{' ' * column}^ {visible(message)}", wrong=True)

    def _answer(self, words: str, *, wrong: bool) -> None:
        answer = self.query_one(".answer", Static)
        answer.set_class(wrong, "-wrong")
        answer.update(Content(words))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Count once the typing pauses."""
        event.stop()
        if self._waiting is not None:
            self._waiting.stop()
        self._waiting = self.set_timer(_PAUSE, lambda: self.post_message(self.Edited(event.value)))

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
