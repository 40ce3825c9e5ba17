"""The model's help desk: the faulty one, with tickets that vanish and come back, merges, and a list of changes that lags."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from faults.desk import NOTHING_HAPPENS, FaultyDesk
from msgspec import structs
from support.clock import SECOND

from store.errors import AuthError, NotFoundError, OfflineError, RefusedError, ThrottledError
from store.remotes import Absent, Effect, Outcome, Page, Thread, TicketDoc, Write

FAULTS = (
    "lost", "vanished", "error", "late:20", "late:60", "throttled", "not_sent", "busy", "refused", "auth",
)  # fmt: skip
READ_FAULTS = ("offline", "throttled", "login")
PAGE = 2


def _nobody(_write: Write) -> None:
    """Where nobody judges the requests."""


@dataclass
class ModelDesk(FaultyDesk):
    """`armed` are the faults of the next write requests, `trouble` those of the next reads."""

    last: int = 0  # the newest version of all
    lag_s: int = 0  # every second ticket's changes reach the list of changes this late
    armed: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)
    judged: Callable[[Write], None] = _nobody  # told of each write that is about to take effect
    interlude: Callable[[], Awaitable[None]] | None = None  # happens while the next request is on its way
    shown: dict[str, list[tuple[int, TicketDoc]]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)  # came back without a new version: only a sweep can tell
    doubtful: set[str] = field(default_factory=set)  # operations of which a request had no clear answer
    arrived: set[str] = field(
        default_factory=set
    )  # operations that took effect after their request had timed out

    # what people do to it

    def _touch(self, ticket_id: str) -> None:
        super()._touch(ticket_id)
        # Two changes are never of one version: a list of changes could not tell the one behind its cursor.
        self.last = max(self.last + 1, self.tickets[ticket_id].version)
        self.tickets[ticket_id] = structs.replace(
            self.tickets[ticket_id], version=self.last, token=str(self.last)
        )
        self.silent.discard(ticket_id)
        self.shown.setdefault(ticket_id, []).append((self.clock(), self.tickets[ticket_id]))

    def hide(self, ticket_id: str, how: Literal["gone", "forbidden"]) -> None:
        """An admin deletes the ticket, or takes our right to see it; nothing tells of that."""
        self.absent[ticket_id] = Absent(ticket_id, how)

    def restore(self, ticket_id: str, *, told: bool) -> None:
        """It is there again; without a new version unless `told`."""
        del self.absent[ticket_id]
        self.silent.add(ticket_id)
        if told:
            self._touch(ticket_id)

    def merge(self, ticket_id: str, target: str) -> None:
        """All its messages move to the target."""
        moved = [replace(m, ticket_id=target) for m in self.messages[ticket_id]]
        self.messages[target] = sorted([*self.messages[target], *moved], key=lambda m: m.created)
        self.messages[ticket_id] = []
        self.absent[ticket_id] = Absent(ticket_id, "merged", target)
        self._touch(target)

    # what the engine does with it

    def _reachable(self) -> None:
        kind = self.trouble.pop(0) if self.trouble else ""
        if kind:
            self.tally[f"read fault {kind}"] += 1
        if kind == "offline":
            raise OfflineError("The desk cannot be reached: connection refused.")
        if kind == "throttled":
            raise ThrottledError("The desk asks for a pause.", 5)
        if kind == "login":
            raise AuthError("The desk refused the credentials.")
        super()._reachable()

    async def send(self, write: Write) -> Outcome:
        """One write request; what happens meanwhile comes first."""
        meanwhile, self.interlude = self.interlude, None
        if meanwhile is not None:
            await meanwhile()
        outcome = await super().send(write)
        self.tally["push"] += 1
        self.tally[f"outcome {outcome.kind}"] += 1
        self.tally["conflict on a repeated request"] += (
            outcome.kind == "conflict" and write.op_id in self.doubtful
        )
        if outcome.kind in ("unknown", "busy"):
            self.doubtful.add(write.op_id)
        return outcome

    def _request(self, writes: tuple[Write, ...]) -> tuple[int, str]:
        number, _ = super()._request(writes)
        fault = self.armed.pop(0) if self.armed else "clean"
        if fault != "clean":
            self.tally[f"fault {fault}"] += 1
            self.tally["fault"] += 1
        return number, fault

    def _meet(self, fault: str, number: int, write: Write) -> Outcome:
        if fault == "refused":
            return Outcome("refused", status=422, detail="this cannot be")
        if fault == "auth":
            return Outcome("auth", status=401)
        if fault in NOTHING_HAPPENS:
            return NOTHING_HAPPENS[fault]
        if away := self.absent.get(write.ticket_id):
            return self._refusal(away) if fault == "clean" else Outcome("unknown", detail="read timed out")
        if not self._stale(write):
            self.judged(write)
        return super()._meet(fault, number, write)

    def _refusal(self, away: Absent) -> Outcome:
        if away.presence == "merged":
            return Outcome("merged", merged_into=away.merged_into)
        return Outcome("gone", status=404) if away.presence == "gone" else Outcome("forbidden", status=403)

    def _stale(self, write: Write) -> bool:
        return write.ticket_id in self.absent or super()._stale(write)

    def _arrive(self) -> None:
        waiting = {write.op_id for _, write in self.under_way.values()}
        super()._arrive()
        waiting -= {write.op_id for _, write in self.under_way.values()}
        self.arrived |= waiting & self.taken.keys()

    async def find_effect(self, write: Write) -> Effect:
        """As the class of desk allows; of a ticket that it does not show, the desk can tell nothing."""
        self._reachable()
        self._arrive()
        if write.ticket_id in self.absent:
            return Effect("cannot_tell")
        found = await super().find_effect(write)
        if found.kind == "found" and write.op_id in self.arrived:
            self.tally["late commit then found"] += 1
        return found

    async def feed(self, cursor: str | None, overlap_s: int = 120) -> AsyncIterator[Page]:
        """Two tickets a page, as they stood when the pull began; where the list lags, each pull looks back."""
        self._reachable()
        self._arrive()
        after = _place(cursor)
        since = (after[0] - overlap_s * SECOND, 0) if self.lag_s and cursor else after
        listed = [doc for i in self.tickets if i not in self.absent for doc in self._listed(i)]
        left = sorted((d for d in listed if (d.version, int(d.id)) > since), key=_of)
        for start in range(0, len(left), PAGE):
            part = left[start : start + PAGE]
            people = tuple(self.customers[t.requester_id] for t in part if t.requester_id in self.customers)
            version, number = max(after, _of(part[-1]))
            self.tally["pull"] += 1
            yield Page(tuple(part), people, cursor=f"{version}:{number}", more=start + PAGE < len(left))

    def _listed(self, ticket_id: str) -> list[TicketDoc]:
        """The ticket as the list of changes knows it: one old state where it lags, none where it has not heard of it."""
        if not self.lag_s or int(ticket_id) % 2:
            return [self.tickets[ticket_id]]
        return [doc for at, doc in self.shown[ticket_id] if at + self.lag_s * SECOND <= self.clock()][-1:]

    async def thread(self, ticket_id: str) -> Thread:
        away = self.absent.get(ticket_id)
        if away is not None and away.presence == "gone":
            raise NotFoundError("There is no such ticket.")
        if away is not None and away.presence == "forbidden":
            raise RefusedError("The ticket is not shown to us.")
        return await super().thread(ticket_id)


def _place(cursor: str | None) -> tuple[int, int]:
    version, _, number = (cursor or "0:0").partition(":")
    return int(version), int(number)


def _of(doc: TicketDoc) -> tuple[int, int]:
    return doc.version, int(doc.id)
