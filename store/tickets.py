"""Tickets as a page of the feed brings them; late pages never roll a ticket back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from store import pairs
from store.away import forbid, welcome
from store.known import Known
from store.people import store_named, store_people
from store.remotes import Absent, Page, TicketDoc
from store.text import LINE_LIMIT, clean_line
from store.upsert import insert_rows, last_row, upsert_rows
from store.young import no_collection

Row = tuple[object, ...]
COLUMNS = (
    "ref", "desk", "remote_id", "subject", "status", "status_raw", "priority", "priority_raw", "channel", "requester_id",
    "assignee_id", "group_id", "organization_id", "tags", "fields", "created", "updated", "version", "token", "presence",
    "merged_into", "sla_due", "url", "copied",
)  # fmt: skip
REMOTE_ID, SUBJECT, REQUESTER = (COLUMNS.index(name) for name in ("remote_id", "subject", "requester_id"))
_AS_JSON = msgspec.json.Encoder(order="sorted")
NO_THREAD_YET = ("waiting_since", "messages", "low_water", "thread_version")


class Stored(NamedTuple):
    """What is kept of a ticket so far: its row, its subject, and the row of its requester."""

    id: int
    subject: str
    requester: int


class Numbers(NamedTuple):
    """The row numbers of those whom tickets name, by the desk's ids; nobody's is 0."""

    customers: Mapping[str, int]
    agents: Mapping[str, int]
    groups: Mapping[str, int]
    organizations: Mapping[str, int]


def ref_of(desk: str, remote_id: str) -> str:
    """How people, scripts and local.db name a ticket."""
    return f"{desk}/{remote_id}"


def remote_id_of(ref: str) -> str:
    """The desk's own id in a ref."""
    return ref.split("/", 1)[1]


def store_page(connection: sqlite3.Connection, desk: str, page: Page, known: Known | None = None) -> int:
    """Keep one page of the feed, people first, so that tickets find their names; returns how many tickets it changed."""
    known = known or Known()
    with no_collection():
        store_people(connection, desk, page.people, known)
        store_named(connection, "organization", desk, page.organizations, known)
        store_named(connection, "grp", desk, page.groups, known)
        return store_tickets(connection, desk, page.tickets, known)


def store_tickets(
    connection: sqlite3.Connection, desk: str, docs: Sequence[TicketDoc], known: Known | None = None
) -> int:
    """Keep tickets, their tags and channels, and the full-text index of their subjects.

    Returns how many were new or changed; one that is stored just so already, or newer, is not counted.
    """
    if not docs:
        return 0
    known = known or Known()
    numbers = Numbers(
        known.numbers(connection, "customer", desk, {d.requester_id for d in docs}),
        known.numbers(connection, "agent", desk, {d.assignee_id for d in docs}),
        known.numbers(connection, "grp", desk, {d.group_id for d in docs}),
        known.numbers(connection, "organization", desk, {d.organization_id for d in docs}),
    )
    tags = {each: _tags(each) for each in {d.tags for d in docs}}
    rows = _rows(desk, docs, numbers, tags)
    newest = last_row(connection, "ticket")
    stored = _stored(connection, desk, [d.id for d in docs])
    new = {row[REMOTE_ID]: row for row in reversed(rows) if row[REMOTE_ID] not in stored}
    rest = [row for row in rows if new.get(row[REMOTE_ID]) is not row]
    renamed = _forget_subjects(connection, stored, rest)
    insert_rows(connection, "ticket", COLUMNS + NO_THREAD_YET, [*reversed(new.values())])
    changed = upsert_rows(connection, "ticket", COLUMNS, rest, unless_older="version", at_first=NO_THREAD_YET)
    _follow_requesters(connection, stored, rest)
    _index_subjects(connection, renamed, newest)
    _index_pairs(connection, desk, rows, renamed, newest)
    _store_tags(connection, desk, tags.values(), known)
    _store_channels(connection, desk, docs)
    welcome(connection, desk, (d.id for d in docs if d.presence == "present"))
    return len(new) + changed


