"""The proxy that cuts: a hundred replies through it, and a hundred on the desk."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from demo.client import NOW
from network.proxy import Proxy
from network.scene import asgi_desk
from network.server import FaultServer
from network.stories import loopback, story
from network.wire import Message, Reply
from support.clock import Clock

from console import reply
from console.demo.desk import create_app
from console.demo.setup import prepare
from console.session import Session
from store.remotes.zendesk import ZendeskRemote

REPLIES = 100


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


async def echo(request: Message) -> Reply:
    return Reply(200, {"x-length": str(len(request.body))}, request.body)


async def fates(seed: int, method: str, share: float) -> tuple[list[int], dict[str, int], int]:
    """Which of thirty requests were answered, what the proxy counted, and how many the server saw."""
    async with FaultServer(echo) as server, Proxy(f"{server.url}/base", seed=seed, share=share) as proxy:
        async with httpx.AsyncClient(transport=loopback()) as client:
            answered = []
            for number in range(30):
                try:
                    said = await client.request(method, f"{proxy.url}/x", content=b"n" * number)
                    assert (said.status_code, len(said.content)) == (200, number)
                    answered.append(number)
                except httpx.RemoteProtocolError:
                    pass
        return answered, {str(fate): count for fate, count in proxy.counts.items()}, len(server.taken)


async def test_a_seed_decides_which_writes_are_cut_and_on_which_side() -> None:
    answered, counts, taken = await fates(5, "POST", 0.5)
    assert (await fates(5, "POST", 0.5)) == (answered, counts, taken)
    assert (await fates(6, "POST", 0.5))[0] != answered
    assert counts["cut before"] > 0
    assert counts["cut after"] > 0
    assert len(answered) == counts["passed"]
    assert taken == counts["passed"] + counts["cut after"]


async def test_reads_pass() -> None:
    answered, counts, _ = await fates(5, "GET", 1.0)
    assert (len(answered), counts) == (30, {"passed": 30})


async def test_a_desk_that_is_not_there_is_a_cut_and_is_counted() -> None:
    async with (
        Proxy("http://127.0.0.1:1", seed=1, share=0.0) as proxy,
        httpx.AsyncClient(transport=loopback()) as client,
    ):
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(proxy.url)
        assert proxy.failed == 1


async def test_a_hundred_replies_arrive_once_each_though_many_are_cut(
    session: Session, clock: Clock, tmp_path: Path
) -> None:
    made = prepare(tmp_path / "desk", seed=3, size=12, now=clock())
    app = create_app(made.path, clock=clock)
    async with FaultServer(asgi_desk(app)) as server, Proxy(server.url, seed=11, share=0.3) as proxy:
        remote = ZendeskRemote(
            proxy.url, made.admin_token, user=made.admin_email, transport=loopback(), now=clock
        )
        async with story(session, remote, clock) as told:
            refs = told.refs("status:new,open,pending")
            wanted = [f"Reply number {number} of many." for number in range(REPLIES)]
            for number, text in enumerate(wanted):
                reply.reply(session, refs[number % len(refs)], text)
            await told.quiesce(300)
            states = [operation.state for operation in told.operations()]
        rows = app.state.database.rows(
            "SELECT CAST(body AS TEXT) AS body FROM audits WHERE CAST(body AS TEXT) LIKE '%of many.%'"
        )
    app.state.database.close()
    said = [row["body"] for row in rows]
    assert states == ["done"] * REPLIES
    assert {text: sum(text in one for one in said) for text in wanted} == dict.fromkeys(wanted, 1)
    assert proxy.counts["cut before"] >= 5
    assert proxy.counts["cut after"] >= 5
