"""One person's story: every message of every ticket on every channel, and what is still in our outbox.

Which customer records are one person is found on read (`identities`); nothing is merged.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from store.conditions import Sql, indexes, match, telephone
from store.identities import person_ids
from store.overlay import OPEN
from store.rows import Card, Contact, Item

SHOWN = f"({OPEN} OR state = 'rejected')"
_PEOPLE = "m.customer_id IN (SELECT value FROM json_each(?))"
_ROWS = "SELECT m.id FROM message m WHERE {where} ORDER BY m.created DESC, m.id DESC LIMIT ?"
_ITEMS = (
    "SELECT t.ref, t.subject, m.kind, m.channel, m.role, m.author, m.created, m.body, m.remote_id, '', t.status,"
    " m.files, m.id FROM json_each(?) j CROSS JOIN message m ON m.id = j.value CROSS JOIN ticket t ON t.id = m.ticket_id"
)
_WHOLE = 100_000  # messages of one ticket
_MERGED = (
    "WITH RECURSIVE went(id) AS (SELECT x.id FROM ticket t CROSS JOIN ticket x ON x.desk = t.desk"
    " AND x.remote_id = t.merged_into WHERE t.requester_id IN (SELECT value FROM json_each(?1)) AND t.merged_into <> ''"
    " UNION SELECT y.id FROM went CROSS JOIN ticket x ON x.id = went.id CROSS JOIN ticket y ON y.desk = x.desk"
    " AND y.remote_id = x.merged_into WHERE x.merged_into <> '')"
    " SELECT t.id FROM went CROSS JOIN ticket t ON t.id = went.id"
    " WHERE t.requester_id NOT IN (SELECT value FROM json_each(?1))"
)


def story(reader: sqlite3.Connection, customer_id: int, limit: int) -> list[Item]:
    """The newest `limit` items of a person's story, oldest first, then what waits in the outbox."""
    ids = person_ids(reader, customer_id)
    people = json.dumps(ids)
    items = items_of(reader, _newest(reader, of_people(ids, merged_into(reader, ids)), people, limit))
    refs = reader.execute(
        "SELECT ref FROM ticket WHERE requester_id IN (SELECT value FROM json_each(?))"
        f" AND ref IN (SELECT lane FROM local.op WHERE {SHOWN})",
        (people,),
    )
    return items + [item for (ref,) in refs.fetchall() for item in outbox_items(reader, ref)]


def merged_into(reader: sqlite3.Connection, people: Sequence[int]) -> tuple[int, ...]:
    """The rows of other people's tickets into which tickets of these people were merged: their words went along."""
    return tuple(row for (row,) in reader.execute(_MERGED, (json.dumps(people),)))


def of_people(people: Sequence[int], merged: Sequence[int]) -> str:
    """The condition on a message `m` of these people, to be asked with their rows as JSON.

    It is one of their tickets', or in the tickets `merged` one that they wrote themselves.
    """
    if not merged:
        return _PEOPLE
    theirs = f"SELECT 1 FROM customer c WHERE c.id IN ({listed(people)}) AND c.desk = m.desk AND c.remote_id = m.author_ref"
    return f"({_PEOPLE} OR (m.ticket_id IN ({listed(merged)}) AND EXISTS ({theirs})))"


def listed(rows: Sequence[int]) -> str:
    """Row numbers as they stand behind IN."""
    return ", ".join(str(int(row)) for row in rows)


def thread(reader: sqlite3.Connection, ref: str) -> list[Item]:
    """The messages of one ticket, oldest first, then what waits in the outbox for it."""
    found = reader.execute("SELECT id FROM ticket WHERE ref = ?", (ref,)).fetchone()
    if found is None:
        return []
    rows = _newest(reader, "m.ticket_id = ?", found[0], _WHOLE)
    return items_of(reader, rows) + outbox_items(reader, ref)


def _newest(reader: sqlite3.Connection, where: str, asked: object, limit: int) -> list[int]:
    """The rows of the newest messages, oldest first: from the index alone, so that no text is read to be sorted."""
    found = reader.execute(_ROWS.replace("{where}", where), (asked, limit)).fetchall()
    return [row for (row,) in reversed(found)]


