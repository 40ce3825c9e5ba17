"""The window in which words that a model wrote are read before anything becomes of them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from widgets.keys_told import keys_told
from widgets.prose import Paragraph, Prose
from widgets.terminal import UNICODE, Glyphs

_LOOK = 0.4  # seconds for which enter does nothing: it was typed before the words could be seen


class ProposalDialog(ModalScreen[bool]):
    """Waits for words, then shows them; returns whether they were taken. Until they are seen, enter does nothing.

    With `takes`, enter puts the words where `takes` says; without, there is nothing to take and enter closes too.
    """

    pane = "picker"
    DEFAULT_CSS = """
    ProposalDialog { align: center middle; }
    ProposalDialog > Vertical {
        width: 100; max-width: 98%; height: 80%; border: round $accent; background: $surface;
    }
    ProposalDialog Prose { height: 1fr; background: $surface; }
    """

    def __init__(self, title: str, waiting: str, takes: str = "", *, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self._heading = title
        self._waiting = waiting
        self._takes = takes
        self._seen = False
        self._box = Vertical()
        self.words = Prose(glyphs=glyphs)
        self.words.paper = "surface"
        self.words.can_focus = False

    def compose(self) -> ComposeResult:
        """Lay out the words."""
        with self._box:
            yield self.words

    def on_mount(self) -> None:
        """Say that somebody is being asked."""
        self._box.border_title = Content(self._heading)
        self._box.border_subtitle = keys_told(self.app, self.pane, ("cancel", "stops asking"))
        self.words.tell_words("waiting", [(self._waiting, "dim")])

    def show_words(self, title: str, paragraphs: Sequence[Paragraph]) -> None:
        """Show what came; from a moment later on it can be taken."""
        self._box.border_title = Content(title)
        keys = [("open", self._takes), ("cancel", "drops it")] if self._takes else [("open", "closes")]
        self._box.border_subtitle = keys_told(self.app, self.pane, *keys)
        self.words.tell_words("words", paragraphs)
        self.set_timer(_LOOK, self._now_seen)

    def _now_seen(self) -> None:
        self._seen = True

    def do_open(self) -> None:
        """Take the words, once they were there to be seen."""
        if self._seen:
            self.dismiss(bool(self._takes))

    def do_cancel(self) -> None:
        """Leave, and take nothing."""
        self.dismiss(False)  # noqa: FBT003  (Textual's own signature)

    def do_top(self) -> None:
        """To the first line."""
        self.words.do_top()

    def do_bottom(self) -> None:
        """To the last line."""
        self.words.do_bottom()

    def do_down(self) -> None:
        """One line down."""
        self.words.do_down()

    def do_up(self) -> None:
        """One line up."""
        self.words.do_up()

    def do_half_down(self) -> None:
        """Half a page down."""
        self.words.do_half_down()

    def do_half_up(self) -> None:
        """Half a page up."""
        self.words.do_half_up()

    def do_page_down(self) -> None:
        """A page down."""
        self.words.do_page_down()

    def do_page_up(self) -> None:
        """A page up."""
        self.words.do_page_up()
