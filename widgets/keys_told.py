"""What frames and sentences say about keys: always the key that holds, that of the table or one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.content import Content

from widgets.actions import ACTIONS, Action, show_key

if TYPE_CHECKING:
    from textual.app import App

NO_KEY = "the palette"  # every action is there, with a key or without


@dataclass(frozen=True, slots=True)
class Keys:
    """The table of actions with the keys that hold, as sentences name them."""

    actions: Sequence[Action] = ACTIONS

    def of(self, name: str, pane: str = "") -> tuple[str, ...]:
        """Return the keys of the action `name` as the table writes them, those that work in `pane` where one is given."""
        action = next((each for each in self.actions if each.id == name), None)
        if action is None:
            return ()
        return action.keys_in(pane) if pane else action.keys

    def first(self, name: str, pane: str = "") -> str:
        """Return the first key of the action `name` as it is said; "the palette" where it has none."""
        keys = self.of(name, pane)
        return show_key(keys[0]) if keys else NO_KEY

    def opening(self, name: str, pane: str = "") -> str:
        """Return the first key as a sentence begins with it: "Enter"; a letter stays the one that is to be pressed."""
        key = self.first(name, pane)
        letter = any(len(written.split(" ")[0]) == 1 for written in self.of(name, pane)[:1])
        return key if letter else key[0].upper() + key[1:]


DEFAULT_KEYS = Keys()


def keys_of(app: App[Any]) -> Keys:
    """Return the keys that hold in this app; in one without a keymap those of the table."""
    keymap = getattr(app, "keymap", None)
    return DEFAULT_KEYS if keymap is None else Keys(keymap.actions)


def frame_told(keys: Keys, pane: str, *said: tuple[str, str]) -> str:
    """Return "enter takes  esc leaves": for each (id of an action, word) its first key in `pane`; without a key, nothing."""
    return "  ".join(
        f"{keys.first(name, pane)} {word}".rstrip() for name, word in said if keys.of(name, pane)
    )


def keys_told(app: App[Any], pane: str, *said: tuple[str, str]) -> Content:
    """Return the keys of a frame in the app's own keys, as `frame_told` writes them."""
    return Content(frame_told(keys_of(app), pane, *said))
