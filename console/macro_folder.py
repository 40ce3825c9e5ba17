"""The folders of macros: found without following a link, read with a limit, read again only when a file has changed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

from console.macro_file import LARGEST, Macro, mistakes, read
from store.errors import ConfigError

MOST = 2_000  # files of a folder
_ENDING = ".md"
_NOT_ONE = "readme.md"  # says what the folder is
_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True, slots=True)
class Library:
    """Every macro that can be used, in the order of their names, and what is wrong with the other files."""

    macros: tuple[Macro, ...] = ()
    errors: tuple[ConfigError, ...] = ()

    def named(self, name: str) -> Macro | None:
        """The macro of this name or title, whatever the capitals; None where there is none."""
        wanted = name.strip().casefold().removesuffix(_ENDING)
        by_name = next((each for each in self.macros if each.name.casefold() == wanted), None)
        return by_name or next((each for each in self.macros if each.title.casefold() == wanted), None)


def load(*folders: Path) -> Library:
    """The macros of these folders; where two have the same name, the one of the first folder holds."""
    found: dict[str, Macro] = {}
    errors: list[ConfigError] = []
    for folder in folders:
        for path in islice(_files(folder), MOST):
            made = _read(path, folder)
            if isinstance(made, Macro):
                found.setdefault(made.name.casefold(), made)
            else:
                errors.append(made)
    return Library(tuple(found[name] for name in sorted(found)), tuple(errors))


def every_mistake(*folders: Path) -> Iterator[ConfigError]:
    """All that is wrong with the files of these folders, where `load` tells the first mistake of each."""
    for folder in folders:
        for path in islice(_files(folder), MOST):
            found = _found(path, folder)
            if isinstance(found, ConfigError):
                yield found
                continue
            try:
                yield from mistakes(found[0], path, _raw(path))
            except OSError as error:
                yield _unreadable(path, error)


def _files(folder: Path) -> Iterator[Path]:
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(_ENDING) and not name.startswith(".") and name.lower() != _NOT_ONE:
                yield Path(base, name)


def _found(path: Path, folder: Path) -> tuple[str, os.stat_result] | ConfigError:
    """What the macro of a file is called and what the system tells of that file, or why it is none to be read."""
    try:
        name = path.relative_to(folder).as_posix()[: -len(_ENDING)]
        name.encode("utf-8")
        found = path.lstat()
    except UnicodeEncodeError:
        shown = str(path).encode("utf-8", "backslashreplace").decode()
        return ConfigError(f"{shown}: its name is no UTF-8 text.", "Rename it.")
    except OSError as error:
        return _unreadable(path, error)
    if stat.S_ISLNK(found.st_mode):
        return ConfigError(f"{path}: is a link.", "Only files of the folder itself are read.")
    if not stat.S_ISREG(found.st_mode):
        return ConfigError(f"{path}: is no ordinary file.")
    return name, found


def _read(path: Path, folder: Path) -> Macro | ConfigError:
    found = _found(path, folder)
    if isinstance(found, ConfigError):
        return found
    name, told = found
    return _kept(path, name, told.st_mtime_ns, told.st_size)


@lru_cache(maxsize=4 * MOST)
def _kept(path: Path, name: str, changed: int, size: int) -> Macro | ConfigError:
    """The macro of a file that was last changed then and has this size; the same file is read once."""
    del changed, size
    try:
        return read(name, path, _raw(path))
    except OSError as error:
        return _unreadable(path, error)
    except ConfigError as error:
        return error


def _raw(path: Path) -> bytes:
    """The bytes of a file, one more than a macro may have at most."""
    with os.fdopen(os.open(path, _FLAGS), "rb") as opened:
        return opened.read(LARGEST + 1)


def _unreadable(path: Path, error: OSError) -> ConfigError:
    return ConfigError(f"{path}: cannot be read: {error.strerror}.")


def put(folder: Path, name: str, text: str) -> bool:
    """Write a macro that is not there yet, for its owner alone; False where there is a file of this name."""
    path = folder / f"{name}{_ENDING}"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(file, "w", encoding="utf-8") as opened:
        opened.write(text)
    return True
