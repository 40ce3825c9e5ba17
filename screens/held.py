"""Which replies still wait to be taken back: looked up when something was written, never once a second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from screens import late
from store.rows import Operation, OutboxCount
from widgets.actions import MAIN

if TYPE_CHECKING:
    from console.session import Session
    from widgets.held_line import Held
    from widgets.keys_told import Keys

_MANY = 200  # queued operations from which on a look would cost more than the line is worth
_LONGEST = 3_600_000_000  # microseconds; what waits for longer was held by a clock that was wrong


@dataclass(frozen=True, slots=True)
class Holding:
    """The replies that can still be stopped; `by_undo` says whether undo would stop the newest of them."""

    held: tuple[Held, ...] = ()
    by_undo: bool = True


def look_held(session: Session, counts: OutboxCount) -> Holding | None:
    """Look the held replies up; None where too much is queued to look."""
    queued = counts.states.get("queued", 0)
    if not queued:
        return Holding()
    if queued > _MANY:
        return None
    from widgets.held_line import Held  # noqa: PLC0415  (not for the first paint)

    now = session.now()
    waiting = [o for o in late.outbox.operations(session, ("queued",)) if is_held(o, now)]
    mine = [o for o in waiting if o.actor == session.actor]
    if not mine:
        return Holding()
    return Holding(tuple(Held(o.id, o.ref, o.not_before) for o in mine), _undone_first(session, mine))


def way_back(pane: str, keys: Keys, *, by_undo: bool) -> str:
    """Say what takes the newest held reply back while the keys go to `pane`."""
    if not by_undo:
        return f"{keys.first('drop')} in the outbox ({keys.first('outbox')}) takes it back"
    undo = f"{keys.first('undo')} takes it back"
    out = "leave" if keys.of("leave", pane) else "cancel"
    return undo if pane in MAIN else f"{keys.first(out)}, then {undo}"


def is_held(operation: Operation, now: int) -> bool:
    """Whether this is a reply that waits for nothing but the time in which it can be taken back."""
    fresh = not (operation.send_at or operation.attempts or operation.error)
    return operation.kind == "reply" and fresh and 0 < operation.not_before - now <= _LONGEST


def _undone_first(session: Session, held: list[Operation]) -> bool:
    last = max(held, key=lambda o: o.not_before)
    return [o.id for o in late.undo.next_operations(session)] == [last.id]
