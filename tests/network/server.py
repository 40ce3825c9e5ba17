"""A server on 127.0.0.1 that lets one request of many meet a fault, before or after the desk behind it has seen it.

Every connection carries one request, so that the n-th connection is the n-th request, read or not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, Self

from network.wire import HEAD_LIMIT, Message, Reply, close, read_message, reset

DRIP_S = 0.02
FLOOD = b"[" + b'"0123456789abcdef",' * 3449
NEXT_WRITE = -1
SCRATCH = Reply(200, {"content-type": "application/json"}, b"{}")

Desk = Callable[[Message], Awaitable[Reply]]
End = Literal["close", "reset", "stall", "drip", "flood", "flood_chunks"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What one request meets.

    `said` makes the bytes on the wire from the desk's own answer (an empty object where `commit` is false and the desk
    never sees the request); `then` is how the connection goes on. `unread` resets it before the request is read,
    `dial` keeps it from being made at all, `forever` spoils all later requests too.
    """

    name: str
    said: Callable[[Reply], bytes] = Reply.raw
    then: End = "close"
    commit: bool = False
    unread: bool = False
    forever: bool = False
    dial: Literal["", "refused", "timeout"] = ""

    @property
    def slow(self) -> bool:
        """Whether only a limit of time ends it."""
        return self.then in {"stall", "drip"} or self.dial == "timeout"

    def __str__(self) -> str:
        return self.name


@dataclass
class FaultServer:
    """`async with` gives the running server. `seen` are all requests, `taken` those that the desk behind has answered."""

    desk: Desk
    fault: Fault | None = None
    at: int = 0  # the number of the request that meets the fault; NEXT_WRITE is the next that would change something
    seen: list[Message] = field(default_factory=list)
    taken: list[Message] = field(default_factory=list)
    late: list[Message] = field(default_factory=list)
    connections: int = 0

    async def __aenter__(self) -> Self:
        self._over = asyncio.Event()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=HEAD_LIMIT)
        self.port = int(self._server.sockets[0].getsockname()[1])
        self._tasks: set[asyncio.Task[None]] = set()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over.set()
        self._server.close()
        await self._server.wait_closed()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def arm(self, fault: Fault) -> None:
        """Let the next request that would change something meet `fault`."""
        self.fault, self.at = fault, NEXT_WRITE

    async def commit_late(self) -> None:
        """Let the desk see what was held back from it."""
        for request in self.late:
            self.taken.append(request)
            await self.desk(request)
        self.late.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        number, self.connections = self.connections, self.connections + 1
        try:
            await self._answer(number, reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            self._tasks.discard(task)

    async def _answer(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fault = self.fault
        spoilt = fault if fault and (number == self.at or (fault.forever and number > self.at)) else None
        if spoilt and spoilt.unread:
            reset(writer)
            return
        request = await read_message(reader)
        if request is None:
            await close(writer)
            return
        self.seen.append(request)
        if fault and self.at == NEXT_WRITE and request.method != "GET":
            spoilt, self.fault = fault, None
        if spoilt is None:
            writer.write((await self._take(request)).raw())
            await writer.drain()
            await close(writer)
            return
        genuine = await self._take(request) if spoilt.commit else SCRATCH
        if not spoilt.commit:
            self.late.append(request)
        writer.write(spoilt.said(genuine))
        await _drain(writer)
        await self._end(spoilt.then, writer)

    async def _take(self, request: Message) -> Reply:
        self.taken.append(request)
        return await self.desk(request)

    async def _end(self, then: End, writer: asyncio.StreamWriter) -> None:
        if then == "reset":
            reset(writer)
            return
        if then == "stall":
            await self._over.wait()
        while (
            then in {"drip", "flood", "flood_chunks"} and not self._over.is_set() and not writer.is_closing()
        ):
            writer.write({"drip": b" ", "flood": FLOOD}.get(then, b"%x\r\n%b\r\n" % (len(FLOOD), FLOOD)))
            await writer.drain()
            if then == "drip":
                await asyncio.sleep(DRIP_S)
        await close(writer)


async def _drain(writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        await writer.drain()
