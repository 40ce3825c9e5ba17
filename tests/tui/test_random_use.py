"""The console under random use: whatever is pressed, in whatever order, what must always hold holds.

A failure names the seed and the last keys. One seed always wants the same; what it meets may differ a little.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from support.pilots import until
from textual import events
from textual.pilot import Pilot

from console import outbox, triage
from screens.app import HeardApp
from screens.keymap import pane_of
from store.drafts import all_drafts
from store.errors import HeardError
from widgets.actions import PANES, in_pane
from widgets.draft_area import DraftArea

SIZES = ((200, 50), (130, 30), (80, 24), (40, 12), (20, 5))
STEPS = 40
OFTEN = ("reply", "note", "down", "up", "open", "send", "leave", "clear", "mark", "status", "undo", "view")
NEVER = ("quit", "browse", "editor")  # they leave the program
WRITING = ("send", "leave", "next_pane", "previous_pane", "switch_mode", "help", "send_later", "fields")
EVERY_WORD = "SELECT json_extract(payload, '$.body') FROM op"


class Staying(HeardApp):
    """Remains when it is told to leave."""

    def exit(self, *args: Any, **settings: Any) -> None:
        if args or settings:  # a crash
            super().exit(*args, **settings)


@dataclass
class Person:
    """Somebody who presses keys at random, beside others; remembers them, and the words typed into drafts."""

    office: Any
    app: Staying
    pilot: Pilot[Any]
    chance: random.Random
    did: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def pane(self) -> str:
        return pane_of(self.app.place)

    def key(self) -> list[str]:
        actions = in_pane(self.pane) if self.pane in PANES else []
        wanted = [a for a in actions if a.id not in NEVER and (self.pane != "composer" or a.id in WRITING)]
        keys = [key for a in wanted for key in a.keys_in(self.pane) for _ in range(4 if a.id in OFTEN else 1)]
        return self.chance.choice([*keys, "escape", "enter"]).split(" ")

    async def step(self) -> None:
        """Do one thing, and wait until everything has come of it."""
        if isinstance(self.app.focused, DraftArea):
            kind = self.chance.choice((self.types, self.presses, self.others))
        else:
            kinds = (self.presses, self.bursts, self.resizes, self.clicks, self.others)
            kind = self.chance.choices(kinds, (12, 4, 2, 2, 4))[0]
        await kind()
        await self.pilot.pause(0.005)
        await until(
            self.pilot, lambda: not any(worker.is_running for worker in self.app.workers), "the end of it"
        )

    async def types(self) -> None:
        area, word = self.app.focused, f"q{len(self.words)}z"
        assert isinstance(area, DraftArea)
        self.did.append(f"types {word}")
        if not area.read_only:
            self.words.append(word)
        await self.pilot.press(*word, "space")

    async def presses(self) -> None:
        self.did.append(" ".join(keys := self.key()))
        await self.pilot.press(*keys)

    async def bursts(self) -> None:
        keys = [part for _ in range(self.chance.randrange(2, 6)) for part in self.key()]
        keys = [key for key in keys if not key.startswith("ctrl+")]  # some take words out of a draft
        self.did.append(f"at once: {keys}")
        for key in keys:
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))

    async def resizes(self) -> None:
        self.did.append(f"resizes to {(size := self.chance.choice(SIZES))}")
        await self.pilot.resize_terminal(*size)

    async def clicks(self) -> None:
        at = (self.chance.randrange(self.app.size.width), self.chance.randrange(self.app.size.height))
        self.did.append(f"clicks at {at}")
        await self.pilot.click(offset=at)

    async def others(self) -> None:
        """A customer, a colleague or the desk does something, and it is fetched."""
        desk, number = self.office.desk, self.chance.choice(list(self.office.desk.tickets))
        kind = self.chance.choice(("says", "solves", "opens", "loses", "down"))
        self.did.append(f"{number} {kind}")
        if kind == "says":
            desk.says(number, desk.tickets[number].requester_id, "Are you there?")
        elif kind == "solves":
            desk.sets(number, "a2", status=self.chance.choice(("solved", "open")))
        elif kind == "opens":
            desk.open(desk.tickets[number].requester_id, "Another kettle", "It leaks, too.")
        elif kind == "loses":
            desk.faults.append("lost")
        desk.down = kind == "down"
        self.office.clock.tick(10)
        await self.office.engine.once()

    # -- what always holds ------------------------------------------------------------------------------------

    async def holds(self) -> None:
        """Wait until nothing is wrong: what others did is shown a moment later."""
        try:
            await until(self.pilot, lambda: not self.wrong(), "the mending of what was wrong")
        except AssertionError as error:
            raise AssertionError(self.wrong()) from error

    def wrong(self) -> list[str]:
        assert self.app._exception is None, self.app._exception
        screen, found = self.app._triage, []
        if self.app.screen is screen and screen.furnished:
            found = [*self.wrong_panes(), *self.wrong_queue()]
        reader = self.office.session.db
        kept = [draft.text for draft in reader.read(all_drafts)] + [screen.composer.text]
        kept += [body or "" for (body,) in reader.read(lambda r: r.execute(EVERY_WORD).fetchall())]
        return found + [f"{word} is lost" for word in self.words if not any(word in text for text in kept)]

    def wrong_panes(self) -> list[str]:
        screen, queue = self.app._triage, self.app._triage.queue
        ref, row = screen.ref, queue.row()
        found = [] if screen.focused is not None else ["nothing has the focus"]
        if screen.story_shown and ref and not screen.timeline.title.startswith(ref):
            found.append(f"the story is {screen.timeline.title!r}, and not of {ref}")
        if ref and screen.response_shown and screen.composer.ref != ref:
            found.append(f"the reply is on {screen.composer.ref} beside the story of {ref}")
        if screen.key_bar.pane != self.pane:
            found.append(f"the keys are those of {screen.key_bar.pane!r}")
        if outbox.counts(self.office.session).states != screen.status_bar.status.outbox.states:
            found.append("the status line tells of another outbox")
        if row is None and queue.ids and queue.size.height > queue.head_height and screen.left.display:
            found.append("the row under the cursor is not known")
        return found

    def wrong_queue(self) -> list[str]:
        screen, queue = self.app._triage, self.app._triage.queue
        try:
            ids = list(triage.queue_ids(self.office.session, screen.asked.query, screen.asked.sort))
        except HeardError:
            return []
        found = [] if ids == list(queue.ids) else [f"the queue has {list(queue.ids)}, and not {ids}"]
        found += ["what is marked is not in the queue"] if set(queue.marks) - set(ids) else []
        return found + (["the cursor is outside"] if ids and not 0 <= queue.at < len(ids) else [])

    async def goes_home(self) -> None:
        """Escape leaves every window, and leads to the queue."""
        for _ in range(8):
            await self.pilot.press("escape")
            await self.pilot.pause(0.05)
        if self.pane in ("outbox", "board", "promises"):
            await self.pilot.press("T", "escape", "escape")
        await self.holds()
        assert self.pane == "queue", (self.app.screen_stack, self.app.focused)


@pytest.mark.parametrize("seed", range(4))
async def test_what_must_always_hold_holds(office: Any, seed: int) -> None:
    chance = random.Random(seed)
    app = Staying(office.session)
    async with app.run_test(size=chance.choice(SIZES)) as pilot:
        await pilot.pause(0.4)
        person = Person(office, app, pilot, chance)
        try:
            for _ in range(STEPS):
                office.clock.tick(0.001)
                await person.step()
                await person.holds()
            await person.goes_home()
        except AssertionError as error:
            error.add_note(f"seed {seed} at {app.size}: {'; '.join(person.did[-12:])}")
            raise
