"""A real Request Tracker for tests: started once a session, spoken to as root, as an agent and as a customer.

HEARD_RT_DATA may name a data directory that start-rt has made; then that desk is used and, if it was running, left
running. Otherwise a new one is made in a temporary directory, and removed at the end.
"""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from store.remotes.rt import RtRemote

DESKS = Path(__file__).resolve().parents[3] / "shared" / "desks"
START_S = 900  # the first start on a new machine installs packages
RUNNING = pytest.StashKey["RtServer"]()


@dataclass
class RtServer:
    """The desk; `url` is its REST address."""

    url: str
    data: Path
    tokens: Mapping[str, str]
    client: httpx.Client
    customers: set[str] = field(default_factory=set)
    group: str = ""

    def call(self, method: str, path: str, who: str = "root", body: object = None, **query: Any) -> Any:
        """One request as an agent ("agent1") or as a customer ("ada@example.com"); the JSON of the answer."""
        known = self.tokens.get(who)
        headers = {"Authorization": f"token {known}"} if known else {}
        auth = None if known else httpx.BasicAuth(who, password(who))
        response = self.client.request(
            method, path, json=body, headers=headers, auth=auth, params=query or None
        )
        assert response.is_success, f"{method} {path} as {who}: {response.status_code} {response.text[:300]}"
        return response.json() if response.content else None

    def remote(self, who: str = "agent1", **options: Any) -> RtRemote:
        """An adapter with the credentials of `who`."""
        return RtRemote(self.url, self.tokens[who], **options)

    def customer(self, email: str, name: str = "") -> str:
        """Make an unprivileged user who may write to the queues of the agents; his address."""
        if email in self.customers:
            return email
        person = {
            "Name": email, "EmailAddress": email, "RealName": name, "Password": password(email), "Privileged": 0,
        }  # fmt: skip
        self.client.post("/user", json=person, headers={"Authorization": f"token {self.tokens['root']}"})
        if not self.group:
            only = json.dumps([{"field": "Name", "value": "Agents"}])
            self.group = str(self.call("GET", "/groups", query=only)["items"][0]["id"])
        self.call("PUT", f"/user/{email}/groups", body=[self.group])
        self.customers.add(email)
        return email

    def open_ticket(
        self, subject: str, text: str, email: str = "ada@example.com", queue: str = "Support", **more: object
    ) -> str:
        """A ticket that a customer opens; its number."""
        body = {
            "Queue": queue, "Subject": subject, "Content": text, "ContentType": "text/plain", "Requestor": email,
        }  # fmt: skip
        return str(self.call("POST", "/ticket", self.customer(email), {**body, **more})["id"])

    def writes(self, ticket: str, text: str, email: str = "ada@example.com") -> None:
        """A customer adds to a ticket."""
        self.call("POST", f"/ticket/{ticket}/correspond", email, plain(text))

    def mail(self, message: str) -> None:
        """A mail arrives at RT's gateway; its sender must be a customer made here."""
        form = {"SessionType": "REST", "queue": "Support", "action": "correspond", "message": message}
        gateway = self.url.removesuffix("/REST/2.0") + "/REST/1.0/NoAuth/mail-gateway"
        answer = self.client.post(gateway, data=form)
        assert answer.text.startswith("ok"), answer.text

    def newest(self) -> str:
        """The number of the ticket that was made last."""
        found = self.call("GET", "/tickets", query="id > 0", orderby="id", order="DESC", per_page=1)
        return str(found["items"][0]["id"])

    def newest_place(self, idle: int = 0) -> str:
        """A cursor behind all tickets, as a first pull by a user in UTC leaves it, `idle` seconds after the last change."""
        row = self.call(
            "GET", "/tickets", query="id > 0", per_page=1, fields="LastUpdated",
            orderby=["LastUpdated", "id"], order=["DESC", "DESC"],
        )["items"][0]  # fmt: skip
        root = {"Authorization": f"token {self.tokens['root']}"}
        entry = self.client.get(f"/ticket/{row['id']}", headers=root).headers["etag"].strip('"')
        at = int(datetime.fromisoformat(row["LastUpdated"]).timestamp())
        read = at + idle
        return f"{at}.{row['id']}.{read}.0.{entry}.{read}"

    def stamp(self, tickets: list[str], last_updated: str) -> None:
        """Give tickets the same LastUpdated, behind RT's back."""
        marks = ",".join("?" * len(tickets))
        self.sql(f"UPDATE Tickets SET LastUpdated = ? WHERE id IN ({marks})", last_updated, *tickets)

    def copies(self, ticket: str, count: int, last_updated: str) -> list[str]:
        """Many tickets like this one, made behind RT's back; their numbers."""
        names = [
            row[1] for row in self.sql("PRAGMA table_info(Tickets)") if row[1] not in {"id", "LastUpdated"}
        ]
        columns = ", ".join(names)
        first = self.sql("SELECT max(id) FROM Tickets")[0][0] + 1
        for _ in range(count):
            self.sql(
                f"INSERT INTO Tickets (LastUpdated, {columns}) SELECT ?, {columns} FROM Tickets WHERE id = ?",
                last_updated, ticket,
            )  # fmt: skip
        self.sql("UPDATE Tickets SET EffectiveId = id WHERE id >= ?", first)
        return [str(number) for (number,) in self.sql("SELECT id FROM Tickets WHERE id >= ?", first)]

    def field(self, name: str, most: int) -> None:
        """A freeform custom field of the tickets in all queues that holds `most` values, 0 for any number; made once."""
        if self.sql("SELECT 1 FROM CustomFields WHERE Name = ?", name):
            return
        made = {"Name": name, "Type": "Freeform", "MaxValues": most, "LookupType": "RT::Queue-RT::Ticket"}
        number = self.call("POST", "/customfield", body=made)["id"]
        self.sql(
            "INSERT INTO ObjectCustomFields (CustomField, ObjectId, SortOrder, Creator, LastUpdatedBy) VALUES (?, 0, 9, 1, 1)",
            number,
        )

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Look into RT's database, or change it."""
        with closing(sqlite3.connect(self.data / "rt.sqlite3", timeout=60)) as connection, connection:
            return connection.execute(statement, values).fetchall()


