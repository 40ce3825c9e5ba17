"""Noticing what another process has written: twenty looks a second at two files, and nothing more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.timer import Timer

_EVERY = 0.05  # seconds


class Feed:
    """Calls `tell` on the app's own thread when `changed` says that something was written."""

    def __init__(self, changed: Callable[[], bool], tell: Callable[[], None]) -> None:
        self._changed = changed
        self._tell = tell
        self._timer: Timer | None = None

    def start(self, app: App[Any]) -> None:
        """Begin to look."""
        self._timer = app.set_interval(_EVERY, self.look)

    def look(self) -> None:
        """Look once."""
        if self._changed():
            self._tell()

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.stop()
