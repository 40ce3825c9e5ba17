"""Stores at random: tickets with everything that a query can ask about, as rows."""

from __future__ import annotations

import sqlite3
from typing import Any

from console.session import Session
from store import backlog
from store.events import NewEvent, record
from support.clock import START
from support.queries import RANKS, STATUSES, WORDS

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
BASELINE = START - 40 * DAY  # what was changed before that is no news to anybody
RATINGS = ("good", "bad", "good: quick, thank you", "bad: nobody called", "")
EMPTY = {
    "status_raw": "", "priority_raw": "", "version": 1, "token": "",
    "merged_into": "", "url": "", "low_water": "", "thread_version": 1,
}  # fmt: skip
BESIDE = ("bodies", "notes", "ratings", "local", "seen")  # what does not stand in the row of the ticket
PEOPLE = {
    1: ("Ana Diaz", "ana@a.example"),
    2: ("Bo Berg", "bo@b.example"),
    3: ("Anatol Iva", "iva@b.example"),
    4: ("荷物 Lund", "lund@a.example"),
}
LOCAL = ("follow", "snooze", "woken", "draft")  # what the agent has done with a ticket
NAMING, NOTES = ("@ana parcel late", "(@Ana Silva) gift"), ("@anatol kettle", "parcel ana card", "late")


def _moment(dice: Any) -> int:
    return START - dice.choice(
        (dice.randrange(90) * DAY, dice.randrange(60) * HOUR, dice.randrange(60) * MINUTE)
    )


def _text(dice: Any) -> str:
    return "".join(
        dice.choice(WORDS) + dice.choice((" ", " ", "が", "。")) for _ in range(dice.randrange(1, 4))
    )


def any_ticket(n: int, dice: Any) -> dict[str, Any]:
    """Ticket `n`: the columns of its row, and what stands BESIDE it."""
    return {
        "id": n, "ref": f"acme/{n}", "desk": "acme", "remote_id": str(n), "subject": _text(dice),
        "status": dice.choice(STATUSES), "priority": dice.choice(RANKS), "requester_id": dice.choice((1, 2, 3, 4)),
        "assignee_id": dice.choice((0, 1, 2)), "tags": dice.choice(("", " vip ", " late vip ")),
        "fields": dice.choice(("{}", '{"Size": "3"}', '{"size": "7"}', '{"size": ""}', '{"size": "big"}')),
        "created": _moment(dice), "updated": _moment(dice), "presence": dice.choice(("present",) * 9 + ("spam",)),
        "sla_due": dice.choice((0, 2 * START - _moment(dice), _moment(dice))), "waiting_since": dice.choice((0, _moment(dice))),
        "channel": dice.choice(("email", "sms", "chat")), "group_id": dice.choice((0, 1)), "organization_id": dice.choice((0, 1)),
        "messages": dice.randrange(5), "ratings": [dice.choice(RATINGS) for _ in range(dice.choice((0, 0, 1, 1, 2)))],
        "bodies": [(_text(dice), dice.choice(("customer", "agent"))) for _ in range(dice.randrange(4))],
        "notes": [(dice.choice((*NAMING, *NOTES)), dice.choice(("a1", "a2"))) for _ in range(dice.randrange(3))],
        "local": dice.sample(LOCAL, dice.randrange(3)), "seen": dice.choice((0, _moment(dice))),
    }  # fmt: skip


