"""Three tickets in a workspace, for what is done to them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.clock import Clock
from support.desk import MemoryDesk
from support.undoing import Turn

from console.session import Session
from store.home import Home
from store.sync import Engine


@pytest.fixture
def engine(session: Session, desk: MemoryDesk, clock: Clock) -> Engine:
    return Engine(session.db, "acme", desk, clock)


@pytest.fixture
def turn(engine: Engine, clock: Clock) -> Turn:
    """Sync until nothing is left to send."""

    async def turn() -> None:
        for _ in range(3):
            clock.tick(10)
            assert (await engine.once()).error is None

    return turn


@pytest.fixture
async def refs(desk: MemoryDesk, turn: Turn) -> list[str]:
    """Three tickets of three customers, pulled."""
    made = [desk.open(desk.customer(name), f"{name}'s kettle", "It leaks.") for name in ("Ada", "Bea", "Cas")]
    await turn()
    return [f"acme/{number}" for number in made]


@pytest.fixture
def other(session: Session, home: Home, clock: Clock) -> Iterator[Session]:
    """Another program of the same workspace."""
    opened = Session.open(home, clock)
    assert opened.db is not session.db
    yield opened
    opened.close()
