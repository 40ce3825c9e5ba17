"""What was promised to customers, and what became of it. A promise is written with the operation that carries its words.

A desk's messages settle promises: the first public one by an agent after the one that promised. They are looked at when
somebody asks (`settle`), since messages arrive through the mirror and promises live in local.db.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import astuple, dataclass, fields

from store.database import Database
from store.errors import ConflictError, NotFoundError
from store.events import NewEvent, record

DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class NewPromise:
    """A promise before it has an id; `replaces` is the one that it moves to another time."""

    words: str
    phrase: str
    due: int
    zone: str
    person: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise as it stands; times are microseconds. `kept_by` is what closed it: a message, or a person's word."""

    id: str
    ref: str
    person: str
    op_id: str
    words: str
    phrase: str
    due: int
    zone: str
    owner: str
    state: str  # open, kept, dropped, moved
    kept_by: str
    replaces: str
    created: int
    closed: int

    def late(self, now: int) -> bool:
        """Whether its time has passed with nothing sent, or it was kept after its time."""
        end = self.closed if self.state == "kept" else now
        return self.state in ("open", "kept") and end > self.due


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of a promise (promised, kept, dropped, moved), by whom and when; `why` is what did it, or a person's word.

    `learnt` is when we heard of it; 0: at once.
    """

    kind: str
    actor: str
    at: int
    why: str = ""
    learnt: int = 0


COLUMNS = ", ".join(each.name for each in fields(Promise))
SELECT = f"SELECT {COLUMNS} FROM local.promise"


def insert(
    connection: sqlite3.Connection, op_id: str, ref: str, made: Sequence[NewPromise], *, owner: str, now: int
) -> None:
    """Keep promises in the caller's transaction on local.db, under ids made of the operation's; those that they replace are moved."""
    for number, each in enumerate(made, 1):
        whole = Promise(
            f"{op_id}-{number}",
            ref,
            each.person,
            op_id,
            each.words,
            each.phrase,
            each.due,
            each.zone,
            owner,
            "open",
            "",
            each.replaces,
            now,
            0,
        )
        _put(connection, whole, owner)
        if each.replaces and (old := _one(connection, each.replaces)) and old.state == "open":
            close(connection, old, Turn("moved", owner, now, whole.id))


def _put(connection: sqlite3.Connection, made: Promise, actor: str) -> None:
    places = ", ".join("?" * len(fields(Promise)))
    connection.execute(f"INSERT INTO promise ({COLUMNS}) VALUES ({places})", astuple(made))
    _event(connection, made, Turn("promised", actor, made.created))


def take_back(connection: sqlite3.Connection, op_id: str, actor: str, now: int) -> None:
    """Drop the open promises of a reply that was taken back, and open again what they had moved; in the caller's transaction."""
    for each in _of_operation(connection, op_id):
        close(connection, each, Turn("dropped", actor, now, "the reply was taken back"))
        old = _one(connection, each.replaces) if each.replaces else None
        if old is not None and old.op_id != op_id and (old.state, old.kept_by) == ("moved", each.id):
            _reopen(connection, old, actor, now)


def carried(connection: sqlite3.Connection, op_id: str) -> tuple[NewPromise, ...]:
    """The open promises of an operation as new ones, for the operation that takes its place."""
    found = _of_operation(connection, op_id)
    return tuple(NewPromise(p.words, p.phrase, p.due, p.zone, p.person, p.replaces) for p in found)


def _of_operation(connection: sqlite3.Connection, op_id: str) -> list[Promise]:
    rows = connection.execute(f"SELECT {COLUMNS} FROM promise WHERE op_id = ? AND state = 'open'", (op_id,))
    return [Promise(*r) for r in rows.fetchall()]


def _one(connection: sqlite3.Connection, number: str) -> Promise | None:
    row = connection.execute(f"SELECT {COLUMNS} FROM promise WHERE id = ?", (number,)).fetchone()
    return Promise(*row) if row else None


def close(connection: sqlite3.Connection, found: Promise, turn: Turn) -> None:
    """End an open promise in the caller's transaction."""
    done = connection.execute(
        "UPDATE promise SET state = ?, kept_by = ?, closed = ? WHERE id = ? AND state = 'open'",
        (turn.kind, turn.why, turn.at, found.id),
    )
    if done.rowcount:
        _event(connection, found, turn)


