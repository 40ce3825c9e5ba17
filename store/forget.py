"""Forgetting a desk: everything of it leaves the mirror; drafts, operations and the event log stay where they are."""

from __future__ import annotations

from store import pairs
from store.database import Database

OWNED = (
    "attachment",
    "message",
    "ticket",
    "customer",
    "agent",
    "organization",
    "grp",
    "custom_field",
    "channel",
    "tag",
    "quarantine",
    "cursor",
)


def forget_desk(database: Database, desk: str) -> None:
    """Take a desk's tickets, messages and people out of the mirror and its full-text indexes, and its cursor."""
    with database.write("mirror") as connection:
        pairs.forget(connection, desk)
        connection.execute(
            "INSERT INTO message_fts (message_fts, rowid, body) SELECT 'delete', id, body FROM message WHERE desk = ?",
            (desk,),
        )
        connection.execute(
            "INSERT INTO ticket_fts (ticket_fts, rowid, subject) SELECT 'delete', id, subject FROM ticket WHERE desk = ?",
            (desk,),
        )
        people = "(SELECT id FROM customer WHERE desk = ?)"
        connection.execute(f"DELETE FROM customer_fts WHERE rowid IN {people}", (desk,))
        connection.execute(f"DELETE FROM address WHERE customer_id IN {people}", (desk,))
        for table in OWNED:
            connection.execute(f"DELETE FROM {table} WHERE desk = ?", (desk,))
    with database.write("local") as connection:
        connection.execute("DELETE FROM desk_state WHERE name = ?", (desk,))
