"""Where a workspace lies: one folder that nobody else may write to."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

APP = "heard"
ENVIRONMENT = "HEARD_HOME"
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_OTHERS_READ = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one workspace, and what lies where in it."""

    root: Path

    @classmethod
    def find(cls, option: Path | None, env: Mapping[str, str]) -> Home:
        """The folder that the command line names, else HEARD_HOME, else the platform's folder for application data."""
        named = option or env.get(ENVIRONMENT)
        if named:
            return cls(Path(named).expanduser().absolute())
        from platformdirs import user_data_path  # noqa: PLC0415  (not needed where the folder is named)

        return cls(user_data_path(APP, appauthor=False))

    @property
    def local_db(self) -> Path:
        """What only this machine knows: outbox, drafts, log. Backed up, never rebuilt."""
        return self.root / "local.db"

    @property
    def mirror_db(self) -> Path:
        """The copy of the desks; may be deleted at any time."""
        return self.root / "mirror.db"

    @property
    def config(self) -> Path:
        """The settings file."""
        return self.root / "config.toml"

    @property
    def run_dir(self) -> Path:
        """Locks of running processes."""
        return self.root / "run"

    @property
    def backup_dir(self) -> Path:
        """Copies of local.db."""
        return self.root / "backup"

    @property
    def blobs_dir(self) -> Path:
        """Attachments, named by the hash of their content."""
        return self.root / "blobs"

    @property
    def log(self) -> Path:
        """The log file."""
        return self.root / "heard.log"

    def make(self) -> None:
        """Create what is missing, for the owner alone; ConfigError if others could write there, or it is no folder."""
        with _private_umask():
            for folder in (self.root, self.run_dir, self.backup_dir, self.blobs_dir):
                _make(folder)


@contextmanager
def _private_umask() -> Iterator[None]:
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except (FileExistsError, NotADirectoryError):
        raise ConfigError(
            f"{folder} cannot be the workspace: a file is in the way",
            f"Name another folder with --home or {ENVIRONMENT}, or move that file away.",
        ) from None
    except OSError as error:
        raise ConfigError(
            f"{folder} cannot be made: {error.strerror}", f"Name another folder with --home or {ENVIRONMENT}."
        ) from None
    _refuse_shared(folder, found)


def _refuse_shared(folder: Path, found: os.stat_result) -> None:
    if (
        os.name != "posix"
    ):  # other systems answer with made-up modes; there the profile folder is private already
        return
    if found.st_uid not in {os.geteuid(), 0}:
        raise ConfigError(
            f"{folder} belongs to somebody else", f"Name a folder of your own with --home or {ENVIRONMENT}."
        )
    if found.st_mode & _OTHERS_WRITE:
        raise ConfigError(
            f"{folder} can be written to by others", f"Run: chmod 700 {shlex.quote(str(folder))}"
        )
    if found.st_mode & _OTHERS_READ and found.st_uid == os.geteuid():
        folder.chmod(0o700)  # made loose by another hand; nothing was harmed, so nobody is asked
