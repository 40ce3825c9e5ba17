"""What the frame of a window says about its keys, with the keys that hold: those of the table, or of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.content import Content

from widgets.actions import ACTIONS, Action, show_key

if TYPE_CHECKING:
    from textual.app import App


def keys_told(app: App[Any], pane: str, *said: tuple[str, str]) -> Content:
    """Return "enter takes  esc leaves": for each (id of an action, word) its first key in `pane`; without a key, nothing."""
    keymap = getattr(app, "keymap", None)
    actions: Sequence[Action] = keymap.actions if keymap is not None else ACTIONS
    keys = {action.id: action.keys_in(pane) for action in actions}
    return Content(
        "  ".join(f"{show_key(keys[name][0])} {word}".rstrip() for name, word in said if keys.get(name))
    )
