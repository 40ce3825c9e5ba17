"""The hot read path: SQL with bound parameters in, plain rows out. Screens and command line use this one path.

It needs nothing beyond sqlite3. A test holds its columns against the models.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from store import copied, seen
from store.counts import count
from store.database import Database
from store.filters import DESKS
from store.queue import grouped_ids, has_overlay, queue_ids
from store.reader import remembered
from store.rows import DeskState, Ticket, TicketRow
from store.terms import SEVERAL

ROW_SQL = (
    "SELECT t.id, t.ref, t.subject, t.status, t.priority, t.channel, coalesce(c.name, ''), t.requester_id,"
    " coalesce(a.name, ''), coalesce(g.name, ''), trim(t.tags), t.created, t.updated, t.sla_due,"
    " CASE WHEN t.status IN ('solved', 'closed') THEN 0 ELSE t.waiting_since END, t.messages, {pending},"
    " t.updated > coalesce((SELECT s.at FROM local.seen s WHERE s.ref = t.ref),"
    " (SELECT CAST(value AS INTEGER) FROM local.meta WHERE key = 'baseline'), t.updated)"
    " FROM {source} t LEFT JOIN customer c ON c.id = t.requester_id LEFT JOIN agent a ON a.id = t.assignee_id"
    " LEFT JOIN grp g ON g.id = t.group_id WHERE {where}"
)
FROM_MIRROR = ROW_SQL.replace("{pending}", "0").replace("{source}", "ticket")
FROM_OVERLAY = ROW_SQL.replace("{pending}", "t.pending").replace("{source}", "temp.overlay")


def rows(reader: sqlite3.Connection, ids: Sequence[int]) -> list[TicketRow]:
    """The rows with these numbers, in this order; numbers that no longer exist are left out."""
    wanted = json.dumps(list(ids))
    where = "t.id IN (SELECT value FROM json_each(?))"
    found = {r[0]: r for r in reader.execute(FROM_MIRROR.replace("{where}", where), (wanted,))}
    if has_overlay(reader):
        found |= {r[0]: r for r in reader.execute(FROM_OVERLAY.replace("{where}", where), (wanted,))}
    return [TicketRow._make(found[i]) for i in ids if i in found]


def row_of(reader: sqlite3.Connection, ref: str) -> TicketRow | None:
    """The row of one ticket by its ref, or None."""
    for sql in (FROM_OVERLAY, FROM_MIRROR):
        found = reader.execute(sql.replace("{where}", "t.ref = ?"), (ref,)).fetchone()
        if found:
            return TicketRow._make(found)
    return None


def find_refs(reader: sqlite3.Connection, text: str) -> list[str]:
    """The refs that a person may mean by "desk/123", "123" or "#123"; more than one when desks share the number."""
    name = text.strip().removeprefix("#")
    exact = reader.execute("SELECT ref FROM ticket WHERE ref = ?", (name,)).fetchall()
    found = exact or reader.execute(
        f"SELECT ref FROM ticket WHERE remote_id = ? AND desk IN ({DESKS}) ORDER BY ref", (name,)
    )
    return [r[0] for r in found]


def ticket(reader: sqlite3.Connection, ref: str) -> Ticket | None:
    """One ticket in full, or None."""
    row = row_of(reader, ref)
    if row is None:
        return None
    source = "temp.overlay" if row.pending else "ticket"
    desk, remote_id, organization, fields, token, version, presence, merged, url, low, more = reader.execute(
        "SELECT t.desk, t.remote_id, coalesce(o.name, ''), t.fields, t.token, t.version, t.presence, t.merged_into,"
        f" t.url, t.low_water, t.copied FROM {source} t LEFT JOIN organization o ON o.id = t.organization_id WHERE t.ref = ?",
        (ref,),
    ).fetchone()
    named = copied.names(reader, desk, more)
    return Ticket(
        row,
        desk,
        remote_id,
        organization,
        json.loads(fields),
        token,
        version,
        presence,
        merged,
        url,
        low,
        named,
    )


def thread_is_behind(reader: sqlite3.Connection, ref: str) -> bool:
    """Whether we know a newer version of a ticket than of its messages."""
    found = reader.execute("SELECT thread_version < version FROM ticket WHERE ref = ?", (ref,)).fetchone()
    return bool(found and found[0])


def remote_state(reader: sqlite3.Connection, ref: str) -> dict[str, str]:
    """The fields of a ticket as the desk last said, in the words that a change uses: the base of an operation."""
    found = reader.execute(
        "SELECT t.subject, t.status, t.priority, coalesce(a.remote_id, ''), coalesce(g.remote_id, ''), trim(t.tags),"
        " t.fields FROM ticket t LEFT JOIN agent a ON a.id = t.assignee_id LEFT JOIN grp g ON g.id = t.group_id"
        " WHERE t.ref = ?",
        (ref,),
    ).fetchone()
    if found is None:
        return {}
    names = ("subject", "status", "priority", "assignee", "group", "tags")
    return {**json.loads(found[6]), **dict(zip(names, found[:6], strict=True))}


def agents(reader: sqlite3.Connection, desk: str) -> list[tuple[str, str, bool]]:
    """(remote id, name, is me) of a desk's active agents, by name."""
    found = reader.execute(
        "SELECT remote_id, name, is_me FROM agent WHERE desk = ? AND active = 1 AND name <> '' ORDER BY name",
        (desk,),
    )
    return [(r, n, bool(m)) for r, n, m in found]


