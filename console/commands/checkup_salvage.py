"""What `heard doctor --salvage` does, as lines of the examination."""

from __future__ import annotations

from collections.abc import Iterator

from console.commands.checkup import Finding
from store.clock import wall_clock
from store.errors import HeardError
from store.home import Home
from store.salvage import Salvaged, salvage, wrong_with


def salvaged(home: Home) -> Iterator[Finding]:
    """Save what can be read of a damaged local.db, and say what was done; a sound one is left alone."""
    if not wrong_with(home.local_db):
        yield Finding("salvage", "ok", "local.db is sound: there is nothing to save")
        return
    try:
        done = salvage(home.local_db, wall_clock())
    except HeardError as error:
        yield Finding("salvage", "bad", error.message, error.hint)
        return
    yield from _told(done)


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
        hint = "`heard outbox` shows them; look on the desk, then `heard outbox retry ID` or `heard outbox drop ID`."
        yield Finding("salvage", "warn", what, hint)
