"""The palette: every action by name, with its key, its sentence, and why it cannot be carried out just now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from console.keys import meaning
from widgets.actions import BY_ID, Action, show_key
from widgets.fuzzy import score

if TYPE_CHECKING:
    from screens.host import Host

_BEST, _IMPOSSIBLE = 200, 0.5  # what cannot be done now stands below what can
_HIDDEN = frozenset({"palette", "submit", "leave", "cancel", "down", "up", "apply"})


class ActionProvider(Provider):
    """Offers the actions of the table; pure, it reads nothing."""

    async def discover(self) -> Hits:
        """Offer what can be done now, the last used first."""
        for action in self._ordered():
            for text, run, told in self._entries(action):
                yield DiscoveryHit(text, run, help=told)

    async def search(self, query: str) -> Hits:
        """Offer what fits the typed letters, possible or not."""
        for action in self._ordered():
            fits = score(query, f"{action.label} {action.help}")
            if fits is not None:
                possible = 1 if self._heard.reason(action) == "" else _IMPOSSIBLE
                for text, run, told in self._entries(action):
                    yield Hit(max(fits, 1) / _BEST * possible, text, run, help=told)

    @property
    def _heard(self) -> Host:
        return cast("Host", self.app)

    def _ordered(self) -> list[Action]:
        recent = self._heard.recent
        shown = [a for a in self._heard.keymap.actions if a.id not in _HIDDEN]
        return sorted(
            shown,
            key=lambda a: (
                bool(self._heard.reason(a)),
                recent.index(a.id) if a.id in recent else len(recent),
            ),
        )

    def _entries(self, action: Action) -> list[tuple[Content, Callable[[], object], str]]:
        """Return one line for an action, or one for each of its keys where each key means something else."""
        reason = self._heard.reason(action)
        told = f"not now: {reason}. {action.help}" if reason else action.help
        if action.with_key and not action.id.endswith("pane"):
            usual = BY_ID[action.id]
            return [
                self._entry(action, meaning(action, key, usual), show_key(key), told) for key in action.keys
            ]
        keys = " ".join(show_key(key) for key in action.keys)
        return [self._entry(action, action.keys[0] if action.keys else "", keys, told)]

    def _entry(
        self, action: Action, key: str, keys: str, told: str
    ) -> tuple[Content, Callable[[], object], str]:
        return Content(f"{action.label}  {keys}"), partial(self._heard.perform_id, action.id, key), told
