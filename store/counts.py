"""How many tickets each of several queries finds: the live ones in one walk, what a file's change has not touched never again.

Counts of the mirror are remembered until it changes. A ticket with open operations is tested by itself: as the desk has
it, which is taken off, and as it is shown, which is added.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import partial

from store.filters import (
    LIVE,
    NOT_ENDED,
    NOT_SNOOZED,
    Filter,
    Sql,
    compile_filter,
    finds_few,
    finds_live,
    names,
    only_snoozed,
    with_snoozed,
)
from store.reader import remembered
from store.snooze import any_asleep

LIVE_INDEX = "ticket_live_updated"
_ALL = "SELECT (SELECT count(*) FROM ticket) - (SELECT count(*) FROM ticket WHERE presence <> 'present')"
_NARROW = "t.updated > coalesce("  # only a range of the newest is walked


def count(reader: sqlite3.Connection, query: Filter) -> int:
    """How many tickets match."""
    return counts(reader, (query,))[0]


def some(reader: sqlite3.Connection, query: Filter) -> bool:
    """Whether any ticket matches; the look ends at the first one, and is remembered."""
    sql = compile_filter(query)
    stored = "ticket t WHERE t.id NOT IN (SELECT id FROM temp.overlay) AND"
    looks = [f"SELECT 1 FROM {source} {sql.where} LIMIT 1" for source in (stored, "temp.overlay t WHERE")]

    def find() -> bool:
        return any(reader.execute(look, sql.params).fetchone() for look in looks)

    return remembered(reader, (looks[0], sql.params), find)


def counts(reader: sqlite3.Connection, queries: Sequence[Filter]) -> list[int]:
    """How many tickets match each of the queries, in their order.

    The few that sleep are counted by themselves and taken off, so that the walk over the many asks nothing of local.db.
    """
    apart = [n for n, query in enumerate(queries) if NOT_SNOOZED in query.terms]
    found = _counts(reader, [with_snoozed(query) for query in queries])
    if apart and any_asleep(reader):
        for n, asleep in zip(apart, _counts(reader, [only_snoozed(queries[n]) for n in apart]), strict=True):
            found[n] -= asleep
    return found


def _counts(reader: sqlite3.Connection, queries: Sequence[Filter]) -> list[int]:
    compiled = [compile_filter(query) for query in queries]
    together = [
        n
        for n, q in enumerate(queries)
        if finds_live(q) and not finds_few(q) and not _asks_local(compiled[n])
    ]
    found = dict(zip(together, _together(reader, [compiled[n] for n in together]), strict=True))
    for n, sql in enumerate(compiled):
        if n not in found:
            found[n] = _alone(reader, queries[n], sql)
    changes = _laid_over(reader, compiled)
    return [found[n] + changes[n] for n in range(len(queries))]


def _asks_local(sql: Sql) -> bool:
    return "local." in sql.where


def _together(reader: sqlite3.Connection, wanted: list[Sql]) -> list[int]:
    """The counts of queries for live tickets, in one walk through their index."""
    if not wanted:
        return []
    # LIVE holds for every row of the index and need not be asked again for each query.
    tests = [Sql(_without_live(sql.where), sql.params) for sql in wanted]
    source = f"ticket t INDEXED BY {LIVE_INDEX} WHERE {LIVE}"
    key = tuple((test.where, test.params) for test in tests)
    return remembered(reader, key, partial(_sums, reader, tests, source), local=False)


def _without_live(where: str) -> str:
    """The condition with LIVE taken as given."""
    return where.replace(f" AND {LIVE}", "").replace(NOT_ENDED, "1")


def _alone(reader: sqlite3.Connection, query: Filter, sql: Sql) -> int:
    text, params = f"SELECT count(*) FROM ticket t{_index(query, sql)} WHERE {sql.where}", sql.params
    if not query.terms:
        text = _ALL

    def find() -> int:
        return int(reader.execute(text, params).fetchone()[0])

    return remembered(reader, (text, params), find, local=_asks_local(sql))


def _index(query: Filter, sql: Sql) -> str:
    if finds_few(query):
        return ""
    if finds_live(query):
        return f" INDEXED BY {LIVE_INDEX}"
    narrow = _NARROW in sql.where and not names(query, "presence")
    return " INDEXED BY ticket_by_updated" if narrow else ""


def _laid_over(reader: sqlite3.Connection, compiled: list[Sql]) -> list[int]:
    """What the tickets with open operations change in each count."""
    if not reader.execute("SELECT EXISTS (SELECT 1 FROM temp.overlay)").fetchone()[0]:
        return [0] * len(compiled)
    shown = _sums(reader, compiled, "temp.overlay t")
    stored = _sums(reader, compiled, "ticket t WHERE t.id IN (SELECT id FROM temp.overlay)")
    return [new - old for new, old in zip(shown, stored, strict=True)]


def _sums(reader: sqlite3.Connection, tests: list[Sql], source: str) -> list[int]:
    columns = ", ".join(f"count(*) FILTER (WHERE {test.where})" for test in tests)
    params = tuple(value for test in tests for value in test.params)
    return [int(n) for n in reader.execute(f"SELECT {columns} FROM {source}", params).fetchone()]