def as_before(connection: sqlite3.Connection, number: str, actor: str, now: int) -> None:
    """Take a person's word about a promise back, in the caller's transaction: it is open again, and one that a move made is dropped."""
    found = _one(connection, number)
    if found is None:
        return
    if found.state == "open":
        close(connection, found, Turn("dropped", actor, now, "the move was taken back"))
    else:
        _reopen(connection, found, actor, now)


def _reopen(connection: sqlite3.Connection, old: Promise, actor: str, now: int) -> None:
    connection.execute("UPDATE promise SET state = 'open', kept_by = '', closed = 0 WHERE id = ?", (old.id,))
    _event(connection, old, Turn("promised", actor, now, "open again"))


def _event(connection: sqlite3.Connection, found: Promise, turn: Turn) -> None:
    told = f"{found.phrase} ({turn.why})" if turn.kind == "dropped" else found.phrase
    key = f"promise:{found.id}:{turn.kind}:{turn.at}"
    event = NewEvent(key, found.ref, turn.kind, "agent", turn.actor, turn.at, new=told)
    record(connection, [event], turn.learnt or turn.at)


def decide(
    database: Database,
    number: str,
    act: Callable[[sqlite3.Connection, Promise], None],
    deed: Callable[[sqlite3.Connection], AbstractContextManager[None]],
) -> None:
    """Do something to one open promise in one transaction, which `deed` keeps. Raises ConflictError when it is closed."""
    with database.write("local") as connection, deed(connection):
        found = _one(connection, number)
        if found is None or found.state != "open":
            state = found.state if found else "gone"
            raise ConflictError(
                f"The promise is {state}.", "`heard promises --all` shows what became of each."
            )
        act(connection, found)


def move(connection: sqlite3.Connection, old: Promise, moved: Promise, actor: str) -> None:
    """Move an open promise to another time, by a person's word: the old one is closed, a new one takes its place."""
    close(connection, old, Turn("moved", actor, moved.created, moved.id))
    _put(connection, moved, actor)


# -- reading ----------------------------------------------------------------------------------------------------


def ending(reader: sqlite3.Connection, text: str) -> Promise:
    """The promise whose id is or ends with `text`. Raises NotFoundError where none or several do."""
    rows = reader.execute(
        f"{SELECT} WHERE id = ?1 OR substr(id, -length(?1)) = ?1 LIMIT 2", (text.upper(),)
    ).fetchall()
    if len(rows) != 1 or not text:
        what = f"{text} could be several promises" if rows else f"There is no promise {text}"
        raise NotFoundError(f"{what}.", "`heard promises --all` lists them with their ids.")
    return Promise(*rows[0])


def opened(reader: sqlite3.Connection, before: int = 0, refs: Sequence[str] | None = None) -> list[Promise]:
    """Open promises, the most urgent first: all, those due before a moment, those of some tickets."""
    rows = reader.execute(
        f"{SELECT} WHERE state = 'open' AND (?1 = 0 OR due < ?1)"
        " AND (?2 IS NULL OR ref IN (SELECT value FROM json_each(?2))) ORDER BY due, id",
        (before, None if refs is None else json.dumps(list(refs))),
    )
    return [Promise(*r) for r in rows]


def of_people(reader: sqlite3.Connection, people: Sequence[int]) -> list[Promise]:
    """What is still promised to customers, given by their row numbers; the most urgent first."""
    rows = reader.execute(
        f"{SELECT} WHERE state = 'open' AND person IN (SELECT c.desk || '/' || c.remote_id FROM customer c"
        " WHERE c.id IN (SELECT value FROM json_each(?))) ORDER BY due, id",
        (json.dumps(list(people)),),
    )
    return [Promise(*r) for r in rows]


def beside(reader: sqlite3.Connection, ref: str, op_id: str) -> list[Promise]:
    """What is promised on a ticket beside what one operation promised, and what that one moved; the most urgent first."""
    rows = reader.execute(
        f"{SELECT} WHERE ref = ?1 AND op_id <> ?2 AND (state = 'open' OR (state = 'moved' AND kept_by <> '' AND kept_by IN"
        " (SELECT id FROM local.promise WHERE op_id = ?2 AND state = 'open'))) ORDER BY due, id",
        (ref, op_id),
    )
    return [Promise(*r) for r in rows]


