"""Forgetting a desk: everything of it leaves the mirror; drafts, operations and the event log stay where they are."""

from __future__ import annotations

import sqlite3

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


# What local.db has of a desk names its tickets: "acme/12".
_LEFT = """SELECT value FROM local.meta WHERE key = ?1 AND (EXISTS (SELECT 1 FROM local.op WHERE desk = ?2)
 OR EXISTS (SELECT 1 FROM local.draft WHERE ref >= ?2 || '/' AND ref < ?2 || '0')
 OR EXISTS (SELECT 1 FROM local.event WHERE ref >= ?2 || '/' AND ref < ?2 || '0'))"""


def address_of(reader: sqlite3.Connection, desk: str) -> str:
    """Where the desk of this name was last; "" where that is not known."""
    found = reader.execute("SELECT value FROM local.meta WHERE key = ?", (f"address:{desk}",)).fetchone()
    return str(found[0]) if found else ""


def keep_address(database: Database, desk: str, address: str) -> None:
    """Remember where a desk is, beside what names its tickets."""
    with database.write("local") as connection:
        _keep(connection, desk, address)


def _keep(connection: sqlite3.Connection, desk: str, address: str) -> None:
    row = (f"address:{desk}", address)
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", row)


def former_address(reader: sqlite3.Connection, desk: str) -> str:
    """Where the desk was that had this name and of which outbox, drafts or log still speak; "" for none."""
    found = reader.execute(_LEFT, (f"address:{desk}", desk)).fetchone()
    return str(found[0]) if found else ""


def forget_desk(database: Database, desk: str, address: str = "") -> None:
    """Take a desk's tickets, messages and people out of the mirror and its full-text indexes, and its cursor; where it was is kept."""
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
        if address:
            _keep(connection, desk, address)
