"""A stretch of a story: as many messages as fit a screen's patience, with what was changed between them, around any place.

However long a story is, a stretch of it is found the same way: first the rows, from the index alone, then the messages.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from store.identities import person_ids
from store.rows import Item
from store.story import items_of, listed, merged_into, of_people, outbox_items

LARGEST = 16_000_000  # characters of one stretch: no machine has room for thousands of the longest messages
_MESSAGES = ("message", "note", "created")  # events that stand in the story as messages, or as its first rule
_TICKET = "m.ticket_id = (SELECT id FROM ticket WHERE ref = ?)"
_CHANGES = (
    "SELECT e.ref, e.kind, e.role, e.actor, e.old, e.new, e.occurred, e.seq FROM json_each(?) j"
    " CROSS JOIN local.event e ON e.ref = j.value WHERE e.occurred >= ? AND e.occurred <= ?"
    f" AND e.kind NOT IN {_MESSAGES} AND (e.key NOT LIKE 'op:%' OR e.kind = 'doubled')"
    " ORDER BY e.occurred DESC, e.seq DESC LIMIT ?"
)
_EVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose story it is: that of some customer records, or of one ticket alone.

    `merged` are tickets of others that tickets of theirs went into.
    """

    people: tuple[int, ...] = ()
    ref: str = ""
    merged: tuple[int, ...] = ()

    @property
    def where(self) -> tuple[str, str]:
        """The condition on a message `m`, and what it is asked with."""
        if not self.people:
            return _TICKET, self.ref
        return of_people(self.people, self.merged), json.dumps(self.people)


