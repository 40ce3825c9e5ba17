"""Many at once, or one alone: to close a connection that another thread is reading on ends the whole process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turnstile:
    """Many threads may be inside at once; whoever must be alone waits until they have left and lets nobody in meanwhile."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._inside = 0
        self._taken = False
        self._wanted = 0  # who comes after those that would be alone waits, or they would wait for ever
        self._mine = threading.local()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Be one of many; waits while somebody is alone. A thread that is inside may go in again."""
        depth: int = getattr(self._mine, "depth", 0)
        if not depth:
            with self._change:
                self._change.wait_for(lambda: not self._taken and not self._wanted)
                self._inside += 1
        self._mine.depth = depth + 1
        try:
            yield
        finally:
            self._mine.depth = depth
            if not depth:
                with self._change:
                    self._inside -= 1
                    self._change.notify_all()

    @property
    def nested(self) -> bool:
        """Whether this thread has gone in again while it was inside."""
        return getattr(self._mine, "depth", 0) > 1

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one, after all others have left."""
        own = 1 if getattr(self._mine, "depth", 0) else 0  # who is inside does not wait for himself
        with self._change:
            self._wanted += 1
            self._change.wait_for(lambda: not self._taken and self._inside <= own)
            self._wanted -= 1
            self._taken = True
        try:
            yield
        finally:
            with self._change:
                self._taken = False
                self._change.notify_all()
