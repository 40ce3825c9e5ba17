"""Five hundred replies through a network that cuts every tenth write, before the desk has it or after: exactly five hundred arrive."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path

import pytest
from desks.rt_server import RtServer
from network.proxy import Proxy

from console import outbox, reply
from console.session import Session
from store.home import Home
from store.remotes.rt import RtRemote
from store.sync import Engine

pytestmark = pytest.mark.desk

TICKETS, EACH = 100, 5
PATIENCE_S = 1_500


def open_tickets(rt: RtServer) -> list[str]:
    """The tickets that are to be answered, one of which a customer opened and the others are like."""
    return [rt.open_ticket(f"Question {n}", "When does it come?") for n in range(TICKETS)]


def on_the_desk(rt: RtServer, numbers: list[str]) -> dict[str, list[str]]:
    """What RT itself has as correspondence by agents on these tickets, in its order."""
    marks = ",".join("?" * len(numbers))
    rows = rt.sql(
        "SELECT t.ObjectId, a.Content FROM Transactions t JOIN Attachments a ON a.TransactionId = t.id"
        f" WHERE t.ObjectType = 'RT::Ticket' AND t.Type = 'Correspond' AND t.ObjectId IN ({marks})"
        " AND a.ContentType = 'text/plain' ORDER BY t.id",
        *map(int, numbers),
    )
    found: dict[str, list[str]] = {n: [] for n in numbers}
    for number, content in rows:
        text = content.decode() if isinstance(content, bytes) else str(content)
        found[str(number)].append(text.strip())
    return found


async def until_quiet(session: Session, engine: Engine) -> None:
    """Turns until nothing waits any more; what needs a person stays."""
    end = time.monotonic() + PATIENCE_S
    while outbox.counts(session).waiting and time.monotonic() < end:
        await engine.once()
        await asyncio.sleep(1)


async def test_five_hundred_replies_arrive_once_each_and_in_order(rt: RtServer, tmp_path: Path) -> None:
    numbers = open_tickets(rt)
    home = Home(tmp_path / "home")
    home.make()
    session = Session.open(home)
    wanted: dict[str, list[str]] = {n: [f"Answer {k} to {n}." for k in range(EACH)] for n in numbers}
    async with Proxy(rt.url, seed=500, share=0.1) as proxy:
        remote = RtRemote(proxy.url, rt.tokens["agent1"])
        engine = Engine(session.db, "rt", remote)
        while (cycle := await engine.once()).threads or cycle.error:
            assert cycle.error is None or cycle.error.exit_code == 7, cycle.error
        for k in range(EACH):
            for number in numbers:
                reply.reply(session, f"rt/{number}", wanted[number][k], hold=False)
        begun = time.monotonic()
        await until_quiet(session, engine)
        took = time.monotonic() - begun
        await engine.aclose()
    states = Counter(o.state for o in outbox.operations(session, ("done", *outbox.SHOWN)))
    print(f"\n500 replies in {took:.0f} s: {dict(proxy.counts)}, {dict(states)}")
    session.close()
    assert on_the_desk(rt, numbers) == wanted
    assert states == {"done": TICKETS * EACH}
    assert min(proxy.counts["cut before"], proxy.counts["cut after"]) > 10
