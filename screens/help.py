"""Help: every action with its keys, those of the pane at hand first; found by name or by key."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from widgets.actions import ACTIONS, Action, show_key
from widgets.fuzzy import score
from widgets.over_table import OverTable
from widgets.table import Row, Table
from widgets.terminal import Terminal


class HelpScreen(OverTable):
    """Shows the table of actions; typing filters it, escape leaves."""

    pane = "help"
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > Vertical { width: 110; max-width: 98%; height: 90%; border: round $accent; background: $surface; }
    HelpScreen Input { height: 1; padding: 0 1; background: $boost; }
    HelpScreen Table { background: $surface; }
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

    def compose(self) -> ComposeResult:
        """Lay out the words above the table."""
        with Vertical() as box:
            box.border_subtitle = Content("esc goes back")
            yield Input(placeholder="type a word or a key", compact=True)
            yield self.table

    def on_mount(self) -> None:
        """Show everything."""
        self._filter("")
        self.set_focus(self.query_one(Input))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits."""
        event.stop()
        self._filter(event.value)

    def _filter(self, typed: str) -> None:
        found = [action for action in self._actions if _fits(action, typed.strip())]
        self.table.cursor = 0
        self.table.set_rows([_row(action, self._pane) for action in found], right=f"{self._pane} pane first")


def _fits(action: Action, typed: str) -> bool:
    if not typed or typed in action.keys or typed in [show_key(key) for key in action.keys]:
        return True
    words = f"{action.label} {action.help} {action.group}".lower()
    return len(typed) > 1 and (typed.lower() in words or score(typed, action.label) is not None)


def _row(action: Action, pane: str) -> Row:
    here = action.keys_in(pane) if pane in action.panes else action.keys
    keys = " ".join(show_key(key) for key in here)
    where = "here" if pane in action.panes else ", ".join(action.panes)
    ink = "strong" if pane in action.panes else "dim"
    return ((keys or "palette", "accent"), (action.label, ink), (action.help, "text"), (where, "dim"))
