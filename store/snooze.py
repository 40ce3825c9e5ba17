"""Tickets that were put out of sight until something happens; the log tells when they went, and why they came back.

What wakes a ticket is looked at when somebody asks: messages arrive through the mirror, and a snooze lives in local.db.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import astuple, dataclass, fields

from store.database import Database
from store.deeds import doing
from store.events import NewEvent, record

_DAY = 86_400_000_000
_LATELY = 200  # woken tickets that are looked at


@dataclass(frozen=True, slots=True)
class Snooze:
    """One ticket's snooze; times in microseconds. `kind` is time, reply, promise or ticket; `awaits` names the last two."""

    ref: str
    until: int
    kind: str
    awaits: str
    why: str
    actor: str
    created: int
    woken: int = 0
    woken_by: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """What is known about a ticket that sleeps: everything that could wake it."""

    snooze: Snooze
    updated: int  # of the ticket, by its desk
    writer: str  # whoever wrote since, of the customer's side
    promise: str  # the state of the promise that is awaited
    next_promise: str  # the promise that took its place
    next_due: int
    other: str  # the status of the ticket that is awaited, or where it went; "" while the mirror does not have it


NAMES = tuple(each.name for each in fields(Snooze))
WIDE = len(NAMES)
COLUMNS = ", ".join(f"s.{name}" for name in NAMES)
_SIGNS = (
    f"SELECT {COLUMNS}, coalesce(t.updated, 0),"
    " coalesce((SELECT e.actor || char(31) FROM local.event e WHERE e.ref = s.ref AND e.kind = 'message' AND e.role = 'customer'"
    # What was learnt since; an old thread that is only fetched now is no news.
    f" AND e.recorded > s.created AND e.occurred > s.created - {_DAY} ORDER BY e.occurred DESC LIMIT 1), ''),"
    " coalesce(p.state, ''), coalesce(n.id, ''), coalesce(n.due, 0), "
    " coalesce(CASE WHEN o.presence = 'present' THEN o.status ELSE o.presence END, '')"
    " FROM local.snooze s LEFT JOIN ticket t ON t.ref = s.ref"
    " LEFT JOIN local.promise p ON s.kind = 'promise' AND p.id = s.awaits"
    " LEFT JOIN local.promise n ON p.state = 'moved' AND n.id = p.kept_by AND n.state = 'open'"
    " LEFT JOIN ticket o ON s.kind = 'ticket' AND o.ref = s.awaits WHERE s.woken = 0 ORDER BY s.until, s.ref"
)


def signs(reader: sqlite3.Connection) -> list[Sign]:
    """Every ticket that sleeps, with what could wake it."""
    found = reader.execute(_SIGNS).fetchall() if any_asleep(reader) else []
    return [Sign(Snooze(*row[:WIDE]), *row[WIDE:]) for row in found]


def any_asleep(reader: sqlite3.Connection) -> bool:
    """Whether any ticket sleeps."""
    return bool(reader.execute("SELECT EXISTS (SELECT 1 FROM local.snooze WHERE woken = 0)").fetchone()[0])


def asleep(reader: sqlite3.Connection) -> list[Snooze]:
    """Every ticket that sleeps, the first to wake by the clock first; those without a time last."""
    found = reader.execute(
        f"SELECT {COLUMNS} FROM local.snooze s WHERE s.woken = 0 ORDER BY s.until = 0, s.until, s.ref"
    )
    return [Snooze(*row) for row in found]


def of(reader: sqlite3.Connection, ref: str) -> Snooze | None:
    """The last snooze of a ticket, over or not; None when it never slept."""
    row = reader.execute(f"SELECT {COLUMNS} FROM local.snooze s WHERE s.ref = ?", (ref,)).fetchone()
    return Snooze(*row) if row else None


def woken_since(reader: sqlite3.Connection, since: int) -> list[Snooze]:
    """Tickets that woke after a moment, the newest first."""
    found = reader.execute(
        f"SELECT {COLUMNS} FROM local.snooze s WHERE s.woken > ? ORDER BY s.woken DESC, s.ref LIMIT ?",
        (since, _LATELY),
    )
    return [Snooze(*row) for row in found]


def put(database: Database, made: Sequence[tuple[Snooze, str]]) -> None:
    """Put tickets to sleep, each with the words that the log tells; one that sleeps already sleeps as told now."""
    columns, places = ", ".join(NAMES), ", ".join("?" * WIDE)
    first, words = made[0]
    refs = [each.ref for each, _ in made]
    with (
        database.write("local") as connection,
        doing(connection, "snooze", refs, what=f"snooze {words}", actor=first.actor, now=first.created),
    ):
        for each, told in made:
            connection.execute(f"INSERT OR REPLACE INTO snooze ({columns}) VALUES ({places})", astuple(each))
            key = f"snooze:{each.ref}:{each.created}"
            record(
                connection,
                [NewEvent(key, each.ref, "snoozed", "agent", each.actor, each.created, new=told)],
                each.created,
            )


def follow_promise(database: Database, ref: str, promise: str, due: int) -> None:
    """Await the promise that took the place of the awaited one."""
    with database.write("local") as connection:
        connection.execute(
            "UPDATE snooze SET awaits = ?, until = ? WHERE ref = ? AND woken = 0 AND kind = 'promise'",
            (promise, due, ref),
        )


def wake(database: Database, turns: Sequence[tuple[Sign, str]], actor: str, now: int) -> list[Sign]:
    """Bring tickets back, each with its reason, as ones that have not been looked at; returns those that still slept.

    Where nobody did it (no `actor`), there is nothing to undo.
    """
    woken = []
    refs = [sign.snooze.ref for sign, _ in turns]
    with database.write("local") as connection, ExitStack() as kept:
        if actor:
            kept.enter_context(doing(connection, "snooze", refs, what="waking", actor=actor, now=now))
        for sign, reason in turns:
            slept = sign.snooze
            done = connection.execute(
                "UPDATE snooze SET woken = ?, woken_by = ? WHERE ref = ? AND created = ? AND woken = 0",
                (now, reason, slept.ref, slept.created),
            )
            if not done.rowcount:
                continue  # another process was quicker, or it was put to sleep anew
            woken.append(sign)
            _unsee(connection, slept.ref, sign.updated)
            key = f"snooze:{slept.ref}:{slept.created}:woke:{now}"
            role = "agent" if actor else "system"
            record(connection, [NewEvent(key, slept.ref, "woke", role, actor, now, new=reason)], now)
    return woken


def _unsee(connection: sqlite3.Connection, ref: str, updated: int) -> None:
    if updated:
        connection.execute(
            "INSERT INTO seen (ref, at) VALUES (?1, ?2) ON CONFLICT (ref) DO UPDATE SET at = min(at, ?2)",
            (ref, updated - 1),
        )
