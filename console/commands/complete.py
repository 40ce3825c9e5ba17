"""What the shell is offered while somebody types."""

from __future__ import annotations

import os

from store.errors import HeardError


def desks(incomplete: str) -> list[str]:
    """The names of the desks that begin like this; none where the settings cannot be read."""
    from console.settings import load  # noqa: PLC0415  (only the shell asks)
    from store.home import Home  # noqa: PLC0415  (the same)

    try:
        names = load(Home.find(None, os.environ).root).desks
    except (HeardError, OSError):
        return []
    return [name for name in names if name.startswith(incomplete)]


def sorts(incomplete: str) -> list[str]:
    """The orders of a list that begin like this."""
    from store.filters import ORDERS  # noqa: PLC0415  (only the shell asks)

    return [name for name in ORDERS if name.startswith(incomplete)]
