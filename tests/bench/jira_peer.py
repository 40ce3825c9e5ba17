"""jiratui beside our console: the same tickets, from a Jira on loopback, until the first of them is painted.

It is installed in a folder of its own, since it asks for a version of click that ours is not tested with: `make peers`.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from support.terminal import Terminal

from console import triage, views
from console.session import Session
from store.home import Home
from store.rows import TicketRow
from tests.bench.figure import Figure
from tests.bench.ingest import program
from tests.bench.peers import until
from tests.bench.started import argv, content_word, word_of

ENVIRONMENT = "HEARD_BENCH_JIRATUI"
PLACE = Path(__file__).resolve().parents[2] / ".venv" / "peers" / "bin" / "jiratui"
WIDTH, HEIGHT = 200, 50  # it shows subjects beside a pane of details: narrower, and they are cut
PAGES = (50, 1_000)  # issues in its table: what it asks for unless told, and the most that many a Jira gives
PAIRS = 5
STANDING = 8  # subjects that must be seen on the screen before a time counts
KEY_BAR = b"palette"  # stands on our screen once it takes keys; jiratui takes them before its table is filled


class Seen(NamedTuple):
    """Seconds until a ticket was painted and until keys were taken; then processor seconds so far, and memory in MB."""

    content: float
    ready: float
    cpu: float
    rss: float


def against_jiratui(home: Home, session: Session) -> list[Figure]:
    """The figures for each size of its page; none, and a loud line, where it is not installed."""
    found = installed()
    if found is None:
        print(
            "SKIPPED FOR WANT OF A PEER: jiratui is not installed (`make peers`), and nothing is compared with it"
        )
        return []
    return [figure for most in PAGES for figure in _figures(home, session, found, most)]


def installed() -> Path | None:
    """The program, where HEARD_BENCH_JIRATUI or `make peers` put it."""
    place = Path(os.environ.get(ENVIRONMENT) or PLACE)
    return place if os.access(place, os.X_OK) else None


def _figures(home: Home, session: Session, jiratui: Path, most: int) -> list[Figure]:
    word, tickets = content_word(session), first_tickets(session, most)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "issues.json").write_text(json.dumps([issue(row) for row in tickets]), encoding="utf-8")
        with program("tests.bench.jira_desk", str(folder / "issues.json")) as url:
            theirs, env = [str(jiratui), "ui", "--search-on-startup"], configured(folder, url, most)
            _prove(theirs, env, tickets)
            _prove(argv(home), {}, tickets)
            pairs = [(seen(argv(home), {}, word, KEY_BAR), seen(theirs, env, word)) for _ in range(PAIRS)]
    note = f"{_told([ours for ours, _ in pairs])}; jiratui {_told([peer for _, peer in pairs])}"
    content = statistics.median(ours.content / peer.content for ours, peer in pairs)
    ready = statistics.median(ours.ready / peer.ready for ours, peer in pairs)
    return [
        Figure(f"time to content against jiratui({most:,})", content, 0.2, "x", note),
        Figure(f"time until keys are taken, the same({most:,})", ready, 0.75, "x", "our own target"),
    ]


def _told(found: Sequence[Seen]) -> str:
    content, ready, cpu, rss = (statistics.median(each) for each in zip(*found, strict=True))
    return f"{content * 1e3:.0f} ms, keys {ready * 1e3:.0f} ms, processor {cpu * 1e3:.0f} ms, {rss:.0f} MB"


def seen(program: Sequence[str], env: dict[str, str], word: bytes, ready: bytes = b"") -> Seen:
    """Start a program on a terminal and wait for a word of a ticket, and for what stands there once it takes keys."""
    console = Terminal(program, WIDTH, HEIGHT, env, draw=False)
    try:
        return Seen(until(console, word, 60), until(console, ready, 60), _cpu(console.pid), console.rss_mb())
    finally:
        console.close()


def _prove(program: Sequence[str], env: dict[str, str], tickets: Sequence[TicketRow]) -> None:
    """AssertionError unless enough of the tickets stand on the screen that the program draws."""
    words = [word_of(row).decode() for row in tickets[:HEIGHT]]
    console = Terminal(program, WIDTH, HEIGHT, env)
    try:
        console.wait(next(word for word in words if word), seconds=60)
        screen = console.settle(1.0)
    finally:
        console.close()
    stand = sum(bool(word) and word in screen for word in words)
    assert stand >= STANDING, f"{stand} subjects stand on this screen:\n{screen}"


def configured(folder: Path, url: str, most: int) -> dict[str, str]:
    """Write its settings, which are its own but for the desk and the size of a page; return what it runs with."""
    settings = {
        "jira_api_username": "ana", "jira_api_token": "none", "jira_api_base_url": url,
        "search_results_per_page": most, "log_file": str(folder / "log"),
    }  # fmt: skip
    (folder / "config.yaml").write_text(json.dumps(settings), encoding="utf-8")
    return {"JIRA_TUI_CONFIG_FILE": str(folder / "config.yaml"), "HOME": str(folder)}


def first_tickets(session: Session, most: int) -> list[TicketRow]:
    """What our console shows first, so that both show the same."""
    first = views.views(session)[0]
    return triage.rows(session, triage.queue_ids(session, first.query, first.sort)[:most])


def issue(row: TicketRow) -> dict[str, Any]:
    """A ticket as Jira gives it in a search, with what jiratui asks for and who has it."""
    person = {"accountId": row.assignee, "active": True, "displayName": row.assignee, "emailAddress": ""}
    fields = {
        "summary": row.subject,
        "status": {"id": "1", "name": row.status},
        "issuetype": {"id": "1", "name": "Task", "hierarchyLevel": 0},
        "assignee": person if row.assignee else None,
        "updated": datetime.fromtimestamp(row.updated / 1e6, UTC).isoformat(),
    }
    return {"id": str(row.id), "key": f"HELP-{row.id}", "fields": fields}


def _cpu(pid: int) -> float:
    """Processor seconds so far, with those of what it started and has waited for."""
    words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, words[11:15])) / os.sysconf("SC_CLK_TCK")
