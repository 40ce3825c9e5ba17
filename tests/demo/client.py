"""What the tests of the demo desk do again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
from support.clock import SECOND, Clock

from console.demo.database import Database
from console.demo.setup import DemoDesk

NOW = 1_790_000_000 * SECOND  # a Monday in September 2026, 14:13 UTC


@dataclass(frozen=True, slots=True)
class Demo:
    """A desk under test: a client with credentials, the file behind it, its clock."""

    client: httpx.AsyncClient
    db: Database
    clock: Clock
    made: DemoDesk

    async def get(self, path: str, **query: str | int) -> Any:
        """The JSON at a path that must answer 200."""
        reply = await self.client.get(f"/api/v2{path}.json", params=query)
        assert reply.status_code == 200, reply.text
        return reply.json()

    async def put(self, ticket_id: int, **ticket: object) -> httpx.Response:
        """The answer to an update of a ticket."""
        return await self.client.put(f"/api/v2/tickets/{ticket_id}.json", json={"ticket": ticket})

    async def refused(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """Status and body of a request that must not succeed."""
        reply = await self.client.request(method, f"/api/v2{path}.json", **more)
        assert reply.status_code >= 400, reply.text
        return reply.status_code, reply.json()

    def ticket(self, where: str = "status = 'new'") -> int:
        """The id of some ticket."""
        row = self.db.row(f"SELECT id FROM tickets WHERE {where} ORDER BY id LIMIT 1")
        assert row is not None, f"no ticket where {where}"
        return int(row["id"])

    def status(self, ticket_id: int) -> str:
        """The ticket's status in the file."""
        row = self.db.row("SELECT status FROM tickets WHERE id = ?", ticket_id)
        assert row is not None
        return str(row["status"])

    async def export(self, cursor: str = "", size: int = 1000) -> tuple[list[Any], str]:
        """Everything in the export behind a cursor, and the cursor at its end."""
        found: list[Any] = []
        query: dict[str, str | int] = {"cursor": cursor} if cursor else {"start_time": 0}
        while True:
            page = await self.get("/incremental/tickets/cursor", per_page=size, **query)
            found += page["tickets"]
            query = {"cursor": page["after_cursor"]}
            if page["end_of_stream"]:
                return found, page["after_cursor"]
