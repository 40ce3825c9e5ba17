"""What is done in the tests of undo, and what is left of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from console import changes, snooze
from console.session import Session
from console.snooze import Until

Turn = Callable[[], Awaitable[None]]
HOURS = 3_600
TWO_HOURS = Until("time", "2h")


def change(session: Session, ref: str, words: str) -> None:
    """Change one ticket."""
    changes.set_fields(session, ref, changes.parse([words]))


def asleep(session: Session) -> list[str]:
    """The tickets that sleep."""
    return [each.ref for each in snooze.asleep(session)]
