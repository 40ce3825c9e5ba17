"""The real conversations of ../shared/corpus as pages and threads of a desk, read in place."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from store.database import Database
from store.events import record
from store.people import store_people, store_schema
from store.remotes import Address, DeskSchema, MessageDoc, NamedDoc, Page, PersonDoc, Thread, TicketDoc
from store.threads import events_of, store_thread
from store.tickets import store_page

DESK = "corpus"


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def micros(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1_000_000)


def load_corpus(database: Database, folder: Path, limit: int = 10_000) -> int:
    """Put the conversations into the mirror; returns how many tickets that made."""
    people = {c["id"]: _person(c) for c in read_lines(folder / "customers.jsonl.gz")}
    tickets = [t for _, t in zip(range(limit), read_lines(folder / "tickets.jsonl.gz"), strict=False)]
    queues = sorted({t["queue"] or "none" for t in tickets})
    groups = tuple(NamedDoc(f"g{n}", q) for n, q in enumerate(queues))
    agents = tuple(PersonDoc(f"a{n}", f"Agent {n}", "agent") for n in range(8))
    with database.write("mirror") as connection:
        store_schema(connection, DESK, DeskSchema(agents, groups), "a0")
    for start in range(0, len(tickets), 500):
        _store(database, tickets[start : start + 500], people, {g.name: g.id for g in groups})
    return len(tickets)


def _store(
    database: Database, part: list[dict[str, Any]], people: dict[str, PersonDoc], groups: dict[str, str]
) -> None:
    docs = [_ticket(t, groups) for t in part]
    threads = [_thread(t) for t in part]
    wanted = tuple(people[t["customer_id"]] for t in part if t["customer_id"] in people)
    with database.write("mirror") as connection:
        store_people(connection, DESK, wanted)
        store_page(connection, DESK, Page(tuple(docs)))
    events = database.read(lambda r: [e for t in threads for e in events_of(r, DESK, t)])
    with database.write("local") as connection:
        record(connection, events, database.now())
    with database.write("mirror") as connection:
        for doc, thread in zip(docs, threads, strict=True):
            store_thread(connection, DESK, thread, doc.version)


def _person(line: dict[str, Any]) -> PersonDoc:
    given = [Address("email", line["email"])] if line.get("email") else []
    given += [Address("phone", line["phone"])] if line.get("phone") else []
    return PersonDoc(line["id"], line.get("name") or line["id"], "customer", tuple(given))


def _ticket(line: dict[str, Any], groups: dict[str, str]) -> TicketDoc:
    updated = micros(line["updated_at"])
    status = {"on-hold": "hold"}.get(line["status"], line["status"])
    number = sum(line["id"].encode())
    return TicketDoc(
        id=line["id"],
        subject=line["subject"],
        status=status if status in ("new", "open", "pending", "hold", "solved", "closed") else "open",  # type: ignore[arg-type]
        status_raw=line["status"],
        priority=line["priority"] if line["priority"] in ("low", "normal", "high", "urgent") else "none",
        priority_raw=str(line["priority"]),
        channel="social" if line["channel"] == "social" else "chat",
        requester_id=line["customer_id"],
        assignee_id=f"a{number % 8}" if number % 4 else None,
        group_id=groups[line["queue"] or "none"],
        organization_id=None,
        created=micros(line["created_at"]),
        updated=updated,
        version=updated,
        token=str(updated),
        tags=(line["source"],),
    )


def _thread(line: dict[str, Any]) -> Thread:
    made = [
        MessageDoc(
            id=f"{line['id']}-{n}",
            ticket_id=line["id"],
            public=True,
            author_id=line["customer_id"] if m["role"] == "customer" else f"a{n % 8}",
            created=micros(m["at"]),
            text=m["body"],
            channel="chat",
        )
        for n, m in enumerate(line["messages"])
    ]
    return Thread(line["id"], tuple(made))
