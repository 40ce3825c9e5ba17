"""How one turn of the sync with a desk is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.sync import Cycle

TURN = ("desk", "state", "tickets", "threads", "sent", "error")
WATCHED = ("at", *TURN)


def row(name: str, cycle: Cycle) -> dict[str, object]:
    """One turn of one desk."""
    return {
        "desk": name,
        "state": state_of(cycle),
        "tickets": cycle.tickets,
        "threads": cycle.threads,
        "sent": cycle.sent,
        "error": cycle.error.message if cycle.error else "",
    }


def state_of(cycle: Cycle) -> str:
    """How a turn went: done, held by another process, or the name of its error."""
    if cycle.held:
        return "held"
    return cycle.error.code if cycle.error else "done"
