"""The incremental exports: everything that changed since a cursor, for admins only.

A cursor stands on (stamp, id). Rows that are handed out are sealed in the same transaction: whatever changes later gets
a later stamp, so that nothing is skipped and nothing slips in behind a cursor, however often things change meanwhile.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import urlencode

from console.demo import wire
from console.demo.api import LARGEST, Answer, Ask, RefusalError, Route, answer, refusal, side_loads
from console.demo.api_people import identities_of
from console.demo.database import Row
from console.demo.scenario_values import SECOND
from console.demo.wire import Json

_MOST = 1_000
_CURSOR = re.compile(r"([0-9]{1,19})(?:\.[0-9]+)?\|\|([0-9]{1,19})\|")


def tickets(ask: Ask) -> Answer:
    """Tickets changed since the cursor, deleted ones included, oldest change first."""
    slas = "slas" in ask.includes()
    rows, frame = _export(ask, "tickets", lambda row: wire.ticket(row, ask.base, slas=slas))
    return answer({**frame, **side_loads(ask, rows)})


def users(ask: Ask) -> Answer:
    """Users changed since the cursor."""
    rows, frame = _export(ask, "users", lambda row: wire.user(row, ask.base))
    return answer({**frame, **identities_of(ask, rows)})


def _export(ask: Ask, table: str, shape: Callable[[Row], Json]) -> tuple[list[Row], Json]:
    """One page of an export, and the rows on it."""
    if ask.me["role"] != "admin":
        message = "Only an admin may use this export."
        raise RefusalError(403, {"error": {"title": "Forbidden", "message": message}})
    size, (stamp, number) = _size(ask), _start(ask)
    sql = f"SELECT * FROM {table} WHERE (stamp, id) > (?, ?) ORDER BY stamp, id LIMIT ?"
    with ask.db.writing():
        rows = ask.db.rows(sql, stamp, number, size + 1)
        page = rows[:size]
        if page:
            ask.db.seal(table, page[-1]["stamp"])
            stamp, number = page[-1]["stamp"], page[-1]["id"]
    cursor = base64.b64encode(f"{stamp}.0||{number}|".encode()).decode()
    query = {name: value for name, value in ask.query.items() if name not in ("start_time", "cursor")}
    return page, {
        table: [shape(row) for row in page],
        "after_url": f"{ask.url}?{urlencode({**query, 'cursor': cursor})}",
        "before_url": None,
        "after_cursor": cursor,
        "before_cursor": None,
        "end_of_stream": len(rows) <= size,
    }


def _start(ask: Ask) -> tuple[int, int]:
    """Where the page begins: behind the cursor, or with the first change at or after `start_time` (seconds)."""
    cursor, start = ask.query.get("cursor"), ask.query.get("start_time", "")
    if cursor is None:
        if not (start.isascii() and start.isdigit()):
            raise refusal(400, "InvalidValue", "start_time must be a number of seconds")
        return max(min(int(start), ask.now // SECOND) - 1, 0), 2**62
    try:
        found = _CURSOR.fullmatch(base64.b64decode(cursor, validate=True).decode())
    except (binascii.Error, UnicodeDecodeError):
        found = None
    if found is None or max(int(found[1]), int(found[2])) > LARGEST:
        raise refusal(400, "InvalidValue", "cursor is not valid")
    return int(found[1]), int(found[2])


def _size(ask: Ask) -> int:
    """How many rows at most; more than a thousand are never given."""
    text = ask.query.get("per_page", str(_MOST))
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise refusal(400, "InvalidValue", "per_page must be a positive number")
    return min(int(text), _MOST)


ROUTES: tuple[Route, ...] = (
    ("GET", "/api/v2/incremental/tickets/cursor", tickets),
    ("GET", "/api/v2/incremental/users/cursor", users),
)
