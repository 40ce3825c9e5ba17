"""What the screen shows: the mirror with the open operations of the outbox laid over it.

A temporary table of the reader holds the few tickets that have open operations, with their changes applied; it is
looked at again only when local.db or the mirror has changed. A pull can therefore never erase what an agent just did.
"""

from __future__ import annotations

import json
import sqlite3

from store.rows import OPEN_STATES

# An operation that the desk has taken stays laid over the ticket until the mirror has caught up: closed = 0 till then.
OPEN = "closed = 0 AND state IN ('" + "', '".join([*OPEN_STATES, "done"]) + "')"
# What is to be done at a time to come is not so yet; once it was tried, or is to leave at once, it is.
LATER = "send_at > 0 AND state = 'queued' AND attempts = 0"
# All that a ticket's row in the overlay depends on, in one text a lane.
SIGNATURES = f"""SELECT o.lane, group_concat(o.id || o.state || o.later || length(o.payload)) || coalesce(t.version || '/' || t.thread_version || '/' || t.presence
 || '/' || t.messages || '/' || t.waiting_since || '/' || t.id, '') FROM (SELECT lane, id, state, payload, {LATER} AS later FROM local.op
 WHERE {OPEN} ORDER BY lane, seq) o
 LEFT JOIN ticket t ON t.ref = o.lane GROUP BY o.lane"""
# What a person has to decide is not shown as if it were so: the ticket shows what the desk says.
UNDECIDED = ("conflict", "review")
FIELDS = ("subject", "status", "priority", "channel")


class Overlay:
    """Keeps `temp.overlay` of one reader in step with the outbox."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._versions = (-1, -1)
        self._laid: dict[str, str] = {}
        connection.execute("CREATE TEMP TABLE overlay AS SELECT *, 0 AS pending FROM ticket WHERE 0")
        connection.execute("CREATE UNIQUE INDEX temp.overlay_id ON overlay(id)")

    def refresh(self) -> None:
        """Bring the table up to date when either file has changed since; only tickets that have changed are laid again."""
        found = self._data_versions()
        if found == self._versions:
            return
        laid, self._laid, self._versions = self._laid, {}, (-1, -1)  # after a failure all is laid again
        now = dict(self._connection.execute(SIGNATURES).fetchall())
        gone = [(ref,) for ref, signature in laid.items() if now.get(ref) != signature]
        if not laid:
            self._connection.execute("DELETE FROM overlay")
        self._connection.executemany("DELETE FROM overlay WHERE ref = ?", gone)
        for ref, signature in now.items():
            if laid.get(ref) != signature:
                self._lay(ref)
        self._laid, self._versions = now, found

    def _data_versions(self) -> tuple[int, int]:
        one = self._connection.execute("PRAGMA main.data_version").fetchone()[0]
        two = self._connection.execute("PRAGMA local.data_version").fetchone()[0]
        return int(one), int(two)

    def _lay(self, ref: str) -> None:
        c = self._connection
        c.execute("INSERT INTO overlay SELECT *, 0 FROM ticket WHERE ref = ?", (ref,))
        pending = 0
        for payload, state, later in c.execute(
            f"SELECT payload, state, {LATER} FROM local.op WHERE lane = ? AND {OPEN} ORDER BY seq", (ref,)
        ).fetchall():
            pending += 1
            if state not in UNDECIDED and not later:
                self._apply(ref, json.loads(payload))
        c.execute("UPDATE overlay SET pending = ? WHERE ref = ?", (pending, ref))

    def _apply(self, ref: str, payload: dict[str, object]) -> None:
        c = self._connection
        changes = payload.get("changes")
        for field, value in changes.items() if isinstance(changes, dict) else ():
            if field in FIELDS:
                c.execute(f"UPDATE overlay SET {field} = ? WHERE ref = ?", (value, ref))
            elif field in ("assignee", "group"):
                table = "agent" if field == "assignee" else "grp"
                c.execute(
                    f"UPDATE overlay SET {field}_id = coalesce((SELECT a.id FROM {table} a WHERE a.desk = overlay.desk"
                    " AND a.remote_id = ?), 0) WHERE ref = ?",
                    (value, ref),
                )
            else:
                c.execute(
                    "UPDATE overlay SET fields = json_set(fields, '$.' || json_quote(?), ?) WHERE ref = ?",
                    (field, value, ref),
                )
        for tag in _texts(payload.get("remove_tags")):
            c.execute("UPDATE overlay SET tags = replace(tags, ?, ' ') WHERE ref = ?", (f" {tag} ", ref))
        for tag in _texts(payload.get("add_tags")):
            c.execute(
                "UPDATE overlay SET tags = CASE WHEN tags = '' THEN ' ' ELSE tags END || ? WHERE ref = ? AND instr(tags, ?) = 0",
                (f"{tag} ", ref, f" {tag} "),
            )


def _texts(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else []
