"""What every test may use: a workspace on a temporary folder, a clock that stands still, and an in-memory desk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.clock import Clock
from support.desk import MemoryDesk

from console.session import Session
from store.database import Database
from store.home import Home

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.fixture(autouse=True)
def _quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the developer's own workspace, editor or colours."""
    for name in [n for n in os.environ if n.startswith("HEARD_")]:
        if name != "HEARD_RT_DATA":
            monkeypatch.delenv(name)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.make()
    return made


@pytest.fixture
def database(home: Home, clock: Clock) -> Iterator[Database]:
    opened = Database(home, clock)
    yield opened
    opened.close()


@pytest.fixture
def desk(clock: Clock) -> MemoryDesk:
    return MemoryDesk(clock)


@pytest.fixture
def session(home: Home, clock: Clock) -> Iterator[Session]:
    opened = Session.open(home, clock)
    yield opened
    opened.close()


@pytest.fixture
def shared() -> Path:
    """The folder of recorded traffic and conversations; a test that needs it says so when it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"SKIPPED FOR WANT OF DATA: {SHARED} is not there")
    return SHARED
