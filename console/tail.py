"""The event log as it grows: what `heard tail` and the live screen follow, across processes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from console.query import parse
from console.session import Session
from store import events
from store.filters import compile_filter
from store.rows import Event


def tail(session: Session, since: int = 0, query: str = "", limit: int = 1000) -> list[Event]:
    """Events with a number above `since`, in order; with a query, those of tickets that match it now."""
    if not query.strip():
        return session.db.read(lambda r: events.after(r, since, limit))
    sql = compile_filter(parse(query, session.now()))
    return session.db.read(lambda r: events.after(r, since, limit, sql.where, sql.params))


def latest(session: Session, limit: int = 50) -> list[Event]:
    """The newest events by the time at which they happened, newest first."""
    return session.db.read(lambda r: events.latest(r, limit))


def newest(session: Session) -> int:
    """The number of the newest event; 0 when there is none."""
    return session.db.read(events.newest)


def follow(
    session: Session,
    since: int,
    query: str = "",
    *,
    stop: Callable[[], bool] = lambda: False,
    pause: float = 0.05,
) -> Iterator[Event]:
    """Events as they are recorded by any process, for ever or until `stop`; looks again within `pause` seconds."""
    while not stop():
        for event in tail(session, since, query):
            since = event.seq
            yield event
        while not session.changed() and not stop():
            time.sleep(pause)
