"""The real program on a pseudo terminal, its screen kept by a terminal in memory."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyte

PROGRAM = [sys.executable, "-m", "cli"]


class Terminal:
    """One program on a pty of `columns` by `rows`; `raw` is every byte that it wrote."""

    def __init__(
        self,
        argv: Sequence[str],
        columns: int = 120,
        rows: int = 40,
        env: Mapping[str, str] | None = None,
        *,
        draw: bool = True,
    ) -> None:
        self.raw = bytearray()
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen) if draw else None
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            with contextlib.suppress(OSError):
                os.execvpe(
                    argv[0], list(argv), {"TERM": "xterm-256color", "PATH": os.environ["PATH"], **(env or {})}
                )
            os._exit(127)
        self.started = time.perf_counter()
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds: float) -> bytes:
        """What is written within `seconds`, as soon as anything is; b"" when nothing is or the program has ended."""
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return b""
        try:
            data = os.read(self._fd, 65_536)
        except OSError:
            return b""
        self.raw += data
        if self._stream is not None:
            self._stream.feed(data)
        return data

    def text(self) -> str:
        """The screen as lines of text."""
        screen = self._screen
        lines = (
            "".join(screen.buffer[y][x].data for x in range(screen.columns)) for y in range(screen.lines)
        )
        return "\n".join(line.rstrip() for line in lines)

    def wait(self, *words: str, seconds: float = 20) -> str:
        """Read until all the words stand on the screen; AssertionError with the screen when they never do."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            shown = self.text()
            if all(w in shown for w in words):
                return shown
            self.read(0.05)
        raise AssertionError(f"{words} never appeared on this screen:\n{self.text()}")

    def wait_hidden(self, seconds: float = 20) -> None:
        """Wait until the program shows no more what is typed; what was typed before that it throws away."""
        end = time.monotonic() + seconds
        while termios.tcgetattr(self._fd)[3] & termios.ECHO:
            assert time.monotonic() < end, f"everything typed is shown:\n{self.text()}"
            self.read(0.02)

    def settle(self, quiet: float = 0.3, seconds: float = 10) -> str:
        """Read until nothing has been written for `quiet` seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.read(quiet):
            pass
        return self.text()

    def send(self, keys: str | bytes) -> None:
        """Type."""
        os.write(self._fd, keys.encode() if isinstance(keys, str) else keys)

    def rss_mb(self) -> float:
        """Resident memory of the program, in MB."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    def close(self) -> int:
        """End the program and return its exit status."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        for _ in range(100):
            self.read(0.01)
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                break
            time.sleep(0.02)
        else:
            os.kill(self.pid, signal.SIGKILL)
            _, status = os.waitpid(self.pid, 0)
        os.close(self._fd)
        return os.waitstatus_to_exitcode(status)
