"""The text of a file that people write, read only where nobody else could have written it."""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path
from typing import BinaryIO

from store.errors import ConfigError

FILE = "config.toml"
LARGEST = 1_000_000  # bytes


def source(path: Path) -> str:
    """The text of the file, "" where there is none."""
    try:
        with _open(path) as file:
            return file.read(LARGEST + 1).decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except OSError as error:
        barred = isinstance(error, PermissionError)
        hint = f"Run: chmod 600 {shlex.quote(str(path))}" if barred else "Name another folder with --home."
        raise ConfigError(f"{path} cannot be read: {error.strerror}.", hint) from None
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path} is not UTF-8 text, from byte {error.start} on.", "Save it as UTF-8 in your editor."
        ) from None


def _open(path: Path) -> BinaryIO:
    """Open and then look, so that what was looked at is what is read; not blocking, because it might be a pipe."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        _refuse_unsafe(path, os.fstat(handle))
    except ConfigError:
        os.close(handle)
        raise
    return os.fdopen(handle, "rb")


def _refuse_unsafe(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ConfigError(f"{path} is not a file.", "Move it away; a missing file means the defaults.")
    if found.st_size > LARGEST:
        raise ConfigError(f"{path} is larger than 1 MB.", "Look at what filled it; settings are a few lines.")
    if os.name != "posix":
        return
    if found.st_uid not in {os.geteuid(), 0}:
        raise ConfigError(
            f"{path} belongs to somebody else.", f"Run: sudo chown $USER {shlex.quote(str(path))}"
        )
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise ConfigError(f"{path} can be written to by others.", f"Run: chmod 600 {shlex.quote(str(path))}")
