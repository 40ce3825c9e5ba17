"""The invariants, checked from outside: local.db and mirror.db as files, the desk and its journal.

I1 no lost reply, I2 no doubled one, I3 no lost words, I5 nobody's change is overwritten, I6 order, I7 mirror equals
desk and nothing is left to do, I8 one more turn does nothing (checked by whoever runs the turns), I9 one in flight.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.desk import BO, ME

from faults.desk import FaultyDesk, value_of
from faults.journal import Entry, entries
from store.home import Home

KEPT = ("conflict", "review", "rejected")  # visible to a person, with the full text
IN_FLIGHT = ("sending", "unknown")


@dataclass(frozen=True, slots=True)
class Op:
    """An operation as local.db holds it."""

    id: str
    lane: str
    seq: int
    kind: str
    state: str
    attempts: int
    body: str
    changes: dict[str, str]


def ops_in(home: Home) -> dict[str, Op]:
    """All operations, in the order in which they were asked for; none where the file is not there."""
    found = _rows(
        home.local_db, "SELECT id, lane, seq, kind, state, attempts, payload FROM op ORDER BY rowid"
    )
    return {row[0]: _op(row) for row in found}


def _op(row: tuple[Any, ...]) -> Op:
    op_id, lane, seq, kind, state, attempts, payload = row
    content = json.loads(payload)
    return Op(op_id, lane, seq, kind, state, attempts, content["body"], content["changes"])


def _rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def at_the_crash(home: Home, desk: FaultyDesk, journal: Path) -> Iterator[str]:
    """What must hold at the moment of death, before anything is put right."""
    ops = ops_in(home)
    told = entries(journal)
    for entry in told:
        if entry["do"] == "request" and (entry["op"] not in ops or not ops[entry["op"]].attempts):
            yield f"intent: a request left for {entry['op']}, which is not on the disk as sent"
    in_flight = [op.lane for op in ops.values() if op.state in IN_FLIGHT]
    if len(in_flight) != len(set(in_flight)):
        yield "I9: two operations of one ticket are in flight"
    yield from _accepted(ops, told)
    yield from _words(home, ops, desk, told)
    yield from _doubles(desk)


def _accepted(ops: dict[str, Op], told: list[Entry]) -> Iterator[str]:
    for entry in told:
        if entry["do"] == "accepted" and entry["op"] not in ops:
            yield f"I1: the accepted operation {entry['op']} is gone"


def _words(home: Home, ops: dict[str, Op], desk: FaultyDesk, told: list[Entry]) -> Iterator[str]:
    kept = {op.body for op in ops.values()} | {m.text for thread in desk.messages.values() for m in thread}
    kept |= {row[0] for row in _rows(home.local_db, "SELECT body FROM draft")}
    for entry in told:
        if entry["do"] == "typed" and entry["text"] not in kept:
            yield f"I3: these words are nowhere: {entry['text']!r}"


def _doubles(desk: FaultyDesk) -> Iterator[str]:
    texts = {m.id: m.text for thread in desk.messages.values() for m in thread}
    for op_id, made in desk.taken.items():
        messages = [each for each in made if each in texts]
        if len(messages) > 1:
            yield f"I2: {op_id} stands {len(messages)} times on the desk: {texts[messages[0]]!r}"


def at_rest(home: Home, desk: FaultyDesk, journal: Path) -> Iterator[str]:
    """What must hold when everything has been put right."""
    ops = ops_in(home)
    told = entries(journal)
    yield from _accepted(ops, told)
    yield from _words(home, ops, desk, told)
    yield from _doubles(desk)
    yield from _settled(ops, desk)
    yield from _order(ops, desk)
    yield from _clobbered(desk, told)
    yield from _answered_twice(desk, told)
    yield from mirror_differs(home, desk)


def left_to_do(ops: dict[str, Op]) -> list[Op]:
    """The operations that have not come to rest; one in a lane behind a reply that a person must look at has."""
    asks: set[str] = set()  # lanes with a message that waits for a person: later messages wait with it
    held: set[str] = set()  # lanes with a message that waits so: whatever was asked for later waits, too
    left = []
    for op in sorted(ops.values(), key=lambda each: each.seq):  # what was edited keeps its place in the lane
        if op.state == "queued" and op.lane in held | (asks if op.kind != "set" else set()):
            held.add(op.lane)
        elif op.state in (*IN_FLIGHT, "queued"):
            left.append(op)
        elif op.kind != "set" and op.state in ("conflict", "review"):
            asks.add(op.lane)
    return left


def _settled(ops: dict[str, Op], desk: FaultyDesk) -> Iterator[str]:
    for op in left_to_do(ops):
        yield f"I7: {op.kind} {op.id} is still {op.state}"
    for op in ops.values():
        if op.state == "done" and not desk.taken.get(op.id) and not _already_so(op, desk):
            yield f"I1: {op.kind} {op.id} is done, but not on the desk: {op.body or op.changes!r}"
        if op.state in KEPT and op.kind != "set" and not op.body:
            yield f"I1: {op.kind} {op.id} is {op.state} without its words"


def _already_so(op: Op, desk: FaultyDesk) -> bool:
    """A change that somebody else had made by then needs no request."""
    ticket = desk.tickets[op.lane.split("/")[1]]
    return op.kind == "set" and all(value_of(ticket, k) == v for k, v in op.changes.items())


def _order(ops: dict[str, Op], desk: FaultyDesk) -> Iterator[str]:
    ours = {made[0]: op_id for op_id, made in desk.taken.items()}
    for ticket, thread in desk.messages.items():
        order = [ops[ours[m.id]].seq for m in thread if ours.get(m.id) in ops]
        if order != sorted(order):
            yield f"I6: on ticket {ticket} our messages stand in the order {order}"


def _clobbered(desk: FaultyDesk, told: list[Entry]) -> Iterator[str]:
    """A colleague's value, set before our first request for it, is what the desk must still say."""
    for place, entry in enumerate(told):
        if entry["do"] != "sets" or entry["args"][1] != BO.id:
            continue
        if any(e["do"] == "request" and e["kind"] == "set" for e in told[:place]):
            continue
        for name, value in entry["over"].items():
            if value_of(desk.tickets[entry["args"][0]], name) != value:
                yield f"I5: {name}={value} by a colleague was overwritten"


