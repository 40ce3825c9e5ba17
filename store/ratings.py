"""Ratings by customers, as the event log tells them: of a ticket the newest one counts, and none where it was taken back."""

from __future__ import annotations

import sqlite3

from store.conditions import Op, Sql

RATED = "kind IN ('rating', 'survey')"
_GIVEN = "(e.new = ? OR e.new LIKE ? || ':%')"  # "good", or "good: thank you"
_NEWEST = (
    f"e.{RATED} AND NOT EXISTS (SELECT 1 FROM local.event n WHERE n.ref = e.ref AND n.{RATED}"
    " AND (n.occurred, n.seq) > (e.occurred, e.seq))"
)


def condition(value: str, _op: Op) -> Sql:
    """The condition on a ticket `t` that its customer rated it so; "none": that there is no rating."""
    found = f"IN (SELECT x.id FROM local.event e CROSS JOIN ticket x ON x.ref = e.ref WHERE {_NEWEST} AND"
    if value == "none":
        return Sql(f"t.id NOT {found} e.new <> '')", ())
    return Sql(f"t.id {found} {_GIVEN})", (value, value))


def csat(reader: sqlite3.Connection, since: int) -> tuple[int, int]:
    """How many tickets were rated good, and how many bad, by ratings given since then; merged ones are left out."""
    good, bad = reader.execute(
        f"SELECT sum({_GIVEN}), sum({_GIVEN}) FROM local.event e INDEXED BY event_occurred"
        f" CROSS JOIN ticket t ON t.ref = e.ref WHERE e.occurred >= ? AND {_NEWEST} AND t.merged_into = ''",
        ("good", "good", "bad", "bad", since),
    ).fetchone()
    return good or 0, bad or 0
