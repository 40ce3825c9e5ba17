"""A help desk in memory that speaks the Remote protocol: what a test does to it, the engine must bring home.

`faults` is a list of outcomes that the next writes meet: "lost" (taken, answer lost), "down" (not sent), "refused".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import ClassVar

from msgspec.structs import replace

from store.errors import NotADeskError, OfflineError
from store.remotes import (
    Absent,
    Address,
    AttachmentDoc,
    Caps,
    ChangeDoc,
    DeskSchema,
    Effect,
    FieldDoc,
    JobStatus,
    Listed,
    Listing,
    Me,
    MessageDoc,
    NamedDoc,
    Outcome,
    Page,
    PersonDoc,
    Thread,
    TicketDoc,
    Write,
)
from support.clock import Clock

ME = PersonDoc("a1", "Ana Silva", "agent", (Address("email", "ana@desk.example"),))
BO = PersonDoc("a2", "Bo Berg", "agent", (Address("email", "bo@desk.example"),))


@dataclass
class MemoryDesk:
    """Agents Ana (us) and Bo, groups Sales and Support, a custom field `product`."""

    provider: ClassVar[str] = "memory"
    clock: Clock
    caps: Caps = field(
        default_factory=lambda: Caps(
            "memory", "A", cas="stamp", cas_on_reply=True, marker="meta", tags="add_remove"
        )
    )
    tickets: dict[str, TicketDoc] = field(default_factory=dict)
    messages: dict[str, list[MessageDoc]] = field(default_factory=dict)
    changes: dict[str, list[ChangeDoc]] = field(default_factory=dict)
    customers: dict[str, PersonDoc] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    down: bool = False
    ahead: int = 0  # microseconds by which its clock is wrong
    number: int = 0
    absent: dict[str, Absent] = field(default_factory=dict)  # merged, forbidden: what the desk says instead
    jobs: dict[str, tuple[Write, ...]] = field(default_factory=dict)
    told: Callable[[str], None] = lambda _what: None  # hears of each page shown and each write taken
    unreadable: set[str] = field(default_factory=set)  # tickets whose thread makes no sense
    repeat: Page | None = None  # the page that the feed shows instead, for ever where there are `more`

    # what tests do to it

    def customer(self, name: str, *addresses: Address) -> str:
        """A new customer; his id."""
        self.number += 1
        made = PersonDoc(
            f"c{self.number}",
            name,
            "customer",
            addresses or (Address("email", f"{name.split(maxsplit=1)[0].lower()}@x.example"),),
        )
        self.customers[made.id] = made
        return made.id

    def open(self, customer: str, subject: str, text: str, **over: object) -> str:
        """A new ticket with a first message; its id."""
        self.number += 1
        ticket_id = str(self.number)
        now = self.clock()
        base = TicketDoc(
            ticket_id,
            subject,
            "new",
            "new",
            "normal",
            "normal",
            "email",
            customer,
            None,
            "g1",
            None,
            now,
            now,
            now,
            str(now),
        )
        self.tickets[ticket_id] = replace(base, **over)  # type: ignore[arg-type]
        self.messages[ticket_id] = []
        self.changes[ticket_id] = []
        self.says(ticket_id, customer, text)
        return ticket_id

    def says(
        self, ticket_id: str, author: str, text: str, *, public: bool = True, marker: str = "", html: str = ""
    ) -> str:
        """A message on a ticket by anybody; its id."""
        self.number += 1
        channel = self.tickets[ticket_id].channel
        made = MessageDoc(
            f"m{self.number}", ticket_id, public, author, self.clock(), text, html, channel, (), marker
        )
        self.messages[ticket_id].append(made)
        self._touch(ticket_id)
        return made.id

    def sets(self, ticket_id: str, actor: str, **values: object) -> None:
        """A change of fields by somebody else."""
        for name, value in values.items():
            self.number += 1
            old = str(getattr(self.tickets[ticket_id], name) or "")
            self.changes[ticket_id].append(
                ChangeDoc(f"h{self.number}", ticket_id, name, old, str(value), actor, self.clock())
            )
        self.tickets[ticket_id] = replace(self.tickets[ticket_id], **values)  # type: ignore[arg-type]
        self._touch(ticket_id)

    def _touch(self, ticket_id: str) -> None:
        version = max(self.clock(), self.tickets[ticket_id].version + 1)
        self.tickets[ticket_id] = replace(
            self.tickets[ticket_id], updated=self.clock(), version=version, token=str(version)
        )

    # what the engine does with it

    async def whoami(self) -> Me:
        self._reachable()
        return Me(ME.id, ME.name, "ana@desk.example", admin=True)

    async def schema(self) -> DeskSchema:
        return DeskSchema(
            (ME, BO),
            (NamedDoc("g1", "Support"), NamedDoc("g2", "Sales")),
            (FieldDoc("f1", "product", "Product", "text"),),
        )

    async def feed(self, cursor: str | None, overlap_s: int = 120) -> AsyncIterator[Page]:
        self._reachable()
        while self.repeat is not None:
            yield self.repeat
            if not self.repeat.more:
                return
        since = int(cursor or 0)
        found = sorted((t for t in self.tickets.values() if t.version > since), key=lambda t: t.version)
        while found:
            size = 2
            while size < len(found) and found[size].version == found[size - 1].version:
                size += 1  # a cursor between two of the same instant would lose one
            part, found = found[:size], found[size:]
            people = tuple(self.customers[t.requester_id] for t in part if t.requester_id in self.customers)
            self.told("page")
            yield Page(tuple(part), people, cursor=str(part[-1].version), more=bool(found))

    async def listing(self, after: str) -> Listing:
        self._reachable()
        ids = sorted(int(i) for i in self.tickets if i not in self.absent)
        part = [str(i) for i in ids if i > int(after or 0)][:3]
        found = tuple(Listed(i, self.tickets[i].version) for i in part)
        return Listing(found, part[-1] if len(part) == 3 else None)

    async def ticket(self, ticket_id: str) -> TicketDoc | Absent:
        self._reachable()
        return self.absent.get(ticket_id) or self.tickets.get(ticket_id) or Absent(ticket_id, "gone")

    async def thread(self, ticket_id: str) -> Thread:
        self._reachable()
        self.told(f"thread {ticket_id}")
        if ticket_id in self.unreadable:
            raise NotADeskError(f"The thread of {ticket_id} makes no sense.")
        return Thread(ticket_id, tuple(self.messages[ticket_id]), tuple(self.changes[ticket_id]))

    async def people(self, ids: tuple[str, ...]) -> tuple[PersonDoc, ...]:
        everybody = {**self.customers, ME.id: ME, BO.id: BO}
        return tuple(everybody[i] for i in ids if i in everybody)

    async def send(self, write: Write) -> Outcome:
        fault = self.faults.pop(0) if self.faults else ""
        if self.down or fault == "down":
            return Outcome("not_sent", detail="connection refused")
        self.writes.append(write)
        if no := self._no(write, fault):
            return no
        made = self._take(write)
        return Outcome("unknown", detail="read timed out") if fault == "lost" else made

    def _no(self, write: Write, fault: str) -> Outcome | None:
        """Why the write is not taken, if it is not."""
        if fault in ("refused", "vanished"):
            unknown = Outcome("unknown", detail="read timed out")
            return unknown if fault == "vanished" else Outcome("refused", status=422, detail="this cannot be")
        if away := self.absent.get(write.ticket_id):
            return Outcome(
                "merged" if away.presence == "merged" else "forbidden", merged_into=away.merged_into
            )
        if write.ticket_id not in self.tickets:
            return Outcome("gone", status=404)
        stale = write.token and write.token != self.tickets[write.ticket_id].token
        return Outcome("conflict", status=409) if stale else None

    def _take(self, write: Write) -> Outcome:
        self.told("sent")
        made = ""
        if write.body:
            made = self.says(
                write.ticket_id, ME.id, write.body, public=write.kind == "reply", marker=write.op_id
            )
        values: dict[str, object] = {
            {"assignee": "assignee_id", "group": "group_id"}.get(k, k): v for k, v in write.changes.items()
        }
        known = {k: v for k, v in values.items() if hasattr(TicketDoc, k)}
        ticket = self.tickets[write.ticket_id]
        if len(known) < len(values):
            known["fields"] = {**ticket.fields, **{k: str(v) for k, v in values.items() if k not in known}}
        if write.add_tags or write.remove_tags:
            known["tags"] = tuple(sorted((set(ticket.tags) - set(write.remove_tags)) | set(write.add_tags)))
        if known:
            self.sets(write.ticket_id, ME.id, **known)
        return Outcome("applied", made or write.ticket_id, self.tickets[write.ticket_id].token, status=200)

    async def find_effect(self, write: Write) -> Effect:
        self._reachable()
        for message in self.messages.get(write.ticket_id, ()):
            if message.marker == write.op_id:
                return Effect("found", message.id, self.tickets[write.ticket_id].token)
        return Effect("absent")

    async def send_bulk(self, writes: tuple[Write, ...]) -> tuple[Outcome, str]:
        self.number += 1
        self.jobs[f"j{self.number}"] = writes
        return Outcome("applied", status=200), f"j{self.number}"

    async def job(self, job_id: str) -> JobStatus:
        writes = self.jobs[job_id]
        if "job lost" in self.faults:
            self.faults.remove("job lost")
            return JobStatus("failed")
        failed = {w.ticket_id: "it is closed" for w in writes if self.tickets[w.ticket_id].status == "closed"}
        for write in writes:
            if write.ticket_id not in failed:
                self._take(write)
        return JobStatus("completed", len(writes), len(writes), failed)

    async def attachment(self, attachment: AttachmentDoc) -> AsyncIterator[bytes]:
        yield attachment.name.encode()

    def server_now(self) -> int:
        return self.clock() + self.ahead

    def web_url(self, ticket_id: str) -> str:
        return f"https://desk.example/{ticket_id}"

    async def aclose(self) -> None:
        return None

    def _reachable(self) -> None:
        if self.down:
            raise OfflineError("The desk cannot be reached: connection refused.", "Check the network.")
