"""Load real conversations into a Request Tracker desk: customers write as themselves, agents answer as themselves.

    python tests/desks/load_corpus.py --base-url http://127.0.0.1:8091/REST/2.0 --credentials FILE --tickets 400

The ticket custom field ClientKey holds the conversation's id, so that a second run goes on where the first ended.
Customers are unprivileged users; they join the group Agents, which is the one way to give them the right to write
through REST 2 alone. RT sets all times itself: a conversation of months happens in a second here.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
STATUS = {"solved": "resolved", "pending": "stalled", "open": "open", "new": "new", "closed": "rejected"}
PRIORITY = {"low": "0", "normal": "50", "high": "75", "urgent": "100"}
AT_MOST_EACH = 6  # tickets of one customer: some have a hundred, which would crowd out the rest
AGENTS = ("agent1", "agent2", "agent3")

Json = dict[str, Any]


@dataclass
class Desk:
    """The server, and who may speak to it."""

    client: httpx.AsyncClient
    tokens: Mapping[str, str]
    salt: str
    agents_group: str = ""
    counts: Counter[str] = field(default_factory=Counter)

    def agent(self, name: str) -> httpx.Headers:
        """The headers of an agent."""
        return httpx.Headers({"Authorization": f"token {self.tokens[name]}"})

    def customer(self, email: str) -> httpx.Headers:
        """The headers of a customer whom this script made."""
        basic = httpx.BasicAuth(email, password(email, self.salt))
        request = next(basic.auth_flow(httpx.Request("GET", "http://localhost")))
        return httpx.Headers({"Authorization": request.headers["Authorization"]})

    async def call(
        self, method: str, path: str, who: httpx.Headers, body: object = None, **query: str
    ) -> httpx.Response:
        """One request; a refusal is an error, except that a user may exist already."""
        response = await self.client.request(method, path, headers=who, json=body, params=query or None)
        if response.is_error and "Name in use" not in response.text:
            raise RuntimeError(f"{method} {path}: {response.status_code} {response.text[:200]}")
        self.counts[method] += 1
        return response


def password(email: str, salt: str) -> str:
    """The same for the same desk and customer, so that a second run can log in."""
    return hashlib.sha256(f"{salt}:{email}".encode()).hexdigest()[:24]


def read_lines(path: Path) -> list[Json]:
    """All records of a compressed file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def choose(tickets: Sequence[Json], count: int, seed: int, longest: int = 0) -> list[Json]:
    """`count` tickets: customers with several come first, all tickets of one of them together, oldest first.

    Conversations of more than `longest` messages are left out; 0 takes all.
    """
    by_customer: dict[str, list[Json]] = {}
    for ticket in sorted(tickets, key=lambda t: str(t["created_at"])):
        if not longest or len(ticket["messages"]) <= longest:
            by_customer.setdefault(ticket["customer_id"], []).append(ticket)
    order = list(by_customer)
    random.Random(seed).shuffle(order)
    order.sort(key=lambda customer: len(by_customer[customer]) < 2)
    chosen = [ticket for customer in order for ticket in by_customer[customer][:AT_MOST_EACH]]
    return chosen[:count]


async def existing(desk: Desk) -> dict[str, str]:
    """ClientKey to ticket id, for all that an earlier run brought."""
    found: dict[str, str] = {}
    query = {"query": "id > 0", "orderby": "id", "per_page": "100", "fields": "CustomFields"}
    for page in range(1, 10_000):
        answer = await desk.call("GET", "/tickets", desk.agent("root"), page=str(page), **query)
        for item in answer.json()["items"]:
            for values in (f["values"] for f in item["CustomFields"] or () if f["name"] == "ClientKey"):
                found.update({value: str(item["id"]) for value in values if value})
        if "next_page" not in answer.json():
            break
    return found


async def make_customer(desk: Desk, customer: Json) -> None:
    """An unprivileged user with a password and the right to write."""
    who = desk.agent("root")
    body = {
        "Name": customer["email"], "EmailAddress": customer["email"], "RealName": customer["name"],
        "MobilePhone": customer["phone"], "Password": password(customer["email"], desk.salt), "Privileged": 0,
    }  # fmt: skip
    await desk.call("POST", "/user", who, body)
    await desk.call("PUT", f"/user/{customer['email']}/groups", who, [desk.agents_group])


def queue_of(ticket: Json) -> str:
    """Money goes to Billing, the rest to Support."""
    return "Billing" if ticket["queue"] in {"bank", "AmazonHelp", "Tesco"} else "Support"


