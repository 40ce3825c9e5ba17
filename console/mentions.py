"""The mentions inbox: internal notes that name me, on any ticket."""

from __future__ import annotations

from console.session import Session
from store import mentions as found
from store.mentions import Mention

QUERY = "is:mentioned"


def mentions(session: Session, limit: int = 100) -> list[Mention]:
    """The newest `limit` notes that name me by name, first name or handle after an @; `fresh` ones came since I looked."""
    return session.db.read(lambda r: found.mentions(r, limit))