def groups(reader: sqlite3.Connection, desk: str) -> list[tuple[str, str]]:
    """(remote id, name) of a desk's groups, by name."""
    return reader.execute(
        "SELECT remote_id, name FROM grp WHERE desk = ? AND name <> '' ORDER BY name", (desk,)
    ).fetchall()


def tags(reader: sqlite3.Connection, desk: str) -> list[str]:
    """The tags seen on a desk."""
    return [r[0] for r in reader.execute("SELECT name FROM tag WHERE desk = ? ORDER BY name", (desk,))]


def custom_fields(reader: sqlite3.Connection, desk: str) -> dict[str, tuple[str, ...]]:
    """The custom fields of a desk and the values that each allows (empty: anything)."""
    found = reader.execute("SELECT key, options FROM custom_field WHERE desk = ? ORDER BY key", (desk,))
    return {k: tuple(json.loads(o)) for k, o in found}


def fields_of_several(reader: sqlite3.Connection, desk: str) -> frozenset[str]:
    """The custom fields of a desk that take more than one of their values."""
    sql = "SELECT key FROM custom_field WHERE desk = ? AND kind = ?"
    return frozenset(key for (key,) in reader.execute(sql, (desk, SEVERAL)))


def desk_states(reader: sqlite3.Connection) -> dict[str, DeskState]:
    """How the sync of each desk that has ever been tried stands."""
    tickets = remembered(reader, "desks", lambda: _tickets_of(reader), local=False)
    found = reader.execute(
        "SELECT s.name, '', s.state, s.detail, s.last_sync, 0, s.promise, (SELECT count(*) FROM ticket t"
        " WHERE t.desk = s.name AND t.thread_version < t.version) FROM local.desk_state s ORDER BY s.name"
    )
    return {r[0]: DeskState(r[0], r[1], r[2], r[3], r[4], tickets.get(r[0], 0), r[6], r[7]) for r in found}


def desks_here(reader: sqlite3.Connection) -> set[str]:
    """The desks of which the mirror holds anything; of a mirror that was deleted or set aside none, until it is fetched again."""
    return {str(r[0]) for r in reader.execute("SELECT desk FROM agent UNION SELECT desk FROM cursor")}


def _tickets_of(reader: sqlite3.Connection) -> dict[str, int]:
    """How many tickets each desk has. The last desk has what the others leave: mostly there is one, and none is walked."""
    desks = [str(r[0]) for r in reader.execute(DESKS)]
    if not desks:
        return {}
    sql = "SELECT count(*) FROM ticket WHERE desk = ?"
    found = {desk: int(reader.execute(sql, (desk,)).fetchone()[0]) for desk in desks[:-1]}
    total = int(reader.execute("SELECT count(*) FROM ticket").fetchone()[0])
    return {**found, desks[-1]: total - sum(found.values())}


def mark_seen(database: Database, ref: str, at: int) -> None:
    """Remember that the agent has seen the ticket as it stood at `at`."""
    with database.write("local") as connection:
        seen.mark(connection, [(ref, at)])


__all__ = [
    "DESKS",
    "FROM_MIRROR",
    "FROM_OVERLAY",
    "ROW_SQL",
    "agents",
    "count",
    "custom_fields",
    "desk_states",
    "fields_of_several",
    "find_refs",
    "grouped_ids",
    "groups",
    "mark_seen",
    "queue_ids",
    "remote_state",
    "row_of",
    "rows",
    "tags",
    "thread_is_behind",
    "ticket",
]
