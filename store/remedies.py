"""The ledger of remedies: what each person's story was offered, who asked for more, and who decided.

The sum is made and the line is written in one BEGIN IMMEDIATE transaction, so that two processes together cannot offer
more than one may. Words reach the customer with a reply: an offer is reserved from the moment that it stands in a draft,
and the outbox tells later whether it was made (`settle`), so that no way of sending or taking back can pass it by.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace

from store.database import Database
from store.errors import ConflictError, NotFoundError
from store.events import NewEvent, record
from store.identities import person_ids
from store.outbox import NewOperation, insert

COUNTED = ("offered", "approved", "granted")  # what takes from the authority
PENDING = ("offered", "asked", "approved")
TAKEN_BACK = "the reply was taken back"
WITHOUT = "the reply left without it"
FORGOTTEN = "it was not sent within a day"
AGAIN = "it was sent again, and does not fit any more"
PATIENCE = 86_400_000_000  # microseconds in which an offer may stand in no draft and no reply


@dataclass(frozen=True, slots=True)
class Remedy:
    """One line of the ledger. `cents` are hundredths of the currency; `person` is "desk/number"."""

    id: str
    ref: str
    person: str
    theme: str
    kind: str
    label: str
    cents: int
    currency: str
    state: str  # offered, granted, asked, approved, refused, withdrawn
    role: str
    limit_cents: int
    actor: str
    why: str
    op_id: str
    decided_by: str
    decided: int
    created: int


Holds = Callable[[Remedy, str], bool]  # whether a text still offers the remedy
_NAMES = tuple(each.name for each in fields(Remedy))
_SELECT = f"SELECT {', '.join(f'r.{name}' for name in _NAMES)} FROM"
# Open ends: a newer offer of the same thing takes the place of one that was taken back.
_OPEN_ENDS = (
    "r.state IN ('offered', 'approved') OR (r.state = 'withdrawn' AND r.why = ? AND NOT EXISTS"
    " (SELECT 1 FROM {base}remedy n WHERE n.person = r.person AND n.ref = r.ref AND n.kind = r.kind AND n.cents = r.cents"
    " AND n.currency = r.currency AND n.rowid > r.rowid)) OR (r.state = 'granted' AND EXISTS"
    " (SELECT 1 FROM {base}op o WHERE o.id = r.op_id AND o.state = 'cancelled'))"
)


def persons(reader: sqlite3.Connection, customer_id: int) -> tuple[str, tuple[str, ...]]:
    """The name of a customer in the ledger, and the names of all records of the same person; ("", ()) for nobody."""
    numbers = json.dumps(person_ids(reader, customer_id))
    found = reader.execute(
        "SELECT desk || '/' || remote_id, id = ? FROM customer WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (customer_id, numbers),
    ).fetchall()
    own = next((name for name, is_own in found if is_own), "")
    return own, tuple(name for name, _ in found)


def of_story(reader: sqlite3.Connection, people: Sequence[str], ledger: str = "local.remedy") -> list[Remedy]:
    """Every line of a person's story, oldest first."""
    where = "r.person IN (SELECT value FROM json_each(?)) ORDER BY r.created, r.rowid"
    return _remedies(reader.execute(f"{_SELECT} {ledger} r WHERE {where}", (json.dumps(people),)))


def in_states(reader: sqlite3.Connection, states: Sequence[str], limit: int = 1_000) -> list[Remedy]:
    """The newest lines in these states, oldest first."""
    where = "r.state IN (SELECT value FROM json_each(?)) ORDER BY r.created DESC, r.rowid DESC LIMIT ?"
    found = reader.execute(f"{_SELECT} local.remedy r WHERE {where}", (json.dumps(states), limit))
    return _remedies(found)[::-1]


def ending(reader: sqlite3.Connection, text: str) -> list[Remedy]:
    """The lines whose id is or ends with `text`, at most two: enough to know whether it says which."""
    where = "r.id = ?1 OR substr(r.id, -length(?1)) = ?1 LIMIT 2"
    return _remedies(reader.execute(f"{_SELECT} local.remedy r WHERE {where}", (text.upper(),)))


def used(lines: Sequence[Remedy], currency: str) -> int:
    """What these lines take from the authority in one currency, in hundredths."""
    return sum(r.cents for r in lines if r.currency == currency and r.state in COUNTED)


def _remedies(found: sqlite3.Cursor) -> list[Remedy]:
    return [Remedy(*row) for row in found]


