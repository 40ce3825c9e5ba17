"""How urgent a request is: what an agent waits for goes before what keeps the mirror whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

Urgency = Literal["send", "open", "pull", "sweep", "bulk"]

URGENCY: ContextVar[Urgency] = ContextVar("urgency", default="pull")


@contextmanager
def urgent(kind: Urgency) -> Iterator[None]:
    """All requests made within the block, tasks started there included, are of this urgency."""
    token = URGENCY.set(kind)
    try:
        yield
    finally:
        URGENCY.reset(token)
