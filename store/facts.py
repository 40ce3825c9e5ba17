"""What agents made of the facts about a person: corrections and facts put away, which exist nowhere else."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from store import deeds
from store.database import Database
from store.identities import person_ids


@dataclass(frozen=True, slots=True)
class FactEdit:
    """One edit: `corrected` holds in place of `value`; "" puts the fact away, the same value brings it back."""

    kind: str
    value: str
    corrected: str
    message_id: str
    actor: str
    created: int


def person_ref(reader: sqlite3.Connection, customer_id: int) -> str:
    """A customer as the desk knows him, "desk/number"; "" where there is none with this row number."""
    found = reader.execute("SELECT desk, remote_id FROM customer WHERE id = ?", (customer_id,)).fetchone()
    return f"{found[0]}/{found[1]}" if found else ""


def edits(reader: sqlite3.Connection, customer_id: int) -> list[FactEdit]:
    """Every edit about this person, under any of his records, oldest first."""
    people = json.dumps(person_ids(reader, customer_id))
    found = reader.execute(
        "SELECT kind, value, corrected, message_id, actor, created FROM local.fact_edit WHERE person IN"
        " (SELECT desk || '/' || remote_id FROM customer WHERE id IN (SELECT value FROM json_each(?))) ORDER BY id",
        (people,),
    )
    return [FactEdit(*row) for row in found]


def add(database: Database, person: str, edit: FactEdit) -> None:
    """Keep one more edit about `person`."""
    if edit.corrected in ("", edit.value):
        what = f"{edit.kind} {edit.value} {'brought back' if edit.corrected else 'put away'}"
    else:
        what = f"{edit.kind} {edit.value} corrected to {edit.corrected}"
    with database.write("local") as connection:
        made = connection.execute(
            "INSERT INTO fact_edit (person, kind, value, corrected, message_id, actor, created)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (person, edit.kind, edit.value, edit.corrected, edit.message_id, edit.actor, edit.created),
        )
        deeds.keep_added(
            connection, "fact_edit", made.lastrowid, what=what, actor=edit.actor, now=edit.created
        )
