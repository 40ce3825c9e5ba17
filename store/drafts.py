"""What an agent has typed and not sent. Sync never touches it, and a reply leaves it only when its intent is on the disk."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal

from store.database import Database
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


def save(database: Database, ref: str, text: str, *, mode: Mode, low_water: str, now: int) -> None:
    """Keep the words as they are now; empty words remove the draft."""
    with database.write("local") as connection:
        if not text.strip():
            connection.execute("DELETE FROM draft WHERE ref = ?", (ref,))
            return
        connection.execute(
            "INSERT INTO draft (ref, mode, body, low_water, updated) VALUES (?, ?, ?, ?, ?) ON CONFLICT (ref) DO UPDATE"
            " SET mode = excluded.mode, body = excluded.body, updated = excluded.updated",
            (ref, mode, clean(text), low_water, now),
        )


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


def discard(database: Database, ref: str) -> None:
    """Forget the draft of a ticket."""
    with database.write("local") as connection:
        connection.execute("DELETE FROM draft WHERE ref = ?", (ref,))
