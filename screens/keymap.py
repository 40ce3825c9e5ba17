"""From a key to an action: looked up in the table for the pane at hand, with keys of more than one stroke ("g g").

Textual's own bindings know no sequences, drop a binding silently when a key is given to another, and copy every map for
every key; here one dictionary per pane is read once and asked once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from inspect import isawaitable
from typing import Any, TypeVar

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.widget import Widget

from console.keys import PATIENCE, Fault, chosen, heads, meaning
from store.errors import ConfigError
from widgets.actions import ACTIONS, BY_ID, PANES, TYPING, Action

_LONGEST_WAIT = 0.5  # seconds that a busy field may hold a key up
T = TypeVar("T")


def rebound(
    overrides: Mapping[str, Sequence[str]], actions: Sequence[Action] = ACTIONS
) -> tuple[Action, ...]:
    """Return the table with other keys for some actions; ConfigError names the first thing that cannot be."""
    table, faults = chosen(overrides, actions, PANES)
    for fault in faults:
        raise ConfigError(f"{fault}.", fault.hint)
    return table


def own_keymap(keys: Mapping[str, Sequence[str]]) -> tuple[Keymap, tuple[Fault, ...]]:
    """Return the keymap with the keys of one's own, and what of them cannot hold: there the defaults stay."""
    if not keys:
        return Keymap(), ()
    table, faults = chosen(keys, ACTIONS, PANES)
    return Keymap(table), faults


class Keymap:
    """What each key means in each pane; remembers the beginning of a longer key for a second."""

    def __init__(
        self, actions: Iterable[Action] = ACTIONS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.actions = tuple(actions)
        self.pending = ""
        self.pressed = ""  # the whole of the last key, however long
        self._clock = clock
        self._since = 0.0
        self._means = {pane: {k: a for a in self.actions for k in a.keys_in(pane)} for pane in PANES}
        self._begins = {pane: {h for k in keys for h in heads(k)} for pane, keys in self._means.items()}

    def press(self, pane: str, key: str) -> Action | None:
        """Return what `key` does in `pane`; None when it does nothing, or when `pending` waits for more."""
        before = self.pending if self._clock() - self._since < PATIENCE else ""
        self.pending = ""
        means, begins = self._means.get(pane, {}), self._begins.get(pane, ())
        whole = f"{before} {key}" if before else key
        if before and key == "escape" and whole not in means:
            self.pressed = whole
            return None  # only the beginning is given up, and nothing else is left
        if whole not in means and whole not in begins:
            whole = key
        self.pressed = whole
        if whole in begins:
            self.pending, self._since = whole, self._clock()
            return None
        return means.get(whole)

    def gave_up(self) -> bool:
        """Forget the beginning of a longer key when its time is over; say whether there was one."""
        over = bool(self.pending) and self._clock() - self._since >= PATIENCE
        if over:
            self.pending = ""
        return over

    def takes(self, key: str) -> bool:
        """Say whether the key just pressed belonged to us although nothing was done: as a beginning, or giving one up."""
        return bool(self.pending) or self.pressed.endswith(f" {key}")

    def meaning(self, action: Action) -> str:
        """Return the default key in whose place the last one stands: what an action is told."""
        return meaning(action, self.pressed, BY_ID.get(action.id, action))


def key_name(event: events.Key) -> str:
    """Return the key as the table of actions writes it."""
    if event.character and event.is_printable and event.character != " " and "+" not in event.key:
        return event.character
    return event.key


def pane_of(node: DOMNode | None) -> str:
    """Return the pane that a widget stands in: the nearest `pane` on the way up; "" when there is none."""
    while node is not None:
        pane = getattr(node, "pane", "")
        if pane:
            return str(pane)
        node = node.parent
    return ""


class KeyedApp(App[T]):
    """An app whose keys come from the table; whoever is nearest to the focus and has `do_ID` carries an action out."""

    def __init__(self, keymap: Keymap | None = None, **settings: Any) -> None:  # noqa: ANN401  (Textual's own settings)
        super().__init__(**settings)
        self.keymap = keymap or Keymap()

    @property
    def place(self) -> DOMNode:
        """Where keys go: the widget with the focus, else the screen."""
        return self.screen.focused or self.screen

    async def on_event(self, event: events.Event) -> None:
        """Take the keys that mean something; leave the others to Textual."""
        if isinstance(event, events.InputEvent) and not self.screen_stack:
            return  # the program is about to end
        if isinstance(event, events.Key) and not event.is_forwarded:
            pane = pane_of(self.place)
            action = self.keymap.press(pane, key_name(event))
            meant = self.keymap.meaning(action) if action else ""
            self.key_pressed(pane)
            if action is not None:
                if pane not in TYPING or await self._caught_up():
                    await self.perform(action, meant)
                return
            if self.keymap.takes(key_name(event)):
                return
            if pane in TYPING and not event.is_printable and await self._edited(event.key):
                return
        await super().on_event(event)

    async def _edited(self, key: str) -> bool:
        """Carry out a key of the field itself, such as backspace, at once; say whether it has one.

        Textual looks for it only once the key has come up through all that stands around the field: the letters typed
        after it would stand there before it is done.
        """
        if not await self._caught_up():
            return True
        return await self._check_bindings(key, priority=True) or await self._check_bindings(key)

    async def _caught_up(self) -> bool:
        """Wait until what was typed before this key stands in the field, and whoever watches the field has seen it.

        Says whether the screen is still there: the program may have come to its end meanwhile.

        Keys that are text go through the field's own queue; without this an Enter would overtake them.
        """
        node: DOMNode | None = self.screen.focused
        way = [] if node is None else [node, *node.ancestors_with_self]
        for each in way:
            if isinstance(each, Widget) and each.is_running:
                seen = asyncio.Event()
                each.call_later(seen.set)
                with suppress(TimeoutError):
                    await asyncio.wait_for(seen.wait(), _LONGEST_WAIT)
        return bool(self.screen_stack)

    def key_pressed(self, pane: str) -> None:
        """Be told about every key in `pane`; shows the beginning of a longer one."""

    async def perform(self, action: Action, key: str = "", at: DOMNode | None = None) -> bool:
        """Carry `action` out from the widget `at` (None: the one with the focus) upwards; say whether anyone could."""
        node: DOMNode | None = at or self.place
        while node is not None:
            handler = getattr(node, f"do_{action.id}", None)
            if handler is not None:
                done = handler(*([key] if action.with_key else []))
                if isawaitable(done):
                    await done
                return True
            node = node.parent
        return False
