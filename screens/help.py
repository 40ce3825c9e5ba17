"""Help: every action with its keys, those of the pane at hand first; found by name or by key."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from widgets.actions import ACTIONS, Action, show_key
from widgets.fuzzy import score
from widgets.keys_told import keys_told
from widgets.over_table import OverTable
from widgets.prose import Prose
from widgets.rows import RowList
from widgets.table import Row, Table
from widgets.terminal import Terminal

_ROOMY = 14  # lines of a screen that has room for the line at hand in full


class HelpScreen(OverTable):
    """Shows the table of actions; typing filters it, escape leaves."""

    pane = "help"
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > Vertical { width: 110; max-width: 98%; height: 90%; border: round $accent; background: $surface; }
    HelpScreen Input { height: 1; padding: 0 1; background: $boost; }
    HelpScreen Table { background: $surface; }
    HelpScreen Prose { height: 3; background: $surface; }
    """

    def __init__(self, terminal: Terminal, pane: str, actions: Sequence[Action] = ACTIONS) -> None:
        super().__init__()
        self._pane = pane
        self._actions = sorted(actions, key=lambda action: pane not in action.panes)
        columns = (("keys", 17), ("action", 14), ("what it does", 0), ("where", 9))
        self.table = Table(
            "Keys", columns, empty="No action has these words or keys.", glyphs=terminal.glyphs
        )
        self.table.paper = "surface"
        self.table.can_focus = False
        self._found: Sequence[Action] = ()
        self.words = Prose(glyphs=terminal.glyphs)
        self.words.paper = "surface"
        self.words.can_focus = False

    def compose(self) -> ComposeResult:
        """Lay out the words above the table, and the line at hand in full below it."""
        with Vertical() as box:
            box.border_subtitle = keys_told(self.app, self.pane, ("cancel", "goes back"))
            yield Input(placeholder="type a word or a key", compact=True)
            yield self.table
            yield self.words

    def on_mount(self) -> None:
        """Show everything."""
        self._filter("")
        self.set_focus(self.query_one(Input))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits."""
        event.stop()
        self._filter(event.value)

    def on_resize(self, event: events.Resize) -> None:
        """Leave the table its room, however low the terminal."""
        self.words.display = event.size.height >= _ROOMY

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Show the line at hand in full."""
        event.stop()
        self._tell()

    def _filter(self, typed: str) -> None:
        self._found = [action for action in self._actions if _fits(action, typed.strip())]
        self.table.cursor = 0
        rows = [_row(action, self._pane) for action in self._found]
        self.table.set_rows(rows, right=f"{self._pane} pane first")
        self._tell()

    def _tell(self) -> None:
        """Show what the columns may have cut off: the keys, and the whole sentence."""
        here = self._found[self.table.cursor] if self._found else None
        lines = ((_keys_of(here, self._pane), "accent"), (here.help, "text")) if here else ()
        self.words.tell_words(here.id if here else "", lines)


def _fits(action: Action, typed: str) -> bool:
    if not typed or typed in action.keys or typed in [show_key(key) for key in action.keys]:
        return True
    words = f"{action.label} {action.help} {action.group}".lower()
    return len(typed) > 1 and (typed.lower() in words or score(typed, action.label) is not None)


def _keys_of(action: Action, pane: str) -> str:
    """The keys that are pressed for an action in `pane`, or where it can be found instead."""
    here = action.keys_in(pane) if pane in action.panes else action.keys
    return " ".join(show_key(key) for key in here) or "palette"


def _row(action: Action, pane: str) -> Row:
    where = "here" if pane in action.panes else ", ".join(action.panes)
    ink = "strong" if pane in action.panes else "dim"
    return ((_keys_of(action, pane), "accent"), (action.label, ink), (action.help, "text"), (where, "dim"))
