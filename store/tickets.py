"""Tickets as a page of the feed brings them; late pages never roll a ticket back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from store.people import store_named, store_people
from store.remotes import Absent, Page, TicketDoc
from store.text import clean_line
from store.upsert import row_numbers, upsert

Numbers = dict[str, dict[str, int]]
NO_THREAD_YET = {"waiting_since": 0, "messages": 0, "low_water": "", "thread_version": 0}


def ref_of(desk: str, remote_id: str) -> str:
    """How people, scripts and local.db name a ticket."""
    return f"{desk}/{remote_id}"


def remote_id_of(ref: str) -> str:
    """The desk's own id in a ref."""
    return ref.split("/", 1)[1]


def store_page(connection: sqlite3.Connection, desk: str, page: Page) -> None:
    """Keep one page of the feed, people first, so that tickets find their names."""
    store_people(connection, desk, page.people)
    store_named(connection, "organization", desk, page.organizations)
    store_named(connection, "grp", desk, page.groups)
    store_tickets(connection, desk, page.tickets)


def store_tickets(connection: sqlite3.Connection, desk: str, docs: Sequence[TicketDoc]) -> None:
    """Keep tickets, their tags and channels, and the full-text index of their subjects."""
    if not docs:
        return
    numbers: Numbers = {
        "customer": row_numbers(connection, "customer", desk, (d.requester_id for d in docs)),
        "agent": row_numbers(connection, "agent", desk, (d.assignee_id for d in docs)),
        "grp": row_numbers(connection, "grp", desk, (d.group_id for d in docs)),
        "organization": row_numbers(connection, "organization", desk, (d.organization_id for d in docs)),
    }
    rows = [_row(desk, d, numbers) for d in docs]
    before = _subjects(connection, desk, docs)
    upsert(connection, "ticket", rows, unless_older="version", at_first=NO_THREAD_YET)
    _index_subjects(connection, desk, docs, before)
    _store_tags(connection, desk, rows)
    _store_channels(connection, desk, rows)


def _row(desk: str, doc: TicketDoc, numbers: Numbers) -> dict[str, object]:
    tags = sorted({tag_of(t) for t in doc.tags} - {""})
    return {
        "ref": ref_of(desk, doc.id),
        "desk": desk,
        "remote_id": doc.id,
        "subject": clean_line(doc.subject),
        "status": doc.status,
        "status_raw": clean_line(doc.status_raw),
        "priority": doc.priority,
        "priority_raw": clean_line(doc.priority_raw),
        "channel": doc.channel,
        "requester_id": numbers["customer"].get(doc.requester_id or "", 0),
        "assignee_id": numbers["agent"].get(doc.assignee_id or "", 0),
        "group_id": numbers["grp"].get(doc.group_id or "", 0),
        "organization_id": numbers["organization"].get(doc.organization_id or "", 0),
        "tags": f" {' '.join(tags)} " if tags else "",
        "fields": json.dumps(
            {clean_line(k): clean_line(v) for k, v in sorted(doc.fields.items())}, ensure_ascii=False
        ),
        "created": doc.created,
        "updated": doc.updated,
        "version": doc.version,
        "token": doc.token,
        "presence": doc.presence,
        "merged_into": doc.merged_into or "",
        "sla_due": doc.sla_due or 0,
        "url": clean_line(doc.url),
    }


def tag_of(text: str) -> str:
    """A tag as one word: blanks inside become underscores."""
    return clean_line(text).replace(" ", "_")


def _subjects(
    connection: sqlite3.Connection, desk: str, docs: Sequence[TicketDoc]
) -> dict[str, tuple[int, str]]:
    found = connection.execute(
        "SELECT remote_id, id, subject FROM ticket WHERE desk = ? AND remote_id IN (SELECT value FROM json_each(?))",
        (desk, json.dumps([d.id for d in docs])),
    )
    return {r: (i, s) for r, i, s in found}


def _index_subjects(
    connection: sqlite3.Connection, desk: str, docs: Sequence[TicketDoc], before: dict[str, tuple[int, str]]
) -> None:
    after = _subjects(connection, desk, docs)
    changed = [r for r, now in after.items() if before.get(r) != now]
    connection.executemany(
        "INSERT INTO ticket_fts (ticket_fts, rowid, subject) VALUES ('delete', ?, ?)",
        [before[r] for r in changed if r in before],
    )
    connection.executemany(
        "INSERT INTO ticket_fts (rowid, subject) VALUES (?, ?)", [after[r] for r in changed]
    )


def _store_tags(connection: sqlite3.Connection, desk: str, rows: Sequence[dict[str, object]]) -> None:
    tags = {tag for row in rows for tag in str(row["tags"]).split()}
    connection.executemany(
        "INSERT OR IGNORE INTO tag (desk, name) VALUES (?, ?)", [(desk, t) for t in sorted(tags)]
    )


def _store_channels(connection: sqlite3.Connection, desk: str, rows: Sequence[dict[str, object]]) -> None:
    connection.executemany(
        "INSERT INTO channel (desk, name, first_seen, last_seen) VALUES (?, ?, ?, ?) ON CONFLICT (desk, name) DO UPDATE"
        " SET first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)"
        " WHERE excluded.first_seen < first_seen OR excluded.last_seen > last_seen",
        [(desk, r["channel"], r["created"], r["updated"]) for r in rows],
    )


def mark_absent(connection: sqlite3.Connection, desk: str, absent: Absent) -> None:
    """Keep the ticket and say why the desk no longer shows it."""
    connection.execute(
        "UPDATE ticket SET presence = ?, merged_into = ?, thread_version = version WHERE desk = ? AND remote_id = ?",
        (absent.presence, absent.merged_into or "", desk, absent.id),
    )
