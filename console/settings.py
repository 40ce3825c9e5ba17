"""The settings of a workspace: config.toml read into values."""

from __future__ import annotations

from pathlib import Path

from console.settings_read import read
from console.settings_source import FILE, source
from console.settings_table import sample, schema
from console.settings_values import (
    DeskSettings,
    LadderSettings,
    Settings,
    SyncSettings,
    UiSettings,
    ViewSettings,
)

__all__ = [
    "FILE",
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
