"""The invariants (I1 to I10), judged from outside: the two files, the desk, and what the agent was promised."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from faults.desk import value_of
from faults.judge import IN_FLIGHT, KEPT, Op, left_to_do
from support.desk import BO, ME

from model.world import DESK, LEASE_S, Violation, World
from store.remotes import Write
from store.rows import Operation

QUIET = {"lease": (), "desk_state": ("name", "state", "detail", "error")}


class Judge:
    """Watches one world: each request as it takes effect, and the files after each step."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.versions: dict[str, int] = {}
        self.epoch = 0
        world.desk.judged = self.request
        world.witness = self.mirror

    # at the moment of a request

    def request(self, write: Write) -> None:
        """One write is about to take effect: it was promised, nothing speaks against it, and it is its turn."""
        found = self.world.operation(write.op_id)
        if not found.attempts:
            raise Violation(f"I1: a request leaves for {write.op_id}, which is not on the disk as sent")
        if self.world.ours() < self.world.human.not_before.get(write.op_id, 0):
            raise Violation(f"early: {write.kind} {write.op_id} leaves before its time")
        if write.kind == "set":
            self._overwrites(found, write)
        elif write.kind == "reply":
            self._overtakes(found)

    def _overwrites(self, operation: Operation, write: Write) -> None:
        """I5: what is overwritten is what the agent saw, what he wants, or what we ourselves set last."""
        ticket = self.world.desk.tickets[write.ticket_id]
        if operation.id in self.world.human.retargeted:
            return  # a person wanted it there, whatever stands there
        for name, value in write.changes.items():
            now = value_of(ticket, name)
            if now in (value, operation.base.get(name)) or self._ours(write.ticket_id, name):
                continue
            base = operation.base.get(name)
            raise Violation(
                f"I5: {name}={now} by a colleague is overwritten with {value}; the agent had seen {base}"
            )

    def _ours(self, ticket: str, name: str) -> bool:
        made = [c for c in self.world.desk.changes[ticket] if c.field.removesuffix("_id") == name]
        return bool(made) and made[-1].actor_id == ME.id

    def _overtakes(self, operation: Operation) -> None:
        """I5: no colleague has answered since the agent looked."""
        thread = self.world.desk.messages[operation.ref.partition("/")[2]]
        seen = [n for n, m in enumerate(thread) if m.id in (operation.low_water, operation.agreed)]
        later = thread[seen[-1] + 1 :] if seen else [m for m in thread if m.created > operation.created]
        if any(m.author_id == BO.id and m.public for m in later):
            raise Violation(f"I5: {operation.body!r} is sent although a colleague has answered")

    # after each step

    def step(self) -> None:
        """I2, I3, I9, I10."""
        ops = self.world.ops()
        for found in (self._doubles(), self._words(ops), self._single(ops)):
            for each in found:
                raise Violation(each)
        self.mirror()

    def mirror(self) -> None:
        """I10, after each commit as well."""
        for found in (self._versions(), self._cursor()):
            for each in found:
                raise Violation(each)

    def _doubles(self) -> Iterator[str]:
        texts = [
            m.text for thread in self.world.desk.messages.values() for m in thread if m.author_id == ME.id
        ]
        if len(texts) != len(set(texts)):
            twice = sorted(t for t in set(texts) if texts.count(t) > 1)
            yield f"I2: these stand on the desk more than once: {twice}"

    def _words(self, ops: dict[str, Op]) -> Iterator[str]:
        kept = {op.body for op in ops.values()}
        kept |= {m.text for thread in self.world.desk.messages.values() for m in thread}
        if missing := set(self.world.human.typed) - kept:
            missing -= {row[0] for row in rows(self.world.home.local_db, "SELECT body FROM draft")}
        if missing:
            yield f"I3: these words are nowhere: {sorted(missing)}"
        if lost := self.world.human.accepted - ops.keys():
            yield f"I1: accepted and gone: {sorted(lost)}"

    def _single(self, ops: dict[str, Op]) -> Iterator[str]:
        lanes = [op.lane for op in ops.values() if op.state in IN_FLIGHT]
        if len(lanes) != len(set(lanes)):
            yield "I9: two operations of one ticket are in flight"

    def _versions(self) -> Iterator[str]:
        stored: dict[str, int] = dict(
            rows(self.world.home.mirror_db, "SELECT remote_id, version FROM ticket")
        )
        if self.epoch == self.world.epoch:
            for ticket, version in self.versions.items():
                if stored.get(ticket, -1) < version:
                    yield f"I10: ticket {ticket} went from version {version} to {stored.get(ticket)}"
        self.versions, self.epoch = stored, self.world.epoch

    def _cursor(self) -> Iterator[str]:
        desk = self.world.desk
        found = rows(self.world.home.mirror_db, "SELECT value FROM cursor WHERE stream = 'tickets'")
        if desk.lag_s or not found:  # where the list lags, each pull looks back so far
            return
        value = found[0][0]
        reached = tuple(int(part) for part in value.split(":"))
        for ticket, doc in desk.tickets.items():
            hidden = ticket in desk.absent or ticket in desk.silent
            if (doc.version, int(ticket)) <= reached and not hidden:
                stored = self.versions.get(ticket)
                if stored != doc.version:
                    yield f"I10: the cursor {value} has passed ticket {ticket}, of which {stored} is stored"

    # at rest

    def rest(self) -> None:
        """I1, I4, I6, I7 once everything has been put right."""
        self.step()
        ops = self.world.ops()
        for found in (self._left(ops), self._settled(ops), self._order(ops), mirror_differs(self.world)):
            for each in found:
                raise Violation(each)

    def _left(self, ops: dict[str, Op]) -> Iterator[str]:
        later = {i for i in ops if self.world.operation(i).send_at > self.world.ours()}
        for op in left_to_do({i: op for i, op in ops.items() if i not in later}):
            yield f"I7: {op.kind} {op.id} on {op.lane} is still {op.state}: {self.world.operation(op.id).error}"

    def _settled(self, ops: dict[str, Op]) -> Iterator[str]:
        desk = self.world.desk
        for op in ops.values():
            if op.state == "done" and op.kind != "set" and not desk.taken.get(op.id):
                yield f"I1: {op.kind} {op.id} is done, but not on the desk: {op.body!r}"
            if op.state in KEPT and op.kind != "set" and not op.body:
                yield f"I1: {op.kind} {op.id} is {op.state} without its words"
            if op.state == "rejected" and op.attempts == 1 and desk.taken.get(op.id) and not self._warned(op):
                yield f"I1: {op.kind} {op.id} is rejected, but it stands on the desk"
            if op.state == "done" and op.kind == "set" and not desk.taken.get(op.id):
                yield from self._never_set(op)

    def _warned(self, op: Op) -> bool:
        return "may have been sent" in self.world.operation(op.id).error

    def _never_set(self, op: Op) -> Iterator[str]:
        """A change is done without a request only where the values were there at some time."""
        ticket = op.lane.partition("/")[2]
        made = {(c.field.removesuffix("_id"), c.new) for c in self.world.desk.changes[ticket]}
        operation = self.world.operation(op.id)
        wrong = {n: v for n, v in op.changes.items() if (n, v) not in made and operation.base.get(n) != v}
        if wrong:
            yield f"I1: set {op.id} is done, but nobody has ever set {wrong}"

    def _order(self, ops: dict[str, Op]) -> Iterator[str]:
        """Those that a person sent again, or for later, have an order of their own."""
        settled = self.world.human.settled
        ours = {made[0]: i for i, made in self.world.desk.taken.items() if made and i in ops}
        for ticket, thread in self.world.desk.messages.items():
            sent = [ours[m.id] for m in thread if m.id in ours]
            kept = [ops[i] for i in sent if i not in settled and not self.world.operation(i).send_at]
            for one, two in pairwise([o for o in kept if o.lane == f"{DESK}/{ticket}"]):
                if one.seq > two.seq:
                    yield f"I6: on ticket {ticket} {two.body!r} stands after {one.body!r}"


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """What a query finds in a file."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


TICKETS = """SELECT t.remote_id, t.subject, t.status, t.priority, coalesce(a.remote_id, ''), trim(t.tags), t.version
 FROM ticket t LEFT JOIN agent a ON a.id = t.assignee_id WHERE t.presence = 'present'"""
MESSAGES = """SELECT t.remote_id, m.remote_id, m.body, m.kind FROM message m JOIN ticket t ON t.id = m.ticket_id
 WHERE t.presence = 'present'"""


def mirror_differs(world: World) -> Iterator[str]:
    """I4: every ticket and message that the desk shows, equal and once, and none that it does not show."""
    desk, path = world.desk, world.home.mirror_db
    shown = {i: t for i, t in desk.tickets.items() if i not in desk.absent}
    wanted = sorted(
        (i, t.subject, t.status, t.priority, t.assignee_id or "", " ".join(sorted(t.tags)), t.version)
        for i, t in shown.items()
    )
    tickets = sorted(rows(path, TICKETS))
    if tickets != wanted:
        yield f"I4: the mirror's tickets are {tickets}, the desk's {wanted}"
    said = sorted(
        (i, m.id, m.text, "message" if m.public else "note") for i in shown for m in desk.messages[i]
    )
    messages = sorted(rows(path, MESSAGES))
    if messages != said:
        yield f"I4: the mirror's messages are {messages}, the desk's {said}"
    still = {row[0] for row in rows(path, "SELECT remote_id FROM ticket WHERE presence = 'present'")}
    for ticket in sorted(still & desk.absent.keys()):
        yield f"I4: ticket {ticket} is {desk.absent[ticket].presence} on the desk, and the mirror shows it"


def contents(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of both files, but for what says when we looked last."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for path in (world.home.local_db, world.home.mirror_db):
        for (name,) in rows(
            path, "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
        ):
            columns = ", ".join(QUIET.get(str(name), ("*",)))
            if columns:
                found[f"{path.stem}.{name}"] = rows(path, f"SELECT {columns} FROM {name}")
    return found


def news(world: World) -> None:
    """I4, without a sweep: what the list of changes tells is at home as soon as it may tell it."""
    for seconds in (world.desk.lag_s + LEASE_S, 1):
        world.clock.tick(seconds)
        world.turn()
    stored = dict(
        rows(world.home.mirror_db, "SELECT remote_id, version FROM ticket WHERE presence = 'present'")
    )
    for ticket, doc in world.desk.tickets.items():
        told = ticket not in world.desk.absent and ticket not in world.desk.silent
        if told and stored.get(ticket) != doc.version:
            raise Violation(
                f"I4: ticket {ticket} is told at {doc.version} and stored at {stored.get(ticket)}"
            )


def put_right(world: World, judge: Judge, *, rounds: int = 10, seconds: float = 310) -> None:
    """Everything works again: some rounds to rest (I7), the checks, and one more turn that does nothing (I8)."""
    world.desk.armed.clear()
    world.desk.trouble.clear()
    world.desk.interlude = None
    news(world)
    for _ in range(rounds):
        world.clock.tick(seconds)
        world.turn()
        judge.step()
    judge.rest()
    before, asked = contents(world), world.desk.requests
    world.clock.tick(1)
    world.turn()
    changed = [name for name, found in contents(world).items() if found != before[name]]
    if changed or world.desk.requests != asked:
        raise Violation(
            f"I8: one more turn changed {changed} and made {world.desk.requests - asked} requests"
        )
