"""The real console on a pseudo terminal: first paint, keys, a commit by another process, memory."""

from __future__ import annotations

import statistics
import sys
import time

from support.terminal import Terminal

from console import changes, triage
from console.session import Session
from store.home import Home
from tests.bench.figure import Figure, p95
from tests.bench.peers import bare, shown, until

PAIRS = 7
KEYS = 120
COMMITS = 30


def tui(home: Home, session: Session) -> list[Figure]:
    """First paint against a bare Textual app; then one console driven by keys and by commits."""
    heard = [sys.executable, "-m", "cli", "--home", str(home.root)]
    paint = statistics.median(shown(heard, b"HEARD").seconds / bare().seconds for _ in range(PAIRS))
    console = Terminal(heard, draw=False)
    until(console, b"HEARD", 20)
    _quiet(console, 1.0)
    keys = [_key(console, b"j" if n % 40 < 20 else b"k") for n in range(KEYS)]
    commits = [_commit(console, session, n) for n in range(COMMITS)]
    rss = console.rss_mb()
    console.close()
    return [
        Figure("first paint", paint, 1.15, "x", "of a bare Textual app"),
        Figure("key to repaint", p95(keys), 16, "ms", "p95"),
        Figure("commit of another process to repaint", p95(commits), 150, "ms", "p95"),
        Figure("resident memory", rss, 100, "MB", "after the above"),
    ]


def _quiet(console: Terminal, quiet: float) -> None:
    while console.read(quiet):
        pass


def _key(console: Terminal, key: bytes) -> float:
    start = time.perf_counter()
    console.send(key)
    console.read(2)
    took = (time.perf_counter() - start) * 1000
    _quiet(console, 0.15)
    return took


def _commit(console: Terminal, session: Session, number: int) -> float:
    """A change of the first ticket in the queue, made by this process, until its row is painted again."""
    first = triage.rows(session, triage.queue_ids(session, "status:live")[:1])[0]
    plan = changes.plan_refs(session, [first.ref], changes.parse([f"subject=Repainted {number}"]))
    start = time.perf_counter()
    changes.apply(session, plan)
    word = f"Repainted {number}".encode()
    mark = len(console.raw)
    while word not in console.raw[mark:] and time.perf_counter() - start < 5:
        console.read(0.005)
    took = (time.perf_counter() - start) * 1000
    _quiet(console, 0.15)
    return took
