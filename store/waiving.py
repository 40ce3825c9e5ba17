"""A step that an agent left out of a reply on purpose: a line in the log, with the reason."""

from __future__ import annotations

from store.database import Database
from store.events import NewEvent, record


def waived(database: Database, ref: str, words: str, *, actor: str, now: int) -> None:
    """Write into the log what was left out of the reply on `ref`, and why."""
    event = NewEvent(f"waived:{ref}:{now}:{words}", ref, "waived", "agent", actor, now, new=words)
    with database.write("local") as connection:
        record(connection, [event], now)
