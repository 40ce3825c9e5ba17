"""One demo desk for all failures, and a fresh one for each story that counts messages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from demo.client import NOW
from starlette.applications import Starlette
from support.clock import Clock

from console.demo.desk import create_app
from console.demo.setup import DemoDesk, prepare


@pytest.fixture(scope="session")
def network_made(tmp_path_factory: pytest.TempPathFactory) -> DemoDesk:
    return prepare(tmp_path_factory.mktemp("network"), seed=3, size=40, now=NOW)


@pytest.fixture(scope="session")
def network_app(network_made: DemoDesk) -> Iterator[Starlette]:
    app = create_app(network_made.path, clock=Clock(NOW))
    yield app
    app.state.database.close()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "network: the whole matrix of faults on loopback sockets (make network)")
