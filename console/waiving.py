"""Leaving out a step that a queue wants, with a reason: it stands in the log of the ticket, where a team can read it."""

from __future__ import annotations

from collections.abc import Sequence

from console.session import Session
from store.errors import InvalidInputError
from store.text import clean_line
from store.waiving import waived

LONGEST = 200  # characters of a reason


def leave_out(session: Session, ref: str, names: Sequence[str], reason: str) -> str:
    """Keep why these steps and checks are left out of the reply on `ref`; returns the reason, cleaned.

    Raises InvalidInputError where no reason is given.
    """
    why = clean_line(reason).strip()[:LONGEST]
    if not why:
        raise InvalidInputError("There is no reason yet.", "Say in a few words why it is left out.")
    waived(session.db, ref, f"{', '.join(names)}: {why}", actor=session.actor, now=session.now())
    return why
