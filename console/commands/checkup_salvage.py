"""What `heard doctor --salvage` does, as lines of the examination."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from console.commands.checkup import Finding
from store import schema, soundness
from store.clock import wall_clock
from store.database import salvaged as interrupted
from store.errors import HeardError
from store.home import Home
from store.salvage import Salvaged, salvage


def salvaged(home: Home) -> Iterator[Finding]:
    """Save what can be read of a damaged local.db, and say what was done; a sound one is left alone."""
    if not _damaged(home):
        yield Finding("salvage", "ok", "local.db is sound: there is nothing to save")
        return
    try:
        done = salvage(home.local_db, wall_clock())
    except HeardError as error:
        yield Finding("salvage", "bad", error.message, error.hint)
        return
    yield from _told(done)


def _damaged(home: Home) -> bool:
    path = home.local_db
    if interrupted(path).exists():
        return True
    if not path.exists():
        return False
    try:
        stands = schema.standing(path, "local")
    except sqlite3.DatabaseError:
        return True
    return stands == "emptied" or bool(soundness.of_file(path, "local"))


def _told(done: Salvaged) -> Iterator[Finding]:
    hint = f"The damaged file is kept as {done.damaged}."
    if not done.words:
        yield Finding("salvage", "ok", "the salvage that was interrupted is finished", hint)
        return
    what = (
        f"{done.operations} operations and {done.drafts} drafts were saved; their words are in {done.words}"
    )
    yield Finding("salvage", "ok", what, hint)
    if done.copy:
        what = f"they were put into {done.copy}, which had {done.older} operations that could not be read"
    else:
        what = "there was no copy of local.db; they were put into a new one"
    yield Finding("salvage", "ok", what)
    if done.unknown:
        what = f"{done.unknown} operations were being sent"
        yield Finding("salvage", "ok", what, "`heard sync` looks on the desk for them; none is sent twice.")
    if done.review:
        what = f"{done.review} operations may have been sent since"
        hint = "`heard outbox` shows them; look on the desk, then `heard retry` or `heard cancel`."
        yield Finding("salvage", "warn", what, hint)
