"""Both ways between the mirror and a desk: pull by cursor, push through the outbox, sweep, one worker a desk."""

from store.sync.engine import Cycle, Engine
from store.sync.verdicts import Policy

__all__ = ["Cycle", "Engine", "Policy"]
