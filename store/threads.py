"""The messages of a ticket: stored, indexed, and turned into events."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from store import copied, pairs
from store.away import welcome
from store.events import NewEvent
from store.html import html_to_text
from store.people import store_people
from store.remotes import AttachmentDoc, MessageDoc, Role, Thread
from store.terms import RATING
from store.text import clean, clean_line
from store.tickets import ref_of
from store.upsert import upsert

_OWN = ("status", "priority", "assignee", "group", "subject", "tags", "merged")
_GIVEN = "(SELECT value FROM json_each(?))"
_FILES = f"SELECT id, name FROM attachment WHERE message_id IN {_GIVEN}"
_REMOVED = (
    "SELECT a.id, a.name FROM message m CROSS JOIN attachment a ON a.message_id = m.id"
    f" WHERE m.ticket_id = ? AND a.remote_id NOT IN {_GIVEN}"
)
_LISTED = f"SELECT id, name FROM attachment WHERE desk = ? AND remote_id IN {_GIVEN}"
# What the log calls a change, by the field that changed.
_KINDS = {**dict(zip(_OWN, _OWN, strict=True)), RATING: "rating"}


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote: the role decides how the message is drawn and counted."""

    role: Role
    name: str


def unknown_people(connection: sqlite3.Connection, desk: str, thread: Thread) -> tuple[str, ...]:
    """The ids of authors, and of those in copy, whom we have no name for yet; the caller asks the desk for them."""
    wanted = {m.author_id for m in thread.messages} | {c.actor_id for c in thread.changes}
    wanted |= copied.numbers(connection, desk, thread.ticket_id)
    wanted -= {None, *(p.id for p in thread.people)}
    known = connection.execute(
        "SELECT remote_id FROM agent WHERE desk = ?1 AND name <> '' AND remote_id IN (SELECT value FROM json_each(?2))"
        " UNION SELECT remote_id FROM customer WHERE desk = ?1 AND name <> ''"
        " AND remote_id IN (SELECT value FROM json_each(?2))",
        (desk, json.dumps(sorted(str(w) for w in wanted))),
    )
    return tuple(sorted({str(w) for w in wanted} - {r[0] for r in known}))


def store_thread(connection: sqlite3.Connection, desk: str, thread: Thread, version: int) -> None:
    """Keep a ticket's messages and bring its counts up to date; `version` is the ticket's when the thread was asked for."""
    store_people(connection, desk, thread.people)
    welcome(connection, desk, [thread.ticket_id])
    ticket = connection.execute(
        "SELECT t.id, t.requester_id, c.remote_id FROM ticket t LEFT JOIN customer c ON c.id = t.requester_id"
        " WHERE t.desk = ? AND t.remote_id = ?",
        (desk, thread.ticket_id),
    ).fetchone()
    if ticket is None:
        return
    ticket_id, customer_id, requester = ticket
    authors = find_authors(connection, desk, thread, requester or "")
    rows = [_row(desk, m, authors, ticket_id, customer_id) for m in thread.messages]
    before = _bodies(connection, ticket_id) | _moved(connection, desk, thread, ticket_id)
    upsert(connection, "message", rows)
    if thread.complete:
        _forget_others(connection, ticket_id, [m.id for m in thread.messages])
        _forget_files(connection, ticket_id, [a.id for m in thread.messages for a in m.attachments])
    _index_bodies(connection, ticket_id, before)
    _store_attachments(connection, desk, thread)
    _summarise(connection, ticket_id, version, complete=thread.complete)


def find_authors(
    connection: sqlite3.Connection, desk: str, thread: Thread, requester: str
) -> dict[str, Author]:
    """Role and name of everybody in the thread; the requester counts as customer even where he is an agent elsewhere.

    Whoever had the ticket was an agent then, also where the desk has made a customer of him since.
    """
    ids = json.dumps(
        sorted({m.author_id or "" for m in thread.messages} | {c.actor_id or "" for c in thread.changes})
    )
    sql = "SELECT remote_id, name FROM {} WHERE desk = ? AND remote_id IN (SELECT value FROM json_each(?))"
    customers = dict(connection.execute(sql.format("customer"), (desk, ids)).fetchall())
    agents = dict(connection.execute(sql.format("agent"), (desk, ids)).fetchall())
    for person in thread.people:
        (agents if person.role == "agent" else customers).setdefault(person.id, clean_line(person.name))
    held = {value for c in thread.changes if c.field == "assignee" for value in (c.old, c.new)}
    agents = {i: n for i, n in customers.items() if i in held} | agents
    found = {i: Author("customer", n) for i, n in customers.items()}
    found |= {i: Author("agent", n) for i, n in agents.items() if i != requester}
    return found


