"""Which customer records are one person: shared addresses, and what people have said about it. Nothing is ever merged.

Two records that share an e-mail address or a handle are one person, and so are two with the same telephone when their names
agree or one is just a caller's number. What a person has said counts more: `linked` joins two records, `apart` parts them.
Every word keeps who, when, why and the evidence, and is taken back by itself; then everything is as it was.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from store.database import Database
from store.deeds import doing, over
from store.outbox import new_id

MOST = 100  # records of one person
Standing = Literal["linked", "apart"]

# A telephone is often shared, so it links two records only when the names agree or one is just a caller's number.
_ALIKE = (
    " JOIN address b ON b.kind = a.kind AND b.value = a.value"
    " JOIN customer one ON one.id = a.customer_id JOIN customer two ON two.id = b.customer_id"
    " WHERE (a.kind <> 'phone' OR lower(one.name) = lower(two.name)"
    " OR one.name GLOB '*[0-9][0-9][0-9]*' OR two.name GLOB '*[0-9][0-9][0-9]*')"
)
_SAME = (
    "WITH RECURSIVE same(id) AS (VALUES(?) UNION SELECT b.customer_id FROM same"
    f" JOIN address a ON a.customer_id = same.id{_ALIKE}) SELECT id FROM same LIMIT {MOST}"
)
_BESIDE = (
    f"SELECT DISTINCT b.customer_id FROM address a{_ALIKE} AND a.customer_id = ? ORDER BY 1 LIMIT {MOST}"
)
_LINKS = (
    "SELECT id, one, other, state, why, evidence, actor, created, undone, undone_by FROM local.identity_link"
)


@dataclass(frozen=True, slots=True)
class Record:
    """One customer record of a desk. `ref` is "desk/number", which outlives a mirror; `id` does not."""

    id: int
    ref: str
    name: str
    addresses: tuple[str, ...]
    tickets: int


@dataclass(frozen=True, slots=True)
class Link:
    """What somebody said about two records; `evidence` is what was alike."""

    id: str
    one: str
    other: str
    state: Standing
    why: str
    evidence: tuple[str, ...]
    actor: str
    created: int
    undone: int = 0
    undone_by: str = ""


def person_ids(reader: sqlite3.Connection, customer_id: int, without: Sequence[str] = ()) -> list[int]:
    """The rows of the customer records that are the same person, this one first; as it would be `without` these links."""
    found = [_link(row) for row in reader.execute(f"{_LINKS} WHERE undone = 0")]
    said = [each for each in found if each.id not in without]
    if not said:
        return [row[0] for row in reader.execute(_SAME, (customer_id,))]
    return _walk(reader, customer_id, said)


def _walk(reader: sqlite3.Connection, start: int, said: Sequence[Link]) -> list[int]:
    """From record to record; one that was parted from any that is in already stays out."""
    rows = dict(_rows(reader, {ref for link in said for ref in (link.one, link.other)}))
    pairs: dict[Standing, set[tuple[int, int]]] = {"linked": set(), "apart": set()}
    for link in said:
        if link.one in rows and link.other in rows:
            one, other = rows[link.one], rows[link.other]
            pairs[link.state] |= {(one, other), (other, one)}
    found = [start]
    for each in found:
        beside = [row[0] for row in reader.execute(_BESIDE, (each,))]
        for near in [*beside, *sorted(b for a, b in pairs["linked"] if a == each)]:
            if near not in found and not any((near, inside) in pairs["apart"] for inside in found):
                found.append(near)
        if len(found) >= MOST:
            break
    return found[:MOST]


def _rows(reader: sqlite3.Connection, refs: set[str]) -> Iterator[tuple[str, int]]:
    for ref in refs:
        desk, _, remote_id = ref.partition("/")
        sql = "SELECT id FROM customer WHERE desk = ? AND remote_id = ?"
        found = reader.execute(sql, (desk, remote_id)).fetchone()
        if found:
            yield ref, found[0]


def records(reader: sqlite3.Connection, ids: Sequence[int]) -> list[Record]:
    """Customer records by their rows, in that order; those that are not there are left out."""
    found = []
    for each in ids:
        row = reader.execute(
            "SELECT id, desk || '/' || remote_id, name FROM customer WHERE id = ?", (each,)
        ).fetchone()
        if row is None:
            continue
        told = reader.execute("SELECT value FROM address WHERE customer_id = ? ORDER BY kind, value", (each,))
        (tickets,) = reader.execute("SELECT count(*) FROM ticket WHERE requester_id = ?", (each,)).fetchone()
        number, ref, name = row
        found.append(Record(number, ref, name, tuple(value for (value,) in told), tickets))
    return found


def by_ref(reader: sqlite3.Connection, ref: str) -> Record | None:
    """The customer record "desk/number"."""
    rows = dict(_rows(reader, {ref}))
    return records(reader, [rows[ref]])[0] if rows else None


def links(reader: sqlite3.Connection, refs: Sequence[str] = (), *, undone: bool = False) -> list[Link]:
    """What was said about these records, or about any; with `undone` also what was taken back. Oldest first."""
    found = [_link(row) for row in reader.execute(f"{_LINKS} ORDER BY created, id")]
    return [
        each
        for each in found
        if (undone or not each.undone) and (not refs or each.one in refs or each.other in refs)
    ]


def _link(row: tuple[str, str, str, Standing, str, str, str, int, int, str]) -> Link:
    return Link(*row[:5], tuple(json.loads(row[5])), *row[6:])


def say(
    database: Database, said: Sequence[Link], *, ended: Sequence[str] = (), what: str, actor: str, now: int
) -> None:
    """Keep what was said about pairs of records, as one deed; what was said of the same pair before is taken back, and so is `ended`."""
    with (
        database.write("local") as connection,
        doing(connection, "identity_link", (), what=what, actor=actor, now=now),
    ):
        _end(connection, ended, actor, now)
        _say(connection, said)


def take_back(database: Database, ids: Sequence[str], again: Sequence[Link], actor: str, now: int) -> None:
    """Take back what was said, whose record stays; what had ended by it is said again. Undo passes over it from then on."""
    with database.write("local") as connection:
        _end(connection, ids, actor, now)
        _say(connection, again)
        over(connection, ids, now)


def _say(connection: sqlite3.Connection, said: Sequence[Link]) -> None:
    for each in said:
        connection.execute(
            "UPDATE identity_link SET undone = ?, undone_by = ? WHERE undone = 0 AND ((one = ? AND other = ?)"
            " OR (one = ? AND other = ?))",
            (each.created, each.actor, each.one, each.other, each.other, each.one),
        )
        connection.execute(
            "INSERT INTO identity_link (id, one, other, state, why, evidence, actor, created, undone, undone_by)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, '')",
            (
                new_id(each.created), each.one, each.other, each.state, each.why,
                json.dumps(each.evidence), each.actor, each.created,
            ),
        )  # fmt: skip


def _end(connection: sqlite3.Connection, ids: Sequence[str], actor: str, now: int) -> None:
    connection.executemany(
        "UPDATE identity_link SET undone = ?, undone_by = ? WHERE id = ? AND undone = 0",
        [(now, actor, each) for each in ids],
    )


def same_phone(reader: sqlite3.Connection, limit: int, customer_id: int = 0) -> list[tuple[int, int, str]]:
    """Pairs of records with one telephone and different names, with the number; of one record, where it is given."""
    where = " AND (a.customer_id = :id OR b.customer_id = :id)" if customer_id else ""
    return reader.execute(
        "SELECT a.customer_id, b.customer_id, a.value FROM address a JOIN address b ON b.kind = 'phone'"
        " AND b.value = a.value AND b.customer_id > a.customer_id JOIN customer one ON one.id = a.customer_id"
        " JOIN customer two ON two.id = b.customer_id WHERE a.kind = 'phone' AND lower(one.name) <> lower(two.name)"
        f" AND a.value <> ''{where} ORDER BY a.value LIMIT :most",
        {"id": customer_id, "most": limit},
    ).fetchall()


def who_wrote(reader: sqlite3.Connection, phrase: str, limit: int) -> list[int]:
    """The customers in whose own messages a phrase stands, the newest first."""
    found = reader.execute(
        "SELECT m.customer_id FROM (SELECT rowid FROM message_fts WHERE message_fts MATCH ? ORDER BY rowid DESC LIMIT ?) f"
        " JOIN message m ON m.id = f.rowid WHERE m.role = 'customer'",
        ('"' + phrase.replace('"', '""') + '"', limit),
    )
    return list(dict.fromkeys(row[0] for row in found))
