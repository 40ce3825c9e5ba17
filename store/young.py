"""Thousands of small values that live for one page are no reason to look for garbage."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 10_000  # new containers between two looks: a page of tickets makes a few thousand lists, and lets go of them


class _Holders:
    """How many threads hold the collector back; it belongs to the whole process, and so does this count."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._was_on = False
        self._settled = False

    def settle(self) -> None:
        """Take everything loaded so far out of the collector's sight, the first time only."""
        with self._lock:
            if not self._settled:
                gc.freeze()
                gc.set_threshold(SELDOM, *gc.get_threshold()[1:])
                self._settled = True

    def enter(self) -> None:
        """One more thread holds the collector back."""
        with self._lock:
            if not self._count:
                self._was_on = gc.isenabled()
                gc.disable()
            self._count += 1

    def leave(self) -> None:
        """One thread fewer does; with the last the collector is as it was."""
        with self._lock:
            self._count -= 1
            if not self._count and self._was_on:
                gc.enable()


_HOLDERS = _Holders()


def settle() -> None:
    """What the program has loaded by now will stay: the collector need not look through it again. Only the first call does anything.

    A look through all modules of the program takes the time of ten frames, in which nothing else runs; a first pull
    makes so many values that it would come several times.
    """
    _HOLDERS.settle()


@contextmanager
def no_collection() -> Iterator[None]:
    """Hold the garbage collector back for a few milliseconds of work that makes many values and no cycles.

    The block must not wait for anything. What it leaves behind is looked at afterwards, once instead of a hundred times.
    """
    _HOLDERS.enter()
    try:
        yield
    finally:
        _HOLDERS.leave()
