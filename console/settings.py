"""The settings of a workspace: config.toml read into values."""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path
from typing import BinaryIO

from console.settings_read import read
from console.settings_table import sample, schema
from console.settings_values import (
    DeskSettings,
    LadderSettings,
    Settings,
    SyncSettings,
    UiSettings,
    ViewSettings,
)
from store.errors import ConfigError

__all__ = [
    "DeskSettings",
    "LadderSettings",
    "Settings",
    "SyncSettings",
    "UiSettings",
    "ViewSettings",
    "add_desk",
    "load",
    "remove_desk",
    "sample",
    "schema",
    "source",
]

FILE = "config.toml"
LARGEST = 1_000_000  # bytes


def load(home: Path) -> Settings:
    """The settings of the workspace in `home`; defaults where there is no file.

    ConfigError names file, line and key of what cannot be used, and refuses a file that others could have written.
    """
    path = home / FILE
    return read(source(path), path)


def add_desk(home: Path, name: str, desk: DeskSettings) -> None:
    """Write a desk into the file, in place of one of that name; everything else stays as it was typed."""
    from console import settings_edit  # noqa: PLC0415  (reading is common, editing rare)

    settings_edit.add_desk(home / FILE, name, desk)


def remove_desk(home: Path, name: str) -> None:
    """Take a desk out of the file, and no comment with it that others may need; NotFoundError when it is not there."""
    from console import settings_edit  # noqa: PLC0415  (the same)

    settings_edit.remove_desk(home / FILE, name)


def source(path: Path) -> str:
    """The text of the file, "" where there is none."""
    try:
        with _open(path) as file:
            return file.read(LARGEST + 1).decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}.", f"Run: chmod 600 {shlex.quote(str(path))}"
        ) from None
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