def _rows(
    desk: str, docs: Sequence[TicketDoc], numbers: Numbers, tags: Mapping[tuple[str, ...], str]
) -> list[Row]:
    """The values of COLUMNS, then those of NO_THREAD_YET, for each ticket."""
    customer, agent = numbers.customers.get, numbers.agents.get
    group, organization = numbers.groups.get, numbers.organizations.get
    lines = Lines()
    return [
        (
            f"{desk}/{doc.id}",
            desk,
            doc.id,
            clean_line(doc.subject),
            doc.status,
            lines[doc.status_raw],
            doc.priority,
            lines[doc.priority_raw],
            doc.channel,
            customer(doc.requester_id or "", 0),
            agent(doc.assignee_id or "", 0),
            group(doc.group_id or "", 0),
            organization(doc.organization_id or "", 0),
            tags[doc.tags],
            _fields(doc.fields, lines) if doc.fields else "{}",
            doc.created,
            doc.updated,
            doc.version,
            doc.token,
            doc.presence,
            doc.merged_into or "",
            doc.sla_due or 0,
            clean_line(doc.url),
            _AS_JSON.encode([clean_line(each) for each in doc.copied]).decode() if doc.copied else "",
            0,
            0,
            "",
            0,
        )
        for doc in docs
    ]


class Lines(dict[str, str]):
    """Lines as they came and cleaned: of the custom fields of a page most say what others have said before."""

    def __missing__(self, text: str) -> str:
        """Clean a line that has not come yet."""
        made = self[text] = clean_line(text)
        return made


def _fields(fields: Mapping[str, str], lines: Lines) -> str:
    """Custom fields as JSON, in the order of their keys."""
    try:
        made = _AS_JSON.encode(fields)
    except UnicodeEncodeError:  # half a surrogate pair, which cleaning takes out
        made = b"\\"
    if _is_clean(made):  # as most are, which is seen sooner of all at once than of one after the other
        return made.decode()
    return _AS_JSON.encode({lines[k]: lines[v] for k, v in fields.items()}).decode()


def _is_clean(made: bytes) -> bool:
    """Whether `clean_line` would leave every text in this JSON as it is: nothing had to be escaped, and no blank stands double or at an end."""
    if len(made) > LINE_LIMIT or not made.isascii() or b"\\" in made or b"\x7f" in made:
        return False
    return b" " not in made or not (b"  " in made or b'" ' in made or b' "' in made)


def _tags(tags: Iterable[str]) -> str:
    """Tags as one text with a blank before and after each."""
    words = sorted({tag_of(t) for t in tags} - {""})
    return f" {' '.join(words)} " if words else ""


def tag_of(text: str) -> str:
    """A tag as one word: blanks inside become underscores."""
    return clean_line(text).replace(" ", "_")


def _stored(connection: sqlite3.Connection, desk: str, ids: list[str]) -> dict[object, Stored]:
    """Those that are stored already, by the desk's id."""
    found = connection.execute(
        "SELECT t.remote_id, t.id, t.subject, t.requester_id FROM json_each(?2) each"
        " CROSS JOIN ticket t ON t.desk = ?1 AND t.remote_id = each.value",
        (desk, json.dumps(ids)),
    )
    return {remote_id: Stored(*rest) for remote_id, *rest in found}


def _follow_requesters(
    connection: sqlite3.Connection, stored: Mapping[object, Stored], rows: Iterable[Row]
) -> None:
    """The messages of a ticket that has another requester now stand in that person's story at once, read again or not."""
    moved = sorted(
        {
            stored[row[REMOTE_ID]].id
            for row in rows
            if row[REMOTE_ID] in stored and stored[row[REMOTE_ID]].requester != row[REQUESTER]
        }
    )
    connection.executemany(
        "UPDATE message SET customer_id = (SELECT requester_id FROM ticket WHERE id = ?1) WHERE ticket_id = ?1",
        [(number,) for number in moved],
    )


