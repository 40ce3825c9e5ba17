"""Thousands of small values that live for one page are no reason to look for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Hold the garbage collector back for a few milliseconds of work that makes many values and no cycles.

    The block must not wait for anything. What it leaves behind is looked at afterwards, once instead of a hundred times.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
