"""What stands beside a person's story: plan, last rating, how often they wrote lately; and who belongs to one organization."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from store.identities import person_ids
from store.ratings import RATED

_PLAN = re.compile(r"(?:^|[ _-])(?:plan|tier|subscription)$", re.IGNORECASE)
_TICKETS = 50  # the newest tickets of a person, in which a plan is looked for


@dataclass(frozen=True, slots=True)
class Beside:
    """What is worth knowing of a person beside the card. `rated` is when, 0: never.

    `contacts` are public messages of theirs; the lines of a ticket's chat are one.
    """

    plan: str = ""
    rating: str = ""
    rated: int = 0
    contacts: int = 0


def beside(reader: sqlite3.Connection, customer_id: int, since: int) -> Beside:
    """The plan by the newest ticket that names one, the last rating, and the contacts after `since`."""
    people = json.dumps(person_ids(reader, customer_id))
    (contacts,) = reader.execute(
        "SELECT count(DISTINCT CASE WHEN channel IN ('chat', 'messaging') THEN -ticket_id ELSE id END) FROM message"
        " WHERE customer_id IN (SELECT value FROM json_each(?)) AND created >= ?"
        " AND role = 'customer' AND kind = 'message'",
        (people, since),
    ).fetchone()
    rated = reader.execute(
        "SELECT e.new, e.occurred FROM ticket t CROSS JOIN local.event e ON e.ref = t.ref"
        f" WHERE t.requester_id IN (SELECT value FROM json_each(?)) AND e.{RATED}"
        " ORDER BY e.occurred DESC, e.seq DESC LIMIT 1",
        (people,),
    ).fetchone()
    rating, at = rated or ("", 0)
    return Beside(_plan(reader, people), rating, at, contacts)


def _plan(reader: sqlite3.Connection, people: str) -> str:
    titles = {
        key: title or key
        for key, title in reader.execute("SELECT key, title FROM custom_field")
        if _PLAN.search(key) or _PLAN.search(title)
    }
    if not titles:
        return ""
    newest = reader.execute(
        "SELECT fields FROM ticket WHERE requester_id IN (SELECT value FROM json_each(?)) AND fields <> '{}'"
        " ORDER BY created DESC LIMIT ?",
        (people, _TICKETS),
    )
    for (fields,) in newest:
        told = json.loads(fields)
        named = [f"{titles[key]}: {told[key]}" for key in titles if told.get(key) not in (None, "", "none")]
        if named:
            return ", ".join(named)
    return ""


def links_mark(reader: sqlite3.Connection) -> tuple[int, int]:
    """Two numbers that differ once somebody has said who is who, or took it back."""
    told = "SELECT count(*), coalesce(max(undone), 0) FROM local.identity_link"
    count, undone = reader.execute(told).fetchone()
    return count, undone


def organizations_of(reader: sqlite3.Connection, customer_id: int) -> tuple[list[int], str]:
    """The organizations that a person belongs to, and the name of the first; none: [] and ""."""
    found = reader.execute(
        "SELECT DISTINCT o.id, o.name FROM json_each(?) j JOIN customer c ON c.id = j.value"
        " JOIN organization o ON o.id = c.organization_id",
        (json.dumps(person_ids(reader, customer_id)),),
    ).fetchall()
    return [row for row, _ in found], found[0][1] if found else ""


def organizations(reader: sqlite3.Connection) -> list[tuple[int, str]]:
    """Every organization, by its row."""
    return reader.execute("SELECT id, name FROM organization ORDER BY name, id").fetchall()


def members(
    reader: sqlite3.Connection, organizations: Sequence[int], beside_them: Iterable[int] = ()
) -> list[int]:
    """The customer records of these organizations, and the other records of the person that one starts from."""
    found = reader.execute(
        "SELECT id FROM customer WHERE organization_id > 0"  # as its index is: most people of many desks have none
        " AND organization_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(list(organizations)),),
    )
    return list(dict.fromkeys([*(row for (row,) in found), *beside_them]))
