"""How fast tickets come in: our whole path against the physical limit and against what a script would use today.

All three read the same pages of the demo desk, which another process serves over loopback; CPU time of this process.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from console.demo.setup import DemoDesk, prepare
from store.clock import wall_clock
from store.database import Database
from store.home import Home
from store.remotes.zendesk import ZendeskRemote
from store.sync.pull import Puller
from tests.bench.figure import Figure, p95
from tests.bench.ingest_limit import Held, limit
from tests.bench.ingest_zenpy import by_zenpy

ROOT = Path(__file__).resolve().parents[2]
TICKETS = 4_000
RUNS = 5
SOME, MANY = 20_000, 200_000
TICK_S = 0.005
EXPORT = "/api/v2/incremental/tickets/cursor.json"
SIDELOADS = "users,groups,organizations,slas"


def ingest(folder: Path) -> list[Figure]:
    """CPU against the limit and against zenpy, memory over 200,000 tickets, and how long the loop stands still."""
    made = prepare(folder / "desk", size=TICKETS, now=wall_clock())
    with program("tests.bench.ingest_desk", str(made.path)) as url:
        held = Held(_pages(url, made), _fields(url, made))
        _ours(folder, url, made, held.take)  # warms up, and keeps the rows for the limit
        pairs = [(_ours(folder, url, made), limit(folder, held)) for _ in range(RUNS)]
        ours, least = min(o for o, _ in pairs), min(found for _, found in pairs)
        count = held.tickets
        held.rows.clear()
        # Before all that zenpy loads, through which the collector would look.
        long_run = _long_run(folder, held)
        zenpy = by_zenpy(folder, url, made)
    figures = [
        Figure("ingest: our CPU against the physical limit's", ours / least, 1 / 0.6, "x",
               f"{count / ours:,.0f} tickets/s of CPU against {count / least:,.0f}: {least / ours:.2f} of the limit"),
    ]  # fmt: skip
    if zenpy:
        figures.append(
            Figure("ingest: our CPU against zenpy's and a raw upsert", ours / zenpy, 1 / 20, "x",
                   f"{count / zenpy:,.0f} tickets/s of CPU: we are {zenpy / ours:.0f} times as fast")
        )  # fmt: skip
    return [*figures, *long_run]


def _long_run(folder: Path, held: Held) -> list[Figure]:
    """200,000 tickets from a desk that repeats one page under other numbers."""
    page, fields = folder / "page.json", folder / "fields.json"
    page.write_bytes(held.pages[0])
    fields.write_bytes(held.fields)
    with program("tests.bench.ingest_desk", str(page), str(fields), str(MANY)) as url:
        marks, late = asyncio.run(_watched(folder, url))
    first, last = marks[min(m for m in marks if m >= SOME)], marks[max(marks)]
    worst = sorted(late)[int(len(late) * 0.99)]
    return [
        Figure(f"ingest: memory grown from {SOME:,} to {max(marks):,} tickets", last - first, 8, "MB",
               f"{first:.0f} MB, then {last:.0f} MB"),
        Figure("ingest: the event loop stands still", worst, 20, "ms",
               f"p99; p95 {p95(late):.1f}, longest {max(late):.0f}"),
    ]  # fmt: skip


async def _watched(folder: Path, url: str) -> tuple[dict[int, float], list[float]]:
    """Resident memory by tickets stored, and how late a task was that wanted to wake every 5 ms."""
    late: list[float] = []

    async def ticker() -> None:
        while True:
            asked = time.perf_counter()
            await asyncio.sleep(TICK_S)
            late.append((time.perf_counter() - asked - TICK_S) * 1000)

    marks: dict[int, float] = {}
    with workspace(folder) as database:
        remote = ZendeskRemote(url, "any", user="any@example.com", feed="export")
        watch = asyncio.create_task(ticker())
        await _pull(remote, database, lambda count: marks.__setitem__(count, _rss_mb()))
        watch.cancel()
        await remote.aclose()
    return marks, late


def _ours(folder: Path, url: str, made: DemoDesk, look: Callable[[Database], None] = lambda _: None) -> float:
    """CPU seconds for the whole desk: over HTTP into mirror.db, cursors saved on the way."""

    async def run(database: Database) -> float:
        remote = ZendeskRemote(url, made.admin_token, user=made.admin_email, feed="export")
        start = time.process_time()
        await _pull(remote, database)
        took = time.process_time() - start
        await remote.aclose()
        return took

    with workspace(folder) as database:
        took = asyncio.run(run(database))
        look(database)
    return took


async def _pull(
    remote: ZendeskRemote, database: Database, look: Callable[[int], None] = lambda _: None
) -> None:
    """What the sync engine does; `look` is told after each page how many tickets are stored."""

    async def between() -> None:
        stored = database.read(lambda reader: reader.execute("SELECT max(id) FROM ticket").fetchone()[0])
        look(stored)
        await asyncio.sleep(0)

    await Puller(database, "demo", remote, wall_clock).tickets(between)


@contextmanager
def workspace(folder: Path) -> Iterator[Database]:
    """A new, empty workspace with a reader, as the console has one open."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        home = Home(Path(name) / "home")
        home.make()
        database = Database(home)
        database.read(lambda reader: reader.execute("SELECT count(*) FROM ticket").fetchone())
        yield database
        database.close()


@contextmanager
def program(module: str, *arguments: str) -> Iterator[str]:
    """A server in a process of its own, which ends with us; gives its URL."""
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield str(json.loads(process.stdout.readline())["url"])
        finally:
            process.stdin.close()
            process.wait(10)


def _pages(url: str, made: DemoDesk) -> list[bytes]:
    """The export as it comes over the wire, a thousand tickets a page."""
    found: list[bytes] = []
    where = {"start_time": "0"}
    while True:
        answer = _get(url, made, EXPORT, per_page="1000", include=SIDELOADS, **where)
        found.append(answer.content)
        if answer.json()["end_of_stream"]:
            return found
        where = {"cursor": answer.json()["after_cursor"]}


def _fields(url: str, made: DemoDesk) -> bytes:
    return _get(url, made, "/api/v2/ticket_fields.json").content


def _get(url: str, made: DemoDesk, path: str, **query: str) -> httpx.Response:
    answer = httpx.get(
        url + path, params=query, auth=(f"{made.admin_email}/token", made.admin_token), trust_env=False
    )
    return answer.raise_for_status()


def _rss_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1_000_000