def items_of(reader: sqlite3.Connection, rows: Sequence[int]) -> list[Item]:
    """The messages in these rows, in that order."""
    found = reader.execute(_ITEMS, (json.dumps(rows),)).fetchall()
    names = _file_names(reader, [r[-1] for r in found if r[-2]])
    return [Item(*(*head, names.get(row, ()), status)) for *head, status, _files, row in found]


def _file_names(reader: sqlite3.Connection, messages: list[int]) -> dict[int, tuple[str, ...]]:
    names: dict[int, tuple[str, ...]] = {}
    if messages:
        for number, name in reader.execute(
            "SELECT message_id, name FROM attachment WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(messages),),
        ):
            names[number] = (*names.get(number, ()), name)
    return names


def outbox_items(reader: sqlite3.Connection, ref: str) -> list[Item]:
    """The replies and notes of one ticket that the desk does not have yet, or whose outcome is not known."""
    found = reader.execute(
        "SELECT o.id, o.payload, o.kind, o.state, o.created, o.actor, t.subject, t.channel, t.status FROM local.op o"
        f" JOIN ticket t ON t.ref = o.lane WHERE o.lane = ? AND o.kind IN ('reply', 'note') AND {SHOWN}"
        " AND NOT EXISTS (SELECT 1 FROM message m WHERE m.marker = o.id AND m.ticket_id = t.id) ORDER BY o.seq",
        (ref,),
    )
    return [
        Item(
            ref=ref,
            subject=subject,
            kind="outbox",
            channel=channel if kind == "reply" else "note",
            role="agent",
            author=actor,
            at=created,
            text=json.loads(payload)["body"],
            id=op,
            state=state,
            status=status,
        )
        for op, payload, kind, state, created, actor, subject, channel, status in found
    ]


def card(reader: sqlite3.Connection, customer_id: int) -> Card | None:
    """Who a customer is, over all records of the same person; None when there is no such customer."""
    head = reader.execute(
        "SELECT c.name, coalesce(o.name, ''), c.time_zone, c.locale, c.notes FROM customer c"
        " LEFT JOIN organization o ON o.id = c.organization_id WHERE c.id = ?",
        (customer_id,),
    ).fetchone()
    if head is None:
        return None
    people = json.dumps(person_ids(reader, customer_id))
    contacts = reader.execute(
        "SELECT kind, value FROM address WHERE customer_id IN (SELECT value FROM json_each(?)) GROUP BY kind, value"
        " ORDER BY min(customer_id <> ?), kind, value",  # this record's own first: it is whom a reply goes to
        (people, customer_id),
    )
    total, live, since = reader.execute(
        "SELECT count(*), coalesce(sum(status NOT IN ('solved', 'closed')), 0), coalesce(min(created), 0) FROM ticket"
        " WHERE requester_id IN (SELECT value FROM json_each(?)) AND presence = 'present'",
        (people,),
    ).fetchone()
    channels = reader.execute(
        "SELECT DISTINCT channel FROM ticket WHERE requester_id IN (SELECT value FROM json_each(?)) ORDER BY 1",
        (people,),
    )
    return Card(
        id=customer_id,
        name=head[0],
        contacts=tuple(Contact(k, v) for k, v in contacts.fetchall()),
        organization=head[1],
        time_zone=head[2],
        locale=head[3],
        notes=head[4],
        tickets=total,
        open_tickets=live,
        since=since,
        channels=tuple(r[0] for r in channels.fetchall()),
    )


def find_customers(reader: sqlite3.Connection, words: str, limit: int) -> list[int]:
    """Customers whose name or address has the words, or who have that telephone, those with most tickets first."""
    text = match(words)
    tables = indexes("customer", words)
    looks = [Sql(f"SELECT rowid AS id FROM {table} WHERE {table} MATCH ?", (text,)) for table in tables]
    looks += telephone(words)
    found = reader.execute(
        f"SELECT f.id FROM ({' UNION '.join(look.where for look in looks)}) f"
        " ORDER BY (SELECT count(*) FROM ticket t WHERE t.requester_id = f.id) DESC, f.id LIMIT ?",
        (*(value for look in looks for value in look.params), limit),
    )
    return [r[0] for r in found]
