"""Ten thousand status changes on the embedded desk: how many requests they take, and how much of our time."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import httpx

from console import changes
from console.demo.desk import create_app
from console.demo.setup import DemoDesk, prepare
from console.session import Session
from store.clock import wall_clock
from store.home import Home
from store.remotes.zendesk import ZendeskRemote
from store.sync import Engine
from tests.bench.figure import Figure

TICKETS = 10_000
NAME = "desk"


class Counting(httpx.AsyncBaseTransport):
    """The desk inside this process, with a count of what it was asked."""

    def __init__(self, desk: DemoDesk) -> None:
        self._app = create_app(desk.path, clock=wall_clock)
        self._inside = httpx.ASGITransport(self._app)
        self.asked: Counter[str] = Counter()
        self.refused = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, and count by the last word of the path."""
        self.asked[request.url.path.rsplit("/", 1)[-1]] += 1
        answer = await self._inside.handle_async_request(request)
        self.refused += answer.status_code == httpx.codes.TOO_MANY_REQUESTS
        return answer

    async def aclose(self) -> None:
        """Close the desk's file."""
        self._app.state.database.close()


def bulk(folder: Path) -> list[Figure]:
    """Requests, seconds of our own CPU (the desk's included, since it runs in this process), and the time until a person is back."""
    desk = prepare(folder / "desks", size=TICKETS)
    with closing(sqlite3.connect(desk.path)) as connection, connection:
        connection.execute("UPDATE tickets SET status = 'open'")  # none is closed, none is so already
    home = Home(folder / "bulk-home")
    home.make()
    session = Session.open(home)
    try:
        return asyncio.run(_measured(session, desk))
    finally:
        session.close()


async def _measured(session: Session, desk: DemoDesk) -> list[Figure]:
    wire = Counting(desk)
    remote = ZendeskRemote("http://127.0.0.1:1", desk.admin_token, user=desk.admin_email, transport=wire)
    engine = Engine(session.db, NAME, remote)
    await engine._pull.tickets()
    engine._hold()
    change = changes.parse(["status=pending"])
    refs = [
        f"{NAME}/{r[0]}"
        for r in session.db.read(
            lambda r: r.execute(
                "SELECT remote_id FROM ticket WHERE status NOT IN ('pending', 'closed')"
            ).fetchall()
        )
    ]
    begun = time.perf_counter()
    changes.apply(session, changes.plan_refs(session, refs, change), check=False)
    queued = time.perf_counter() - begun
    begun, cpu = time.perf_counter(), time.process_time()
    while await _waiting(session, engine):
        pass
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    await engine.aclose()
    requests = wire.asked["update_many.json"]
    least = -(-len(refs) // 100)
    return [
        Figure(f"bulk: {len(refs):,} changes, requests over the least", requests / least, 1.0, "x"),
        Figure("bulk: requests refused for their pace", wire.refused, 0, ""),
        Figure("bulk: all sent and done", took, 8.0, "s", f"CPU {cpu:.1f} s with the desk's own"),
        Figure("bulk: planned and on the disk", queued, 30.0, "s"),
    ]


async def _waiting(session: Session, engine: Engine) -> bool:
    await engine.push()
    left = session.db.read(
        lambda r: r.execute(
            "SELECT EXISTS (SELECT 1 FROM local.op WHERE state IN ('queued', 'sending'))"
        ).fetchone(),
        overlaid=False,
    )
    return bool(left[0])
