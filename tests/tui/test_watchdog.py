"""The thread that draws never waits for the store: no SQL on it at all, whatever an agent does in a long queue.

The store is made once and kept (HEARD_BENCH_STORES says where); `make watchdog` runs this with 200,000 tickets.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support import pilots

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from console.session import Session
from screens.app import HeardApp
from store import database
from tests.bench import big_store

TICKETS = int(os.environ.get("HEARD_WATCHDOG_TICKETS", "50000"))


@dataclass
class Watch:
    """What was asked of SQLite, and by which thread."""

    drawing: int = 0
    statements: int = 0
    wrong: list[str] = field(default_factory=list)

    def see(self, sql: str) -> None:
        self.statements += 1
        if threading.get_ident() == self.drawing:
            self.wrong.append(sql)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Every connection that is opened from now on tells of each of its statements."""
    found = Watch()

    def told(opened: Callable[..., sqlite3.Connection]) -> Callable[..., sqlite3.Connection]:
        def connect(*arguments: Any) -> sqlite3.Connection:
            connection = opened(*arguments)
            connection.set_trace_callback(found.see)
            return connection

        return connect

    monkeypatch.setattr(database, "open_reader", told(database.open_reader))
    monkeypatch.setattr(database, "open_writer", told(database.open_writer))
    return found


@pytest.fixture
def big() -> Iterator[Session]:
    with big_store.borrowed(TICKETS) as home:
        session = Session.open(home, lambda: big_store.NOW)
        yield session
        session.close()


class Turns:
    """How much processor time each turn of the drawing thread took: what other programs do meanwhile does not count."""

    def __init__(self) -> None:
        self.longest = 0.0

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Measure every callback of the loop."""
        turn = asyncio.events.Handle._run

        def run(handle: asyncio.Handle) -> None:
            start = time.thread_time()
            turn(handle)
            if handle._loop is loop:  # type: ignore[attr-defined]
                self.longest = max(self.longest, (time.thread_time() - start) * 1e3)

        self._turn, self._run = turn, run
        asyncio.events.Handle._run = run  # type: ignore[method-assign]

    def end(self) -> None:
        asyncio.events.Handle._run = self._turn  # type: ignore[method-assign]


async def test_no_query_runs_on_the_drawing_thread(big: Session, watch: Watch) -> None:
    """Views, pages, the ends of the list, orders, marks, a query, a search and changes, in a queue too long to be looked at."""
    app = HeardApp(big)
    watch.drawing = threading.get_ident()
    turns = Turns()
    async with app.run_test(size=(120, 40)) as pilot:
        queue = app._triage.queue

        until = partial(pilots.until, pilot)

        await until(lambda: app._triage.furnished and not queue.more, "the queue is there")
        await pilot.pause(0.5)
        turns.watch(asyncio.get_running_loop())
        try:
            for key in "987654321":
                await pilot.press(key)
                await until(lambda: len(queue.ids) > 0 and not queue.more, f"view {key}")
            await pilot.press("9")
            await until(lambda: len(queue.ids) > TICKETS * 0.9, "all tickets")
            await pilot.press(*["j"] * 40, *["pagedown"] * 20, "G", "pageup", "g", "g", "space", "space", "V")
            last = queue.ids[-1]
            await pilot.press("G")
            assert queue.pinned == last
            app._triage._resort("subject")
            await until(
                lambda: queue.ids[-1] != last and queue.pinned == last, "the same ticket in another order"
            )
            assert len(queue.marks) == 3
            await pilot.press("z")  # the queue alone
            for by in ("requester", "status"):
                app._triage._resort(f"{by}/updated")
                await until(
                    lambda by=by: queue.lines is not None and queue.lines.groups.by == by, f"groups by {by}"
                )  # type: ignore[misc]  # a default binds the loop variable
                await pilot.press("x", "g", "g", "x", *["j"] * 20, *["pagedown"] * 9, "x", "G", "pageup", "V")
                assert queue.row_at(queue.cursor) >= 0
            app._triage._resort("subject")
            await until(lambda: queue.lines is None, "no groups")
            await pilot.press("z")
            await pilot.press("1", "/", *"tag:vip", "enter")
            await until(lambda: queue.title == "tag:vip" and not queue.more, "a query")
            await pilot.press("1")
            await until(lambda: queue.title == "Live" and not queue.more, "the first view")
            await pilot.press("a", "p", "escape", "u")
            await pilot.pause(1.0)
        finally:
            turns.end()
    assert watch.statements > 100
    assert watch.wrong == []
    print(f"\n{watch.statements} statements; longest turn {turns.longest:.1f} ms of processor time")
