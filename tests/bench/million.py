"""The queue with very many tickets, on a pseudo terminal and inside one process: python -m tests.bench.million [--check] [TICKETS ...].

Beside it in the same run: a bare Textual app, a Textual DataTable with as many of the same rows as it can bear, and
jiratui with the same tickets from a Jira on loopback.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from console.session import Session
from store.home import Home
from tests.bench import big_store
from tests.bench.console_keys import keys
from tests.bench.figure import Figure, p95
from tests.bench.inside import FILES, UNSPACED, times, typed, whole_history
from tests.bench.jira_peer import KEY_BAR, against_jiratui
from tests.bench.peers import DATA_TABLE_ROWS, bare, data_table
from tests.bench.started import content_word, started
from tests.bench.startup import HEARD, ratio

SIZES = (200_000, 1_000_000)
PAIRS = 7


def million(count: int) -> list[Figure]:
    """All figures for one size."""
    with big_store.borrowed(count) as home:
        session = Session.open(home, lambda: big_store.NOW)
        try:
            figures = _start(home, session) + against_jiratui(home, session)
            figures += _keys(home, session) + _inside(session)
        finally:
            session.close()
        listing = [*HEARD, "--home", str(home.root), "list", "-o", "json"]
        figures.append(Figure("heard list -o json", ratio(listing), 16, "x", "of python -c pass"))
    return figures


def _start(home: Home, session: Session) -> list[Figure]:
    word = content_word(session)
    words = (b"HEARD", word, KEY_BAR)
    pairs = [(bare(), *(started(home, each) for each in words)) for _ in range(PAIRS)]
    paint, content, app = (statistics.median(p[n].seconds / p[0].seconds for p in pairs) for n in (1, 2, 3))
    ours = statistics.median(p[2].seconds for p in pairs)
    figures = [
        Figure("first paint", paint, 1.15, "x", "of a bare Textual app"),
        Figure(
            "first tickets on the screen", content, 1.4, "x", f"of a bare Textual app; {ours * 1e3:.0f} ms"
        ),
        Figure("first frame that takes keys", app, 1.6, "x", "of a bare Textual app"),
    ]
    for rows in DATA_TABLE_ROWS:
        peer = data_table(home, rows)
        note = f"a DataTable of {rows:,} rows needs {peer.seconds:.1f} s and {peer.rss:.0f} MB"
        figures.append(
            Figure(f"time to content against DataTable({rows:,})", ours / peer.seconds, 0.2, "x", note)
        )
    return figures


def _keys(home: Home, session: Session) -> list[Figure]:
    found, memory = keys(home, session), statistics.median(bare().rss for _ in range(3))
    return [
        Figure("key to repaint, p99", found.p99("down"), 16, "ms", found.note("down")),
        Figure("processor time a frame", found.cpu_ms, 5, "ms", "the queue alone, the key held down"),
        Figure("page down to its rows, p99", found.p99("page"), 20, "ms", found.note("page")),
        Figure("jump to the end or the top, p95", p95(found.took["jump"]), 20, "ms", found.note("jump")),
        Figure("view key to its rows, p95", p95(found.took["view"]), 16, "ms", found.note("view")),
        Figure("memory beyond a bare Textual app", found.rss - memory, 60, "MB", f"{found.rss:.0f} and {memory:.0f} MB"),
    ]  # fmt: skip


def _inside(session: Session) -> list[Figure]:
    counts, after = times(session)
    search = typed(session)
    chinese, files = (whole_history(session, words) for words in (UNSPACED, FILES))
    return [
        Figure("counts of all views, p95", p95(counts), 16, "ms", f"median {statistics.median(counts):.1f} ms"),
        Figure("counts after a change of ours, p95", p95(after), 2, "ms", f"median {statistics.median(after):.2f} ms"),
        Figure("search at each key typed, p95", p95(search), 50, "ms", f"median {statistics.median(search):.1f} ms"),
        Figure("words of two Chinese characters and the like, p95", p95(chinese), 50, "ms", f"median {statistics.median(chinese):.1f} ms"),
        Figure("a part of a file's name, p95", p95(files), 50, "ms", f"median {statistics.median(files):.1f} ms"),
    ]  # fmt: skip


def main() -> int:
    """Measure; 1 when --check is given and a target is missed."""
    sizes = [int(word) for word in sys.argv[1:] if word.isdecimal()] or SIZES
    missed = 0
    for count in sizes:
        print(f"\n{count:,} tickets, {count * big_store.EACH:,} messages")
        for figure in million(count):
            print(figure.line(), flush=True)
            missed += not figure.good
    return 1 if missed and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
