"""One worker a desk, over any number of processes: a row in local.db with an owner, a fence and an end."""

from __future__ import annotations

from collections.abc import Callable

from store.database import Database

TTL_US = 30_000_000


def take(
    database: Database, desk: str, owner: str, now: int, dead: Callable[[str], bool] = lambda _name: False
) -> int:
    """Take or renew the lease of a desk; returns the fence (a number that grows with each new owner), 0 when another holds it.

    `dead` tells whether a worker is known to have ended without giving its lease back.
    """
    sql = "SELECT owner, fence, expires FROM {}lease WHERE desk = ?"
    known = database.read(lambda r: r.execute(sql.format("local."), (desk,)).fetchone(), overlaid=False)
    if known and known[0] == owner and known[2] - now > TTL_US // 2:
        return int(known[1])  # ours for long enough: an idle turn writes nothing
    with database.write("local") as connection:
        found = connection.execute(sql.format(""), (desk,)).fetchone()
        held_by, fence, expires = found or ("", 0, 0)
        if held_by not in ("", owner) and now < expires <= now + 2 * TTL_US and not dead(held_by):
            return 0
        fence = fence if held_by == owner else fence + 1
        connection.execute(
            "INSERT INTO lease (desk, owner, fence, expires) VALUES (?, ?, ?, ?) ON CONFLICT (desk) DO UPDATE"
            " SET owner = excluded.owner, fence = excluded.fence, expires = excluded.expires",
            (desk, owner, fence, now + TTL_US),
        )
        return int(fence)


def holder(database: Database, desk: str, now: int) -> str:
    """Who holds the lease of a desk, "" for nobody; asks without writing."""
    sql = "SELECT owner FROM local.lease WHERE desk = ? AND ? < expires AND expires <= ? + ?"
    values = (desk, now, now, 2 * TTL_US)
    found = database.read(lambda r: r.execute(sql, values).fetchone(), overlaid=False)
    return str(found[0]) if found else ""


def release(database: Database, desk: str, owner: str) -> None:
    """Give the lease back, so that the next process need not wait for its end."""
    with database.write("local") as connection:
        connection.execute(
            "UPDATE lease SET owner = '', expires = 0 WHERE desk = ? AND owner = ?", (desk, owner)
        )
