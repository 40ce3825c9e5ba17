"""What the queue is compared with: a bare Textual app, and Textual's own table with rows of the same store."""

from __future__ import annotations

import sys
import time
from typing import NamedTuple

from support.terminal import Terminal

from store.home import Home

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("PAINTED", markup=False)
Bare().run()
"""
DATA_TABLE = """
import sqlite3, sys
from rich.text import Text
from textual.app import App
from textual.widgets import DataTable
class Table(App):
    def compose(self):
        yield DataTable(cursor_type="row")
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("PAINTED", "status", "priority", "requester", "updated")
        store = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
        rows = store.execute("SELECT t.subject, t.status, t.priority, c.name, t.updated FROM ticket t JOIN customer c"
            " ON c.id = t.requester_id ORDER BY t.updated DESC LIMIT ?", (int(sys.argv[2]),))
        table.add_rows([Text(str(cell)) for cell in row] for row in rows)
Table().run()
"""
DATA_TABLE_ROWS = (5_000, 20_000)


class Shown(NamedTuple):
    """How long a program took to show a word, and its resident memory then, in MB."""

    seconds: float
    rss: float


def bare() -> Shown:
    """A Textual app with one line."""
    return shown([sys.executable, "-c", BARE], b"PAINTED")


def data_table(home: Home, rows: int) -> Shown:
    """Textual's DataTable with so many rows."""
    return shown([sys.executable, "-c", DATA_TABLE, str(home.mirror_db), str(rows)], b"PAINTED", 120)


def shown(argv: list[str], word: bytes, most: float = 30) -> Shown:
    """Start a program on a terminal and wait for a word."""
    console = Terminal(argv, draw=False)
    try:
        return Shown(until(console, word, most), console.rss_mb())
    finally:
        console.close()


def until(console: Terminal, word: bytes, seconds: float) -> float:
    """Seconds from the start of the program until it wrote the word; TimeoutError when it never does."""
    end = time.perf_counter() + seconds
    while word not in console.raw:
        if time.perf_counter() > end:
            raise TimeoutError(f"{word!r} was never painted: {bytes(console.raw[-2000:])!r}")
        console.read(0.01)
    return time.perf_counter() - console.started