def author_of(authors: dict[str, Author], author_id: str | None) -> Author:
    """Who that is; the desk itself where no id is given."""
    return authors.get(author_id or "", Author("customer" if author_id else "system", ""))


def _writer(authors: dict[str, Author], doc: MessageDoc) -> Author:
    """Who wrote a message: what we know of him, and what the message itself tells."""
    known = author_of(authors, doc.author_id)
    return Author(doc.role or known.role, known.name or clean_line(doc.author))


def _row(
    desk: str, doc: MessageDoc, authors: dict[str, Author], ticket_id: int, customer_id: int
) -> dict[str, object]:
    author = _writer(authors, doc)
    return {
        "desk": desk,
        "remote_id": doc.id,
        "ticket_id": ticket_id,
        "customer_id": customer_id,
        "kind": "message" if doc.public else "note",
        "channel": doc.channel,
        "role": author.role,
        "author": author.name,
        "author_ref": doc.author_id or "",
        "created": doc.created,
        "body": clean(doc.text) if doc.text.strip() else html_to_text(doc.html),
        "marker": doc.marker,
        "files": len(doc.attachments),
    }


def _bodies(connection: sqlite3.Connection, ticket_id: int) -> dict[int, str]:
    return dict(
        connection.execute("SELECT id, body FROM message WHERE ticket_id = ?", (ticket_id,)).fetchall()
    )


def _moved(connection: sqlite3.Connection, desk: str, thread: Thread, ticket_id: int) -> dict[int, str]:
    """The bodies of those of these messages that are stored on another ticket: a merge has moved them."""
    sql = f"SELECT id, body FROM message WHERE desk = ? AND remote_id IN {_GIVEN} AND ticket_id <> ?"
    return dict(
        connection.execute(sql, (desk, json.dumps([m.id for m in thread.messages]), ticket_id)).fetchall()
    )


def _forget_others(connection: sqlite3.Connection, ticket_id: int, listed: list[str]) -> None:
    """Messages that the desk does not show on this ticket any more: removed there, or moved by a merge and met again."""
    found = connection.execute(
        "SELECT id FROM message WHERE ticket_id = ? AND remote_id NOT IN (SELECT value FROM json_each(?))",
        (ticket_id, json.dumps(listed)),
    ).fetchall()
    if found:
        gone = (json.dumps([number for (number,) in found]),)
        pairs.drop(connection, pairs.FILES, connection.execute(_FILES, gone))
        connection.execute(f"DELETE FROM attachment WHERE message_id IN {_GIVEN}", gone)
        connection.execute(f"DELETE FROM message WHERE id IN {_GIVEN}", gone)


def _forget_files(connection: sqlite3.Connection, ticket_id: int, listed: list[str]) -> None:
    """Files that the desk does not show on this ticket any more: somebody took them off."""
    gone = connection.execute(_REMOVED, (ticket_id, json.dumps(listed))).fetchall()
    pairs.drop(connection, pairs.FILES, gone)
    connection.executemany("DELETE FROM attachment WHERE id = ?", [(number,) for number, _ in gone])


def _index_bodies(connection: sqlite3.Connection, ticket_id: int, before: dict[int, str]) -> None:
    after = _bodies(connection, ticket_id)
    old = [(i, body) for i, body in before.items() if after.get(i) != body]
    new = [(i, body) for i, body in after.items() if before.get(i) != body]
    connection.executemany("INSERT INTO message_fts (message_fts, rowid, body) VALUES ('delete', ?, ?)", old)
    connection.executemany("INSERT INTO message_fts (rowid, body) VALUES (?, ?)", new)
    pairs.drop(connection, pairs.MESSAGES, old)
    pairs.put(connection, pairs.MESSAGES, new)