def offer(
    database: Database,
    wanted: Remedy,
    people: Sequence[str],
    note: Callable[[Sequence[Remedy]], NewOperation],
    holds: Holds,
) -> Remedy:
    """Write one line: offered where it fits beside all that the story has already, else asked for.

    `wanted.limit_cents` is the limit; equal to it is allowed. The internal note that asks is made from the lines that
    counted before, and goes into the outbox within the same transaction.
    """
    with database.write("local") as connection:
        _settle(connection, people, holds, wanted.created)
        before = [r for r in of_story(connection, people, "remedy") if r.state in COUNTED]
        fits = not wanted.cents or used(before, wanted.currency) + wanted.cents <= wanted.limit_cents
        made = replace(wanted, state="offered" if fits else "asked")
        places = ", ".join("?" * len(_NAMES))
        values = [getattr(made, name) for name in _NAMES]
        connection.execute(f"INSERT INTO remedy ({', '.join(_NAMES)}) VALUES ({places})", values)
        if not fits:
            insert(connection, note(before), made.actor, made.created)
        _tell(connection, made, "", made.actor, made.created)
    return made


def decide(
    database: Database, remedy_id: str, state: str, *, by: str, why: str, now: int, note: NewOperation
) -> Remedy:
    """Approve or refuse what was asked for, and say so in a note; ConflictError when it is decided already."""
    with database.write("local") as connection:
        found = _load(connection, remedy_id)
        if found.state != "asked":
            raise ConflictError(
                f"The remedy is {found.state}: there is nothing to decide.", "`heard remedies` lists them."
            )
        made = replace(found, state=state, decided_by=by, why=why, decided=now)
        insert(connection, note, by, now)
        return _change(connection, found, made, by, now)


def withdraw(database: Database, remedy_id: str, *, by: str, why: str, now: int) -> Remedy:
    """Take a remedy out of the sum; ConflictError when it is not in it, nor asked for."""
    with database.write("local") as connection:
        found = _load(connection, remedy_id)
        if found.state not in (*COUNTED, "asked"):
            raise ConflictError(
                f"The remedy is {found.state} already.", "`heard remedies REF` shows the ledger."
            )
        return _change(connection, found, replace(found, state="withdrawn", why=why, decided=now), by, now)


def settle(database: Database, people: Sequence[str], holds: Holds, now: int) -> list[Remedy]:
    """Take up what became of one person's offers in drafts and outbox; returns what changed.

    Nothing is written where nothing has become of any.
    """
    if not database.read(lambda r: due(r, people, holds, now), overlaid=False):
        return []
    with database.write("local") as connection:
        return _settle(connection, people, holds, now)


def due(reader: sqlite3.Connection, people: Sequence[str] | None, holds: Holds, now: int) -> list[Remedy]:
    """The lines, of some people or of all (None), of which something has become that the ledger does not know yet."""
    return [before for before, _ in _due(reader, people, holds, now, "local.")]


def _settle(connection: sqlite3.Connection, people: Sequence[str], holds: Holds, now: int) -> list[Remedy]:
    found = list(_due(connection, people, holds, now))
    return [
        _change(connection, before, _if_it_fits(connection, before, made, people), made.actor, now)
        for before, made in found
    ]


def _if_it_fits(
    connection: sqlite3.Connection, before: Remedy, made: Remedy, people: Sequence[str]
) -> Remedy:
    """What was taken back and sent again counts again, if there is room; it was approved, or else it is asked for."""
    if before.state != "withdrawn" or made.decided_by:
        return made
    taken = used(of_story(connection, people, "remedy"), made.currency)
    return made if taken + made.cents <= made.limit_cents else replace(made, state="asked", why=AGAIN)


def _due(
    connection: sqlite3.Connection, people: Sequence[str] | None, holds: Holds, now: int, base: str = ""
) -> Iterator[tuple[Remedy, Remedy]]:
    """Each line that has to change, as it is and as it shall be."""
    where = f"({_OPEN_ENDS.replace('{base}', base)})"
    params: list[object] = [TAKEN_BACK]
    if people is not None:
        where += " AND r.person IN (SELECT value FROM json_each(?))"
        params.append(json.dumps(people))
    sql = f"{_SELECT} {base}remedy r WHERE {where} ORDER BY r.created, r.rowid"
    for each in _remedies(connection.execute(sql, params)):
        made = _became(each, _Told(connection, base, each, holds), now)
        if made is not None:
            yield each, made


