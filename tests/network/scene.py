"""Both adapters in front of a server that can fail, with limits of time short enough for thousands of failures."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from network.kinds import Ids
from network.rt_desk import TOKEN, RtDesk
from network.server import NEXT_WRITE, Desk, Fault, FaultServer
from network.wire import Message, Reply
from starlette.applications import Starlette
from support.clock import Clock

from console.demo.database import Database
from console.demo.setup import DemoDesk
from store.remotes import AttachmentDoc
from store.remotes.http import DeskHttp
from store.remotes.rt import RtRemote
from store.remotes.zendesk import ZendeskRemote

SHORT_S = 0.04  # for the one request that meets silence
DEADLINE_S = 0.1  # for the one request that is answered for ever
PATIENT_S = 20.0  # for all others: the machine may be busy
MAX_BODY = 2 * 1024 * 1024
SKIPPED_HEADERS = frozenset({"connection", "content-length", "transfer-encoding", "host"})
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # no certificate is ever looked at here: loopback speaks http


class Dial(httpx.AsyncBaseTransport):
    """The way to the server; the request that is to fail may be sent where nobody answers, and is not waited for long."""

    def __init__(self, fault: Fault | None, at: int) -> None:
        self._inner = httpx.AsyncHTTPTransport(verify=PLAIN, trust_env=False)
        self._fault, self._at = fault, at
        self.http: DeskHttp | None = None
        self.asked = 0

    def arm(self, fault: Fault) -> None:
        """Let the next request that would change something meet `fault`."""
        self._fault, self._at = fault, NEXT_WRITE
        self._shorten()

    def watch(self, http: DeskHttp) -> None:
        """Shorten the time for a whole request of `http` where that is what the fault is about."""
        self.http = http
        self._shorten()

    def _shorten(self) -> None:
        endless = (
            self._fault is not None and self._fault.then == "drip" and self._at in {self.asked, NEXT_WRITE}
        )
        if self.http:
            self.http._deadline = DEADLINE_S if endless else PATIENT_S

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        met = self._fault if self.asked == self._at else None
        if self._at == NEXT_WRITE and request.method != "GET":
            met, self._fault, self._at = self._fault, None, 0
        self.asked += 1
        self._shorten()
        if met and met.slow:
            connect = SHORT_S if met.dial else PATIENT_S
            limits = {"connect": connect, "pool": PATIENT_S, "read": SHORT_S, "write": SHORT_S}
            request.extensions = {**request.extensions, "timeout": limits}
        with _nobody(met.dial if met else "") as port:
            if port:
                request.url = request.url.copy_with(port=port)
            return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


class _nobody:  # noqa: N801  (used as a function is)
    """A port that refuses ("refused"), one that leaves callers waiting ("timeout"), or 0."""

    def __init__(self, how: str) -> None:
        self._how = how
        self._held: list[socket.socket] = []

    def __enter__(self) -> int:
        if not self._how:
            return 0
        listener = self._socket()
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
        if self._how == "refused":
            listener.close()
            return port
        listener.listen(0)
        for _ in range(3):  # the queue of those who wait to be accepted is full after one or two
            caller = self._socket()
            caller.settimeout(0)
            caller.connect_ex(("127.0.0.1", port))
        return port

    def _socket(self) -> socket.socket:
        made = socket.socket()
        self._held.append(made)
        return made

    def __exit__(self, *_: object) -> None:
        for held in self._held:
            held.close()


@dataclass
class Scene:
    """One adapter, the server it talks to, and what there is on the desk behind."""

    remote: ZendeskRemote | RtRemote
    server: FaultServer
    ids: Ids
    dial: Dial

    def arm(self, fault: Fault) -> None:
        """Let the next request that would change something meet `fault`."""
        self.dial.arm(fault)
        if not fault.dial:
            self.server.arm(fault)


@dataclass(frozen=True, slots=True)
class Behind:
    """The demo desk behind the server: its credentials, and the application that answers."""

    made: DemoDesk
    app: Starlette


def _remote(
    adapter: str, url: str, made: DemoDesk, dial: Dial, now: Callable[[], int]
) -> ZendeskRemote | RtRemote:
    if adapter == "rt":
        return RtRemote(f"{url}/rt", TOKEN, transport=dial, now=now)
    return ZendeskRemote(url, made.admin_token, user=made.admin_email, transport=dial, now=now)


def asgi_desk(app: Starlette) -> Desk:
    """The demo desk, answering in this process."""
    transport = httpx.ASGITransport(app)

    async def answer(request: Message) -> Reply:
        host = request.headers["host"]
        asked = httpx.Request(
            request.method,
            f"http://{host}{request.target}",
            headers=dict(request.headers),
            content=request.body,
        )
        said = await transport.handle_async_request(asked)
        headers = {n.lower(): v for n, v in said.headers.items() if n.lower() not in SKIPPED_HEADERS}
        return Reply(said.status_code, headers, await said.aread())

    return answer


def zendesk_ids(database: Database, base: str) -> Ids:
    """A ticket that is open, its customer, and some file."""
    ticket = database.row(
        "SELECT id, requester_id FROM tickets WHERE status IN ('new', 'open') AND deleted_at IS NULL"
    )
    file = database.row("SELECT token, size FROM attachments LIMIT 1")
    assert ticket is not None
    token, size = (file["token"], file["size"]) if file else ("none", 0)
    attachment = AttachmentDoc("1", "x", size, "text/plain", f"{base}/attachments/token/{token}/?name=x")
    return Ids(str(ticket["id"]), str(ticket["requester_id"]), attachment)


RT_IDS = Ids("7", "90", AttachmentDoc("100", "x", 5, "text/plain"))


@asynccontextmanager
async def scene(
    adapter: str,
    behind: Behind,
    clock: Clock,
    *,
    fault: Fault | None = None,
    at: int = 0,
    rt: RtDesk | None = None,
) -> AsyncIterator[Scene]:
    """The surroundings of the adapter named "zendesk" or "rt"; request number `at` meets `fault`."""
    desk: Desk = (rt or RtDesk(clock)) if adapter == "rt" else asgi_desk(behind.app)
    async with FaultServer(desk, fault, at) as server:
        ids = RT_IDS if adapter == "rt" else zendesk_ids(behind.app.state.database, server.url)
        dial = Dial(fault, at)
        remote = _remote(adapter, server.url, behind.made, dial, clock)
        remote.http._max_body = MAX_BODY
        dial.watch(remote.http)
        try:
            yield Scene(remote, server, ids, dial)
        finally:
            await remote.aclose()
