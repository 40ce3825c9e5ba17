"""The demo desk as a child process: real HTTP on loopback, with customers who keep writing, gone with its parent."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from console.demo.connect import served_at, state_file
from console.worker import PROGRAM
from store.errors import HeardError
from store.home import Home

PATIENCE_S = 15.0


@contextmanager
def served(home: Home, port: int, program: Sequence[str] = PROGRAM) -> Iterator[int]:
    """Serve the workspace's desk while the block runs, on `port` if it is free; gives the port that it is on.

    A desk that is served already is left as it is.
    """
    if known := served_at(home):
        yield known
        return
    child = _start(home, port, program)
    try:
        found = _announced(child)
        _write_private(home, json.dumps({"port": found, "pid": child.pid}))
        yield found
    finally:
        state_file(home).unlink(missing_ok=True)
        _end(child)


def _start(home: Home, port: int, program: Sequence[str]) -> subprocess.Popen[bytes]:
    log = os.open(home.run_dir / "demo.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    argv = [*program, "--home", str(home.root), "demo", "serve", "--parent", "--port", str(port)]
    try:
        return subprocess.Popen(  # noqa: S603  (our own program)
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, start_new_session=True
        )
    finally:
        os.close(log)


def _announced(child: subprocess.Popen[bytes]) -> int:
    """The port that the child says it listens on."""
    line = b""
    if child.stdout is not None:
        line = child.stdout.readline()
    try:
        return int(json.loads(line)["port"])
    except (ValueError, KeyError, TypeError):
        raise HeardError(
            "The demo desk did not start.",
            "run/demo.log in the workspace says why; `heard demo --headless` needs none.",
        ) from None


def _write_private(home: Home, text: str) -> None:
    handle = os.open(state_file(home), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _end(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    try:
        child.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
