"""A Zendesk account of a few tickets, out of payloads that a test writes, and its story as a workspace shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from remotes.replay import ACCOUNT, Script
from support.clock import Clock

from console import history
from console.session import Session
from store.remotes.zendesk import ZendeskRemote
from store.rows import Item
from store.sync import Engine

AGENT = {"id": 9, "name": "Ana Silva", "email": "ana@desk.example", "role": "agent"}
ADA = {"id": 5, "name": "Ada Lovelace", "email": "ada@x.example", "role": "end-user"}


def stamp(micros: int) -> str:
    """A time as Zendesk writes it."""
    return datetime.fromtimestamp(micros / 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Account:
    """Tickets, their audits and the people, as the API would tell them now."""

    clock: Clock
    tickets: dict[int, dict[str, Any]] = field(default_factory=dict)
    audits: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    closed: dict[str, int] = field(default_factory=dict)  # what is answered with a status instead
    people: dict[int, dict[str, Any]] = field(default_factory=lambda: {9: dict(AGENT), 5: dict(ADA)})

    def ticket(self, number: int, requester: int = 5, **more: Any) -> None:
        """A ticket, or one that has changed just now."""
        at = stamp(self.clock())
        known = self.tickets.get(
            number, {"id": number, "status": "open", "created_at": at, "subject": "Kettle"}
        )
        self.tickets[number] = {**known, "requester_id": requester, "updated_at": at, **more}
        self.audits.setdefault(number, [])

    def audit(self, number: int, *events: dict[str, Any], author: int = 5, via: str = "web") -> None:
        """An audit of a ticket, now."""
        ident = number * 1000 + len(self.audits[number]) * 10
        told = [{"id": ident + n, **event} for n, event in enumerate(events, 1)]
        self.audits[number].append({
            "id": ident, "ticket_id": number, "created_at": stamp(self.clock()), "author_id": author,
            "via": {"channel": via}, "events": told,
        })  # fmt: skip
        self.ticket(number, self.tickets[number]["requester_id"])

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path.removeprefix("/api/v2"))
        path = request.url.path.removeprefix("/api/v2/").removesuffix(".json")
        if path in self.closed:
            return httpx.Response(self.closed[path], json={"error": "Closed"})
        told = self._told(path, request.url.params)
        return (
            httpx.Response(404, json={"error": "RecordNotFound"})
            if told is None
            else httpx.Response(200, json=told)
        )

    def _told(self, path: str, asked: httpx.QueryParams) -> dict[str, Any] | None:
        people = [*self.people.values()]
        told: dict[str, Any] | None = None
        match path.split("/"):
            case ["users", "me"]:
                told = {"user": AGENT}
            case ["users", "show_many"]:
                wanted = asked["ids"].split(",")
                shown = [p for p in people if str(p["id"]) in wanted]
                more = [{"user_id": p["id"], **i} for p in shown for i in p.get("identities", ())]
                told = {"users": shown, "identities": more}
            case ["users"]:
                told = {"users": [p for p in people if p["role"] == asked["role"]]}
            case ["tickets"]:
                listed = sorted(self.tickets.values(), key=lambda t: t["updated_at"], reverse=True)
                told = {"tickets": listed, "users": people, "meta": {"has_more": False}}
            case ["tickets", number, "audits" | "comments"] if int(number) in self.audits:
                told = {"audits": self.audits[int(number)], "users": people}
            case ["tickets", number] if int(number) in self.tickets:
                told = {"ticket": self.tickets[int(number)]}
            case ["groups" | "ticket_fields"]:
                told = {path: []}
        return told

    @property
    def remote(self) -> ZendeskRemote:
        """The adapter on this account."""
        return ZendeskRemote(
            ACCOUNT, "sesame", transport=httpx.MockTransport(self._answer), feed="listing", now=self.clock
        )

    async def pulled(self, session: Session) -> None:
        """The account as it stands, in the workspace."""
        for _ in range(2):
            self.clock.tick(10)
            await Engine(session.db, "acme", self.remote, self.clock).once()

    async def story(self, session: Session, who: str = "acme/5") -> list[Item]:
        """The story of the customer with this ref, after a pull."""
        await self.pulled(session)
        (card,) = history.find_customers(session, who)
        return history.story(session, card.id)


async def thread_of(*audits: dict[str, Any]) -> Any:
    """Ticket 7 with these audits through the adapter alone."""
    script = Script({"GET /tickets/7/audits.json": {"audits": [*audits]}})
    return await ZendeskRemote(ACCOUNT, "sesame", transport=script.transport).thread("7")
