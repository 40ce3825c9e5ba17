"""Keys sent to the real console on a pseudo terminal, and how long until what they asked for is painted."""

from __future__ import annotations

import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from support.terminal import Terminal

from console import triage, views
from console.session import Session
from store.home import Home
from tests.bench.peers import until
from tests.bench.started import argv, content_word, word_of

KEYS, HELD, PAGES, JUMPS, SWITCHES = 150, 300, 100, 30, 12  # of 28 switches two would decide p95
ZOOM = b"z"
ALL = "9"  # the view of all tickets
# The keys of a jump, and the tickets that stand on any screen after it.
ENDS = {b"G": slice(-25, None), b"\x1b[H": slice(25)}
_REPEAT = 0.015  # seconds between two repeats of a key that is held
_QUIET = 0.3  # seconds: the story follows the cursor after a rest


@dataclass
class Found:
    """Milliseconds by what was asked for; `cpu_ms` a key; resident memory in MB at the end."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu_ms: float = 0.0
    rss: float = 0.0

    def p99(self, name: str) -> float:
        return statistics.quantiles(self.took[name], n=100, method="inclusive")[-1]

    def note(self, name: str) -> str:
        return f"median {statistics.median(self.took[name]):.1f} ms, worst {max(self.took[name]):.1f} ms"


def keys(home: Home, session: Session) -> Found:
    """Drive one console through all of it."""
    console = Terminal(argv(home), draw=False)
    try:
        until(console, content_word(session), 30)
        _settle(console, 1.0)
        return _driven(console, session)
    finally:
        console.close()


def _driven(console: Terminal, session: Session) -> Found:
    found = Found()
    found.took["down"] = [_first(console, b"k" if n % 50 > 30 else b"j") for n in range(KEYS)]
    console.send(ZOOM)  # the queue alone: nothing else is painted
    console.send(ALL.encode())
    _settle(console, 1.0)
    found.cpu_ms = _held(console)
    found.took["page"] = [_last(console, b"\x1b[6~") for _ in range(PAGES)]
    found.took["jump"] = list(_jumps(console, session))
    found.took["view"] = list(_switches(console, session))
    console.send(ZOOM)
    _settle(console, 1.0)
    found.rss = console.rss_mb()
    return found


def _jumps(console: Terminal, session: Session) -> Iterator[float]:
    """To the end and to the top, until every ticket there is painted; not what a clock of the console paints meanwhile."""
    view = next(v for v in views.views(session) if v.key == ALL)
    ids = triage.queue_ids(session, view.query, view.sort)
    tickets = {key: triage.rows(session, ids[part]) for key, part in ENDS.items()}
    words = {key: {word_of(row) for row in rows} - {b""} for key, rows in tickets.items()}
    for _ in range(JUMPS // 2):
        for key, own in words.items():
            yield _timed(console, key, lambda new, own=own: all(word in new for word in own))  # type: ignore[misc]  # a default binds the loop variable


def _switches(console: Terminal, session: Session) -> Iterator[float]:
    """A view's key until a ticket that stands in no other view's first rows is painted."""
    tops = {
        v.key: triage.rows(session, triage.queue_ids(session, v.query, v.sort)[:25])
        for v in views.views(session)
    }
    words = {key: {word_of(row) for row in rows} - {b""} for key, rows in tops.items()}
    for _ in range(SWITCHES):
        for key, found in words.items():
            own = found.difference(*(others for other, others in words.items() if other != key))
            if own:
                yield _timed(console, key.encode(), lambda new, own=own: any(word in new for word in own))  # type: ignore[misc]  # a default binds the loop variable


def _first(console: Terminal, key: bytes) -> float:
    return _timed(console, key, bool)


def _timed(console: Terminal, key: bytes, done: Callable[[bytes], bool]) -> float:
    mark, start = len(console.raw), time.perf_counter()
    console.send(key)
    while not done(bytes(console.raw[mark:])):
        if not console.read(5):
            raise TimeoutError(f"{key!r} has changed nothing: {bytes(console.raw[mark:])[-500:]!r}")
    took = (time.perf_counter() - start) * 1e3
    _settle(console, _QUIET)
    return took


def _held(console: Terminal) -> float:
    """Milliseconds of processor time a frame while a key is held down."""
    cpu = _cpu_ms(console.pid)
    for _ in range(HELD):
        console.send(b"j")
        console.read(_REPEAT)
        time.sleep(_REPEAT)
    cpu = _cpu_ms(console.pid) - cpu
    _settle(console, _QUIET)
    return cpu / HELD


def _last(console: Terminal, key: bytes) -> float:
    """Until the last thing is painted: rows that come later than their page count."""
    start = last = time.perf_counter()
    console.send(key)
    while console.read(0.08):
        last = time.perf_counter()
    return (last - start) * 1e3


def _settle(console: Terminal, quiet: float) -> None:
    while console.read(quiet):
        pass


def _cpu_ms(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) * 1e3 / os.sysconf("SC_CLK_TCK")
