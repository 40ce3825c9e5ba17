"""A clock that moves only when it is told to."""

from __future__ import annotations

SECOND = 1_000_000
START = 1_767_225_600 * SECOND  # 2026-01-01T00:00:00Z


class Clock:
    """Microseconds since 1970."""

    def __init__(self, start: int = START) -> None:
        self.now = start

    def __call__(self) -> int:
        return self.now

    def tick(self, seconds: float = 1) -> int:
        """Let time pass."""
        self.now += int(seconds * SECOND)
        return self.now
