"""What a program of the owner's prints, within bounds of time and of size."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

# For words on their way once the program has ended; what it left running may hold the pipe for ever.
_LINGER_S = 0.5


@dataclass(frozen=True, slots=True)
class Printed:
    """How a program ended and what it printed; `flood` where it was stopped because that was too much."""

    code: int
    out: bytes
    err: bytes
    flood: bool


class _Ear(threading.Thread):
    """Keeps the first `most` bytes of a stream, which is closed at the next one; what it is `deaf` to is read on."""

    def __init__(self, stream: IO[bytes], most: int, *, deaf: bool = False) -> None:
        super().__init__(daemon=True)
        self._stream, self._most, self._deaf = stream, most, deaf
        self.kept = bytearray()
        self.over = False
        self.start()

    def run(self) -> None:
        """Read to the end, or to the bound."""
        with self._stream:
            while piece := self._stream.read1(65_536):  # type: ignore[attr-defined]  # (a pipe is buffered)
                room = self._most - len(self.kept)
                self.over = self.over or len(piece) > room
                self.kept += piece[:room]
                if self.over and not self._deaf:
                    return


def printed(command: Sequence[str], seconds: float, most: int) -> Printed:
    """Run `command` without a shell and without input.

    Nobody waits for what it leaves running. Raises OSError or ValueError where it cannot be started,
    subprocess.TimeoutExpired where it takes longer than `seconds`.
    """
    running = subprocess.Popen(  # noqa: S603  (the owner's own list of words, from a file that only the owner can write)
        list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    if running.stdout is None or running.stderr is None:  # what was asked for is there
        raise AssertionError
    out, err = _Ear(running.stdout, most), _Ear(running.stderr, most, deaf=True)
    try:
        code = running.wait(seconds)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()
        raise
    out.join(_LINGER_S)
    err.join(_LINGER_S)
    return Printed(code, bytes(out.kept), bytes(err.kept), out.over)
