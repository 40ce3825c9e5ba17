"""The sync process beside an open console: a child that ends with its parent, whatever becomes of that."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from store.home import Home

LOG_LIMIT = 200_000  # bytes
PATIENCE_S = 6.0
AGAIN_S = 10.0  # after which a child that ended is missed
PROGRAM = (sys.executable, "-P", "-m", "cli")  # -P: a file cli.py in the current folder is not ours


class Worker:
    """One child process for one workspace; only that child is ever signalled."""

    def __init__(self, home: Home, program: Sequence[str] = PROGRAM, again_s: float = AGAIN_S) -> None:
        self._home = home
        self._again_s = again_s
        self._unwanted: threading.Event | None = None  # ends the thread that misses a child
        self._argv = [*program, "--home", str(home.root), "sync", "--watch", "--parent"]
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the child, unless it is running; one that ends before `stop`, however that comes, is started again."""
        with self._lock:
            self._bear()
            if self._unwanted is None:
                self._unwanted = threading.Event()
                threading.Thread(target=self._keep, args=(self._unwanted,), daemon=True).start()

    def _keep(self, unwanted: threading.Event) -> None:
        while not unwanted.wait(self._again_s):
            with self._lock, suppress(OSError):  # no room, no memory: later
                if not unwanted.is_set():
                    self._bear()

    def _bear(self) -> None:
        if self.alive():
            return
        _hang_up(self._child)
        with self._open_log() as log:
            self._child = subprocess.Popen(  # noqa: S603  (our own program)
                self._argv,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                bufsize=0,
                start_new_session=True,
            )

    def _open_log(self) -> IO[bytes]:
        path = self._home.run_dir / "worker.log"
        with suppress(FileNotFoundError):
            if path.stat().st_size > LOG_LIMIT:
                path.replace(path.with_name(path.name + ".1"))
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")

    def alive(self) -> bool:
        """Whether the child is running."""
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int:
        """The child's process id; 0 when there is none."""
        return self._child.pid if self._child is not None and self.alive() else 0

    def wake(self) -> None:
        """Ask for a turn now; a child that has ended is started again."""
        self._say("wake")

    def fetch(self, ref: str) -> None:
        """Ask for one ticket's messages before all others: a person is looking at it."""
        self._say(f"open {ref}")

    def _say(self, what: str) -> None:
        self.start()
        child = self._child
        if child is not None and child.stdin is not None:
            with suppress(OSError):  # it has just ended: the next word starts another
                os.set_blocking(child.stdin.fileno(), False)
                child.stdin.write(f"{what}\n".encode())

    def stop(self) -> None:
        """End the child: asked first, then told, then killed."""
        with self._lock:
            child, self._child = self._child, None
            if self._unwanted is not None:
                self._unwanted.set()
                self._unwanted = None
        _hang_up(child)
        if child is None or _ended(child):
            return
        child.terminate()
        if not _ended(child):
            child.kill()
            child.wait()


def _hang_up(child: subprocess.Popen[bytes] | None) -> None:
    """Close the pipe that the child listens to: the sign that it is no longer wanted."""
    if child is not None and child.stdin is not None:
        with suppress(OSError):
            child.stdin.close()


def _ended(child: subprocess.Popen[bytes]) -> bool:
    """Whether the child ends while we can wait for it."""
    try:
        child.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        return False
    return True
