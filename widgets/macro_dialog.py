"""The window of macros: typed letters find one, and what it would put into the draft stands below the list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from widgets.cells import visible
from widgets.fuzzy import Choice
from widgets.keys_told import keys_told
from widgets.picker import Picker
from widgets.prose import Paragraph, Prose
from widgets.rows import RowList
from widgets.terminal import UNICODE, Glyphs

WHOLE, WORDS = "whole:", "words:"  # what a name is returned with: with its changes, or its words alone


@dataclass(frozen=True, slots=True)
class Canned:
    """One macro for the ticket at hand: its words filled in, and what it would change."""

    name: str
    title: str
    why: str
    text: str
    changes: str = ""


class MacroDialog(Picker):
    """Returns the name that was chosen behind `WHOLE` or `WORDS`, "" when it was left."""

    pane = "macros"
    DEFAULT_CSS = """
    MacroDialog { align: center middle; }
    MacroDialog > Vertical { width: 110; max-width: 98%; max-height: 94%; }
    MacroDialog Table { max-height: 30vh; }
    MacroDialog Prose { height: 50vh; max-height: 18; margin-top: 1; background: $surface; }
    """

    def __init__(self, title: str, macros: Sequence[Canned], *, glyphs: Glyphs = UNICODE) -> None:
        choices = [Choice(each.name, visible(each.title), visible(each.why)) for each in macros]
        super().__init__(title, choices, glyphs=glyphs)
        self._macros = {each.name: each for each in macros}
        width = max((cell_len(visible(choice.label)) for choice in choices), default=0)
        self.table.columns = (("", min(max(width, 12), 46)), ("", 0))
        self.table.empty = "Nothing fits." if macros else "There are no macros for this ticket."
        self.preview = Prose(glyphs=glyphs)
        self.preview.paper = "surface"
        self.preview.can_focus = False

    def compose(self) -> ComposeResult:
        """Lay out the words to type, the macros, and the one at hand."""
        with Vertical() as box:
            box.border_subtitle = keys_told(
                self.app, self.pane, ("open", "takes"), ("macro_words", "words alone"), ("cancel", "leaves")
            )
            yield Input(placeholder="type to filter", compact=True)
            yield self.table
            yield self.preview

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Show these macros, and what the first of them says."""
        super().set_choices(choices)
        self._tell()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter, and show what is at hand now."""
        super().on_input_changed(event)
        event.prevent_default()  # else the handler of the base would run once more
        self._tell()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Show what the macro at hand would put in."""
        event.stop()
        self._tell()

    def do_open(self) -> None:
        """Take the macro at the cursor, with what it changes."""
        self._take(WHOLE)

    def do_macro_words(self) -> None:
        """Take its words alone."""
        self._take(WORDS)

    def _take(self, how: str) -> None:
        here = self._here()
        if here is not None:
            self.dismiss(how + here.name)

    def _here(self) -> Canned | None:
        at = self.table.cursor
        return self._macros[self._found[at].value] if at < len(self._found) else None

    def _tell(self) -> None:
        here = self._here()
        self.preview.tell_words(here.name if here else "", tuple(_in_full(here)) if here else ())


def _in_full(macro: Canned) -> Iterator[Paragraph]:
    if macro.changes:
        yield f"Changes at once: {macro.changes}", "accent"
        yield "", "text"
    yield macro.text, "text"
