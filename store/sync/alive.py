"""Whether the worker that holds a lease still lives: it holds a lock on a file that bears its name.

The system ends a lock with its process, however that ends; so nobody has to wait for the lease of one that was killed.
Where there is no such file the lease alone counts.
"""

from __future__ import annotations

import os
import sys
import weakref
from pathlib import Path

FIRST, LAST, NEW = "worker-", ".lock", ".new"
if sys.platform != "win32":
    import fcntl


class Alive:
    """The locked files of the workers of one workspace, in `folder`; `name` is ours."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._end: weakref.finalize[..., Alive] | None = None

    def show(self) -> None:
        """Lock a file of ours, and only then give it our name: a file of that name without its lock would call us dead.

        Without room, rights or locks in this folder there is none.
        """
        if self._end is not None or sys.platform == "win32":
            return
        path = self._path(self._name)
        unnamed = path.with_suffix(NEW)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            file = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return
        self._end = weakref.finalize(self, _end, file, path, unnamed)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            unnamed.rename(path)
        except OSError:
            self.end()

    def end(self) -> None:
        """Remove our file."""
        if self._end is not None:
            self._end()
            self._end = None

    def dead(self, name: str) -> bool:
        """Whether the worker of this name is known to have ended without saying so."""
        return _unlocked(self._path(name))

    def tidy(self) -> None:
        """Remove the files of workers that were killed."""
        for path in self._folder.glob(f"{FIRST}*"):
            if path.suffix in (LAST, NEW) and _unlocked(path):
                path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{FIRST}{name}{LAST}"


def _unlocked(path: Path) -> bool:
    """Whether there is such a file, and nobody holds its lock."""
    if sys.platform == "win32":
        return False
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(file)
    return True


def _end(file: int, *paths: Path) -> None:
    """Remove the file while it is still locked: nobody may find it there without its lock."""
    try:
        for path in paths:
            path.unlink(missing_ok=True)
    finally:
        os.close(file)