def plain(text: str) -> dict[str, str]:
    """A message as RT takes it."""
    return {"Content": text, "ContentType": "text/plain"}


def password(email: str) -> str:
    """A customer's password."""
    return f"not-a-secret-{email}"


def next_second() -> float:
    """How long to wait until the desk's clock shows another second."""
    return 1.02 - time.time() % 1


@pytest.fixture(scope="session")
def rt(request: pytest.FixtureRequest) -> RtServer:
    """The one desk of this session, whichever folder asks for it first."""
    stash = request.config.stash
    if RUNNING not in stash:
        stash[RUNNING] = start(request.config.add_cleanup)
    return stash[RUNNING]


def start(at_end: Callable[[Callable[[], None]], None]) -> RtServer:
    """Start the desk, or find it running; `at_end` keeps what has to be done when the session ends."""
    if not (DESKS / "start-rt").is_file():
        pytest.skip(f"SKIPPED FOR WANT OF A DESK: {DESKS}/start-rt is not there")
    if os.geteuid() != 0:
        pytest.skip("SKIPPED FOR WANT OF A DESK: start-rt must run as root")
    given = os.environ.get("HEARD_RT_DATA", "")
    data = Path(given or tempfile.mkdtemp(prefix="heard-rt-"))
    was_running = (data / "rt.pid").exists()
    port = port_of(data) or free_port()
    command = [str(DESKS / "start-rt"), "--data", str(data), "--port", str(port), "--few-scrips", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=START_S, check=False)
    if not was_running:
        at_end(lambda: stop(data, wipe=not given))
    if done.returncode:
        pytest.skip(f"SKIPPED FOR WANT OF A DESK: start-rt says: {done.stderr.strip()[-300:]}")
    credentials = json.loads((data / "credentials.json").read_text())
    tokens = {user["name"]: user["token"] for user in credentials["users"]}
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}/REST/2.0", timeout=120, trust_env=False)
    at_end(client.close)
    return RtServer(str(client.base_url).rstrip("/"), data, tokens, client)


def stop(data: Path, *, wipe: bool) -> None:
    """Stop the desk that was started on `data`."""
    command = [str(DESKS / "stop-rt"), "--data", str(data), *(["--wipe"] if wipe else [])]
    subprocess.run(command, capture_output=True, timeout=60, check=False)


def port_of(data: Path) -> int:
    """The port that the desk in `data` was made for, 0 for a new one."""
    written = data / "credentials.json"
    found = re.search(r"127\.0\.0\.1:([0-9]+)/", written.read_text()) if written.exists() else None
    return int(found[1]) if found else 0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
