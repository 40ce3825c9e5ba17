"""Counts that the board shows, each in one query over the mirror."""

from __future__ import annotations

import sqlite3

from store.terms import STATUSES


def by_status(reader: sqlite3.Connection) -> dict[str, int]:
    """How many tickets stand in each status, in the order of a ticket's life."""
    found = dict(
        reader.execute(
            "SELECT coalesce(o.status, t.status), count(*) FROM ticket t LEFT JOIN temp.overlay o ON o.id = t.id"
            " WHERE t.presence = 'present' GROUP BY 1"
        ).fetchall()
    )
    return {status: found.get(status, 0) for status in STATUSES}


def load(reader: sqlite3.Connection) -> list[tuple[str, int, int]]:
    """(name, live tickets, of these waiting for us) of every active agent, the busiest first."""
    return reader.execute(
        "SELECT a.name, count(t.id) AS live, coalesce(sum(t.waiting_since > 0), 0) FROM agent a LEFT JOIN ticket t"
        " ON t.assignee_id = a.id AND t.status NOT IN ('solved', 'closed') AND t.presence = 'present'"
        " WHERE a.active = 1 AND a.name <> '' GROUP BY a.id ORDER BY live DESC, a.name"
    ).fetchall()
