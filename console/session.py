"""An open workspace: settings, store and clock; the one object that the screens and the command line hold."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from console.settings import Settings, load
from store.clock import wall_clock
from store.database import Database
from store.home import Home

SOONEST, SLOWEST = 0.02, 1.0  # seconds between two looks into the files


class Session:
    """One workspace. Reads are quick and may come from any thread; nothing here touches the network."""

    def __init__(
        self, home: Home, settings: Settings, clock: Callable[[], int] = wall_clock, actor: str = "me"
    ) -> None:
        self.home = home
        self.settings = settings
        self.clock = clock
        self.actor = actor
        self.db = Database(home, clock)
        self._logs = tuple(p.with_name(p.name + "-wal") for p in (home.local_db, home.mirror_db))
        self._stamp = self._watch()
        self._seen: tuple[int, ...] = ()
        self._pause = SLOWEST
        self._look = 0.0
        self.fetch_now: Callable[[str], None] = lambda _ref: (
            None
        )  # the same, for one ticket that is being looked at
        self.sync_now: Callable[[], None] = lambda: None  # set by whoever runs the sync worker

    @classmethod
    def open(cls, home: Home, clock: Callable[[], int] = wall_clock) -> Session:
        """Open a workspace, making it first where there is none; raises the errors of settings and store."""
        home.make()
        return cls(home, load(home.root), clock)

    def now(self) -> int:
        """The time by this workspace's clock, microseconds."""
        return self.clock()

    def changed(self) -> bool:
        """Whether either file was written to since the last call; costs two stat calls while nothing happens.

        A log grows a moment before what it holds can be read: as long as the disk takes to confirm it. So the files
        themselves are asked as well, soon after a change and then once a second; otherwise the last commit before a quiet
        time could go unnoticed.
        """
        stamp, now = self._watch(), time.monotonic()
        grown = stamp != self._stamp
        if not grown and now < self._look:
            return False
        self._stamp = stamp
        self._pause = SOONEST if grown else min(self._pause * 4, SLOWEST)
        self._look = now + self._pause
        seen, self._seen = self._seen, self._versions()
        return grown or seen != self._seen

    def _versions(self) -> tuple[int, ...]:
        """Numbers that differ once another program's commit can be read by this thread."""
        asked = ("PRAGMA main.data_version", "PRAGMA local.data_version")
        return self.db.read(lambda r: tuple(int(r.execute(a).fetchone()[0]) for a in asked), overlaid=False)

    def _watch(self) -> tuple[tuple[int, int], ...]:
        return tuple(_stamp(path) for path in self._logs)

    def close(self) -> None:
        """Close every connection."""
        self.db.close()


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116  (called twenty times a second: a Path method costs three times as much)
    except FileNotFoundError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
