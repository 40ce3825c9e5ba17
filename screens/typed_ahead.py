"""Keys that are typed before what the key before them brings is there: they wait for it, in the order of typing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from time import monotonic

from textual import events
from textual.dom import DOMNode
from textual.message_pump import MessagePump
from textual.worker import Worker

from screens.keymap import KeyedApp, pane_of

_PATIENCE = 2.0  # seconds that keys wait, however long it takes
_TURN = 0.5  # seconds that one widget may take to come to what was sent to it
_LOOK = 0.01  # seconds between two looks whether it is there, or is there no more
_SETTLED = 0.15  # seconds after which all is there, unless somebody still has something to do or to look up

# What leads somewhere else, to a window or to other tickets: where that is looked up first, what the look is called.
LEADS: dict[str, frozenset[str]] = {
    "open": frozenset(),
    "look": frozenset(),
    "leave": frozenset(),
    "identities": frozenset(),
    "submit": frozenset({"first"}),
    "view": frozenset({"first"}),
    "mentions": frozenset({"first"}),
    "followed": frozenset({"first"}),
    "snoozed": frozenset({"first"}),
    "next_up": frozenset({"next", "skip", "write"}),
    "play": frozenset({"next"}),
    "skip": frozenset({"next", "skip", "write"}),
    "assign": frozenset({"agents"}),
    "assign_me": frozenset({"claim"}),
    "tag": frozenset({"tags"}),
    "snooze": frozenset({"snooze"}),
    "recap": frozenset({"insight"}),
    "next_steps": frozenset({"insight"}),
    "explain": frozenset({"explain"}),
    "sweep": frozenset({"sweep"}),
    "dupes": frozenset({"dupes"}),
    "desks": frozenset({"desks"}),
    "no_news": frozenset({"write"}),
    "edit": frozenset({"write"}),
}


class TypedAhead:
    """Keeps the keys of one app while something is on its way, and hands them to `press` once it is there."""

    def __init__(self, app: KeyedApp[str], press: Callable[[events.Key], Awaitable[None]]) -> None:
        self._app = app
        self._press = press
        self._keys: list[events.Key] | None = None  # None: nothing is waited for
        self._way: dict[MessagePump, None] = {}
        self._looks: frozenset[str] = frozenset()
        self._since = 0.0  # monotonic seconds

    def takes(self, event: events.Key) -> bool:
        """Keep a key while something is on its way; say whether it was kept."""
        if self._keys is None and self._way:
            self._begin()
        if self._keys is not None:
            self._keys.append(event)
            return True
        place = self._app.place
        if event.key == "enter" and not pane_of(place):  # the palette: a second enter would be one too many
            self.wait_for((*place.ancestors_with_self, *self._app.screen.walk_children()))
        return False

    def wait_for(self, way: Iterable[DOMNode], looks: Iterable[str] = ()) -> None:
        """Let the next keys wait for what goes through `way` to the app, and for the `looks` that it takes.

        Nothing is done before there is such a key: what was asked for is painted first.
        """
        self._way |= dict.fromkeys(way)
        self._looks |= frozenset(looks)
        self._since = monotonic()

    def _begin(self) -> None:
        pumps = (*self._way, *self._app.screen_stack)
        busy = any(each.message_queue_size for each in pumps) or self._on_its_way()
        if monotonic() - self._since > _SETTLED and not busy:
            self._way, self._looks = {}, frozenset()
            return
        self._keys = []
        _: Worker[None] = self._app.run_worker(self._arrive, group="typed ahead")

    async def _arrive(self) -> None:
        """Wait until it is there, or for as long as anybody is ready to wait."""
        end = monotonic() + _PATIENCE
        while self._way and monotonic() < end:  # one thing may lead to the next
            way, self._way = self._way, {}
            await self._through(way)
            while self._on_its_way() and monotonic() < end:  # noqa: ASYNC110  (a worker tells nobody of its end)
                await asyncio.sleep(_LOOK)
            await self._through(way)
        self._looks = frozenset()
        self._app.call_later(self._hand_on)

    def _on_its_way(self) -> bool:
        stack = self._app.screen_stack
        if not stack:
            return False  # the program is about to end
        looking = any(each.is_running and each.group in self._looks for each in self._app.workers)
        return looking or not stack[-1].is_mounted

    async def _through(self, way: Iterable[MessagePump]) -> None:
        """Twice through the widgets on the way, the screens and the app: a window that closes tells whoever opened it."""
        for _ in range(2):
            for each in (*way, *self._app.screen_stack, self._app):
                await _turn(each)

    async def _hand_on(self) -> None:
        keys, self._keys = self._keys or [], None
        for event in keys:
            await self._press(event)  # one of them may lead on, and the others wait again


async def _turn(pump: MessagePump) -> None:
    """Wait until a widget has come to what was sent to it before, or is going away."""
    seen, end = asyncio.Event(), monotonic() + _TURN
    pump.call_later(seen.set)
    while pump.is_running and pump.is_attached and not seen.is_set() and monotonic() < end:
        with suppress(TimeoutError):
            await asyncio.wait_for(seen.wait(), _LOOK)