def _store_attachments(connection: sqlite3.Connection, desk: str, thread: Thread) -> None:
    files = [(m.id, a) for m in thread.messages for a in m.attachments]
    if not files:
        return
    numbers = dict(
        connection.execute(
            "SELECT remote_id, id FROM message WHERE desk = ? AND remote_id IN (SELECT value FROM json_each(?))",
            (desk, json.dumps([m for m, _ in files])),
        ).fetchall()
    )
    rows = [_attachment(desk, a, numbers[m]) for m, a in files]
    listed = (desk, json.dumps([a.id for _, a in files]))
    before = set(connection.execute(_LISTED, listed))
    upsert(connection, "attachment", rows, at_first={"sha256": ""})
    after = set(connection.execute(_LISTED, listed))
    pairs.drop(connection, pairs.FILES, before - after)
    pairs.put(connection, pairs.FILES, after - before)


def _attachment(desk: str, doc: AttachmentDoc, message_id: int) -> dict[str, object]:
    return {
        "desk": desk,
        "remote_id": doc.id,
        "message_id": message_id,
        "name": clean_line(doc.name, 255),
        "size": doc.size,
        "mime": clean_line(doc.mime, 100),
        "url": clean_line(doc.url),
    }


def _summarise(connection: sqlite3.Connection, ticket_id: int, version: int, *, complete: bool) -> None:
    waiting, newest = 0, ""
    rows = connection.execute(
        "SELECT remote_id, kind, role, created FROM message WHERE ticket_id = ? ORDER BY created, id",
        (ticket_id,),
    ).fetchall()
    for remote_id, kind, role, created in rows:
        newest = remote_id
        if kind == "message" and role == "customer":
            waiting = waiting or created
        elif kind == "message" and role == "agent":
            waiting = 0
    connection.execute(
        "UPDATE ticket SET waiting_since = ?, messages = ?, low_water = ?, thread_version = ? WHERE id = ?",
        (waiting, len(rows), newest, version if complete else 0, ticket_id),
    )


def _named(connection: sqlite3.Connection, desk: str, kind: str, value: str) -> str:
    """The name behind the id of an agent or group; anything else as it is."""
    table = {"assignee": "agent", "group": "grp"}.get(kind)
    if table is None or not value:
        return value
    found = connection.execute(
        f"SELECT name FROM {table} WHERE desk = ? AND remote_id = ?", (desk, value)
    ).fetchone()
    return found[0] if found and found[0] else value


def _doubled(ref: str, thread: Thread) -> list[NewEvent]:
    """An alarm for each message of ours that stands twice: a desk that promises no better may take a request that late."""
    seen: set[str] = set()
    told = []
    for each in thread.messages:
        if each.marker and each.marker in seen:
            key = f"op:{each.marker}:doubled:{each.id}"
            told.append(NewEvent(key, ref, "doubled", "system", "", each.created, message_id=each.id))
        seen.add(each.marker)
    return told


def events_of(connection: sqlite3.Connection, desk: str, thread: Thread) -> list[NewEvent]:
    """What the thread tells, in the order in which it happened; learning it twice adds it once."""
    found = connection.execute(
        "SELECT t.created, c.remote_id, c.name FROM ticket t LEFT JOIN customer c ON c.id = t.requester_id"
        " WHERE t.desk = ? AND t.remote_id = ?",
        (desk, thread.ticket_id),
    ).fetchone()
    if found is None:
        return []
    created, requester, name = found
    ref = ref_of(desk, thread.ticket_id)
    authors = find_authors(connection, desk, thread, requester or "")
    events = [NewEvent(f"{ref}:created", ref, "created", "customer", name or "", created)]
    for m in thread.messages:
        who = _writer(authors, m)
        kind = "message" if m.public else "note"
        events.append(NewEvent(f"{desk}:m:{m.id}", ref, kind, who.role, who.name, m.created, message_id=m.id))
    events += _doubled(ref, thread)
    for c in thread.changes:
        who = author_of(authors, c.actor_id)
        kind = _KINDS.get(c.field, "field")
        old, new = (_named(connection, desk, kind, clean_line(v)) for v in (c.old, c.new))
        if kind == "field":
            old, new = f"{clean_line(c.field)}={old}", f"{clean_line(c.field)}={new}"
        events.append(
            NewEvent(f"{desk}:c:{c.id}:{clean_line(c.field)}", ref, kind, who.role, who.name, c.at, old, new)
        )
    return sorted(events, key=lambda e: e.occurred)
