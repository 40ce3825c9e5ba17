"""Whole stories: a desk, an adapter, a store and an engine, with a clock that a test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from network.scene import PLAIN
from support.clock import Clock

from console import outbox, triage
from console.session import Session
from store.remotes import Remote
from store.rows import Operation
from store.sync import Engine

NAME = "acme"
ROUNDS = 30
PAUSE_S = 10
ANY_STATE = ("queued", "sending", "unknown", "conflict", "review", "rejected", "done", "cancelled")


def loopback() -> httpx.AsyncHTTPTransport:
    """The way to servers on this machine, without the cost of reading all authorities for it."""
    return httpx.AsyncHTTPTransport(verify=PLAIN, trust_env=False)


@dataclass
class Story:
    """An engine that has pulled everything."""

    session: Session
    engine: Engine
    clock: Clock

    async def turn(self, rounds: int = 1, pause: float = PAUSE_S) -> None:
        """Some turns of the engine, `pause` seconds apart; errors of the desk are its state and end nothing."""
        for _ in range(rounds):
            self.clock.tick(pause)
            await self.engine.once()

    async def quiesce(self, rounds: int = ROUNDS) -> None:
        """Turns until nothing waits any more, `rounds` at most."""
        for _ in range(rounds):
            await self.turn()
            if not outbox.operations(self.session, ("queued", "sending", "unknown")):
                return

    def operations(self) -> list[Operation]:
        """All operations, the ended ones too, oldest first."""
        return outbox.operations(self.session, ANY_STATE)

    def refs(self, query: str = "") -> Sequence[str]:
        """The tickets in the mirror."""
        return [row.ref for row in triage.rows(self.session, triage.queue_ids(self.session, query))]


@asynccontextmanager
async def story(session: Session, remote: Remote, clock: Clock) -> AsyncIterator[Story]:
    """Pull everything, then hand over."""
    engine = Engine(session.db, NAME, remote, clock)
    told = Story(session, engine, clock)
    try:
        for _ in range(2):
            clock.tick(PAUSE_S)
            cycle = await engine.once()
            assert cycle.error is None, cycle.error
        yield told
    finally:
        await engine.aclose()
