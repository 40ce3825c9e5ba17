"""A Request Tracker of one queue, two people and a few tickets, in the shapes that the real one uses; it keeps what it is told."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from network.wire import Message, Reply

TOKEN = "1-40-abc"
API = "/rt/REST/2.0"
AGENT = {"id": 40, "type": "user", "Name": "agent1", "RealName": "Ann", "EmailAddress": "ann@desk.example"}
CUSTOMER = {
    "id": 90,
    "type": "user",
    "Name": "mia@x.example",
    "RealName": "Mia",
    "EmailAddress": "mia@x.example",
}
FIELDS = [{"id": "3", "name": "Tags"}, {"id": "4", "name": "ClientKey"}]
MARK = [{"id": "5", "name": "ClientRef"}]
Query = Mapping[str, str]


@dataclass
class RtDesk:
    """`marks`: whether messages can carry our operation's id (class B), or not (class C)."""

    clock: Callable[[], int]
    marks: bool = True
    tickets: dict[int, dict[str, Any]] = field(default_factory=dict)
    log: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number in (7, 8):
            self._open(number, f"Printer {number}", "It does not print.", CUSTOMER, "")

    def said(self, text: str) -> int:
        """How many messages say `text`."""
        return sum(entry["text"] == text for entry in self.log)

    async def __call__(self, request: Message) -> Reply:
        """Answer one request."""
        parts = urlsplit(request.target)
        query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        path = parts.path.removeprefix(API)
        body = json.loads(request.body) if request.body else {}
        for method, pattern, answer in self._routes():
            if method == request.method and (found := re.fullmatch(pattern, path)):
                return answer(found[1] if found.groups() else "", query, body, request)
        return told({"message": "Not Found"}, 404)

    def _routes(self) -> tuple[tuple[str, str, Callable[..., Reply]], ...]:
        return (
            ("GET", "/rt", lambda *_: told({"Version": "5.0.3"})),
            ("GET", "/user/(.+)", self._user),
            ("GET", "/queues/all", lambda *_: listed([{"id": "3", "Name": "Help", "Disabled": "0"}])),
            ("GET", "/queue/3", lambda *_: told(self._queue())),
            ("GET", "/groups", lambda *_: listed([{"id": "99", "Name": "Privileged"}])),
            ("GET", "/group/99/members", lambda *_: listed([{"id": "40", "type": "user"}])),
            ("GET", "/tickets", self._search),
            ("GET", "/transactions", lambda *_: listed([])),
            ("GET", "/attachments", self._parts),
            ("GET", "/attachment/([0-9]+)", self._file),
            ("GET", "/ticket/([0-9]+)", self._show),
            ("GET", "/ticket/([0-9]+)/history", self._history),
            ("POST", "/ticket/([0-9]+)/correspond", lambda *a: self._message("Correspond", *a)),
            ("POST", "/ticket/([0-9]+)/comment", lambda *a: self._message("Comment", *a)),
            ("PUT", "/ticket/([0-9]+)", self._change),
            ("POST", "/ticket", self._create),
        )

    def _user(self, ident: str, *_: object) -> Reply:
        known = {"40": AGENT, "agent1": AGENT, "90": CUSTOMER, "mia@x.example": CUSTOMER}
        if ident not in known:
            return told({"message": "Not Found"}, 404)
        return told({**known[ident], "Privileged": int(known[ident] is AGENT)})

    def _queue(self) -> dict[str, object]:
        marks = MARK if self.marks else ""
        return {
            "id": 3, "Name": "Help", "TicketCustomFields": FIELDS, "TicketTransactionCustomFields": marks,
            "_hyperlinks": [{"ref": "create"}],
        }  # fmt: skip

    def _search(self, _: str, query: Query, *_more: object) -> Reply:
        rows = [row for row in self.tickets.values() if _fits(query["query"], row)]
        rows.sort(key=lambda row: (row["LastUpdated"], row["id"]), reverse=query.get("order") == "DESC")
        size, page = int(query.get("per_page", 20)), int(query.get("page", 1))
        return listed(rows[(page - 1) * size : page * size], total=len(rows))

    def _show(self, number: str, *_: object) -> Reply:
        row = self.tickets.get(int(number))
        if row is None:
            return told({"message": "Not Found"}, 404)
        return told(row, etag=f'"{self._entries(number)[-1]["id"]}"')

    def _entries(self, number: str) -> list[dict[str, Any]]:
        return [entry for entry in self.log if entry["ObjectId"] == number]

    def _history(self, number: str, query: Query, *_: object) -> Reply:
        kinds = json.loads(query["query"])[0]["value"]
        found = [entry for entry in reversed(self._entries(number)) if entry["Type"] in kinds]
        size, page = int(query["per_page"]), int(query["page"])
        return listed(found[(page - 1) * size : page * size], total=None)

    def _parts(self, _: str, query: Query, *_more: object) -> Reply:
        wanted = {str(number) for number in json.loads(query["query"])[0]["value"]}
        found = [
            {
                "id": entry["id"],
                "TransactionId": entry["id"],
                "ContentType": "text/plain",
                "Content": entry["text"],
            }
            for entry in self.log
            if entry["id"] in wanted and entry["text"]
        ]
        return listed(found if query["page"] == "1" else [])

    def _file(self, number: str, *_: object) -> Reply:
        return told({"id": int(number), "Content": base64.b64encode(b"file " + number.encode()).decode()})

    def _message(self, kind: str, number: str, _: Query, body: dict[str, Any], *_more: object) -> Reply:
        marker = body.get("TxnCustomFields", {}).get("ClientRef", "") if self.marks else ""
        made = self._record(int(number), kind, body["Content"], AGENT, marker)
        sentences = [f"{kind} added"] + (
            [] if marker or self.marks else ["Unable to load transaction custom field: ClientRef"]
        )
        return told(sentences, 201, location=f"http://desk/REST/2.0/transaction/{made}")

    def _change(self, number: str, _: Query, body: dict[str, Any], request: Message) -> Reply:
        condition = request.headers.get("if-match", "").strip('"')
        if condition and condition != self._entries(number)[-1]["id"]:
            return told({"message": "Precondition Failed"}, 412)
        row = self.tickets[int(number)]
        custom = body.pop("CustomFields", {})
        row |= body
        row["CustomFields"] = [
            {**f, "values": custom.get(f["name"], f["values"])} for f in row["CustomFields"]
        ]
        self._record(int(number), "Set", "", AGENT, "")
        return told([f"Ticket {number} changed"])

    def _create(self, _: str, _query: Query, body: dict[str, Any], *_more: object) -> Reply:
        number = max(self.tickets) + 1
        self._open(
            number, body["Subject"], body["Content"], AGENT, body.get("CustomFields", {}).get("ClientKey", "")
        )
        return told({"id": str(number), "type": "ticket"}, 201)

    def _open(self, number: int, subject: str, text: str, who: dict[str, Any], key: str) -> None:
        values = {"Tags": ["red"], "ClientKey": [key] if key else []}
        self.tickets[number] = {
            "id": number, "Subject": subject, "Status": "new", "Priority": "50", "Owner": {"id": 6, "Name": "Nobody"},
            "Queue": {"id": "3", "Name": "Help"}, "Requestor": [CUSTOMER], "EffectiveId": {"id": str(number)},
            "CustomFields": [{**f, "values": values[f["name"]]} for f in FIELDS], "Created": self._now(),
        }  # fmt: skip
        self._record(number, "Create", text, who, "")

    def _record(self, number: int, kind: str, text: str, who: dict[str, Any], marker: str) -> str:
        made = str(100 + len(self.log))
        marks = [{**MARK[0], "values": [marker]}] if marker else []
        self.log.append({
            "id": made, "Type": kind, "ObjectId": str(number), "Creator": who, "Created": self._now(), "text": text,
            "CustomFields": marks,
        })  # fmt: skip
        self.tickets[number]["LastUpdated"] = self._now()
        return made

    def _now(self) -> str:
        return datetime.fromtimestamp(self.clock() // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def told(body: object, status: int = 200, **headers: str) -> Reply:
    """An answer."""
    return Reply(status, {"content-type": "application/json", **headers}, json.dumps(body).encode())


def listed(items: list[dict[str, Any]], total: int | None = -1) -> Reply:
    """A page of a list; None is a total that we are not told."""
    return told(
        {"items": items, "count": len(items), "total": len(items) if total == -1 else total, "page": 1}
    )


def _fits(where: str, row: Mapping[str, Any]) -> bool:
    """The few forms of TicketSQL that the adapter writes."""
    if found := re.search(r"CF\.\{ClientKey\}' = '([^']*)'", where):
        return any(found[1] in f["values"] for f in row["CustomFields"] if f["name"] == "ClientKey")
    updated = str(row["LastUpdated"]).replace("T", " ").rstrip("Z")
    after = re.search(r"LastUpdated > '([^']+)' OR \(LastUpdated >= '[^']+' AND id >= ([0-9]+)\)", where)
    if after:
        return updated > after[1] or (updated == after[1] and int(row["id"]) >= int(after[2]))
    same = re.search(r"id = ([0-9]+)", where)
    since = re.search(r"LastUpdated >= '([^']+)'", where)
    return (not same or int(row["id"]) == int(same[1])) and (not since or updated >= since[1])
