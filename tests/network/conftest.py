"""One demo desk for all failures; a story that counts messages makes one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from demo.client import NOW
from network.scene import Behind
from support.clock import Clock

from console.demo.desk import create_app
from console.demo.setup import prepare
from store.home import Home


@pytest.fixture(scope="session")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    made = prepare(tmp_path_factory.mktemp("network"), seed=3, size=40, now=NOW)
    app = create_app(made.path, clock=Clock(NOW))
    yield Behind(made, app)
    app.state.database.close()


@pytest.fixture
def home() -> Iterator[Home]:
    """A workspace in memory where there is one: hundreds of stories need not wait for the disk."""
    memory = Path("/dev/shm")  # a folder of Linux
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        made = Home(Path(folder) / "home")
        made.make()
        yield made


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "network: the whole matrix of faults on loopback sockets (make network)"
    )
