"""The hot read path: SQL with bound parameters in, plain rows out. Screens and command line use this one path.

It needs nothing beyond sqlite3. A test holds its columns against the models.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Sequence

from store.database import Database
from store.filters import Filter, compile_filter, order_by
from store.rows import DeskState, Ticket, TicketRow

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


def queue_ids(reader: sqlite3.Connection, query: Filter, sort: str) -> array[int]:
    """The row numbers of all matching tickets, in order: eight bytes each, no Python object per row."""
    sql = compile_filter(query)
    order = order_by(sort)
    columns = "id, updated, created, sla_due, waiting_since, priority, subject"
    if _has_overlay(reader):
        source = (
            f"SELECT {columns} FROM ticket t WHERE {sql.where} AND t.id NOT IN (SELECT id FROM temp.overlay)"
            f" UNION ALL SELECT {columns} FROM temp.overlay t WHERE {sql.where}"
        )
        params = (*sql.params, *sql.params)
    else:
        source = f"SELECT {columns} FROM ticket t WHERE {sql.where}"
        params = sql.params
    found = reader.execute(
        f"SELECT json_group_array(id) FROM (SELECT id FROM ({source}) ORDER BY {order})", params
    )
    return array("q", json.loads(found.fetchone()[0]))


def count(reader: sqlite3.Connection, query: Filter) -> int:
    """How many tickets match."""
    sql = compile_filter(query)
    if not _has_overlay(reader):
        return int(
            reader.execute(f"SELECT count(*) FROM ticket t WHERE {sql.where}", sql.params).fetchone()[0]
        )
    found = reader.execute(
        f"SELECT (SELECT count(*) FROM ticket t WHERE {sql.where} AND t.id NOT IN (SELECT id FROM temp.overlay))"
        f" + (SELECT count(*) FROM temp.overlay t WHERE {sql.where})",
        (*sql.params, *sql.params),
    )
    return int(found.fetchone()[0])


def _has_overlay(reader: sqlite3.Connection) -> bool:
    return bool(reader.execute("SELECT EXISTS (SELECT 1 FROM temp.overlay)").fetchone()[0])


def rows(reader: sqlite3.Connection, ids: Sequence[int]) -> list[TicketRow]:
    """The rows with these numbers, in this order; numbers that no longer exist are left out."""
    wanted = json.dumps(list(ids))
    where = "t.id IN (SELECT value FROM json_each(?))"
    found = {r[0]: r for r in reader.execute(FROM_MIRROR.replace("{where}", where), (wanted,))}
    if _has_overlay(reader):
        found |= {r[0]: r for r in reader.execute(FROM_OVERLAY.replace("{where}", where), (wanted,))}
    return [TicketRow._make(found[i]) for i in ids if i in found]


def row_of(reader: sqlite3.Connection, ref: str) -> TicketRow | None:
    """The row of one ticket by its ref, or None."""
    for sql in (FROM_OVERLAY, FROM_MIRROR):
        found = reader.execute(sql.replace("{where}", "t.ref = ?"), (ref,)).fetchone()
        if found:
            return TicketRow._make(found)
    return None


# The desks that the mirror knows, each found by one step in the index instead of a walk over all tickets.
DESKS = """WITH RECURSIVE d(desk) AS (SELECT min(desk) FROM ticket UNION ALL
 SELECT (SELECT min(t.desk) FROM ticket t WHERE t.desk > d.desk) FROM d WHERE d.desk IS NOT NULL)
 SELECT desk FROM d WHERE desk IS NOT NULL"""


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
    desk, remote_id, organization, fields, token, version, presence, merged, url, low = reader.execute(
        "SELECT t.desk, t.remote_id, coalesce(o.name, ''), t.fields, t.token, t.version, t.presence, t.merged_into,"
        f" t.url, t.low_water FROM {source} t LEFT JOIN organization o ON o.id = t.organization_id WHERE t.ref = ?",
        (ref,),
    ).fetchone()
    return Ticket(
        row, desk, remote_id, organization, json.loads(fields), token, version, presence, merged, url, low
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


def desk_states(reader: sqlite3.Connection) -> dict[str, DeskState]:
    """How the sync of each desk that has ever been tried stands."""
    found = reader.execute(
        "SELECT s.name, '', s.state, s.detail, s.last_sync, (SELECT count(*) FROM ticket t WHERE t.desk = s.name),"
        " s.promise, (SELECT count(*) FROM ticket t WHERE t.desk = s.name AND t.thread_version < t.version)"
        " FROM local.desk_state s ORDER BY s.name"
    )
    return {r[0]: DeskState(*r) for r in found}


def mark_seen(database: Database, ref: str, at: int) -> None:
    """Remember that the agent has seen the ticket as it stood at `at`."""
    with database.write("local") as connection:
        connection.execute(
            "INSERT INTO seen (ref, at) VALUES (?, ?) ON CONFLICT (ref) DO UPDATE SET at = excluded.at",
            (ref, at),
        )
