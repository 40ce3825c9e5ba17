"""A modal list that one types into: statuses, people, tags, search hits; enter takes, escape leaves."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from widgets.cells import visible
from widgets.found_words import places
from widgets.fuzzy import Choice, best
from widgets.keys_told import keys_told
from widgets.lines import Span
from widgets.over_table import OverTable
from widgets.rows import RowList
from widgets.table import Columns, FittedTable
from widgets.terminal import UNICODE, Glyphs

_NARROWEST, _WIDEST = 12, 30  # columns of the labels, where something stands beside them
_AS_TYPED = 8  # columns of these words
_SEARCH, _NOTHING = "What you type is looked for.", "Nothing fits."


class Picker(OverTable):
    """Returns the value of the choice that was taken, or "" when it was left.

    With `free`, the words themselves are the last choice; with `meaning`, words that mean something are the first, beside what they mean. With `asks`, choices are not filtered here:
    `Typed` is sent and whoever opened the picker gives new ones with `set_choices`.
    """

    pane = "picker"
    DEFAULT_CSS = """
    Picker { align: center middle; }
    Picker > Vertical {
        width: 72; max-width: 96%; height: auto; max-height: 80%; border: round $accent; background: $surface;
    }
    Picker Input { border: none; height: 1; padding: 0 1; background: $boost; }
    Picker Table { height: auto; min-height: 3; max-height: 24; background: $surface; }
    """

    class Typed(Message):
        """The words in the picker changed."""

        def __init__(self, picker: Picker, text: str) -> None:
            super().__init__()
            self.picker = picker
            self.text = text

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        free: bool = False,
        asks: bool = False,
        meaning: Callable[[str], str] | None = None,
        glyphs: Glyphs = UNICODE,
    ) -> None:
        super().__init__()
        self._heading = title
        self._choices = choices
        self._free = free
        self._asks = asks
        self._meaning = meaning
        self.ranked = False  # with `asks`: what fits best comes first, not what is newest
        self._found: Sequence[Choice] = choices
        self.table: _ChoiceTable = _ChoiceTable(
            title, self._columns(), empty=_SEARCH if asks else _NOTHING, names=False, glyphs=glyphs
        )

    def compose(self) -> ComposeResult:
        """Lay out the words above the choices."""
        with Vertical() as box:
            rank = [("rank", "newest or best first")] if self._asks else []
            box.border_subtitle = keys_told(
                self.app, self.pane, ("open", "takes"), ("cancel", "leaves"), *rank
            )
            typing = (
                "type what to look for"
                if self._asks
                else "type, or choose"
                if self._free or self._meaning
                else "type to filter"
            )
            yield Input(placeholder=typing, compact=True)
            yield self.table

    def on_mount(self) -> None:
        """Show all choices."""
        self.set_choices(self._choices)
        self.set_focus(self.query_one(Input))

    def _columns(self) -> Columns:
        """The labels have all the room that nothing stands beside."""
        if self._choices and not self._meaning and not any(choice.detail for choice in self._choices):
            return (("", 0), ("", _AS_TYPED if self._free else 1))
        width = max((cell_len(visible(choice.label)) for choice in self._choices), default=0)
        return (("", min(max(width, _NARROWEST), _WIDEST)), ("", 0))

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Show these choices instead."""
        self._choices = choices
        self._filter()

    def _filter(self) -> None:
        typed = "" if self._asks else self.query_one(Input).value.strip()
        self._found = best(typed, self._choices, lambda c: f"{c.label} {c.detail}")
        if self._free and typed and typed not in [choice.value for choice in self._choices]:
            self._found = [*self._found, Choice(typed, typed, "as typed")]
        if self._meaning and typed and (meant := self._meaning(typed)):
            self._found = [Choice(typed, typed, meant), *self._found]
        if self._meaning and not self._found:  # what can be typed is said as long as nothing is
            self._found = [choice for choice in self._choices if not choice.value]
        self.table.set_rows([((c.label, "text"), (c.detail, "dim")) for c in self._found])

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter, or ask for what fits."""
        event.stop()
        self.table.cursor = 0
        if self._asks:
            self.table.words = event.value
            self.table.empty = _NOTHING if event.value.strip() else _SEARCH
            self.app.post_message(self.Typed(self, event.value))
        else:
            self._filter()

    def do_rank(self) -> None:
        """Turn from the newest first to what fits best, or back."""
        if self._asks:
            self.ranked = not self.ranked
            self.table.cursor = 0
            self.app.post_message(self.Typed(self, self.query_one(Input).value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the choice at the cursor."""
        event.stop()
        self.do_open()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Take the choice that was clicked."""
        event.stop()
        self.do_open()

    def do_open(self) -> None:
        """Take the choice at the cursor, or the words themselves where that is allowed; one that says what to type stays."""
        if self.table.cursor < len(self._found):
            value = self._found[self.table.cursor].value
            if value or not self._meaning:
                self.dismiss(value)


class _ChoiceTable(FittedTable, can_focus=False):
    """The choices; keys go to the words above."""

    words = ""  # that were looked for: they stand out in what was found

    def key(self, n: int) -> Hashable:
        """Return the row and the words that stand out in it."""
        return super().key(n), self.words

    def spans(self, n: int, width: int) -> Iterable[Span]:
        """Return the cells of one row, with the words that were looked for in bold."""
        for text, ink in super().spans(n, width):
            at = 0
            for start, end in places(text, self.words) if self.words and ink == "dim" else ():
                yield text[at:start], ink
                yield text[start:end], "strong"
                at = end
            yield text[at:], ink

    def ground(self, n: int) -> str:
        """Return the cursor's ink: what enter takes stands out although the keys go elsewhere."""
        return "cursor-on" if n == self.cursor else "text"
