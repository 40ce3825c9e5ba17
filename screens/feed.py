"""Noticing what another process has written: twenty looks a second at two files, and nothing more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

_EVERY = 0.05  # seconds


class Feed:
    """Calls `tell` on the app's own thread when `changed` says that something was written.

    A task of its own and not one of Textual's timers: a timer's tick costs a hundred times what the look costs.
    """

    def __init__(self, changed: Callable[[], bool], tell: Callable[[], None]) -> None:
        self._changed = changed
        self._tell = tell

    async def watch(self) -> None:
        """Look until the task is cancelled."""
        while True:
            if self._changed():
                self._tell()
            await asyncio.sleep(_EVERY)
