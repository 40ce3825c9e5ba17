"""Work that must come to an end: a mistake that makes it hang or grow out of all measure ends the test instead.

No figure is judged here: the time is far beyond what any machine needs, and what takes a moment takes minutes with such
a mistake. How quick things are is for `tests/bench/` to say.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDS_WITHIN = 60.0  # seconds


@contextmanager
def no_stall(what: object = "this") -> Iterator[None]:
    """Raise AssertionError inside the block where it has not come to an end."""

    def over(_number: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"{what} did not come to an end")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, ENDS_WITHIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
