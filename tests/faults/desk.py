"""A help desk in memory that meets its writes with faults, and that outlives the process which holds it.

Every commit and every write request goes to a journal; `FaultyDesk.load` makes the same desk of it again.
Class A checks a token on every write and keeps our id with it; B checks a token on fields only and keeps our id with a
message; C checks and keeps nothing, so that a message can only be known again by its text.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from faults.journal import Entry, Journal, entries, packed, unpacked
from store.remotes import Absent, Caps, Effect, Listing, Outcome, Page, Thread, TicketDoc, Write
from support.clock import SECOND, START, Clock
from support.desk import ME, MemoryDesk

Class = Literal["A", "B", "C"]
CLASSES: tuple[Class, ...] = ("A", "B", "C")
CAPS: dict[Class, Caps] = {
    "A": Caps(
        "memory", "A", cas="stamp", cas_on_reply=True, marker="meta", marker_atomic=True, tags="add_remove"
    ),
    "B": Caps("memory", "B", cas="etag", marker="field", tags="add_remove"),
    "C": Caps("memory", "C", tags="add_remove"),
}

# What the first write requests of a run meet; all later ones meet nothing.
SCHEDULES: dict[str, tuple[str, ...]] = {
    "clean": (),
    "lost": ("lost",) * 4,
    "error": ("error",) * 4,
    "late": ("late:20",) * 4,
    "throttled": ("throttled",) * 4,
}
FAULTS = ("clean", "lost", "vanished", "error", "late:20", "late:60", "throttled", "not_sent", "busy")


def schedule_of(name: str, seed: int) -> tuple[str, ...]:
    """The faults of a schedule; "mixed" draws six from all of them."""
    return SCHEDULES[name] if name in SCHEDULES else tuple(random.Random(seed).choices(FAULTS, k=6))


@dataclass
class FaultyDesk(MemoryDesk):
    """`boundary` is told each moment at which the process that talks to the desk may die."""

    cls: Class = "A"
    schedule: tuple[str, ...] = ()
    boundary: Callable[[str], None] = lambda _moment: None
    journal: Journal | None = None
    requests: int = 0
    taken: dict[str, list[str]] = field(default_factory=dict)  # operation -> what it made, each time
    under_way: dict[int, tuple[int, Write]] = field(default_factory=dict)  # request -> when it commits
    _inside: bool = False

    @classmethod
    def load(cls, path: Path, personality: Class, clock: Clock, schedule: tuple[str, ...]) -> FaultyDesk:
        """The desk as the journal tells it; the clock goes on from the last entry."""
        desk = cls(Clock(), CAPS[personality], cls=personality, schedule=schedule)
        at = START
        for entry in entries(path) if path.exists() else ():
            at = max(at, entry["at"])
            desk.clock.now = entry["at"]
            desk._replay(entry)
        clock.now = at
        desk.clock = clock
        desk.journal = Journal(path)
        return desk

    def _replay(self, entry: Entry) -> None:
        do = entry["do"]
        if do in ("customer", "open", "says", "sets"):
            getattr(self, do)(*entry["args"], **entry["over"])
        elif do in ("take", "arrived"):
            self.under_way.pop(entry["n"], None)
            self._commit(unpacked(entry["write"]))
        elif do == "late":
            self.under_way[entry["n"]] = (entry["due"], unpacked(entry["write"]))
        elif do == "dropped":
            self.under_way.pop(entry["n"])
        elif do == "request":
            self.requests = entry["n"] + 1

    def log(self, do: str, at: int = 0, **what: object) -> None:
        """Keep an entry; the harness adds its own kinds."""
        if self.journal is not None:
            self.journal.add(do, at or self.clock(), **what)

    # what people do to it

    def customer(self, name: str, *args: Any) -> str:
        return str(self._kept("customer", name, *args))

    def open(self, customer: str, subject: str, text: str, **over: Any) -> str:
        return str(self._kept("open", customer, subject, text, **over))

    def says(self, ticket_id: str, author: str, text: str, **over: Any) -> str:  # type: ignore[override]  # the keywords are passed on
        return str(self._kept("says", ticket_id, author, text, **over))

    def sets(self, ticket_id: str, actor: str, **values: Any) -> None:
        self._kept("sets", ticket_id, actor, **values)

    def _kept(self, name: str, *args: Any, **over: Any) -> object:
        """Do it and journal it, unless it is a part of something that is journalled."""
        if self._inside:
            return getattr(MemoryDesk, name)(self, *args, **over)
        self._inside = True
        made: object = getattr(MemoryDesk, name)(self, *args, **over)
        self._inside = False
        self.log(name, args=args, over=over)
        return made

    # what the engine does with it

    async def send(self, write: Write) -> Outcome:
        self.boundary("send")
        self._arrive()
        number, self.requests = self.requests, self.requests + 1
        fault = self.schedule[number] if number < len(self.schedule) else "clean"
        self.log("request", n=number, op=write.op_id, kind=write.kind, ticket=write.ticket_id, fault=fault)
        outcome = self._meet(fault, number, write)
        self.boundary("answered")
        return outcome

    def _meet(self, fault: str, number: int, write: Write) -> Outcome:
        if fault == "not_sent":
            return Outcome("not_sent", detail="connection refused")
        if fault == "throttled":
            return Outcome("throttled", retry_after=5, status=429)
        if fault == "busy":
            return Outcome("busy", status=423, detail="the ticket is locked")
        if fault == "vanished":
            return Outcome("unknown", detail="read timed out")
        if fault.startswith("late:"):
            due = self.clock() + int(fault.removeprefix("late:")) * SECOND
            self.under_way[number] = (due, write)
            self.log("late", n=number, due=due, write=packed(write))
            return Outcome("unknown", detail="read timed out")
        if self._stale(write):
            return Outcome("conflict", status=409)
        made = self._commit(write)
        self.log("take", n=number, write=packed(write))
        self.boundary("committed")
        if fault in ("lost", "error"):
            return Outcome("unknown", status=500 if fault == "error" else 0, detail="no usable answer")
        return made

    def _stale(self, write: Write) -> bool:
        """Whether the write carries a token that this class of desk checks, and that no longer matches."""
        checked = self.caps.cas_on_reply or (self.caps.cas != "none" and write.kind == "set")
        return checked and bool(write.token) and write.token != self.tickets[write.ticket_id].token

    def _commit(self, write: Write) -> Outcome:
        before, self._inside = self._inside, True
        outcome = self._take(write)
        self._inside = before
        self.taken.setdefault(write.op_id, []).append(outcome.remote_id or "")
        if self.caps.marker == "none" and write.body:
            thread = self.messages[write.ticket_id]
            thread[-1] = replace(thread[-1], marker="")
        token_told = self.cls == "A" or (self.cls == "B" and write.kind == "set")
        return outcome if token_told else replace(outcome, token=None)

    def _arrive(self) -> None:
        """Let requests commit that timed out long ago, each at its own time."""
        now = self.clock
        for number, (due, write) in sorted(self.under_way.items()):
            if due > now():
                continue
            del self.under_way[number]
            if self._stale(write):
                self.log("dropped", n=number, op=write.op_id)
                continue
            self.clock = Clock(due)
            self._commit(write)
            self.clock = now
            self.log("arrived", due, n=number, write=packed(write))

    async def find_effect(self, write: Write) -> Effect:
        self._arrive()
        if self.cls == "A" and write.op_id in self.taken:
            return Effect("found", self.taken[write.op_id][0], self.tickets[write.ticket_id].token)
        if self.cls == "A":
            return Effect("absent")
        if write.kind == "set":
            return self._find_values(write)
        for message in self.messages[write.ticket_id]:
            alike = int(message.id[1:]) > int(write.low_water[1:] or 0) and message.text == write.body
            if message.marker == write.op_id or (self.cls == "C" and alike and message.author_id == ME.id):
                return Effect("found", message.id)
        return Effect("absent")

    def _find_values(self, write: Write) -> Effect:
        ticket = self.tickets[write.ticket_id]
        if any(value_of(ticket, name) != value for name, value in write.changes.items()):
            return Effect("absent")
        if set(write.add_tags) - set(ticket.tags) or set(write.remove_tags) & set(ticket.tags):
            return Effect("absent")
        return Effect("found", ticket.id, ticket.token if self.cls == "B" else None)

    async def feed(self, cursor: str | None) -> AsyncIterator[Page]:
        self._arrive()
        async for page in super().feed(cursor):
            yield page

    async def listing(self, after: str) -> Listing:
        self._arrive()
        return await super().listing(after)

    async def ticket(self, ticket_id: str) -> TicketDoc | Absent:
        self._arrive()
        return await super().ticket(ticket_id)

    async def thread(self, ticket_id: str) -> Thread:
        self._arrive()
        return await super().thread(ticket_id)


def value_of(ticket: TicketDoc, name: str) -> str:
    """A field's value in the words of a change."""
    own = {"assignee": "assignee_id", "group": "group_id"}.get(name, name)
    return str(getattr(ticket, own) or "") if hasattr(ticket, own) else ticket.fields.get(name, "")