def _answered_twice(desk: FaultyDesk, told: list[Entry]) -> Iterator[str]:
    """A reply of ours to a ticket that a colleague had answered before our first request waits for a person."""
    for place, entry in enumerate(told):
        if entry["do"] != "says" or entry["args"][1] != BO.id:
            continue
        ticket = entry["args"][0]
        ours = [m for m in desk.messages[ticket] if m.author_id == ME.id and m.public]
        if ours and not any(e["do"] == "request" for e in told[:place]):
            yield f"I5: {ours[0].text!r} was sent after a colleague had answered"


def mirror_differs(home: Home, desk: FaultyDesk) -> Iterator[str]:
    """Every ticket and message of the desk, equal and once."""
    tickets = _rows(
        home.mirror_db, "SELECT remote_id, subject, status, priority, trim(tags), version FROM ticket"
    )
    wanted = sorted(
        (t.id, t.subject, t.status, t.priority, " ".join(sorted(t.tags)), t.version)
        for t in desk.tickets.values()
    )
    if sorted(tickets) != wanted:
        yield f"I7: the mirror's tickets are {sorted(tickets)}, the desk's {wanted}"
    messages = _rows(
        home.mirror_db,
        "SELECT t.remote_id, m.remote_id, m.body, m.kind FROM message m JOIN ticket t ON t.id = m.ticket_id",
    )
    said = sorted(
        (i, m.id, m.text, "message" if m.public else "note") for i, ms in desk.messages.items() for m in ms
    )
    if sorted(messages) != said:
        yield f"I7: the mirror's messages are {sorted(messages)}, the desk's {said}"
