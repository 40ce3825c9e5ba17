"""How fast tickets come in: our whole path against the physical limit and against what a script would use today.

All three read the same pages of the demo desk, which another process serves over loopback; CPU time of this process.
Against the limit the pages are packed beforehand: where the desk makes them meanwhile on the processor's other half, it
slows down whoever reads from it, and the limit reads from nobody. A plain script asks the living demo desk, as we do then.
"""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
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
from tests.bench.ingest_pages import keep, larger
from tests.bench.ingest_zenpy import Took, by_zenpy

ROOT = Path(__file__).resolve().parents[2]
TICKETS = 8_000  # enough for what a pull asks once, such as the list of fields, to weigh little
RUNS = 5
SOME, MANY = 20_000, 200_000
TICK_S = 0.005
EXPORT = "/api/v2/incremental/tickets/cursor.json"
DESK = "tests.bench.ingest_desk"
SIDELOADS = "users,groups,organizations,slas"


def ingest(folder: Path) -> list[Figure]:
    """CPU against the limit and against zenpy at two sizes of ticket, memory over 200,000 tickets, and how long the loop stands still."""
    made = prepare(folder / "desk", size=TICKETS, now=wall_clock())
    with program(DESK, str(made.path)) as living:
        held = Held(_pages(living, made), _fields(living, made))
        small, large = keep(folder / "small", held), keep(folder / "large", padded := larger(held))
        with program(DESK, str(small)) as url, program(DESK, str(large)) as other:
            sizes = [_against_limit(folder, url, made, held), _against_limit(folder, other, made, padded)]
            alive = replace(sizes[0], url=living, ours=min(_ours(folder, living, made) for _ in range(RUNS)))
            # Before all that zenpy loads, through which the collector would look.
            long_run = _long_run(folder, held)
            beside = [figure for size in sizes for figure in _figures(folder, made, size)]
            return beside + _plain(folder, made, alive) + long_run


def _plain(folder: Path, made: DemoDesk, alive: Size) -> list[Figure]:
    """Both from the living desk: a plain script asks it for people one by one."""
    plain = by_zenpy(folder, alive.url, made, plain=True)
    if not plain:
        return []
    told = f"ingest from the living desk, {alive.words} a ticket: our CPU against the limit's"
    ours = Figure(
        told, alive.ours.cpu / alive.limit, 1 / 0.5, "x", f"{alive.limit / alive.ours.cpu:.2f} of the limit"
    )
    return [ours, _beside("a plain zenpy script, from the living desk", plain, alive, 1 / 20)]


@dataclass(frozen=True, slots=True)
class Size:
    """Desk and pages of one size of ticket, with the best of our runs and of the limit's."""

    url: str
    held: Held
    count: int
    ours: Took
    limit: float

    @property
    def words(self) -> str:
        """How large a ticket is."""
        tickets = json.loads(self.held.pages[0])["tickets"]
        return f"{len(json.dumps(tickets, ensure_ascii=False, separators=(',', ':'))) / len(tickets) / 1000:.1f} KB"


def _against_limit(folder: Path, url: str, made: DemoDesk, held: Held) -> Size:
    """Both in turn, after a run that warms up and keeps the rows for the limit."""
    _ours(folder, url, made, held.take)
    pairs = [(_ours(folder, url, made), limit(folder, held)) for _ in range(RUNS)]
    count = held.tickets
    held.rows.clear()
    return Size(url, held, count, min(ours for ours, _ in pairs), min(least for _, least in pairs))


def _figures(folder: Path, made: DemoDesk, size: Size) -> list[Figure]:
    ours, least, count = size.ours, size.limit, size.count
    figures = [
        Figure(f"ingest, {size.words} a ticket: our CPU against the limit's", ours.cpu / least, 1 / 0.6, "x",
               f"{count / ours.cpu:,.0f} tickets/s of CPU against {count / least:,.0f}: {least / ours.cpu:.2f} of the limit"),
    ]  # fmt: skip
    zenpy = by_zenpy(folder, size.url, made)
    if zenpy:
        figures.append(_beside("a zenpy script that sideloads people", zenpy, size, 1 / 7))
    return figures


def _beside(peer: str, zenpy: Took, size: Size, target: float) -> Figure:
    """Ours against a script's; 20 times is asked of a plain one, since the limit itself is 14 to 23 times one that sideloads."""
    ours = size.ours
    return Figure(f"ingest, {size.words} a ticket: our CPU against {peer}", ours.cpu / zenpy.cpu, target, "x",
                  f"{size.count / zenpy.cpu:,.0f} tickets/s of CPU with a raw upsert: we are {zenpy.cpu / ours.cpu:.1f} times as"
                  f" fast, and {zenpy.wall / ours.wall:.1f} times by the clock ({ours.wall:.2f} s against {zenpy.wall:.2f})")  # fmt: skip


def _long_run(folder: Path, held: Held) -> list[Figure]:
    """200,000 tickets from a desk that repeats one page under other numbers."""
    page, fields = folder / "page.json", folder / "fields.json"
    page.write_bytes(held.pages[0])
    fields.write_bytes(held.fields)
    with program(DESK, str(page), str(fields), str(MANY)) as url:
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


def _ours(folder: Path, url: str, made: DemoDesk, look: Callable[[Database], None] = lambda _: None) -> Took:
    """What the whole desk takes: over HTTP into mirror.db, cursors saved on the way."""

    async def run(database: Database) -> Took:
        remote = ZendeskRemote(url, made.admin_token, user=made.admin_email, feed="export")
        gc.collect()  # what making the workspace left behind is nobody's work; so it is for the others
        start, began = time.process_time(), time.perf_counter()
        await _pull(remote, database)
        took = Took(time.process_time() - start, time.perf_counter() - began)
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