def _fill(c: sqlite3.Connection, tickets: list[dict[str, Any]]) -> None:
    c.execute(
        "INSERT INTO agent (id, desk, remote_id, name, email, active, is_me) VALUES (1, 'acme', 'a1', 'Ana Silva', '', 1, 1)"
    )
    c.execute(
        "INSERT INTO agent (id, desk, remote_id, name, email, active, is_me) VALUES (2, 'acme', 'a2', 'Anatol', '', 1, 0)"
    )
    for table, name in (("grp", "Billing"), ("organization", "Acme")):
        c.execute(f"INSERT INTO {table} (id, desk, remote_id, name) VALUES (1, 'acme', 'n1', ?)", (name,))
    for number, (name, email) in PEOPLE.items():
        c.execute(
            "INSERT INTO customer (id, desk, remote_id, name, organization_id, time_zone, locale, notes)"
            " VALUES (?, 'acme', ?, ?, 0, '', '', '')", (number, f"c{number}", name),
        )  # fmt: skip
        c.execute("INSERT INTO address (customer_id, kind, value) VALUES (?, 'email', ?)", (number, email))
        c.execute("INSERT INTO customer_fts (rowid, names) VALUES (?, ?)", (number, f"{name} {email}"))
    for ticket in tickets:
        row = {**EMPTY, **{k: v for k, v in ticket.items() if k not in BESIDE}}
        c.execute(
            f"INSERT INTO ticket ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
        )
        said = [("message", role, "", body) for body, role in ticket["bodies"]]
        said += [("note", "agent", author, body) for body, author in ticket["notes"]]
        for at, (kind, role, author, body) in enumerate(said):
            c.execute(
                "INSERT INTO message (desk, remote_id, ticket_id, customer_id, kind, channel, role, author, author_ref,"
                " created, body, marker, files) VALUES ('acme', ?, ?, ?, ?, 'email', ?, '', ?, ?, ?, '', 0)",
                (
                    f"{ticket['id']}-{at}",
                    ticket["id"],
                    ticket["requester_id"],
                    kind,
                    role,
                    author,
                    START,
                    body,
                ),
            )
    for name in ("ticket_fts", "message_fts"):
        c.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")
    backlog.rebuild(c)


def _rate(c: sqlite3.Connection, tickets: list[dict[str, Any]]) -> None:
    """Tell the ratings, and beside them what is none; the log forgets nothing, so an older one is taken back first."""
    (told,) = c.execute("SELECT count(*) FROM event").fetchone()
    said = [
        (ticket["ref"], kind, new)
        for ticket in tickets
        for kind, new in (
            ("field", "rating=good"),
            *(("rating", rating) for rating in (*[""][: bool(told)], *ticket["ratings"])),
            ("status", "bad"),
        )
    ]
    events = (
        NewEvent(str(told + n), ref, kind, "customer", "", told + n, new=new)
        for n, (ref, kind, new) in enumerate(said)
    )
    record(c, [*events], START)


def _put_aside(c: sqlite3.Connection, tickets: list[dict[str, Any]]) -> None:
    """What is kept in local.db alone: followed, snoozed, woken, begun to answer, looked at."""
    for name in ("follow", "snooze", "draft", "seen", "meta WHERE key = 'baseline'"):
        c.execute(f"DELETE FROM {name}")
    c.execute("INSERT INTO meta (key, value) VALUES ('baseline', ?)", (str(BASELINE),))
    for ticket in tickets:
        kinds, ref = ticket["local"], ticket["ref"]
        if "follow" in kinds:
            c.execute("INSERT INTO follow (ref, actor, created) VALUES (?, 'me', 0)", (ref,))
        if "snooze" in kinds or "woken" in kinds:
            c.execute(
                "INSERT INTO snooze (ref, until, kind, awaits, why, actor, created, woken, woken_by)"
                " VALUES (?, 0, 'reply', '', '', 'me', 0, ?, '')", (ref, 0 if "snooze" in kinds else START),
            )  # fmt: skip
        if "draft" in kinds:
            c.execute(
                "INSERT INTO draft (ref, mode, body, low_water, updated) VALUES (?, 'reply', 'x', '', 0)",
                (ref,),
            )
        if ticket["seen"]:
            c.execute("INSERT INTO seen (ref, at) VALUES (?, ?)", (ref, ticket["seen"]))


def renew(session: Session, tickets: list[dict[str, Any]]) -> None:
    """Put these tickets in place of all others."""
    with session.db.write("local") as c:
        _put_aside(c, tickets)
        _rate(c, tickets)
    with session.db.write("mirror") as c:
        for name in (
            "ticket",
            "message",
            "customer",
            "address",
            "agent",
            "grp",
            "organization",
            "customer_fts",
        ):
            c.execute(f"DELETE FROM {name}")
        _fill(c, tickets)
