"""What may have fallen through, read from the two files: tickets, promises and operations that nobody seems to look after."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_LIVE = "t.status NOT IN ('solved', 'closed') AND t.presence = 'present'"
_TICKET = "SELECT t.ref, t.subject, coalesce(c.name, ''), coalesce(a.name, '')"
_FROM = (
    " FROM ticket t LEFT JOIN customer c ON c.id = t.requester_id LEFT JOIN agent a ON a.id = t.assignee_id"
)


class Dropped(NamedTuple):
    """A ticket with a moment: since when something waits, in microseconds."""

    ref: str
    subject: str
    requester: str
    assignee: str
    since: int
    words: str = ""


def unowned(reader: sqlite3.Connection, before: int) -> list[Dropped]:
    """Live tickets that nobody has, and that came before a moment; the oldest first."""
    sql = f"{_TICKET}, t.created{_FROM} WHERE {_LIVE} AND t.assignee_id = 0 AND t.created < ? ORDER BY t.created, t.ref"
    return [Dropped(*row) for row in reader.execute(sql, (before,))]


def unanswered(reader: sqlite3.Connection, before: int) -> list[Dropped]:
    """Live tickets whose customer waits since before a moment."""
    sql = (
        f"{_TICKET}, t.waiting_since{_FROM} WHERE {_LIVE} AND t.waiting_since > 0 AND t.waiting_since < ?"
        " ORDER BY t.waiting_since, t.ref"
    )
    return [Dropped(*row) for row in reader.execute(sql, (before,))]


def stale(reader: sqlite3.Connection, statuses: Sequence[str], before: int) -> list[Dropped]:
    """Tickets that wait for somebody else, and in which nothing happened since before a moment."""
    places = ", ".join("?" * len(statuses))
    sql = (
        f"{_TICKET}, t.updated{_FROM} WHERE {_LIVE} AND t.status IN ({places}) AND t.updated < ?"
        " ORDER BY t.updated, t.ref"
    )
    return [Dropped(*row) for row in reader.execute(sql, (*statuses, before))]


def overdue(reader: sqlite3.Connection, now: int) -> list[Dropped]:
    """Promises that are open and past their time, with their words."""
    sql = (
        "SELECT p.ref, coalesce(t.subject, ''), coalesce(c.name, ''), coalesce(a.name, ''), p.due, p.words"
        " FROM local.promise p LEFT JOIN ticket t ON t.ref = p.ref LEFT JOIN customer c ON c.id = t.requester_id"
        " LEFT JOIN agent a ON a.id = t.assignee_id WHERE p.state = 'open' AND p.due < ? ORDER BY p.due, p.id"
    )
    return [Dropped(*row) for row in reader.execute(sql, (now,))]


def unsent(reader: sqlite3.Connection, before: int) -> list[Dropped]:
    """What has not reached the desk: refused, to be decided, of unknown outcome, or waiting since before a moment."""
    sql = (
        "SELECT o.lane, coalesce(t.subject, ''), coalesce(c.name, ''), o.actor, o.created, o.kind || ' ' || o.state"
        " || CASE o.error WHEN '' THEN '' ELSE ': ' || o.error END FROM local.op o LEFT JOIN ticket t ON t.ref = o.lane"
        " LEFT JOIN customer c ON c.id = t.requester_id WHERE o.closed = 0 AND (o.state IN ('rejected', 'conflict',"
        " 'review') OR (o.state IN ('queued', 'sending', 'unknown') AND o.created < ?1 AND o.send_at < ?1))"
        " ORDER BY o.created, o.id"
    )
    return [Dropped(*row) for row in reader.execute(sql, (before,))]


def left_inside(reader: sqlite3.Connection) -> list[Dropped]:
    """Live tickets whose newest word is an internal note that no agent wrote: an answer from outside that nobody passed on."""
    sql = (
        f"{_TICKET}, m.created, m.author{_FROM} JOIN message m ON m.id = (SELECT id FROM message n WHERE n.ticket_id = t.id"
        f" ORDER BY n.created DESC, n.id DESC LIMIT 1) WHERE {_LIVE} AND m.kind = 'note' AND m.role = 'customer'"
        " ORDER BY m.created, t.ref"
    )
    return [Dropped(*row) for row in reader.execute(sql)]


class First(NamedTuple):
    """A ticket with the first words of its customer."""

    ref: str
    subject: str
    requester_id: int
    requester: str
    status: str
    created: int
    text: str


def first_words(reader: sqlite3.Connection, since: int, longest: int) -> Iterator[First]:
    """Tickets created since a moment, with at most `longest` characters of their first message; only people with several."""
    sql = (
        "SELECT t.ref, t.subject, t.requester_id, coalesce(c.name, ''), t.status, t.created,"
        " coalesce((SELECT substr(m.body, 1, ?2) FROM message m WHERE m.ticket_id = t.id AND m.role = 'customer'"
        " ORDER BY m.created, m.id LIMIT 1), '') FROM ticket t LEFT JOIN customer c ON c.id = t.requester_id"
        " WHERE t.created >= ?1 AND t.presence = 'present' AND t.requester_id <> 0 ORDER BY t.created, t.ref"
    )
    for row in reader.execute(sql, (since, longest)):
        yield First(*row)
