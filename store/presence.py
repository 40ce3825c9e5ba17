"""Whether another program has the workspace open: a lock file that everybody shares while open, and one may have alone.

The system ends a lock with its process, so that nothing is left behind by a crash. It is not SQLite's lock: a process
that opened SQLite's files by hand would lose its own locks on them when it closed them.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from store.errors import StoreBusyError

WAIT_S = 10.0
if sys.platform != "win32":
    import fcntl


class Presence:
    """One program's mark that it has local.db open; made alone when it is the only one."""

    def __init__(self, path: Path) -> None:
        self._file: int | None = None
        self.alone = False
        if sys.platform == "win32":
            return
        try:
            lock = path.with_name(path.name + ".lock")
            self._file = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return  # a full disk must not keep anybody from reading
        self.alone = self._lock(alone=True)
        if not self.alone:
            self.share()

    def share(self) -> None:
        """Let others open the workspace too; waits for one that has it alone, StoreBusyError after ten seconds."""
        end = time.monotonic() + WAIT_S
        while self._file is not None and not self._lock(alone=False):
            if time.monotonic() > end:
                self.end()
                raise StoreBusyError(
                    "Another heard has had the workspace for itself for ten seconds.",
                    "It is being checked or salvaged; try again when that is done.",
                )
            time.sleep(0.02)
        self.alone = False

    def _lock(self, *, alone: bool) -> bool:
        if sys.platform == "win32" or self._file is None:
            return False
        try:
            fcntl.flock(self._file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def end(self) -> None:
        """Take the mark away."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
