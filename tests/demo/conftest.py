"""A small demo desk on a file of its own, served to an HTTP client inside the process, with a clock that stands still."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from demo.client import NOW, Demo
from starlette.applications import Starlette
from support.clock import Clock

from console.demo.database import Database
from console.demo.desk import create_app
from console.demo.setup import DemoDesk, prepare


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> DemoDesk:
    """One desk for all tests; each works on a copy."""
    return prepare(tmp_path_factory.mktemp("desk"), seed=3, size=150, now=NOW)


@pytest.fixture
def made(made_once: DemoDesk, tmp_path: Path) -> DemoDesk:
    path = tmp_path / "desk.db"
    shutil.copyfile(made_once.path, path)
    return replace(made_once, path=path)


@pytest.fixture
def demo_clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def app(made: DemoDesk, demo_clock: Clock) -> Iterator[Starlette]:
    app = create_app(made.path, clock=demo_clock)
    yield app
    app.state.database.close()


@pytest.fixture
def db(app: Starlette) -> Database:
    database: Database = app.state.database
    return database


@pytest.fixture
async def demo(made: DemoDesk, app: Starlette, db: Database, demo_clock: Clock) -> AsyncIterator[Demo]:
    """The desk as its admin sees it."""
    credentials = httpx.BasicAuth(f"{made.admin_email}/token", made.admin_token)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://desk.test", auth=credentials
    ) as client:
        yield Demo(client, db, demo_clock, made)
