"""A help desk in memory that meets its writes with faults, and that outlives the process which holds it.

Every commit and every write request goes to a journal; `FaultyDesk.load` makes the same desk of it again.
Class A checks a token on every write and keeps our id with it; B checks a token on fields only and keeps our id with a
message; C checks and keeps nothing, so that a message can only be known again by its text. A blind desk is a B that
shows our id nowhere and never finds what it took; a hasty one says that nothing commits late, and it does.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from support.clock import SECOND, START, Clock
from support.desk import ME, MemoryDesk

from faults.journal import Entry, Journal, entries, packed, unpacked
from store.remotes import Absent, Caps, Effect, JobStatus, Listing, Outcome, Page, Thread, TicketDoc, Write

Class = Literal["A", "B", "C", "blind", "hasty"]
CLASSES: tuple[Class, ...] = ("A", "B", "C")
CAPS: dict[Class, Caps] = {
    "A": Caps(
        "memory",
        "A",
        cas="stamp",
        cas_on_reply=True,
        marker="meta",
        marker_atomic=True,
        tags="add_remove",
        bulk="job",
        bulk_max=3,
    ),
    "B": Caps("memory", "B", cas="etag", marker="field", tags="add_remove"),
    "C": Caps("memory", "C", tags="add_remove"),
    # Desks that lie, which no engine can live with: on these the matrix has to find something.
    "blind": Caps("memory", "B", cas="etag", marker="field", tags="add_remove", settle_s=0),
    "hasty": Caps("memory", "B", cas="etag", marker="field", tags="add_remove", settle_s=0),
}

# What the first write requests of a run meet; all later ones meet nothing.
SCHEDULES: dict[str, tuple[str, ...]] = {
    "clean": (),
    "lost": ("lost",) * 4,
    "error": ("error",) * 4,
    "late": ("late:20",) * 4,
    "throttled": ("throttled",) * 4,
}
NOTHING_HAPPENS = {
    "not_sent": Outcome("not_sent", detail="connection refused"),
    "throttled": Outcome("throttled", retry_after=5, status=429),
    "busy": Outcome("busy", status=423, detail="the ticket is locked"),
    "vanished": Outcome("unknown", detail="read timed out"),
}
JOB_S = 8  # a bulk job is worked through this long after it was taken
WIDTH = 1_000  # more writes than one bulk request holds
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
    under_way: dict[int, tuple[int, Write]] = field(default_factory=dict)  # request * WIDTH: when it commits
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
            over = {k: tuple(v) if isinstance(v, list) else v for k, v in entry["over"].items()}
            getattr(self, do)(*entry["args"], **over)
        elif do == "take":
            self._commit(unpacked(entry["write"]))
        elif do == "late":
            self.under_way[entry["key"]] = (entry["due"], unpacked(entry["write"]))
        elif do == "arrived":
            self._commit(self.under_way.pop(entry["key"])[1])
        elif do == "dropped":
            self.under_way.pop(entry["key"])
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

    def says(self, ticket_id: str, author: str, text: str, **over: Any) -> str:
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
        """One write request, and what it meets."""
        number, fault = self._request((write,))
        outcome = self._meet(fault, number, write)
        self.boundary("answered")
        return outcome

    def _request(self, writes: tuple[Write, ...]) -> tuple[int, str]:
        """The number of the request that is about to reach the desk, and the fault that it meets."""
        self.boundary("send")
        self._arrive()
        number, self.requests = self.requests, self.requests + 1
        fault = self.schedule[number] if number < len(self.schedule) else "clean"
        for write in writes:
            self.log(
                "request", n=number, op=write.op_id, kind=write.kind, ticket=write.ticket_id, fault=fault
            )
        return number, fault

    async def send_bulk(self, writes: tuple[Write, ...]) -> tuple[Outcome, str]:
        """A job: all of it commits some time later, whatever others have set meanwhile."""
        number, fault = self._request(writes)
        if fault in NOTHING_HAPPENS:
            return NOTHING_HAPPENS[fault], ""
        late = int(fault.removeprefix("late:")) if fault.startswith("late:") else 0
        for place, write in enumerate(writes):
            self._later(number * WIDTH + place, JOB_S + late, replace(write, token=None))
        self.boundary("committed")
        self.boundary("answered")
        if fault != "clean":
            return Outcome("unknown", detail="no usable answer"), ""
        return Outcome("applied", status=200), f"job-{number}"

    async def job(self, job_id: str) -> JobStatus:
        """Completed once all its writes have committed."""
        self._arrive()
        number = int(job_id.removeprefix("job-"))
        working = any(each // WIDTH == number for each in self.under_way)
        return JobStatus("working" if working else "completed")

    def _later(self, key: int, seconds: int, write: Write) -> None:
        due = self.clock() + seconds * SECOND
        self.under_way[key] = (due, write)
        self.log("late", key=key, due=due, write=packed(write))

    def _meet(self, fault: str, number: int, write: Write) -> Outcome:
        if fault in NOTHING_HAPPENS:
            return NOTHING_HAPPENS[fault]
        if fault.startswith("late:"):
            self._later(number * WIDTH, int(fault.removeprefix("late:")), write)
            return Outcome("unknown", detail="read timed out")
        if self._stale(write):
            return Outcome("conflict", status=409)
        made = self._commit(write)
        self.log("take", write=packed(write))
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
        if (self.caps.marker == "none" or self.cls == "blind") and write.body:
            thread = self.messages[write.ticket_id]
            thread[-1] = replace(thread[-1], marker="")
        token_told = self.cls == "A" or (self.caps.cas == "etag" and write.kind == "set")
        return outcome if token_told else replace(outcome, token=None)

    def _arrive(self) -> None:
        """Let requests commit that timed out long ago, each at its own time."""
        now = self.clock
        for key, (due, write) in sorted(self.under_way.items(), key=lambda each: each[1][0]):
            if due > now():
                continue
            del self.under_way[key]
            if self._stale(write):
                self.log("dropped", key=key, op=write.op_id)
                continue
            self.clock = Clock(due)
            self._commit(write)
            self.clock = now
            self.log("arrived", due, key=key, op=write.op_id)

    async def find_effect(self, write: Write) -> Effect:
        """By our id, by our id on a message, or by the text, as the class of desk allows; fields by their values."""
        self._arrive()
        if self.cls == "A" and write.op_id in self.taken:
            return Effect("found", self.taken[write.op_id][0], self.tickets[write.ticket_id].token)
        tags_alone = write.kind == "set" and not write.changes
        if self.cls == "blind" or (self.cls == "A" and not tags_alone):
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
        return Effect("found", ticket.id, ticket.token if self.caps.cas == "etag" else None)

    async def feed(self, cursor: str | None, overlap_s: int = 120) -> AsyncIterator[Page]:
        """Two tickets a page, by version and number, so that a page may end between two changes of one instant."""
        self._reachable()
        self._arrive()
        since = tuple(int(part) for part in cursor.split(":")) if cursor else (0, 0)
        found = sorted((t.version, int(t.id)) for t in self.tickets.values())
        left = [each for each in found if each > since]
        for start in range(0, len(left), 2):
            part = [self.tickets[str(number)] for _, number in left[start : start + 2]]
            people = tuple(self.customers[t.requester_id] for t in part if t.requester_id in self.customers)
            last = part[-1]
            yield Page(tuple(part), people, cursor=f"{last.version}:{last.id}", more=start + 2 < len(left))

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
