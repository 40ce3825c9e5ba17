"""The read path: interactive queries over the corpus."""

from __future__ import annotations

import time
from collections.abc import Callable

from console import history, search, triage, views
from console.session import Session
from store.html import html_to_text
from store.text import clean
from tests.bench.figure import Figure, p95

KINDS = (
    "plain text\r\n",
    "Grüße \u2013 ",
    "お問い合わせ",
    "\x1b[0m",
    "\x9b",
    "e\u0301",
    "\u0301\u0316",
    "हिन्दी ",
    "a\u200b",
)
TEXTS = [(kind * 200_000)[:200_000] for kind in KINDS]

MAILS = (
    "<div>" * 20_000 + "x",
    "<table>" + ("<tr>" + "<td>x</td>" * 100 + "</tr>") * 1000 + "</table>",
    "<b><i><u><font>" * 4_000 + "x",
)


def store(session: Session) -> list[Figure]:
    """95th percentile of the queries that keys wait for, in milliseconds."""
    ids = triage.queue_ids(session, "")
    first = triage.rows(session, ids[:1])[0]
    work: dict[str, tuple[Callable[[], object], float]] = {
        "query: live queue": (lambda: triage.queue_ids(session, "status:live"), 16),
        "query: words in any message": (lambda: triage.queue_ids(session, "refund"), 16),
        "rows: one block of 128": (lambda: triage.rows(session, ids[:128]), 16),
        "story: one customer": (lambda: history.story(session, first.requester_id), 16),
        "search: newest 100 hits": (lambda: search.search(session, "refund"), 50),
        "views: nine counts": (lambda: views.view_counts(session), 16),
    }
    found = [Figure(name, p95(_times(call)), target, "ms", "p95") for name, (call, target) in work.items()]
    worst = max(min(_times(lambda t=text: clean(t), 5)) for text in TEXTS)  # type: ignore[misc]  # a default binds the loop variable
    mail = max(min(_times(lambda h=html: html_to_text(h), 3)) for html in MAILS)  # type: ignore[misc]  # the same
    found.append(Figure("HTML mail to text, the worst of three bombs", mail, 2000, "ms", "best of 3"))
    return [*found, Figure("cleaning 200,000 characters, the worst kind", worst, 150, "ms", "best of 5")]


def _times(call: Callable[[], object], runs: int = 30) -> list[float]:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return times
