"""Reads inside one process: what a search costs at each key, and what the counts of the views do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from console import changes, search, triage, views
from console.session import Session
from tests.bench import big_words

TYPED = ("refund please", "late order", "zanrust", "my payment card", "ana", "charged twice", "お問い合わせ")
UNSPACED = ("退款", big_words.SEEN_ONCE, "配送延迟", "款", "問い", big_words.SEEN_ONCE + "订单")
FILES = ("invoice", "請求書", "signe", "0012345.pdf", "png")
_SHORTEST = 2  # letters: with fewer, nothing has been said yet


def typed(session: Session) -> list[float]:
    """Milliseconds of the search after each letter."""
    return [_ms(lambda w=words: search.search(session, w, 50)) for words in _prefixes()]  # type: ignore[misc]  # a default binds the loop variable


def whole_history(session: Session, words: tuple[str, ...], runs: int = 8) -> list[float]:
    """Milliseconds of the search for each of the words, which are in scripts without spaces or in names of files."""
    return [
        _ms(lambda w=word: search.search(session, w, 50))  # type: ignore[misc]  # a default binds the loop variable
        for _ in range(runs)
        for word in words
    ]


def _prefixes() -> Iterator[str]:
    for words in TYPED:
        for end in range(_SHORTEST, len(words) + 1):
            if not words[:end].endswith(" "):
                yield words[:end]


def times(session: Session, runs: int = 40) -> tuple[list[float], list[float]]:
    """Milliseconds of the counts with nothing known, and after one change made here."""
    counts = []
    for _ in range(runs):
        views.forget_counts(session)
        counts.append(_ms(lambda: views.view_counts(session)))
    after = []
    for ticket_id in triage.queue_ids(session, "status:open")[:runs]:
        ref = triage.rows(session, [ticket_id])[0].ref
        changes.apply(session, changes.plan_refs(session, [ref], changes.parse(["status=pending"])))
        session.db.read(lambda _: None)  # the overlay's own share
        after.append(_ms(lambda: views.view_counts(session)))
    return counts, after


def _ms(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e3
