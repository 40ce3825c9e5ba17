"""What more than one of these files begins with."""

from __future__ import annotations

import pytest
from support.clock import Clock
from support.desk import MemoryDesk
from support.one_ticket import Scene

from console.session import Session


@pytest.fixture
def scene(session: Session, desk: MemoryDesk, clock: Clock) -> Scene:
    """One ticket, one worker and a desk in memory."""
    return Scene(session, desk, clock)
