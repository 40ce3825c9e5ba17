"""Both ways between the mirror and a desk: pull by cursor, push through the outbox, one worker a desk."""

from store.sync.engine import Cycle, Engine

__all__ = ["Cycle", "Engine"]