def closed(reader: sqlite3.Connection, since: int, limit: int = 1_000) -> list[Promise]:
    """Promises that were kept, moved or dropped since then, the newest first."""
    rows = reader.execute(
        f"{SELECT} WHERE state <> 'open' AND closed >= ? ORDER BY closed DESC, id DESC LIMIT ?",
        (since, limit),
    )
    return [Promise(*r) for r in rows]


def tally(reader: sqlite3.Connection, since: int, now: int) -> tuple[int, int, int]:
    """(kept in time, kept late, open and overdue) of the promises whose time came between `since` and `now`."""
    row = reader.execute(
        "SELECT coalesce(sum(state = 'kept' AND closed <= due), 0), coalesce(sum(state = 'kept' AND closed > due), 0),"
        " coalesce(sum(state = 'open'), 0) FROM local.promise WHERE due > ? AND due <= ?",
        (since, now),
    ).fetchone()
    return int(row[0]), int(row[1]), int(row[2])


def where_now(reader: sqlite3.Connection, ref: str) -> str:
    """The ticket that `ref` is part of now: the one that it was merged into, in steps; itself otherwise."""
    for _step in range(5):
        row = reader.execute(
            "SELECT desk || '/' || merged_into FROM ticket WHERE ref = ? AND merged_into <> ''", (ref,)
        ).fetchone()
        if row is None or row[0] == ref:
            break
        ref = row[0]
    return ref


def subjects(reader: sqlite3.Connection, refs: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Subject and requester of tickets, by ref; those that the mirror does not have are left out."""
    rows = reader.execute(
        "SELECT t.ref, t.subject, coalesce(c.name, '') FROM ticket t LEFT JOIN customer c ON c.id = t.requester_id"
        " WHERE t.ref IN (SELECT value FROM json_each(?))",
        (json.dumps(list(refs)),),
    )
    return {ref: (subject, name) for ref, subject, name in rows}


def person_of(reader: sqlite3.Connection, ref: str) -> tuple[str, str, str, str]:
    """(ref, name, time zone, locale) of the customer of a ticket; empty where they are not known."""
    row = reader.execute(
        "SELECT c.desk || '/' || c.remote_id, c.name, c.time_zone, c.locale FROM ticket t"
        " JOIN customer c ON c.id = t.requester_id WHERE t.ref = ?",
        (ref,),
    ).fetchone()
    return row or ("", "", "", "")


def answers(reader: sqlite3.Connection, found: Promise) -> list[tuple[str, int, str, str]]:
    """(id, time, author, text) of the public messages by agents that followed the one that promised, oldest first.

    There are none as long as that one has not reached the desk: the customer was promised nothing yet.
    """
    refs = json.dumps([found.ref, where_now(reader, found.ref)])
    tickets = "m.ticket_id IN (SELECT t.id FROM ticket t WHERE t.ref IN (SELECT value FROM json_each(?)))"
    made = _made_at(reader, found, refs, tickets)
    if made is None:
        return []
    own, at = made
    rows = reader.execute(
        f"SELECT m.remote_id, m.created, m.author, m.body FROM message m WHERE {tickets} AND m.kind = 'message'"
        " AND m.role = 'agent' AND m.created >= ? AND m.remote_id <> ? AND m.marker <> ? ORDER BY m.created, m.id LIMIT 20",
        (refs, at, own, found.op_id),
    )
    return rows.fetchall()


def _made_at(reader: sqlite3.Connection, found: Promise, refs: str, tickets: str) -> tuple[str, int] | None:
    """The message that promised, and when it was sent; None as long as it is not on the desk. A moved promise counts from its move."""
    operation = reader.execute(
        "SELECT state, result_id, last_sent FROM local.op WHERE id = ?", (found.op_id,)
    ).fetchone()
    if operation is None:
        return "", found.created
    state, result, sent = operation
    row = reader.execute(
        f"SELECT m.remote_id, m.created FROM message m WHERE {tickets}"
        " AND (m.marker = ? OR (? <> '' AND m.remote_id = ?)) ORDER BY m.id LIMIT 1",
        (refs, found.op_id, result, result),
    ).fetchone()
    if row is not None:
        moved = found.created if found.replaces and not found.id.startswith(f"{found.op_id}-") else 0
        return row[0], max(row[1], moved)
    return (result, sent or found.created) if state == "done" else None
