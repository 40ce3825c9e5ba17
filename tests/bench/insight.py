"""What is looked up before an answer: next steps among 100,000 tickets, the recap of a long story, and 10,000 articles."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path

from support.corpus import load_corpus

from console import alike, knowledge, nearest, sentences
from console.heard import forget
from console.heard.judge import _judge
from console.recap import recap
from console.session import Session
from store.home import Home
from store.rows import Item
from tests.bench.figure import Figure, p95

TICKETS = 100_000
ARTICLES = 10_000
ASKED = 60
STORY = 400  # messages
_AWAY = 10_000  # rows of a ticket from its copy
_CONFIG = '[desks.corpus]\nprovider = "rt"\nurl = "https://corpus.example"\n'
_ARTICLE = "---\ntitle: Article {n}\ntags: {tag}\n---\n\n## Steps\n\n1. {text}\n2. Turn the knob {n} times.\n"


def insight(corpus: Path, folder: Path) -> list[Figure]:
    """Processor time of this thread, since other work on the machine is not ours; nothing is remembered between two."""
    home = Home(folder / "insight")
    home.make()
    home.config.write_text(_CONFIG, encoding="utf-8")
    home.config.chmod(0o600)
    session = Session.open(home)
    load_corpus(session.db, corpus)
    _copies(home.mirror_db)
    live = "SELECT ref FROM ticket WHERE status NOT IN ('solved', 'closed') ORDER BY id DESC LIMIT ?"
    refs = [ref for (ref,) in session.db.read(lambda r: r.execute(live, (ASKED,)).fetchall())]
    texts = [
        t for (t,) in session.db.read(lambda r: r.execute("SELECT body FROM message LIMIT 4000").fetchall())
    ]
    figures = [
        _figure(
            f"next steps among {TICKETS:,} tickets, p95",
            50,
            [lambda r=ref: nearest.next_steps(session, r) for ref in refs],
        ),  # type: ignore[misc]  # a default binds the loop variable
        _figure(
            f"recap of {STORY} messages, p95", 400, [lambda n=n: recap(_story(texts, n)) for n in range(9)]
        ),  # type: ignore[misc]  # the same
        *_articles(session, texts),
    ]
    session.close()
    return figures


def _copies(path: Path) -> None:
    """Copy the tickets with their first and last messages until there are enough."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        count = connection.execute("SELECT count(*) FROM ticket").fetchone()[0]
        for copy in range(1, -(-TICKETS // count)):
            _copy(connection, "ticket", copy, "ticket", _AWAY)
            ends = (
                "(SELECT *, row_number() OVER (PARTITION BY ticket_id ORDER BY created, id) AS n,"
                " count(*) OVER (PARTITION BY ticket_id) AS every FROM message WHERE id < 100000) WHERE n <= 2 OR n > every - 2"
            )
            _copy(connection, "message", copy, ends, _AWAY * 10)
        for table in ("ticket_fts", "message_fts"):
            connection.execute(f"INSERT INTO {table}({table}) VALUES ('rebuild')")
        connection.commit()


def _copy(connection: sqlite3.Connection, table: str, copy: int, source: str, away: int) -> None:
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    moved = {
        "id": f"id + {copy * away}",
        "ticket_id": f"ticket_id + {copy * _AWAY}",
        "ref": f"ref || '-{copy}'",
        "remote_id": f"remote_id || '-{copy}'",
    }
    where = f" WHERE id < {_AWAY}" if table == "ticket" else ""
    chosen = ", ".join(moved.get(name, name) for name in names)
    connection.execute(f"INSERT INTO {table}({', '.join(names)}) SELECT {chosen} FROM {source}{where}")


def _story(texts: Sequence[str], number: int) -> list[Item]:
    return [
        Item("b/1", "", "message", "chat", "agent" if n % 2 else "customer", "", n * 1_000_000, text, str(n))
        for n, text in enumerate(islice(cycle(texts), number * STORY, (number + 1) * STORY))
    ]


def _articles(session: Session, texts: Sequence[str]) -> list[Figure]:
    folder = knowledge.folder(session)
    folder.mkdir()
    for n, text in zip(range(ARTICLES), cycle(texts), strict=False):
        body = " ".join(text.split())[:300]
        (folder / f"{n}.md").write_text(_ARTICLE.format(n=n, tag=f"tag{n % 99}", text=body), encoding="utf-8")
    start = time.perf_counter()
    knowledge.files(session)
    first = time.perf_counter() - start
    words = [" ".join(alike.about(text)[:4]) or "knob" for text in texts[:ASKED]]
    return [
        Figure(f"{ARTICLES:,} articles taken in", first, 10, "s"),
        _figure(
            f"words among {ARTICLES:,} articles, p95",
            200,
            [lambda w=each: knowledge.search(session, w) for each in words],
        ),  # type: ignore[misc]  # the same
    ]


def _figure(name: str, target: float, work: Sequence[Callable[[], object]]) -> Figure:
    took = []
    for call in work:
        forget()
        for kept in (alike.about, alike.stems, sentences.of_agent, sentences.of_customer, _judge):
            kept.cache_clear()
        start = time.thread_time()
        call()
        took.append((time.thread_time() - start) * 1e3)
    return Figure(name, p95(took), target, "ms", f"median {statistics.median(took):.0f} ms")
