"""The ids of a queue and the counts of the views, against a plain sort and a plain count in Python."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
import store_schemas
from support.clock import Clock

from console import changes, headings, triage, views
from console.query import parse
from console.session import Session
from store import counts, queue, read
from store.database import Database, ReadStoppedError
from store.group_names import groups_of
from store.home import Home
from store.orders import ORDERS
from store.rows import TicketRow

TICKETS = 400
RANK = {"urgent": 0, "high": 1, "normal": 2, "low": 3}
QUERIES = (
    "", "status:live", "status:closed", "status:new,pending", "assignee:me", "is:unassigned status:open", "is:waiting",
    "is:sla", "is:unseen", "-is:unseen", "tag:vip", "-tag:vip status:live", "is:pending", "is:draft", "parcel", "-parcel",
    "ref:7", "status:open,closed", "-status:open", "presence:spam", "presence:spam is:live", "waiting>1h", "customer:ana",
)  # fmt: skip


@pytest.fixture
def session(home: Home, clock: Clock) -> Iterator[Session]:
    home.config.write_text('[desks.acme]\nprovider = "demo"\n', encoding="utf-8")
    home.config.chmod(0o600)
    made = Session.open(home, clock)
    dice = random.Random(1)
    now = clock()
    with made.db.write("mirror") as c:
        c.execute(
            "INSERT INTO agent (id, desk, remote_id, name, email, active, is_me) VALUES (1, 'acme', 'a1', 'Ana', '', 1, 1)"
        )
        c.execute(
            "INSERT INTO customer (id, desk, remote_id, name, organization_id, time_zone, locale, notes) VALUES (1, 'acme', 'c1', 'Ana', 0, '', '', '')"
        )
        c.execute("INSERT INTO customer_fts (rowid, names) VALUES (1, 'Ana')")
        c.executemany(_insert(), [_ticket(n, dice, now) for n in range(1, TICKETS + 1)])
        c.execute("INSERT INTO ticket_fts (ticket_fts) VALUES ('rebuild')")
    with made.db.write("local") as c:
        c.execute("INSERT INTO meta (key, value) VALUES ('baseline', ?)", (str(now - 5_000_000_000),))
        c.executemany(
            "INSERT INTO seen (ref, at) VALUES (?, ?)", [(f"acme/{n}", now) for n in range(1, TICKETS, 9)]
        )
    yield made
    made.close()


COLUMNS = (
    "id", "ref", "desk", "remote_id", "subject", "status", "priority", "requester_id", "assignee_id", "tags", "created",
    "updated", "presence", "sla_due", "waiting_since",
)  # fmt: skip
EMPTY = {
    "status_raw": "", "priority_raw": "", "channel": "email", "group_id": 0, "organization_id": 0, "fields": "{}", "version": 1,
    "token": "", "merged_into": "", "url": "", "messages": 0, "low_water": "", "thread_version": 1,
}  # fmt: skip


def _insert() -> str:
    values = ", ".join([*"?" * len(COLUMNS), *(repr(value) for value in EMPTY.values())])
    return f"INSERT INTO ticket ({', '.join([*COLUMNS, *EMPTY])}) VALUES ({values})"


def _ticket(n: int, dice: random.Random, now: int) -> tuple[object, ...]:
    return (
        n, f"acme/{n}", "acme", str(n), dice.choice(("Parcel late", "parcel", "Ärger", "eBill", "Zu spät", "日本")),
        dice.choice(("new", "open", "pending", "hold", "solved", "closed")),
        dice.choice(("none", "low", "normal", "high", "urgent")), dice.choice((0, 1)), dice.choice((0, 1, 2)),
        dice.choice(("", " vip ", " late vip ")), now - dice.randrange(50) * 100_000_000,
        now - dice.randrange(90) * 100_000_000, dice.choice(("present",) * 9 + ("spam",)),
        dice.choice((0, now - dice.randrange(9))), dice.choice((0, now - dice.randrange(90) * 100_000_000)),
    )  # fmt: skip


def _sorted(session: Session, ids: Any, sort: str) -> list[int]:
    """The same tickets, sorted in Python from the values that the store shows."""
    marks = ",".join("?" * len(ids))

    def look(reader: sqlite3.Connection) -> list[dict[str, Any]]:
        columns = "id, updated, created, sla_due, waiting_since, priority, subject, status"
        found = reader.execute(
            f"SELECT {columns} FROM ticket WHERE id IN ({marks}) AND id NOT IN (SELECT id FROM temp.overlay)"
            f" UNION ALL SELECT {columns} FROM temp.overlay WHERE id IN ({marks})",
            [*ids, *ids],
        )
        return [dict(zip(columns.split(", "), row, strict=True)) for row in found]

    keys: dict[str, Any] = {
        "updated": lambda t: (-t["updated"], -t["id"]),
        "created": lambda t: (-t["created"], -t["id"]),
        "oldest": lambda t: (t["updated"], t["id"]),
        "sla": lambda t: (t["sla_due"] == 0, t["sla_due"], t["id"]),
        # Who wrote last on an ended ticket waits for nothing: those stand behind all others.
        "waiting": lambda t: (
            t["status"] in ("solved", "closed"),
            t["waiting_since"] == 0,
            t["waiting_since"],
            t["id"],
        ),
        "priority": lambda t: (RANK.get(t["priority"], 4), -t["updated"], -t["id"]),
        "subject": lambda t: (t["subject"].encode().lower(), t["id"]),
    }
    return [t["id"] for t in sorted(session.db.read(look), key=keys[sort])]


def _change_some(session: Session, some: int) -> None:
    refs = [f"acme/{n}" for n in range(5, 5 + some)]
    for words in (["subject=AAA first"], ["priority=urgent"], ["status=open"], ["+vip"]):
        changes.apply(session, changes.plan_refs(session, refs, changes.parse(words)), check=False)


@pytest.mark.parametrize("some", [0, 12, 250], ids=["none open", "a few changed", "very many changed"])
def test_every_order_of_every_query_and_its_count(session: Session, some: int) -> None:
    if some:
        _change_some(session, some)
    for query in QUERIES:
        wanted = parse(query, session.now())
        for sort in ORDERS:
            ids = triage.queue_ids(session, query, sort)
            assert list(ids) == _sorted(session, ids, sort), (query, sort)
            assert len(set(ids)) == len(ids)
            assert list(triage.queue_ids(session, query, sort, 7)) == list(ids[:7]), (query, sort)
        assert session.db.read(lambda r, w=wanted: counts.count(r, w)) == len(ids), query  # type: ignore[misc]  # a default binds the loop variable


CHANNELS = ("email", "web", "chat", "sms", "other")
NAMED: dict[str, Callable[[TicketRow], str]] = {
    "status": lambda row: row.status,
    "priority": lambda row: row.priority,
    "assignee": lambda row: row.assignee,
    "group": lambda row: row.group,
    "requester": lambda row: row.requester,
    "channel": lambda row: row.channel,
}


def _put_together(session: Session) -> None:
    """Give the tickets groups, organizations and channels of many names, one of them empty, and one of nobody known."""
    with session.db.write("mirror") as c:
        for number, name in enumerate(("Éclair", "日本", "Support", ""), 1):
            c.execute(
                "INSERT INTO grp (id, desk, remote_id, name) VALUES (?, 'acme', ?, ?)", (number, number, name)
            )
            c.execute(
                "INSERT INTO organization (id, desk, remote_id, name) VALUES (?, 'acme', ?, ?)",
                (number, number, name),
            )
        c.execute("UPDATE ticket SET group_id = id % 6, organization_id = id % 4, assignee_id = id % 3")
        for number, channel in enumerate(CHANNELS):
            c.execute("UPDATE ticket SET channel = ? WHERE id % ? = ?", (channel, len(CHANNELS), number))


@pytest.mark.parametrize("some", [0, 12, 250], ids=["none open", "a few changed", "very many changed"])
def test_the_groups_of_every_query_have_the_tickets_that_they_name(session: Session, some: int) -> None:
    _put_together(session)
    if some:
        _change_some(session, some)
    for query in QUERIES:
        for by, told in NAMED.items():
            for most in (0, 7):
                sort = f"{by}/oldest"
                ids, groups = triage.grouped(session, query, sort, most)
                assert groups is not None
                assert ids == triage.queue_ids(session, query, sort, most)
                rows = triage.rows(session, ids)
                assert [groups.name(groups.at(n)) for n in range(len(ids))] == [told(row) for row in rows]
                assert sum(groups.count(g) for g in range(len(groups))) == len(ids)
                assert len(set(groups.values)) == len(groups), (query, by)


def test_organizations_are_named_and_groups_of_several_desks_say_whose_they_are(session: Session) -> None:
    _put_together(session)
    _, groups = triage.grouped(session, "", "org/updated")
    assert groups is not None
    assert [groups.name(g) for g in range(len(groups))] == ["", "Éclair", "Support", "日本"]
    assert [headings.name(groups, g) for g in range(4)] == ["no organization", "Éclair", "Support", "日本"]
    with session.db.write("mirror") as c:
        c.execute("INSERT INTO grp (id, desk, remote_id, name) VALUES (9, 'other', 'g', 'Support')")
        c.execute("UPDATE ticket SET desk = 'other', group_id = 9 WHERE id = 1")
    _, groups = triage.grouped(session, "", "group/updated")
    assert groups is not None
    assert [headings.name(groups, g) for g in range(len(groups))] == [
        "no group", "Éclair (acme)", "Support (acme)", "Support (other)", "日本 (acme)", "no name", "no name",
    ]  # fmt: skip


NAMES = (
    "Zoë",
    "anna",
    "Eva",
    "Émile",
    "ERIK",
    "Åke",
    "łukasz",
    "Anna",
    "Äneas",
    "Øystein",
    "zoe",
    "",
    "Olaf",
    "Lydia",
)
SORTED = [
    "", "Åke", "Äneas", "Anna", "anna", "Émile", "ERIK", "Eva", "łukasz", "Lydia", "Olaf", "Øystein", "zoe", "Zoë", "",
]  # fmt: skip


@pytest.mark.parametrize("some", [0, 12, 250], ids=["none open", "a few changed", "very many changed"])
@pytest.mark.parametrize(
    ("by", "table", "column"),
    [
        ("assignee", "agent", "assignee_id"),
        ("group", "grp", "group_id"),
        ("org", "organization", "organization_id"),
        ("requester", "customer", "requester_id"),
    ],
)
def test_groups_stand_by_their_names_as_people_sort_them(
    session: Session, by: str, table: str, column: str, some: int
) -> None:
    with session.db.write("mirror") as c:
        c.execute(f"DELETE FROM {table}")
        columns = {
            "agent": (", email, active, is_me", ", '', 1, 0"),
            "customer": (", organization_id, time_zone, locale, notes", ", 0, '', '', ''"),
        }
        more = columns.get(table, ("", ""))
        for number, name in enumerate(NAMES, 1):
            c.execute(
                f"INSERT INTO {table} (id, desk, remote_id, name{more[0]}) VALUES (?, 'acme', ?, ?{more[1]})",
                (number, f"n{number}", name),
            )
        c.execute(f"UPDATE ticket SET {column} = id % {len(NAMES) + 2}")  # nobody, and one that is not known
    if some:
        _change_some(session, some)
    for within in ("updated", "subject"):
        ids, groups = triage.grouped(session, "", f"{by}/{within}")
        assert groups is not None
        assert [groups.name(g) for g in range(len(groups))] == [*SORTED, ""]
        assert groups.values[0] == 0
        assert len(set(groups.values)) == len(groups)
        place = {number: at for at, number in enumerate(triage.queue_ids(session, "", within))}
        for group, first in enumerate(groups.firsts):
            told = [place[number] for number in ids[first : groups.end(group)]]
            assert told == sorted(told)
        for most in (1, 40, 150):
            few, part = triage.grouped(session, "", f"{by}/{within}", most)
            assert few == ids[:most]
            assert part is not None
            assert part.values == groups.values[: len(part)]


def test_requesters_of_a_long_queue_stand_as_they_came_and_its_first_tickets_are_the_same(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with session.db.write("mirror") as c:
        for number, name in enumerate(("Cid", "Bo", "Anna"), 2):
            c.execute(
                "INSERT INTO customer (id, desk, remote_id, name, organization_id, time_zone, locale, notes)"
                " VALUES (?, 'acme', ?, ?, 0, '', '', '')",
                (number, f"c{number}", name),
            )
        c.execute("UPDATE ticket SET requester_id = id % 5")
    total = triage.count(session, "")
    for few in (total, total - 1):
        monkeypatch.setattr(queue, "FEW", few)
        ids, groups = triage.grouped(session, "", "requester/updated")
        assert groups is not None
        by_name = sorted(groups.name(g).lower() for g in range(len(groups)))
        assert ([groups.name(g).lower() for g in range(len(groups))] == by_name) is (few == total)
        for most in (1, total - 1, total, total + 1):
            part, first = triage.grouped(session, "", "requester/updated", most)
            assert part == ids[:most]
            assert first is not None
            assert [first.name(first.at(n)) for n in range(len(part))] == [
                groups.name(groups.at(n)) for n in range(len(part))
            ]


def test_a_new_name_takes_its_group_elsewhere(session: Session) -> None:
    _put_together(session)
    triage.grouped(session, "", "group/updated")
    with session.db.write("mirror") as c:
        c.execute("UPDATE grp SET name = 'Aftercare' WHERE name = 'Support'")
    _, groups = triage.grouped(session, "", "group/updated")
    assert groups is not None
    assert [groups.name(g) for g in range(3)] == ["", "Aftercare", "Éclair"]


def test_the_names_of_more_groups_than_are_looked_up_at_once(session: Session) -> None:
    values = array("I", [*range(2, 50_002), 1, 1])
    groups = session.db.read(lambda r: groups_of(r, "requester", values))
    assert (len(groups), groups.name(50_000), groups.name(49_999), groups.count(50_000)) == (
        50_001,
        "Ana",
        "",
        2,
    )


def test_an_order_without_groups_has_none(session: Session) -> None:
    ids, groups = triage.grouped(session, "status:live", "updated")
    assert groups is None
    assert ids == triage.queue_ids(session, "status:live")
    assert triage.grouped(session, "sort:sla", "status/updated")[1] is None
    _, empty = triage.grouped(session, "ref:99999", "status/updated")
    assert empty is not None
    assert len(empty) == 0


def test_counts_follow_the_mirror_the_outbox_and_what_was_seen(session: Session) -> None:
    def both() -> tuple[dict[str, int], dict[str, int]]:
        found = views.view_counts(session)
        return found, {v.name: len(triage.queue_ids(session, v.query)) for v in views.views(session)}

    assert both()[0] == both()[1]
    with session.db.write("mirror") as c:
        c.execute("UPDATE ticket SET status = 'new' WHERE id % 3 = 0")
    assert both()[0] == both()[1]
    _change_some(session, 30)
    assert both()[0] == both()[1]
    for query, unseen in (("is:unseen", 1), ("-is:unseen", 0)):
        assert {row.unseen for row in triage.rows(session, triage.queue_ids(session, query))} == {unseen}
    before = both()[0]["Unseen"]
    read.mark_seen(
        session.db, triage.rows(session, triage.queue_ids(session, "is:unseen")[:1])[0].ref, session.now()
    )
    found, told = both()
    assert found == told
    assert found["Unseen"] == before - 1


def test_a_stopped_query_ends_at_once_and_the_next_is_answered(session: Session) -> None:
    """A query that would run for minutes is stopped from another thread."""
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT max(i) FROM n"
    database: Database = session.db
    told: list[Exception] = []
    begun = threading.Event()

    def work() -> None:
        def look(reader: sqlite3.Connection) -> object:
            begun.set()
            return reader.execute(endless).fetchone()

        try:
            database.read(look)
        except ReadStoppedError as error:
            told.append(error)
        assert triage.count(session, "") > 0

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(10)
    end = time.monotonic() + 20
    while not told and time.monotonic() < end:
        database.stop(thread.ident or 0)
        time.sleep(0.01)
    thread.join(10)
    assert not thread.is_alive()
    assert len(told) == 1
    database.stop(threading.get_ident())  # nothing is at work here: all is well
    assert triage.count(session, "") > 0


def test_a_mirror_of_the_schema_before_gets_its_indexes_and_keeps_its_rows(home: Home, clock: Clock) -> None:
    store_schemas.load("mirror-2", home.mirror_db)
    with closing(sqlite3.connect(home.mirror_db)) as c, c:
        c.execute("INSERT INTO meta VALUES ('epoch', 'before')")
        c.execute(_insert(), _ticket(1, random.Random(1), clock()))
    session = Session.open(home, clock)
    assert list(triage.queue_ids(session, "")) == [1]
    assert session.db.read(lambda r: r.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()) == (
        "before",
    )
    assert not list(home.root.glob("mirror.db*.old"))
    session.close()