def _forget_subjects(
    connection: sqlite3.Connection, stored: Mapping[object, Stored], rows: Iterable[Row]
) -> list[int]:
    """Take the subjects that change out of the full-text index; returns the rows that have to be put in again."""
    known = [(stored[row[REMOTE_ID]], row[SUBJECT]) for row in rows if row[REMOTE_ID] in stored]
    renamed = sorted({old[:2] for old, subject in known if old.subject != subject})
    connection.executemany(
        "INSERT INTO ticket_fts (ticket_fts, rowid, subject) VALUES ('delete', ?, ?)", renamed
    )
    pairs.drop(connection, pairs.SUBJECTS, renamed)
    return [number for number, _ in renamed]


def _index_subjects(connection: sqlite3.Connection, renamed: Sequence[int], newest: int) -> None:
    """Put subjects into the full-text index as they are stored now, which is the old one where a page came late.

    Rows beyond `newest` have been made just now.
    """
    for numbers, values in (("id > ?", [(newest,)]), ("id = ?", [(number,) for number in renamed])):
        connection.executemany(
            f"INSERT INTO ticket_fts (rowid, subject) SELECT id, subject FROM ticket WHERE {numbers} ORDER BY id",
            values,
        )


def _index_pairs(
    connection: sqlite3.Connection, desk: str, rows: Iterable[Row], renamed: Sequence[int], newest: int
) -> None:
    """The same for the subjects that `store.pairs` takes; where a page has none, nothing is asked."""
    ours = [row[REMOTE_ID] for row in rows if pairs.taken(str(row[SUBJECT]))]
    if ours or renamed:
        found = connection.execute(
            "SELECT id, subject FROM ticket WHERE id IN (SELECT value FROM json_each(?)) UNION SELECT id, subject FROM ticket"
            " WHERE desk = ? AND remote_id IN (SELECT value FROM json_each(?)) AND id > ?",
            (json.dumps(renamed), desk, json.dumps(ours), newest),
        )
        pairs.put(connection, pairs.SUBJECTS, found.fetchall())


def _store_tags(connection: sqlite3.Connection, desk: str, tags: Iterable[str], known: Known) -> None:
    words = known.new_values("tag", (tag for each in tags for tag in each.split()))
    connection.executemany("INSERT OR IGNORE INTO tag (desk, name) VALUES (?, ?)", [(desk, t) for t in words])


def _store_channels(connection: sqlite3.Connection, desk: str, docs: Sequence[TicketDoc]) -> None:
    times: dict[str, list[TicketDoc]] = {}
    for doc in docs:
        times.setdefault(doc.channel, []).append(doc)
    connection.executemany(
        "INSERT INTO channel (desk, name, first_seen, last_seen) VALUES (?, ?, ?, ?) ON CONFLICT (desk, name) DO UPDATE"
        " SET first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)"
        " WHERE excluded.first_seen < first_seen OR excluded.last_seen > last_seen",
        [
            (desk, c, min([d.created for d in seen]), max([d.updated for d in seen]))
            for c, seen in times.items()
        ],
    )


def mark_absent(connection: sqlite3.Connection, desk: str, absent: Absent, now: int) -> None:
    """Keep the ticket and say why the desk no longer shows it; the words of one that we may not see fade (`store.away`)."""
    connection.execute(
        "UPDATE ticket SET presence = ?1, merged_into = ?2, thread_version = version WHERE desk = ?3 AND remote_id = ?4"
        " AND (presence <> ?1 OR merged_into <> ?2)",
        (absent.presence, absent.merged_into or "", desk, absent.id),
    )
    if absent.presence == "forbidden":
        forbid(connection, desk, absent.id, now)
