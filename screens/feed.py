"""Noticing what another process has written: twenty looks a second at two files, and nothing more."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

_EVERY = 0.05  # seconds


class Feed:
    """Calls `tell`, from a thread of its own, when `changed` says that something was written.

    A thread, because a look costs a hundredth of what one tick of Textual's timers does.
    """

    def __init__(self, changed: Callable[[], bool], tell: Callable[[], object]) -> None:
        self._changed = changed
        self._tell = tell
        self._over = Event()
        self._thread = Thread(target=self._watch, name="heard-feed", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more, and wait until the last look is over."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_EVERY):
            with suppress(OSError):  # a file is just being replaced: whoever reads it next says what is wrong
                if self._changed():
                    self._tell()
