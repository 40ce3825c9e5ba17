"""Files that this user may not read or write: said as such, and never taken for damage."""

from __future__ import annotations

import errno
import os
import shlex
import sqlite3
from pathlib import Path

from store.errors import ConfigError

REFUSALS = (errno.EACCES, errno.EPERM, errno.EROFS)
CODES = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
DATABASES = ("local.db", "mirror.db")  # a reader has both open, whichever of them it blames
SUFFIXES = ("", "-wal", "-shm", ".lock")


def barred(folder: Path) -> Path | None:
    """The first of a workspace's folder and files that may not be read and written by us; None where all may."""
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return folder
    files = (folder / f"{name}{suffix}" for name in DATABASES for suffix in SUFFIXES)
    return next((f for f in files if f.exists() and not os.access(f, os.R_OK | os.W_OK)), None)


def refusal(error: sqlite3.Error | OSError, folder: Path) -> ConfigError | None:
    """What to tell of an error that came of missing rights in this workspace's folder; None where it did not."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code not in CODES and getattr(error, "errno", None) not in REFUSALS:
        return None
    found = barred(folder)
    return ConfigError(f"{found} may not be read and written by you.", how_to_open(found)) if found else None


def how_to_open(path: Path) -> str:
    """What gives its owner the rights that a file or folder needs."""
    rights = "u+rwx" if path.is_dir() else "u+rw"
    return f"Run: chmod {rights} {shlex.quote(str(path))}; if that is refused, it is not yours, or its disk is read-only."
