"""Request Tracker's place in the contract suite."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from desks.rt_server import RtServer, next_second
from remotes.contract import UnderTest

from store.remotes.rt import RtRemote

CUSTOMER = "ada@example.com"


@pytest.fixture
async def rt_under_test(rt: RtServer) -> AsyncIterator[UnderTest]:
    """An agent without administrator's rights, and a customer who writes as himself."""
    remote = rt.remote("agent1")
    stranger = RtRemote(rt.url, "1-40-00000000000000000000000000000000")
    await remote.schema()  # the promise is known from here on

    async def open_ticket(subject: str, text: str) -> str:
        return rt.open_ticket(subject, text, CUSTOMER)

    async def customer_writes(ticket: str, text: str) -> None:
        rt.writes(ticket, text, CUSTOMER)

    async def tick() -> None:
        await asyncio.sleep(next_second())

    async def delete(ticket: str) -> None:
        rt.call("PUT", f"/ticket/{ticket}", body={"Status": "deleted"})

    yield UnderTest(remote, stranger, open_ticket, customer_writes, tick, delete)
    await remote.aclose()
    await stranger.aclose()
