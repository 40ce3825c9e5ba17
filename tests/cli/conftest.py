"""A demo workspace that is made once, and the program on it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that these tests share program.py

from program import SIZE, Heard

from console.demo.server import running
from console.demo.setup import DemoDesk, prepare


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo workspace of 120 tickets that has been synced once; tests that change anything take a copy."""
    home = tmp_path_factory.mktemp("cli") / "demo"
    Heard(home)("--home", str(home), "demo", "--headless", "--size", str(SIZE))
    return home


@pytest.fixture(scope="session")
def reading(demo_home: Path) -> Heard:
    """The program on the shared workspace, for commands that only read."""
    return Heard(demo_home)


@pytest.fixture
def heard(demo_home: Path, tmp_path: Path) -> Heard:
    """The program on a copy of the workspace."""
    copy = tmp_path / "copy"
    shutil.copytree(demo_home, copy)
    return Heard(copy)


@pytest.fixture
def empty(tmp_path: Path) -> Heard:
    """The program on a workspace without desks."""
    return Heard(tmp_path / "empty")


@pytest.fixture(scope="session")
def live_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, DemoDesk]]:
    """A demo desk on a real port of loopback, and its credentials."""
    desk = prepare(tmp_path_factory.mktemp("desk"), seed=3, size=12, now=1_767_225_600_000_000)
    with running(desk.path) as url:
        yield url, desk
