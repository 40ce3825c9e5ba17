"""What a user would script today: zenpy's objects from the same desk, and the same rows in raw upserts.

Tickets, the people and organizations that come with them, and the full-text indexes: as many rows as our path writes,
without its cleaning of hostile text. A plain script asks a ticket for its requester, as zenpy's introduction does, and zenpy
fetches whom it has not met; whoever knows it well has people come with the tickets, and zenpy finds them in its cache.
"""

from __future__ import annotations

import gc
import importlib
import json
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from console.demo.setup import DemoDesk
from store.database import open_writer
from store.schema import migrate

BATCH = 1_000
WARM, ALL = 100, 1_000_000_000
INCLUDE = ["users", "groups", "organizations"]
NAMED = ("desk", "remote_id", "name")
TABLES = {
    "ticket": (
        "ref", "desk", "remote_id", "subject", "status", "status_raw", "priority", "priority_raw", "channel", "requester_id",
        "assignee_id", "group_id", "organization_id", "tags", "fields", "created", "updated", "version", "token", "presence",
        "merged_into", "sla_due", "url", "waiting_since", "messages", "low_water", "thread_version",
    ),
    "customer": ("id", *NAMED, "organization_id", "time_zone", "locale", "notes"),
    "address": ("customer_id", "kind", "value"),
    "customer_fts": ("rowid", "names"),
    "agent": ("id", *NAMED, "email", "active", "is_me"),
    "organization": ("id", *NAMED),
    "grp": ("id", *NAMED),
}  # fmt: skip
INDEX = "INSERT INTO ticket_fts (rowid, subject) SELECT id, subject FROM ticket WHERE id > ?"
Rows = dict[str, list[tuple[object, ...]]]


class Took(NamedTuple):
    """Seconds of this process's CPU, and seconds on the clock."""

    cpu: float
    wall: float


def by_zenpy(folder: Path, url: str, made: DemoDesk, *, plain: bool = False) -> Took | None:
    """What all tickets of the desk take, after some to warm up; None where zenpy is not installed."""
    try:
        zenpy, requests = importlib.import_module("zenpy"), importlib.import_module("requests")
    except ImportError:
        print("SKIPPED FOR WANT OF A PEER: zenpy is not installed, so nothing is compared with it")
        return None
    session = requests.Session()
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, _to_loopback(requests, url))
    with_them: dict[str, object] = {} if plain else {"include": INCLUDE}

    def pull(most: int) -> Took:
        client = zenpy.Zenpy(
            subdomain="demo", email=made.admin_email, token=made.admin_token, session=session
        )
        found = client.tickets.incremental(start_time=0, paginate_by_time=False, **with_them)
        return _pull(folder, islice(found, most))

    pull(WARM)
    return pull(ALL)


def _to_loopback(requests: Any, url: str) -> Any:
    """zenpy knows https://demo.zendesk.com only; this leads it to the demo desk."""

    class Loopback(requests.adapters.HTTPAdapter):  # type: ignore[name-defined,misc]
        def send(self, request: Any, **options: Any) -> Any:
            path = request.url.split("/", 3)[3]
            request.url = f"{url}/{path}"
            response = super().send(request, **options)
            request.url = f"https://demo.zendesk.com/{path}"  # it looks at the address to know what came
            return response

    return Loopback()


def _pull(folder: Path, tickets: Iterator[Any]) -> Took:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        path = Path(name) / "mirror.db"
        migrate(path, "mirror")
        connection = open_writer(path, "mirror")
        gc.collect()
        start, began = time.process_time(), time.perf_counter()
        rows: Rows = {table: [] for table in TABLES}
        seen: set[int] = {0}
        for ticket in tickets:
            rows["ticket"].append(_row(ticket))
            _people(ticket, rows, seen)
            if len(rows["ticket"]) == BATCH:
                _write(connection, rows)
        _write(connection, rows)
        took = Took(time.process_time() - start, time.perf_counter() - began)
        connection.close()
    return took


def _sql(table: str) -> str:
    columns = TABLES[table]
    insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    if table in {"address", "customer_fts"}:
        return insert
    return f"{insert} ON CONFLICT (desk, remote_id) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in columns)}"


def _write(connection: Any, rows: Rows) -> None:
    connection.execute("BEGIN IMMEDIATE")
    newest = connection.execute("SELECT coalesce(max(id), 0) FROM ticket").fetchone()
    for table, found in rows.items():
        connection.executemany(_sql(table), found)
        found.clear()
    connection.execute(INDEX, newest)
    connection.execute("COMMIT")


def _people(ticket: Any, rows: Rows, seen: set[int]) -> None:
    """The rows of those whom a ticket names and who have not come before."""
    if ticket.requester_id not in seen:
        _customer(ticket.requester, rows)
    if (ticket.assignee_id or 0) not in seen:
        who = ticket.assignee
        rows["agent"].append((who.id, "demo", str(who.id), who.name, who.email or "", int(who.active), 0))
    for table, number in (("organization", ticket.organization_id), ("grp", ticket.group_id)):
        if (number or 0) not in seen:
            named = ticket.organization if table == "organization" else ticket.group
            rows[table].append((named.id, "demo", str(named.id), named.name))
    seen.update(
        (ticket.requester_id, ticket.assignee_id or 0, ticket.organization_id or 0, ticket.group_id or 0)
    )


def _customer(who: Any, rows: Rows) -> None:
    rows["customer"].append(
        (
            who.id,
            "demo",
            str(who.id),
            who.name,
            who.organization_id or 0,
            who.time_zone,
            who.locale,
            who.notes or "",
        )
    )
    reached = [(kind, value) for kind, value in (("email", who.email), ("phone", who.phone)) if value]
    rows["address"] += [(who.id, kind, value) for kind, value in reached]
    rows["customer_fts"].append((who.id, " ".join([who.name, *(v for _, v in reached), who.notes or ""])))


def _row(ticket: Any) -> tuple[object, ...]:
    fields = {str(f["id"]): f["value"] for f in ticket.custom_fields if f["value"] is not None}
    return (
        f"demo/{ticket.id}", "demo", str(ticket.id), ticket.subject or "", ticket.status, ticket.status,
        ticket.priority or "none", ticket.priority or "", ticket.via.channel, ticket.requester_id,
        ticket.assignee_id or 0, ticket.group_id or 0, ticket.organization_id or 0, " ".join(ticket.tags),
        json.dumps(fields), _micros(ticket.created_at), _micros(ticket.updated_at), ticket.generated_timestamp,
        ticket.updated_at, "present", "", 0, ticket.url, 0, 0, "", 0,
    )  # fmt: skip


def _micros(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000
