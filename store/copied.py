"""Who else gets public replies on a ticket, by name: whoever writes should know who reads."""

from __future__ import annotations

import json
import sqlite3

# People are told by their numbers, or by what they log in with, which is mostly an address.
_NAMED = """SELECT each.value, coalesce(
 (SELECT name FROM customer WHERE desk = ?1 AND remote_id = each.value AND name <> ''),
 (SELECT name FROM agent WHERE desk = ?1 AND remote_id = each.value AND name <> ''),
 (SELECT c.name FROM address a JOIN customer c ON c.id = a.customer_id
  WHERE a.kind = 'email' AND a.value = lower(each.value) AND c.desk = ?1 AND c.name <> ''), '')
 FROM json_each(?2) each"""


def names(reader: sqlite3.Connection, desk: str, kept: str) -> tuple[str, ...]:
    """Those in the column `copied` by name; who has none by address, by login name, or by number."""
    if not kept:
        return ()
    found = reader.execute(_NAMED, (desk, kept))
    return tuple(name or (f"number {told}" if told.isdigit() else told) for told, name in found)


def of_ticket(reader: sqlite3.Connection, ref: str) -> tuple[str, ...]:
    """The same by a ticket's ref; nobody where it is not here."""
    found = reader.execute("SELECT desk, copied FROM ticket WHERE ref = ?", (ref,)).fetchone()
    return names(reader, *found) if found else ()


def numbers(reader: sqlite3.Connection, desk: str, remote_id: str) -> set[str]:
    """Those of a ticket who are told by number, so that the desk may be asked for their names."""
    found = reader.execute(
        "SELECT copied FROM ticket WHERE desk = ? AND remote_id = ? AND copied <> ''", (desk, remote_id)
    ).fetchone()
    return {each for each in json.loads(found[0]) if each.isdigit()} if found else set()
