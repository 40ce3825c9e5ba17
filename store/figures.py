"""Counts that the board shows, each from an index of the mirror; a long history of closed tickets costs nothing."""

from __future__ import annotations

import sqlite3

from store.counts import LIVE_INDEX, counts
from store.filters import LIVE, Filter, Term
from store.terms import STATUSES


def by_status(reader: sqlite3.Connection) -> dict[str, int]:
    """How many tickets stand in each status, in the order of a ticket's life."""
    asked = [Filter((Term("status", (status,)),)) for status in STATUSES if status != "closed"]
    *found, total = counts(reader, [*asked, Filter()])
    closed = total - sum(found)  # the many are what the few leave
    return dict(zip(STATUSES, [*found, closed], strict=True))


def load(reader: sqlite3.Connection) -> list[tuple[str, int, int, str, int]]:
    """Of every active agent (name, live tickets, of these waiting for us, "desk/id", meant), the busiest first.

    `meant` is 1 where a query for that name asks for this agent alone, and 0 where it would find another one's tickets too.
    """
    return reader.execute(
        "SELECT a.name, coalesce(t.live, 0) AS live, coalesce(t.waiting, 0), a.desk || '/' || a.remote_id,"
        " NOT EXISTS (SELECT 1 FROM agent b WHERE b.id <> a.id AND (b.remote_id = a.name"
        " OR instr(lower(b.name) || ' ', lower(a.name) || ' ') = 1)) FROM agent a LEFT JOIN"
        " (SELECT t.assignee_id, count(*) AS live, sum(t.waiting_since > 0) AS waiting FROM ticket t"
        f" INDEXED BY {LIVE_INDEX} WHERE {LIVE} GROUP BY t.assignee_id) t ON t.assignee_id = a.id"
        " WHERE a.active = 1 AND a.name <> '' ORDER BY live DESC, a.name"
    ).fetchall()