def of_person(reader: sqlite3.Connection, customer_id: int) -> Scope:
    """The story of one person, over all records that are this person."""
    people = person_ids(reader, customer_id)
    return Scope(tuple(people), merged=merged_into(reader, people))


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a story: at a message of a ticket, at its newest one, or (without either) at the end or the beginning."""

    ref: str = ""
    message_id: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """Items, oldest first, and how many messages lie before and after them; `unshown` says that older changes were left out.

    `people` says who asked in each ticket.
    """

    items: Sequence[Item] = ()
    earlier: int = 0
    later: int = 0
    unshown: bool = False
    people: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Ticket:
    """What an item tells of its ticket."""

    subject: str
    channel: str
    status: str
    requester: str


def stretch(
    reader: sqlite3.Connection, scope: Scope, limit: int, place: Place, *, changes: bool = True
) -> Stretch:
    """At most `limit` messages around a place of a story, with the changes between them; at its end, what waits in the outbox."""
    rows, earlier, later = _window(reader, scope, limit, place)
    items = items_of(reader, rows)
    while sum(len(item.text) for item in items) > LARGEST and limit > 1:
        limit //= 4
        rows, earlier, later = _window(reader, scope, limit, place)
        items = items_of(reader, rows)
    tickets = _tickets(reader, scope)
    told: list[Item] = []
    if changes:
        since = items[0].at if earlier and items else 0
        until = items[-1].at if later and items else _EVER
        told = list(_changes(reader, tickets, since, until, limit))
    # A message and what it changed have one time: the message comes first.
    both = sorted([*items, *told], key=lambda item: item.at) if told else items
    waiting = [] if later else [i for ref in _waits(reader, tickets) for i in outbox_items(reader, ref)]
    people = {ref: ticket.requester for ref, ticket in tickets.items()}
    return Stretch([*both, *waiting], earlier, later, len(told) == limit, people)


def _window(reader: sqlite3.Connection, scope: Scope, limit: int, place: Place) -> tuple[list[int], int, int]:
    """The rows of the messages, oldest first, and how many lie before and after."""
    where, asked = scope.where
    (total,) = reader.execute(f"SELECT count(*) FROM message m WHERE {where}", (asked,)).fetchone()
    skip = 0
    if total > limit:
        skip = min(max(_after(reader, scope, place, total, limit) - limit // 2, 0), total - limit)
    found = reader.execute(
        f"SELECT m.id FROM message m WHERE {where} ORDER BY m.created DESC, m.id DESC LIMIT ? OFFSET ?",
        (asked, limit, skip),
    )
    rows = [row for (row,) in found.fetchall()]
    rows.reverse()
    return rows, total - skip - len(rows), skip


def _after(reader: sqlite3.Connection, scope: Scope, place: Place, total: int, limit: int) -> int:
    """How many messages are newer than a place: half a stretch at most where none was named, so that it ends with the newest."""
    if place.first:
        return total
    row = _at(reader, place)
    if row is None:
        return 0
    where, asked = scope.where
    (count,) = reader.execute(
        f"SELECT count(*) FROM message m WHERE {where} AND (m.created, m.id) > (?, ?)", (asked, *row)
    ).fetchone()
    # Where the place is among the newest anyway, the newest are shown.
    return 0 if not place.message_id and count < limit else int(count)


def _at(reader: sqlite3.Connection, place: Place) -> tuple[int, int] | None:
    desk = place.ref.partition("/")[0]
    found = None
    if place.message_id:
        found = reader.execute(
            "SELECT created, id FROM message WHERE desk = ? AND remote_id = ?", (desk, place.message_id)
        ).fetchone()
    if found is None and place.ref:
        found = reader.execute(
            "SELECT created, id FROM message WHERE ticket_id = (SELECT id FROM ticket WHERE ref = ?)"
            " ORDER BY created DESC, id DESC LIMIT 1",
            (place.ref,),
        ).fetchone()
    return found and (found[0], found[1])


def _tickets(reader: sqlite3.Connection, scope: Scope) -> dict[str, _Ticket]:
    wanted = "t.requester_id IN (SELECT value FROM json_each(?))" if scope.people else "t.ref = ?"
    if scope.merged:
        wanted += f" OR t.id IN ({listed(scope.merged)})"
    found = reader.execute(
        "SELECT t.ref, t.subject, t.channel, t.status, coalesce(c.name, '') FROM ticket t"
        f" LEFT JOIN customer c ON c.id = t.requester_id WHERE {wanted}",
        (scope.where[1],),
    )
    return {ref: _Ticket(*rest) for ref, *rest in found}


def _waits(reader: sqlite3.Connection, tickets: Mapping[str, _Ticket]) -> list[str]:
    lanes = reader.execute("SELECT DISTINCT lane FROM local.op WHERE closed = 0 OR state = 'rejected'")
    return [ref for (ref,) in lanes.fetchall() if ref in tickets]


# -- what was changed -------------------------------------------------------------------------------------------


def _changes(
    reader: sqlite3.Connection, tickets: Mapping[str, _Ticket], since: int, until: int, limit: int
) -> Iterator[Item]:
    """The newest changes of these tickets in a span of time, oldest first, each in a few words."""
    found = reader.execute(_CHANGES, (json.dumps(list(tickets)), since, until, limit)).fetchall()
    names = _names(reader) if any(kind in ("assignee", "group") for _, kind, *_ in found) else {}
    for ref, kind, role, actor, old, new, occurred, seq in reversed(found):
        desk, about = ref.partition("/")[0], tickets[ref]
        before, after = (names.get((kind, desk, value), value) for value in (old, new))
        yield Item(
            ref=ref,
            subject=about.subject,
            kind="change",
            channel=about.channel,
            role=_role(role),
            author=actor,
            at=occurred,
            text=words(kind, before, after),
            id=f"event/{seq}",
            status=about.status,
        )


def _role(role: str) -> Literal["customer", "agent", "system"]:
    return "customer" if role == "customer" else "agent" if role == "agent" else "system"


def _names(reader: sqlite3.Connection) -> dict[tuple[str, str, str], str]:
    """Agents and groups that were not known yet when their change was learnt stand in the log by their numbers."""
    return {
        (kind, desk, number): name
        for kind, table in (("assignee", "agent"), ("group", "grp"))
        for desk, number, name in reader.execute(f"SELECT desk, remote_id, name FROM {table}")
        if name
    }


def words(kind: str, old: str, new: str) -> str:
    """What an event of the log says, in one line: "status new -> open", "assigned to Bo, was Ada", "rated good"."""
    if kind == "assignee":
        return f"assigned to {new or 'nobody'}" + (f", was {old}" if old else "")
    if kind in ("rating", "survey"):
        return f"rated {new or 'nothing'}" + (f", was {old}" if old else "")
    if kind == "field":
        name, _, value = new.partition("=")
        return _turned(name, old.partition("=")[2], value)
    if kind in ("status", "priority", "group", "subject", "tags"):
        return _turned(kind, old, new)
    return _turned(kind, old, new) if old and new else f"{kind} {new or old}".strip()


def _turned(name: str, old: str, new: str) -> str:
    return f"{name} {old or 'none'} -> {new or 'none'}"
