"""Which tickets a query finds, in order: walked through in an index that has them so already, the outbox laid over.

Ids come as text of eight digits each out of SQLite, which makes it without holding up any other thread; a million
of them then become an array in a few milliseconds, with no object for each.
"""

from __future__ import annotations

import sqlite3
import sys
from array import array
from bisect import bisect_right

from store.filters import Filter, Sql, Term, compile_filter, finds_live, index_for
from store.group_names import groups_of
from store.groups import Groups
from store.name_order import BY_NAME, FEW, FEW_BY_NAME, arranged, by_place, named, placed, places
from store.orders import ENDED, Order, group_of, order_of

_PACKED = "group_concat(printf('%08x', {}), '')"
_FEW = 200  # tickets of the overlay that are put in their places one by one
_COLUMNS = (
    "id, updated, created, sla_due, waiting_since, priority, subject, status, assignee_id, group_id, requester_id,"
    " organization_id, channel"
)

Place = tuple[object, ...]


def queue_ids(reader: sqlite3.Connection, query: Filter, sort: str, most: int = 0) -> array[int]:
    """The row numbers of the matching tickets, in order, four bytes each; the first `most` of them, 0: all."""
    if group_of(sort) in BY_NAME | FEW_BY_NAME:
        return grouped_ids(reader, query, sort, most)[0]
    if sort == "waiting" and not finds_live(query):
        return _live_first(reader, query, most)
    return _ordered(reader, query, sort, most)


def _live_first(reader: sqlite3.Connection, query: Filter, most: int) -> array[int]:
    """By how long they wait, the ended ones behind: who wrote last there, mostly thanks, waits for nothing."""
    live, ended = (Filter((*query.terms, Term("status", values))) for values in (("live",), ENDED))
    ids = _ordered(reader, live, "waiting", most)
    if most and len(ids) >= most:
        return ids
    return ids + _ordered(reader, ended, "waiting", most - len(ids) if most else 0)


def _ordered(reader: sqlite3.Connection, query: Filter, sort: str, most: int) -> array[int]:
    sql, order = compile_filter(query), order_of(sort)
    limit = f" LIMIT {most:d}" if most else ""
    if not has_overlay(reader):
        return _unpacked(reader, _walk(sql, order, index_for(query, order)) + limit, sql.params)
    laid = _laid(reader, sql, order)
    if len(laid) > _FEW:
        return _unpacked(reader, _sorted(sql, order) + limit, sql.params * 2)
    without = Sql(f"{sql.where} AND t.id NOT IN (SELECT id FROM temp.overlay)", sql.params)
    ids = _unpacked(reader, _walk(without, order, index_for(query, order)) + limit, sql.params)
    _put_in(reader, ids, laid, order)
    return ids[:most] if most else ids


def grouped_ids(
    reader: sqlite3.Connection, query: Filter, sort: str, most: int = 0
) -> tuple[array[int], Groups | None]:
    """Like `queue_ids`, with the groups of an order that has some, from the same look.

    Those that stand by their names come by their row numbers and are moved as wholes, which costs next to nothing for a
    million tickets; only for the first `most` the query itself has to know where each stands.
    """
    if not (by := group_of(sort)):
        return queue_ids(reader, query, sort, most), None
    sql, order = compile_filter(query), order_of(sort)
    value = f", {order.keys[0].sql} AS value"
    limit = f" LIMIT {max(most, FEW + 1) if by in FEW_BY_NAME else most:d}" if most else ""
    found_places = places(reader, by)
    if in_query := bool(found_places and most):
        order = by_place(order)
    if has_overlay(reader):
        source, params = _sorted(sql, order, value), sql.params * 2
    else:
        source, params = _walk(sql, order, "", value), sql.params
    if in_query:
        params += (found_places,)
    found = reader.execute(
        f"SELECT {_PACKED.format('id')}, {_PACKED.format('value')} FROM ({source}{limit})", params
    )
    ids, values = map(_array, found.fetchone())
    if by in FEW_BY_NAME and len(ids) <= FEW:
        groups = groups_of(reader, by, values)
        ids, groups = arranged(ids, groups, named(groups))
        return (ids[:most], groups.first(most)) if most else (ids, groups)
    if most:  # more were looked for, to know how many there are
        ids, values = ids[:most], values[:most]
    groups = groups_of(reader, by, values)
    whole = found_places and not most
    return arranged(ids, groups, placed(groups, found_places)) if whole else (ids, groups)


def plan(reader: sqlite3.Connection, query: Filter, sort: str) -> tuple[Sql, list[str]]:
    """The condition of a query, and how SQLite would look for its tickets, step by step."""
    sql, order = compile_filter(query), order_of(sort)
    found = reader.execute(f"EXPLAIN QUERY PLAN {_walk(sql, order, index_for(query, order))}", sql.params)
    depths: dict[int, int] = {0: -1}
    steps = []
    for number, parent, _, detail in found:
        depths[number] = depths.get(parent, -1) + 1
        steps.append("  " * depths[number] + str(detail))
    return sql, steps


def has_overlay(reader: sqlite3.Connection) -> bool:
    """Whether any ticket has open operations."""
    return bool(reader.execute("SELECT EXISTS (SELECT 1 FROM temp.overlay)").fetchone()[0])


def _walk(sql: Sql, order: Order, index: str, also: str = "") -> str:
    by = f" INDEXED BY {index}" if index else ""
    return f"SELECT id{also} FROM ticket t{by} WHERE {sql.where} ORDER BY {order.sql(sorted_anew=not index)}"


def _sorted(sql: Sql, order: Order, also: str = "") -> str:
    return (
        f"SELECT id{also} FROM (SELECT {_COLUMNS} FROM ticket t WHERE {sql.where} AND t.id NOT IN (SELECT id FROM temp.overlay)"
        f" UNION ALL SELECT {_COLUMNS} FROM temp.overlay t WHERE {sql.where}) ORDER BY {order.sql()}"
    )


def _unpacked(reader: sqlite3.Connection, source: str, params: tuple[object, ...]) -> array[int]:
    """The ids of `source` as an array."""
    return _array(reader.execute(f"SELECT {_PACKED.format('id')} FROM ({source})", params).fetchone()[0])


def _array(packed: str | None) -> array[int]:
    numbers = array("I", bytes.fromhex(packed or ""))
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def _laid(reader: sqlite3.Connection, sql: Sql, order: Order) -> list[tuple[Place, int]]:
    """The tickets with open operations that match as they are shown: where each belongs, and its number."""
    found = reader.execute(
        f"SELECT id, {order.columns()} FROM temp.overlay t WHERE {sql.where} LIMIT {_FEW + 1}", sql.params
    )
    return sorted((order.place(values), number) for number, *values in found)


def _put_in(reader: sqlite3.Connection, ids: array[int], laid: list[tuple[Place, int]], order: Order) -> None:
    sql = f"SELECT {order.columns()} FROM ticket WHERE id = ?"

    def place_of(number: int) -> Place:
        return order.place(reader.execute(sql, (number,)).fetchone())

    places = [bisect_right(ids, place, key=place_of) for place, _ in laid]
    for at, (_, number) in zip(reversed(places), reversed(laid), strict=True):
        ids.insert(at, number)
