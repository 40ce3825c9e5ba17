"""An endpoint on loopback, and workspaces that are told about it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.clock import Clock
from support.desk import MemoryDesk

sys.path.insert(0, str(Path(__file__).parent))  # so that these tests share model_server.py

from model_server import ModelServer, running

from console.session import Session
from console.settings import Settings
from console.settings_values import ModelSettings
from store.home import Home
from store.sync import Engine

DESK = '[desks.acme]\nprovider = "demo"\n'


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with running() as made:
        yield made


@pytest.fixture
def settings(model: ModelServer) -> Callable[..., Settings]:
    """Settings with the endpoint in them."""

    def make(**given: object) -> Settings:
        return Settings(model=ModelSettings(**{"endpoint": model.url, "model": "tiny", **given}))  # type: ignore[arg-type]

    return make


@dataclass
class Office:
    """A workspace of one desk with a customer of two tickets, and another customer."""

    home: Home
    session: Session
    desk: MemoryDesk
    refs: dict[str, str]

    def configure(self, text: str) -> None:
        """Write config.toml and open the workspace anew."""
        self.session.close()
        self.home.config.write_text(DESK + text, encoding="utf-8")
        self.home.config.chmod(0o600)
        self.session = Session.open(self.home, self.session.clock)


@pytest.fixture
async def office(home: Home, clock: Clock, desk: MemoryDesk) -> AsyncIterator[Office]:
    """Maria has a kettle that leaks and a late parcel; Zoë has a secret of her own."""
    home.config.write_text(DESK, encoding="utf-8")
    home.config.chmod(0o600)
    session = Session.open(home, clock)
    maria, zoe = desk.customer("Maria Lopez"), desk.customer("Zoë Ångström")
    kettle = desk.open(
        maria,
        "Kettle leaks",
        "My kettle leaks, order A-10427. I descaled it. I checked that the lid is closed.",
    )
    clock.tick(600)
    desk.says(kettle, "a1", "I am sorry. We send a new one by Friday.")
    clock.tick(600)
    desk.says(kettle, "a2", "She threatens to go to the press.", public=False)
    clock.tick(600)
    parcel = desk.open(maria, "Parcel is late", "Where is the new kettle?")
    clock.tick(600)
    other = desk.open(zoe, "Password", "My door code is 7788-ZOE.")
    engine = Engine(session.db, "acme", desk, clock)
    for _ in range(2):
        clock.tick(10)
        cycle = await engine.once()
        assert cycle.error is None, cycle.error
    refs = {"kettle": f"acme/{kettle}", "parcel": f"acme/{parcel}", "other": f"acme/{other}"}
    made = Office(home, session, desk, refs)
    yield made
    made.session.close()
