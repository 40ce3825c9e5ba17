"""A proxy on 127.0.0.1 that cuts: some requests never arrive, and some arrive while their answer never comes back.

Which ones is drawn from a seed. Use it between an adapter and any desk that speaks plain HTTP:

    async with Proxy("http://127.0.0.1:8080/rt", seed=7, share=0.1) as proxy:
        remote = RtRemote(proxy.url, token)
        ...
        print(proxy.counts)
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection
from random import Random
from typing import Literal, Self
from urllib.parse import urlsplit

from network.wire import HEAD_LIMIT, Message, close, read_message

WRITES = frozenset({"POST", "PUT", "DELETE"})

Fate = Literal["passed", "cut before", "cut after"]


class Proxy:
    """`async with` listens and gives the proxy; `url` is the desk's address by this way.

    Of the requests with one of `methods`, `share` are cut, half of them before they reach the desk, half after the desk
    has answered in full. `counts` says how many requests met which fate; `failed` counts those that the desk itself
    did not answer. The order of the requests decides, so that one client gives one sequence for one seed.
    """

    def __init__(
        self, target: str, *, seed: int, share: float = 0.1, methods: Collection[str] = WRITES
    ) -> None:
        parts = urlsplit(target)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._path = parts.path.rstrip("/")
        self._chance = Random(seed)
        self._share = share
        self._methods = methods
        self._tasks: set[asyncio.Task[None]] = set()
        self.counts: Counter[Fate] = Counter()
        self.failed = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=HEAD_LIMIT)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        """The desk's address through this proxy."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}{self._path}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while (request := await read_message(reader)) and await self._pass_on(request, writer):
                pass
            await close(writer)
        except (ConnectionError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            self._tasks.discard(task)

    async def _pass_on(self, request: Message, writer: asyncio.StreamWriter) -> bool:
        """Let one request meet its fate; whether the connection stays open."""
        fate = self._fate(request)
        self.counts[fate] += 1
        if fate == "cut before":
            return False
        answer = await self._ask(request)
        if answer is None:
            self.failed += 1
            return False
        if fate == "cut after":
            return False
        writer.write(answer.raw)
        await writer.drain()
        return "close" not in answer.headers.get("connection", "").lower() and _length_told(answer)

    def _fate(self, request: Message) -> Fate:
        if request.method not in self._methods:
            return "passed"
        drawn = self._chance.random()
        if drawn >= self._share:
            return "passed"
        return "cut before" if drawn < self._share / 2 else "cut after"

    async def _ask(self, request: Message) -> Message | None:
        """The desk's whole answer: once it is here, what was asked for has happened."""
        try:
            reader, writer = await asyncio.open_connection(self._host, self._port, limit=HEAD_LIMIT)
        except OSError:
            return None
        try:
            writer.write(request.raw)
            await writer.drain()
            answer = await read_message(reader, answer_to=request.method)
        except ConnectionError:
            return None
        finally:
            await close(writer)
        return answer


def _length_told(answer: Message) -> bool:
    """Whether the client knows where the answer ends without the end of the connection."""
    told = answer.headers
    return "content-length" in told or "transfer-encoding" in told or answer.status in {204, 304}
