"""What a user would script today: zenpy's objects from the same desk, and their fields in a raw upsert."""

from __future__ import annotations

import importlib
import tempfile
import time
from pathlib import Path
from typing import Any

from console.demo.setup import DemoDesk
from store.database import open_writer
from store.schema import migrate

BATCH = 1_000
EMPTY = {  # the rest of a row, which such a script would leave out
    "status_raw": "", "priority_raw": "", "fields": "{}", "version": 0, "token": "", "presence": "present", "merged_into": "",
    "sla_due": 0, "url": "", "waiting_since": 0, "messages": 0, "low_water": "", "thread_version": 0,
}  # fmt: skip
COLUMNS = (
    "ref", "desk", "remote_id", "subject", "status", "priority", "channel", "requester_id", "assignee_id", "group_id",
    "organization_id", "tags", "created", "updated", *EMPTY,
)  # fmt: skip


def by_zenpy(folder: Path, url: str, made: DemoDesk) -> float | None:
    """CPU seconds for all tickets of the desk, after a page to warm up; None where zenpy is not installed."""
    try:
        zenpy, requests = importlib.import_module("zenpy"), importlib.import_module("requests")
    except ImportError:
        print("SKIPPED FOR WANT OF A PEER: zenpy is not installed, so nothing is compared with it")
        return None
    session = requests.Session()
    session.trust_env = False
    for scheme in ("https://", "http://"):
        session.mount(scheme, _to_loopback(requests, url))
    client = zenpy.Zenpy(
        subdomain="demo", email=made.admin_email, token=made.admin_token, session=session, disable_cache=True
    )
    _pull(folder, client, BATCH)
    return _pull(folder, client)


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


def _pull(folder: Path, client: Any, most: int = 1_000_000_000) -> float:
    sql = (
        f"INSERT INTO ticket ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
        f" ON CONFLICT (desk, remote_id) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in COLUMNS)}"
    )
    with tempfile.TemporaryDirectory(dir=folder) as name:
        path = Path(name) / "mirror.db"
        migrate(path, "mirror")
        connection = open_writer(path, "mirror")
        start = time.process_time()
        rows: list[tuple[object, ...]] = []
        for count, ticket in enumerate(client.tickets.incremental(start_time=0, paginate_by_time=False), 1):
            rows.append(_row(ticket))
            if len(rows) == BATCH:
                _write(connection, sql, rows)
            if count == most:
                break
        _write(connection, sql, rows)
        took = time.process_time() - start
        connection.close()
    return took


def _write(connection: Any, sql: str, rows: list[tuple[object, ...]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(sql, rows)
    connection.execute("COMMIT")
    rows.clear()


def _row(ticket: Any) -> tuple[object, ...]:
    return (
        f"demo/{ticket.id}", "demo", str(ticket.id), ticket.subject or "", ticket.status, ticket.priority or "none",
        ticket.via.channel, ticket.requester_id, ticket.assignee_id or 0, ticket.group_id or 0,
        ticket.organization_id or 0, " ".join(ticket.tags), ticket.created_at, ticket.updated_at,
        *EMPTY.values(),
    )  # fmt: skip
