"""What an agent has typed and not sent. Sync never touches it, and a reply leaves it only when its intent is on the disk."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal

from store.database import Database
from store.deeds import doing
from store.outbox import NewOperation, set_aside
from store.text import clean

Mode = Literal["reply", "note"]


@dataclass(frozen=True, slots=True)
class Draft:
    """The words for one ticket; `low_water` is the newest message that was known when they were begun."""

    ref: str
    text: str
    mode: Mode
    updated: int
    low_water: str = ""


OVERWRITTEN = "another console went on with other words"


def save(
    database: Database,
    ref: str,
    text: str,
    *,
    mode: Mode,
    low_water: str,
    now: int,
    basis: str | None = None,
    actor: str = "",
) -> str:
    """Keep the words as they are now; empty words remove the draft.

    `basis` is the draft that they were typed from. Where another console has kept others since, no words are dropped:
    the ones that the draft does not hold afterwards are put aside as an operation that was taken back, whose id is returned.
    What it has sent meanwhile, and nothing was added to here, does not become a draft again.
    """
    body = clean(text)
    mine = Draft(ref, body, mode, now, low_water)
    with database.write("local") as connection:
        found = connection.execute("SELECT body, mode FROM draft WHERE ref = ?", (ref,)).fetchone()
        if found is None and basis is not None and body == clean(basis) and _sent(connection, ref, body):
            return ""
        theirs = found is not None and basis is not None and found[0] != clean(basis)
        if theirs and found[0].strip() not in body:
            if body.strip() in found[0]:
                return ""
            if body == clean(basis or ""):  # nothing was typed here since: what is newer stands
                return _set_aside(connection, mine, actor)
            _put(connection, mine)
            return _set_aside(connection, Draft(ref, found[0], found[1], now), actor)
        _put(connection, mine)
    return ""


def _sent(connection: sqlite3.Connection, ref: str, body: str) -> bool:
    return bool(
        connection.execute(
            "SELECT EXISTS (SELECT 1 FROM op WHERE lane = ? AND kind IN ('reply', 'note') AND state <> 'cancelled'"
            " AND json_extract(payload, '$.body') = ?)",
            (ref, body.strip()),
        ).fetchone()[0]
    )


def _put(connection: sqlite3.Connection, draft: Draft) -> None:
    if not draft.text.strip():
        connection.execute("DELETE FROM draft WHERE ref = ?", (draft.ref,))
        return
    connection.execute(
        "INSERT INTO draft (ref, mode, body, low_water, updated) VALUES (?, ?, ?, ?, ?) ON CONFLICT (ref) DO UPDATE"
        " SET mode = excluded.mode, body = excluded.body, updated = excluded.updated",
        (draft.ref, draft.mode, draft.text, draft.low_water, draft.updated),
    )


def _set_aside(connection: sqlite3.Connection, draft: Draft, actor: str) -> str:
    words = NewOperation(draft.ref.partition("/")[0], draft.ref, draft.mode, draft.text)
    return set_aside(connection, words, OVERWRITTEN, actor, draft.updated)


def load(reader: sqlite3.Connection, ref: str) -> Draft | None:
    """The draft of a ticket, or None."""
    found = reader.execute(
        "SELECT ref, body, mode, updated, low_water FROM local.draft WHERE ref = ?", (ref,)
    ).fetchone()
    return Draft(*found) if found else None


def all_drafts(reader: sqlite3.Connection) -> list[Draft]:
    """Every draft, newest first."""
    found = reader.execute(
        "SELECT ref, body, mode, updated, low_water FROM local.draft ORDER BY updated DESC"
    )
    return [Draft(*r) for r in found]


def discard(database: Database, ref: str, basis: str | None = None) -> None:
    """Forget the draft of a ticket; with `basis` only where it is this one, and not what another console has kept since."""
    with database.write("local") as connection:
        _discard(connection, ref, basis)


def throw_away(database: Database, draft: Draft, basis: str | None, actor: str) -> None:
    """Forget the draft of a ticket, these words, until undo gives it back; the same holds of `basis`."""
    with database.write("local") as connection:
        found = connection.execute("SELECT body FROM draft WHERE ref = ?", (draft.ref,)).fetchone()
        if basis is not None and (found[0] if found else "") == clean(basis):
            _put(connection, draft)  # what was typed last may not be on the disk yet
            basis = draft.text
        keys, what = [draft.ref], "discarded draft"
        with doing(connection, "draft", keys, what=what, actor=actor, now=draft.updated):
            _discard(connection, draft.ref, basis)


def _discard(connection: sqlite3.Connection, ref: str, basis: str | None) -> None:
    held = None if basis is None else clean(basis)
    connection.execute("DELETE FROM draft WHERE ref = ?1 AND (?2 IS NULL OR body = ?2)", (ref, held))
