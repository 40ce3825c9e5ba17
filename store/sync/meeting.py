"""Where a change meets somebody else's: field by field against what the agent saw, and replies against newer answers. Pure but for reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from store.remotes import TicketDoc
from store.rows import Clash
from store.text import clean_line

AT_ONCE_US = 10_000_000  # in which a desk does by itself what follows from a message


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a change comes to on the ticket as it stands now."""

    clashes: tuple[Clash, ...]
    apart: Mapping[str, str]  # still to be set, and nobody else touched it
    there: tuple[str, ...]  # already as wanted


def meet(wanted: Mapping[str, str], base: Mapping[str, str], theirs: TicketDoc) -> Meeting:
    """Three-way: `base` is what the agent saw; a field without a base has none to clash with."""
    clashes: list[Clash] = []
    apart: dict[str, str] = {}
    there: list[str] = []
    for name, value in wanted.items():
        now = field_of(theirs, name)
        if now == value:
            there.append(name)
        elif now == base.get(name, now):
            apart[name] = value
        else:
            clashes.append(Clash(name, base.get(name, ""), value, now, "", theirs.updated))
    return Meeting(tuple(clashes), apart, tuple(there))


def field_of(ticket: TicketDoc, name: str) -> str:
    """The value of a field in the words that a change uses."""
    known = {
        "status": ticket.status,
        "priority": ticket.priority,
        "subject": clean_line(ticket.subject),
        "assignee": ticket.assignee_id or "",
        "group": ticket.group_id or "",
    }
    return known[name] if name in known else clean_line(ticket.fields.get(name, ""))


def who_changed(reader: sqlite3.Connection, ref: str, clash: Clash) -> tuple[str, int]:
    """Who set the field last and when, as the event log knows it; ("", when the ticket changed) otherwise."""
    standard = clash.field in ("status", "priority", "assignee", "group", "subject")
    sql = "SELECT actor, occurred FROM local.event WHERE ref = ? AND kind = ? AND role <> '' {} ORDER BY occurred DESC LIMIT 1"
    if standard:
        found = reader.execute(sql.format(""), (ref, clash.field)).fetchone()
    else:
        wanted = f"{clash.field}={clash.theirs}"
        found = reader.execute(sql.format("AND new = ?"), (ref, "field", wanted)).fetchone()
    return (str(found[0]), int(found[1])) if found else ("", clash.theirs_at)


def came_with_our_words(reader: sqlite3.Connection, ref: str, clash: Clash, me: str) -> bool:
    """Whether the desk itself made the change because we (`me`) had written: it opens what is answered, and nobody decided that."""
    last = reader.execute(
        "SELECT role, old, new, occurred FROM local.event WHERE ref = ? AND kind = ? ORDER BY occurred DESC, seq DESC LIMIT 1",
        (ref, clash.field),
    ).fetchone()
    if clash.field != "status" or last is None or last[:3] != ("system", clash.base, clash.theirs):
        return False
    before = reader.execute(
        "SELECT DISTINCT m.author_ref FROM message m JOIN ticket t ON t.id = m.ticket_id"
        " WHERE t.ref = ? AND m.kind = 'message' AND m.created BETWEEN ? AND ?",
        (ref, last[3] - AT_ONCE_US, last[3]),
    ).fetchall()
    return bool(me) and before == [(me,)]


def answered_since(
    reader: sqlite3.Connection, ref: str, *, seen: tuple[str, ...], me: str, created: int
) -> str:
    """Who else answered the customer after the newest message that the agent had seen (`seen`: any of these ids); "" for nobody."""
    rows = reader.execute(
        "SELECT m.remote_id, m.kind, m.role, m.author, m.author_ref, m.created FROM message m JOIN ticket t ON t.id = m.ticket_id"
        " WHERE t.ref = ? ORDER BY m.created, m.id",
        (ref,),
    ).fetchall()
    known = [n for n, row in enumerate(rows) if row[0] in seen]
    later = rows[known[-1] + 1 :] if known else [r for r in rows if r[5] > created]
    for _, kind, role, author, author_ref, _ in reversed(later):
        if kind == "message" and role == "agent" and author_ref != me:
            return str(author or "a colleague")
    return ""


def stands(reader: sqlite3.Connection, ref: str, op_id: str) -> bool:
    """Whether a message that carries the id of an operation is known on a ticket."""
    sql = "SELECT EXISTS (SELECT 1 FROM message m JOIN ticket t ON t.id = m.ticket_id WHERE t.ref = ? AND m.marker = ?)"
    return bool(reader.execute(sql, (ref, op_id)).fetchone()[0])
