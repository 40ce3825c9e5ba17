"""What open consoles say of themselves: one small file each, in a folder that all of them see; no server and no text.

The folder may be a network drive or a synced one. A file's age is told by the folder's own file system, so that clocks
may differ; the time inside tells a copy that arrived late. Whoever may write there may lie, but no more than that: a file is
read only if it is a small plain one, and what it says is cleaned.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from store.text import clean_line

Kind = Literal["viewing", "writing"]
LIFE_S = 60.0  # a mark that is older says nothing any more
_SKEW_S = 120.0  # by how much clocks, and the times that a synced folder gives, may differ
_FORGOTTEN_S = 86_400.0  # after that long, what a crash left behind is taken away
_MOST_FILES, _MOST_BYTES = 500, 2_048
LONGEST_NAME, _LONGEST_TICKET = 60, 300
_FILE = re.compile(r"console-[0-9a-f]{16}\.json")
_READ = (
    os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)


class Mark(msgspec.Struct, frozen=True):
    """What one console says: who has which ticket open ("" for none), and for how many seconds; of a reply, since its last key."""

    who: str
    ticket: str = ""
    kind: Kind = "viewing"
    idle: float = 0.0
    at: float = 0.0  # the writer's clock, seconds since 1970


@dataclass(frozen=True, slots=True)
class Seen:
    """A mark of another console, cleaned; `age` is its `idle` as of now, in seconds."""

    who: str
    ticket: str
    kind: Kind
    age: float


class MarkFolder:
    """The folder, and our own file in it. `make` creates it for the owner alone; one that others share must be there.

    Everything here may wait for a network, and raises OSError where the folder is not there or cannot be used.
    """

    def __init__(
        self,
        path: Path,
        *,
        make: bool = False,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.path = path
        self._make = make
        self._wall = wall
        self._own = path / f"console-{os.urandom(8).hex()}.json"
        self._ahead: float | None = None  # the file system's clock less ours, once it has been seen

    def say(self, mark: Mark) -> None:
        """Put our mark in place of the one before, at once or not at all."""
        if self._make:
            self.path.mkdir(mode=0o700, exist_ok=True)
        first = self._ahead is None
        unfinished = self._own.with_suffix(".new")
        body = msgspec.json.encode(msgspec.structs.replace(mark, at=self._wall()))
        file = os.open(unfinished, _NEW, 0o600)
        try:
            with os.fdopen(file, "wb") as opened:
                opened.write(body)
            if not self._make:
                with suppress(OSError):  # not every drive has modes; without ours only we could read it
                    unfinished.chmod(0o644)
            unfinished.replace(self._own)
        finally:
            unfinished.unlink(missing_ok=True)
        self._ahead = self._own.stat().st_mtime - self._wall()
        if first:
            self._tidy()

    def leave(self) -> None:
        """Take our mark away."""
        self._own.unlink(missing_ok=True)

    def others(self) -> list[Seen]:
        """What the other consoles say, those that still say something; an empty folder that we would make counts as empty."""
        if self._make and not self.path.exists():
            return []
        return [seen for entry in self._entries() if (seen := self._read(entry)) is not None]

    def _entries(self) -> Iterator[os.DirEntry[str]]:
        with os.scandir(self.path) as listed:
            for count, entry in enumerate(listed):
                if count >= _MOST_FILES:
                    return
                if _FILE.fullmatch(entry.name) and entry.name != self._own.name:
                    yield entry

    def _now(self) -> float:
        """The time by the file system, as far as it is known."""
        return self._wall() + (self._ahead or 0.0)

    def _read(self, entry: os.DirEntry[str]) -> Seen | None:
        found = _content(entry.path)
        if found is None:
            return None
        mark, changed = found
        age = self._now() - changed
        if not -_SKEW_S <= age <= LIFE_S or abs(self._wall() - mark.at) > LIFE_S + _SKEW_S:
            return None
        who = clean_line(mark.who, LONGEST_NAME)
        idle = min(max(mark.idle, 0.0), _FORGOTTEN_S)
        return Seen(who, mark.ticket, mark.kind, max(age, 0.0) + idle) if who and mark.ticket else None

    def _tidy(self) -> None:
        """Take away what crashes left behind long ago."""
        for entry in self._entries():
            with suppress(OSError):  # somebody else's, or gone by now
                if self._now() - entry.stat(follow_symlinks=False).st_mtime > _FORGOTTEN_S:
                    os.unlink(entry.path)  # noqa: PTH108  (an entry of scandir has its path as text)


def _content(path: str) -> tuple[Mark, float] | None:
    """A mark and when its file was written; None for whatever is no small plain file, or says something else."""
    try:
        file = os.open(path, _READ)
        try:
            about = os.fstat(file)
            if not stat.S_ISREG(about.st_mode) or about.st_size > _MOST_BYTES:
                return None
            mark = msgspec.json.decode(os.read(file, _MOST_BYTES), type=Mark)
        finally:
            os.close(file)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
    ticket = clean_line(mark.ticket, _LONGEST_TICKET)
    return (mark, about.st_mtime) if ticket == mark.ticket else None
