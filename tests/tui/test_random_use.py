"""The console under random use: whatever is pressed, in whatever order, what must always hold holds.

A failure names the seed and the last keys. The keys of one seed are always the same; what they meet may differ a little.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from console import outbox, triage
from screens.app import HeardApp
from screens.keymap import pane_of
from store.drafts import all_drafts
from widgets.actions import PANES, in_pane
from widgets.draft_area import DraftArea

SIZES = ((200, 50), (130, 30), (80, 24), (40, 12), (20, 5))
STEPS = 45
OFTEN = ("reply", "note", "down", "up", "open", "send", "leave", "clear", "mark", "status", "undo", "view")
NEVER = ("quit", "browse", "editor")  # they leave the program
TAKES_WORDS = ("ctrl+u", "ctrl+d", "alt+i", "ctrl+r", "ctrl+o", "alt+j", "alt+n", "alt+w")  # in a draft


class Staying(HeardApp):
    """Remains when it is told to leave."""

    def exit(self, *args: Any, **settings: Any) -> None:
        if args or settings:  # a crash
            super().exit(*args, **settings)


@dataclass
class Person:
    """Somebody who presses keys at random; remembers them, and the words typed into drafts with their tickets."""

    office: Any
    app: Staying
    pilot: Pilot[Any]
    chance: random.Random
    did: list[str] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)

    @property
    def pane(self) -> str:
        return pane_of(self.app.place)

    def key(self) -> str:
        """A key of the pane at hand."""
        actions = [a for a in in_pane(self.pane) if a.id not in NEVER] if self.pane in PANES else []
        keys = [key for a in actions for key in a.keys_in(self.pane) for _ in range(4 if a.id in OFTEN else 1)]
        keys = [key for key in keys if self.pane != "composer" or key not in TAKES_WORDS]
        return self.chance.choice([*keys, "escape", "enter", "tab"])

    async def step(self) -> None:
        """Do one thing."""
        kind = self.chance.choices(
            ("key", "burst", "resize", "click", "world"), (12, 4, 2, 2, 4) if self.pane != "composer" else (5, 0, 1, 0, 3)
        )[0]
        if self.pane == "composer" and self.chance.random() < 0.5:  # noqa: PLR2004  (half of the time)
            await self.type()
        else:
            await getattr(self, kind)()
        await self.rest()

    async def type(self) -> None:
        area, word = self.app.focused, f"q{len(self.words)}z"
        assert isinstance(area, DraftArea)
        self.did.append(f"types {word}")
        if area.selection.is_empty and not area.read_only:
            self.words[word] = self.app._triage.composer.ref
        await self.pilot.press(*word, "space")

    async def key_press(self, *keys: str) -> None:
        self.did.append(" ".join(keys))
        for key in keys:
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))

    async def burst(self) -> None:
        await self.key_press(*[part for _ in range(self.chance.randrange(2, 7)) for part in self.key().split(" ")])
