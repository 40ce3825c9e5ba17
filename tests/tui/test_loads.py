"""The threads beside the screen, once the program is leaving."""

from __future__ import annotations

import asyncio

import pytest

from screens.loads import Loads


async def test_who_asks_after_the_end_waits_for_nothing() -> None:
    """A screen that wakes while the program ends must not end it with a fault."""
    loads = Loads()
    assert await loads.read(lambda: "read") == "read"
    loads.close()
    with pytest.raises(asyncio.CancelledError):
        await loads.read(lambda: "read")


async def test_what_is_written_after_the_end_is_written() -> None:
    loads, kept = Loads(), list[str]()
    loads.close()
    await loads.write(lambda: kept.append("words"))
    assert kept == ["words"]