async def load_ticket(desk: Desk, ticket: Json, email: str, remote_id: str) -> None:
    """The conversation in order, from the first message that is not there yet, then status, priority and tags."""
    agent = AGENTS[int(hashlib.sha256(ticket["id"].encode()).hexdigest(), 16) % len(AGENTS)]
    messages = list(ticket["messages"])
    if remote_id:
        messages = messages[await count_messages(desk, remote_id) :]
        if not messages:
            desk.counts["skipped"] += 1
            return
    for message in messages:
        who = desk.customer(email) if message["role"] == "customer" else desk.agent(agent)
        content = {"Content": message["body"], "ContentType": "text/plain"}
        if remote_id:
            await desk.call("POST", f"/ticket/{remote_id}/correspond", who, content)
        else:
            remote_id = await create(desk, ticket, email, who, content)
        desk.counts["messages"] += 1
    body = {
        "Status": STATUS[ticket["status"]],
        "Priority": PRIORITY[ticket["priority"]],
        "Owner": agent,
        "CustomFields": {"Tags": [ticket["source"], str(ticket["queue"]).lower()]},
    }
    await desk.call("PUT", f"/ticket/{remote_id}", desk.agent(agent), body)
    desk.counts["tickets"] += 1


async def create(desk: Desk, ticket: Json, email: str, who: httpx.Headers, content: Json) -> str:
    """The first message makes the ticket."""
    body = {
        **content,
        "Queue": queue_of(ticket),
        "Subject": ticket["subject"],
        "Requestor": email,
        "CustomFields": {"ClientKey": ticket["id"]},
    }
    return str((await desk.call("POST", "/ticket", who, body)).json()["id"])


async def count_messages(desk: Desk, remote_id: str) -> int:
    """How many messages of a conversation are there already."""
    kinds = json.dumps([{"field": "Type", "operator": "IN", "value": ["Create", "Correspond"]}])
    answer = await desk.call(
        "GET", f"/ticket/{remote_id}/history", desk.agent("root"), query=kinds, per_page="1"
    )
    return int(answer.json()["total"])


async def every(workers: int, jobs: Iterable[Any]) -> list[BaseException]:
    """Run all jobs, `workers` at a time; the failures."""
    gate = asyncio.Semaphore(workers)

    async def one(job: Any) -> None:
        async with gate:
            await job

    results = await asyncio.gather(*(one(job) for job in jobs), return_exceptions=True)
    return [result for result in results if isinstance(result, BaseException)]


async def load(
    base_url: str, credentials: Json, count: int, *, seed: int = 1, workers: int = 4, longest: int = 0
) -> Counter[str]:
    """Load `count` tickets and all that they need; the counts of what was done."""
    tickets = choose(read_lines(SHARED / "corpus" / "tickets.jsonl.gz"), count, seed, longest)
    customers = {c["id"]: c for c in read_lines(SHARED / "corpus" / "customers.jsonl.gz")}
    wanted = list(dict.fromkeys(ticket["customer_id"] for ticket in tickets))
    tokens = {user["name"]: user["token"] for user in credentials["users"]}
    async with httpx.AsyncClient(base_url=base_url, timeout=120, trust_env=False) as client:
        desk = Desk(client, tokens, salt=tokens["root"][-8:])
        groups = json.dumps([{"field": "Name", "value": "Agents"}])
        answer = await desk.call("GET", "/groups", desk.agent("root"), query=groups)
        desk.agents_group = str(answer.json()["items"][0]["id"])
        here = await existing(desk)
        new = [
            customer
            for customer in wanted
            if not any(t["id"] in here for t in tickets if t["customer_id"] == customer)
        ]
        failures = await every(workers, [make_customer(desk, customers[customer]) for customer in new])
        desk.counts["customers"] = len(new) - len(failures)
        failures += await every(
            workers,
            [
                load_ticket(desk, t, customers[t["customer_id"]]["email"], here.get(t["id"], ""))
                for t in tickets
            ],
        )
    for failure in failures[:5]:
        print(f"failed: {failure}", file=sys.stderr)
    desk.counts["failed"] = len(failures)
    return desk.counts


def main() -> int:
    """Read the command line, load, and say what was done and how fast."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--credentials", type=Path, required=True)
    parser.add_argument("--tickets", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument(
        "--longest", type=int, default=8, help="messages of one ticket at most; 0: any number"
    )
    options = parser.parse_args()
    started = time.monotonic()
    counts = asyncio.run(
        load(
            options.base_url, json.loads(options.credentials.read_text(encoding="utf-8")), options.tickets,
            seed=options.seed, workers=options.workers, longest=options.longest,
        )
    )  # fmt: skip
    took = time.monotonic() - started
    requests = counts["GET"] + counts["POST"] + counts["PUT"]
    print(
        f"{counts['tickets']} tickets loaded, {counts['skipped']} were there, {counts['failed']} failed;"
        f" {counts['customers']} customers made, {counts['messages']} messages;"
        f" {took:.1f} s, {counts['messages'] / took:.1f} messages a second, {requests} requests"
    )
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
