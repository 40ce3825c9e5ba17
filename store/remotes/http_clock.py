"""The desk's clock, as its answers tell it, whatever happens to ours in between."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from statistics import median

from store.clock import wall_clock

SAMPLES = 5
MICROSECONDS = 1_000_000


def steady_clock() -> float:
    """Seconds that only ever grow, the time that the machine slept included where the system can tell."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class DeskClock:
    """Counts on from the newest answers' dates with a clock that nobody sets: `monotonic`, in seconds.

    `now` is our wall clock in microseconds; a virtual one counts on by itself where no `monotonic` is given.
    """

    def __init__(self, now: Callable[[], int], monotonic: Callable[[], float] | None = None) -> None:
        self._now = now
        if monotonic is None and now is wall_clock:
            monotonic = steady_clock
        self._monotonic = monotonic
        self._ahead: deque[int] = deque(maxlen=SAMPLES)

    def told(self, date: int | None) -> None:
        """Keep the date of an answer that came just now."""
        if date is not None:
            self._ahead.append(date - self._ticks())

    def now(self) -> int:
        """The desk's time in microseconds: the middle of what the last answers say; ours before the first."""
        return self._ticks() + int(median(self._ahead)) if self._ahead else self._now()

    @property
    def offset(self) -> int:
        """The desk's clock minus ours, as ours stands at this moment."""
        return self.now() - self._now() if self._ahead else 0

    def _ticks(self) -> int:
        return self._now() if self._monotonic is None else int(self._monotonic() * MICROSECONDS)
