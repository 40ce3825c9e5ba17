"""The agents of a desk, as the mirror knows them."""

from __future__ import annotations

from console.session import Session
from store import read


def own_name(session: Session, desk: str) -> str:
    """The name of the agent whose credentials we hold, as the desk tells it; "" where it has not."""
    agents = session.db.read(lambda r: read.agents(r, desk), overlaid=False)
    return next((name for _, name, me in agents if me and name), "")