@dataclass(frozen=True, slots=True)
class _Told:
    """What drafts and outbox say of one line."""

    connection: sqlite3.Connection
    base: str
    line: Remedy
    holds: Holds

    def replies(self, after: str, value: object, *, taken_back: bool = False) -> list[tuple[str, str]]:
        """Id and words of the replies on the ticket, newest first: those that stand, or those that were taken back."""
        found = self.connection.execute(
            f"SELECT id, payload FROM {self.base}op WHERE lane = ? AND kind = 'reply' AND (state = 'cancelled') = ?"
            f" AND {after.replace('{op}', f'{self.base}op')} ORDER BY seq DESC LIMIT 100",
            (self.line.ref, taken_back, value),
        )
        return [(op_id, str(json.loads(payload)["body"])) for op_id, payload in found.fetchall()]

    def offering(self, replies: Sequence[tuple[str, str]]) -> str:
        """The newest of the replies that offers it; "" when none does."""
        return next((op_id for op_id, body in replies if self.holds(self.line, body)), "")

    def drafted(self) -> bool:
        """Whether the ticket's draft offers it."""
        sql = f"SELECT body FROM {self.base}draft WHERE ref = ?"
        found = self.connection.execute(sql, (self.line.ref,)).fetchone()
        return found is not None and self.holds(self.line, found[0])

    def heir(self) -> tuple[str, str]:
        """Id and words of the operation that took the place of its own and stands; ("", "") when there is none."""
        here = self.line.op_id
        while here:
            sql = f"SELECT id, state, payload FROM {self.base}op WHERE replaces = ? ORDER BY seq DESC LIMIT 1"
            row = self.connection.execute(sql, (here,)).fetchone()
            if row is None:
                return "", ""
            if row[1] != "cancelled":
                return row[0], str(json.loads(row[2])["body"])
            here = row[0]
        return "", ""


def _became(line: Remedy, told: _Told, now: int) -> Remedy | None:
    """What has become of a line; None when nothing has."""
    if line.state == "granted":
        return _after_taking_back(line, told, now)
    if line.state == "withdrawn":
        later = "seq > (SELECT seq FROM {op} WHERE id = ?)"
        found = told.offering(told.replies(later, line.op_id))
        return replace(line, state="granted", op_id=found, why="") if found else None
    replies = told.replies("created >= ?", line.created)
    if found := told.offering(replies):
        return replace(line, state="granted", op_id=found)
    return None if line.state == "approved" else _not_made(line, told, now, left=bool(replies))


def _not_made(line: Remedy, told: _Told, now: int, *, left: bool) -> Remedy | None:
    """What has become of an offer that no reply makes: taken back, left out (a reply has `left` without it), or forgotten."""
    gone = told.offering(told.replies("created >= ?", line.created, taken_back=True))
    if not gone and (told.drafted() or not (left or line.created + PATIENCE < now)):
        return None
    why = TAKEN_BACK if gone else WITHOUT if left else FORGOTTEN
    return replace(line, state="withdrawn", why=why, op_id=gone, decided=now)


def _after_taking_back(line: Remedy, told: _Told, now: int) -> Remedy:
    """Go with the operation that took the place of the cancelled one; without one, or without the words, the offer is gone."""
    op_id, body = told.heir()
    if op_id and told.holds(line, body):
        return replace(line, op_id=op_id)
    return replace(line, state="withdrawn", why=WITHOUT if op_id else TAKEN_BACK, decided=now)


def _load(connection: sqlite3.Connection, remedy_id: str) -> Remedy:
    found = _remedies(connection.execute(f"{_SELECT} remedy r WHERE r.id = ?", (remedy_id,)))
    if not found:
        raise NotFoundError(f"There is no remedy {remedy_id}.", "`heard remedies` lists them.")
    return found[0]


def _change(connection: sqlite3.Connection, before: Remedy, made: Remedy, by: str, now: int) -> Remedy:
    connection.execute(
        "UPDATE remedy SET state = ?, why = ?, op_id = ?, decided_by = ?, decided = ? WHERE id = ?",
        (made.state, made.why, made.op_id, made.decided_by, made.decided, made.id),
    )
    if made.state != before.state:
        _tell(connection, made, before.state, by, now)
    return made


def _tell(connection: sqlite3.Connection, line: Remedy, before: str, by: str, now: int) -> None:
    """Put it into the log, for the audit and for whoever follows the log."""
    amount = f" {line.cents // 100}.{line.cents % 100:02} {line.currency}" if line.cents else ""
    count = connection.execute(
        "SELECT count(*) FROM event WHERE key >= ? AND key < ?", (f"remedy:{line.id}:", f"remedy:{line.id};")
    ).fetchone()[0]
    why = f" ({line.why})" if line.why else ""
    event = NewEvent(
        f"remedy:{line.id}:{count}",
        line.ref,
        "remedy",
        "agent",
        by,
        now,
        old=before,
        new=f"{line.state}: {line.kind}{amount}{why}",
    )
    record(connection, [event], now)
