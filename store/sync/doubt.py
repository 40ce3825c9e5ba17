"""A desk that seems to have lost most of its tickets: the doubt is kept until the tickets are back or a person believes it."""

from __future__ import annotations

import json

from store.database import Database


def _key(desk: str) -> str:
    return f"doubt:{desk}"


def _kept(database: Database, desk: str) -> dict[str, int] | None:
    sql = "SELECT value FROM local.meta WHERE key = ?"
    found = database.read(lambda r: r.execute(sql, (_key(desk),)).fetchone(), overlaid=False)
    return json.loads(found[0]) if found else None


def doubted(database: Database, desk: str) -> tuple[int, int] | None:
    """How many tickets were missing of how many, while nobody has believed it; None without a doubt."""
    kept = _kept(database, desk)
    return (kept["missing"], kept["known"]) if kept and not kept["accepted"] else None


def doubt(database: Database, desk: str, *, missing: int, known: int, now: int) -> None:
    """Keep a doubt, or end it where nothing is missing any more."""
    if not missing:
        if doubted(database, desk) is not None or accepted(database, desk, 0):
            with database.write("local") as connection:
                connection.execute("DELETE FROM meta WHERE key = ?", (_key(desk),))
        return
    value = json.dumps({"missing": missing, "known": known, "at": now, "accepted": False})
    with database.write("local") as connection:
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_key(desk), value))


def accept(database: Database, desk: str) -> int:
    """Believe that the tickets are gone; returns how many that were, 0 when there was no doubt."""
    found = doubted(database, desk)
    if found is None:
        return 0
    value = json.dumps({"missing": found[0], "known": found[1], "at": 0, "accepted": True})
    with database.write("local") as connection:
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_key(desk), value))
    return found[0]


def accepted(database: Database, desk: str, missing: int) -> bool:
    """Whether a person believes that as many tickets as `missing` are gone."""
    kept = _kept(database, desk)
    return bool(kept and kept["accepted"] and missing <= kept["missing"] * 1.1)
