"""What scrolling through very many tickets leaves behind: nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from textual.strip import Strip

from store.rows import TicketRow
from widgets.words import HOUR

NOW = 1_772_000_000_000_000
MANY, PAGES = 5_000, 40
SEEN, SCREENS = 22, 12  # tickets on a screen of 24 lines, and screens full that may be held


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Garbage that only the collector can find stays where a test can count it."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def alive(kind: type[object]) -> int:
    return sum(isinstance(each, kind) for each in gc.get_objects())


@pytest.mark.usefixtures("no_collector")
async def test_lines_that_were_passed_are_gone_without_the_garbage_collector(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(1, MANY)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j")
        before = alive(Strip)
        await pilot.press(*["pagedown"] * PAGES)
        assert app.queue.row().ref == f"demo/{1 + PAGES * SEEN + 1}"
        assert alive(Strip) - before < SCREENS * SEEN < PAGES * SEEN


async def test_only_the_rows_near_the_window_are_held(queue: Any, row: Any) -> None:
    app = queue([])
    async with app.run_test(size=(80, 24)) as pilot:
        app.rows = {n: row(n) for n in range(1, MANY)}
        app.show()
        app.rows = Making(row)
        await pilot.press(*["pagedown"] * PAGES)
        held = sum(type(each) is TicketRow for each in gc.get_objects())
        assert f"Parcel {app.queue.pinned} " in app.text()
        assert held < 35 * SEEN < PAGES * SEEN


class Making(dict[int, TicketRow]):
    """A desk's rows, made when they are asked for."""

    def __init__(self, row: Any) -> None:
        super().__init__()
        self._row = row

    def __contains__(self, number: object) -> bool:
        return True

    def __getitem__(self, number: int) -> TicketRow:
        made: TicketRow = self._row(number)
        return made


async def test_ages_are_told_anew_when_a_minute_has_passed(queue: Any, row: Any) -> None:
    app = queue([row(n, waiting_since=NOW - HOUR) for n in range(1, 50)])
    async with app.run_test(size=(80, 24)) as pilot:
        now = NOW
        app.queue._now = lambda: now
        app.queue.tick()
        await pilot.pause()
        before = app.text()
        now += 23 * HOUR
        app.queue.tick()
        await pilot.pause()
        assert app.text() != before
