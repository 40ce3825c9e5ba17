"""Virtual time for gates, alone and among many tasks, and a desk on the loopback that answers by a plan."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from heapq import heappop, heappush
from typing import Any, TypeVar

from remotes.http_desk import SECRET
from support.clock import SECOND, Clock

from store.remotes.budget import Limits
from store.remotes.budget_file import Budgets, Remembered
from store.remotes.gate import DeskGate
from store.remotes.http import DeskHttp
from store.remotes.http_auth import bearer

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that waits for nothing real."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    work.close()
    raise AssertionError("it waits for something real")


class World:
    """One desk's gate for tests that do one thing at a time; a pause lets the clock run on."""

    def __init__(
        self, limits: Limits | None = None, budgets: Budgets | None = None, dice: float = 1.0
    ) -> None:
        self.clock = Clock()
        self.naps: list[float] = []
        self.budgets = budgets or Remembered()
        self.limits = limits or Limits()
        self.dice = dice
        self.gate = self.another()

    def another(self, name: str = "acme") -> DeskGate:
        return DeskGate(
            name,
            self.budgets,
            host="desk.example.com",
            limits=self.limits,
            now=self.clock,
            pause=self.pause,
            dice=lambda: self.dice,
        )

    async def pause(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.clock.now += round(seconds * SECOND)


class Together:
    """Time for several tasks at once: it goes on when all of them sleep."""

    def __init__(self, tasks: int) -> None:
        self.clock = Clock()
        self._awake = tasks
        self._order = itertools.count()
        self._sleeping: list[tuple[int, int, asyncio.Event]] = []

    async def pause(self, seconds: float) -> None:
        event = asyncio.Event()
        heappush(self._sleeping, (self.clock.now + round(seconds * SECOND), next(self._order), event))
        self.leave()
        await event.wait()

    def leave(self) -> None:
        """A task is done, or sleeps."""
        self._awake -= 1
        if not self._awake and self._sleeping:
            when, _, event = heappop(self._sleeping)
            self.clock.now = max(self.clock.now, when)
            self._awake = 1
            event.set()

    async def run(self, *tasks: Coroutine[Any, Any, None]) -> None:
        async def one(task: Coroutine[Any, Any, None]) -> None:
            try:
                await task
            finally:
                self.leave()

        async with asyncio.TaskGroup() as group:
            for task in tasks:
                group.create_task(one(task))


class Plan:
    """What a desk on the loopback answers, and what it was asked: (the clock, method and path)."""

    def __init__(self, clock: Clock, answer: Callable[[str], tuple[int, str]]) -> None:
        self.clock = clock
        self.answer = answer
        self.asked: list[tuple[int, str]] = []
        self.connected = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connected += 1
        line = (await reader.readuntil(b"\r\n")).decode().removesuffix(" HTTP/1.1\r\n")
        await reader.readuntil(b"\r\n\r\n")
        self.asked.append((self.clock.now, line))
        status, headers = self.answer(line)
        if status:
            head = f"HTTP/1.1 {status} X\r\nContent-Length: 2\r\nConnection: close\r\n{headers}\r\n{{}}"
            writer.write(head.encode())
            await writer.drain()
        writer.close()


@asynccontextmanager
async def loopback(plan: Plan, **options: Any) -> AsyncIterator[DeskHttp]:
    server = await asyncio.start_server(plan.serve, "127.0.0.1", 0)
    http = DeskHttp(
        f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", bearer(SECRET), now=plan.clock, **options
    )
    try:
        yield http
    finally:
        await http.aclose()
        server.close()
        await server.wait_closed()
