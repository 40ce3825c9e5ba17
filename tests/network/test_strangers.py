"""Something else answers for a moment, in JSON, with a success: what an engine makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from demo.client import NOW
from network.faults import JSON
from network.rt_desk import TOKEN, RtDesk
from network.scene import Behind, asgi_desk
from network.server import Desk, Fault, FaultServer
from network.stories import Story, loopback, story
from network.wire import Message, Reply
from support.clock import Clock

from console import history, outbox, reply
from console.demo.desk import create_app
from console.demo.setup import prepare
from console.session import Session
from store.remotes.rt import RtRemote
from store.remotes.zendesk import ZendeskRemote

TEXT = "A new kettle is on its way to you."
STRANGER = Reply(200, JSON, b'{"status": "ok"}')
AWAY = Reply(302, {"location": "javascript:alert(1)"})
LOST = Fault("reset after commit", lambda _: b"", "reset", commit=True)


class Masked:
    """A desk in whose place a stranger answers what `asks` names, `times` times."""

    def __init__(self, desk: Desk, stranger: Reply = STRANGER) -> None:
        self._desk = desk
        self._stranger = stranger
        self.asks = ""
        self.times = 0

    async def __call__(self, request: Message) -> Reply:
        if self.asks and self.times and self.asks in request.first:
            self.times -= 1
            return self._stranger
        return await self._desk(request)

    def mask(self, asks: str, times: int = 1) -> None:
        """Let the stranger answer from now on."""
        self.asks, self.times = asks, times


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def small(tmp_path: Path, clock: Clock) -> Iterator[Behind]:
    made = prepare(tmp_path / "desk", seed=3, size=12, now=clock())
    app = create_app(made.path, clock=clock)
    yield Behind(made, app)
    app.state.database.close()


async def colleague_says(small: Behind, ref: str, text: str) -> None:
    """A public reply by the other agent, on the desk itself."""
    auth = httpx.BasicAuth(f"{small.made.agent_email}/token", small.made.agent_token)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(small.app), auth=auth, base_url="http://desk"
    ) as client:
        body = {"ticket": {"comment": {"body": text, "public": True}}}
        said = await client.put(f"/api/v2/tickets/{ref.rpartition('/')[2]}.json", json=body)
        assert said.status_code == 200, said.text


def zendesk(url: str, small: Behind, clock: Clock) -> ZendeskRemote:
    return ZendeskRemote(
        url, small.made.admin_token, user=small.made.admin_email, transport=loopback(), now=clock
    )


def texts(told: Story, ref: str) -> list[str]:
    return [item.text for item in history.thread(told.session, ref)]


async def test_a_thread_that_a_stranger_answered_is_read_again(
    session: Session, clock: Clock, small: Behind
) -> None:
    desk = Masked(asgi_desk(small.app))
    async with FaultServer(desk) as server, story(session, zendesk(server.url, small, clock), clock) as told:
        ref = told.refs("status:new,open")[0]
        await colleague_says(small, ref, TEXT)
        desk.mask("/audits.json")
        await told.turn(10)
        assert desk.times == 0
        assert TEXT in texts(told, ref)


async def test_a_stranger_is_not_a_quiet_desk(session: Session, clock: Clock, small: Behind) -> None:
    desk = Masked(asgi_desk(small.app))
    async with FaultServer(desk) as server, story(session, zendesk(server.url, small, clock), clock) as told:
        desk.mask("GET ", 1000)
        clock.tick(10)
        assert (await told.engine.once()).error is not None


async def test_a_stranger_proves_nothing_about_a_reply(session: Session, clock: Clock) -> None:
    rt = RtDesk(clock)
    desk = Masked(rt)
    async with FaultServer(desk) as server:
        remote = RtRemote(f"{server.url}/rt", TOKEN, transport=loopback(), now=clock)
        async with story(session, remote, clock) as told:
            reply.reply(session, told.refs()[0], TEXT)
            server.arm(LOST)
            desk.mask("/history", 1000)
            await told.turn(12)  # until the desk counts as settled
            desk.mask("")
            await told.quiesce()
        assert rt.said(TEXT) == 1


async def test_a_redirect_to_nonsense_leaves_no_operation_in_flight(
    session: Session, clock: Clock, small: Behind
) -> None:
    desk = Masked(asgi_desk(small.app), AWAY)
    async with FaultServer(desk) as server, story(session, zendesk(server.url, small, clock), clock) as told:
        reply.reply(session, told.refs("status:new,open")[0], TEXT)
        desk.mask("PUT ")
        for _ in range(5):
            clock.tick(10)
            await told.engine._guarded()  # as the worker does: whatever is raised, the next turn comes
        assert [operation.state for operation in told.operations()] == ["done"]
        assert outbox.operations(session) == []
