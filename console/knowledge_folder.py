"""The files of the knowledge folder: found without following a link, read with a limit, taken into the index when changed."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from console.articles import LARGEST, read
from store.articles import ArticleRow, stamps, update

MOST = 20_000  # files
_DEEPEST = 12  # folders within each other
_ENDINGS = (".md", ".markdown")
_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file below the folder; `stamp` tells when it has changed, `problem` why it is not read."""

    path: str
    stamp: str
    problem: str = ""


def refresh(connection: sqlite3.Connection, folder: Path) -> int:
    """Take in what has changed since the last time, by time and size of each file; returns how many files that were."""
    before = stamps(connection)
    now = {seen.path: seen for seen in islice(_walk(folder, "", 0), MOST)}
    changed = [seen for path, seen in sorted(now.items()) if before.get(path) != seen.stamp]
    gone = [path for path in before if path not in now]
    if changed or gone:
        update(connection, (_article(folder, seen) for seen in changed), gone)
    return len(changed) + len(gone)


def _walk(folder: Path, below: str, depth: int) -> Iterator[_Seen]:
    try:
        entries = sorted(os.scandir(folder / below), key=lambda entry: entry.name)
    except OSError as error:
        if below:
            yield _unread(below, f"cannot be opened: {error.strerror}")
        return
    for entry in entries:
        if not entry.name.startswith("."):
            yield from _entry(folder, entry, f"{below}{entry.name}", depth)


def _entry(folder: Path, entry: os.DirEntry[str], path: str, depth: int) -> Iterator[_Seen]:
    if entry.is_symlink():
        yield _unread(path, "a link; only files of the folder itself are read")
    elif entry.is_dir(follow_symlinks=False):
        if depth == _DEEPEST:
            yield _unread(path, f"deeper than {_DEEPEST} folders")
        else:
            yield from _walk(folder, f"{path}/", depth + 1)
    elif entry.name.lower().endswith(_ENDINGS):
        yield _file(entry, path)


def _file(entry: os.DirEntry[str], path: str) -> _Seen:
    try:
        found = entry.stat(follow_symlinks=False)
        path.encode("utf-8")
    except OSError as error:
        return _unread(path, f"cannot be read: {error.strerror}")
    except UnicodeEncodeError:
        return _unread(path, "its name is no UTF-8 text")
    if not stat.S_ISREG(found.st_mode):
        return _unread(path, "no ordinary file")
    return _Seen(path, f"{found.st_mtime_ns} {found.st_size}")


def _unread(path: str, problem: str) -> _Seen:
    return _Seen(path.encode("utf-8", "backslashreplace").decode(), problem, problem)


def _article(folder: Path, seen: _Seen) -> ArticleRow:
    if seen.problem:
        return ArticleRow(seen.path, seen.stamp, seen.path, problem=seen.problem)
    try:
        file = os.open(folder / seen.path, _FLAGS)
        with os.fdopen(file, "rb") as opened:
            raw = opened.read(LARGEST + 1)
    except OSError as error:
        return ArticleRow(seen.path, seen.stamp, seen.path, problem=f"cannot be read: {error.strerror}")
    return read(seen.path, seen.stamp, raw)
