"""The real program, started as people and scripts start it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.answered import told

SIZE = 120
PROGRAM = [sys.executable, "-P", "-m", "cli"]
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("HEARD_", "_HEARD_"))}


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> Any:
        return json.loads(self.err)


class Heard:
    """The program on one workspace; there is no terminal."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(
        self, *args: str, text: str = "", env: Mapping[str, str] | None = None, code: int = 0
    ) -> Done:
        """Run a command and expect this exit code."""
        done = subprocess.run(
            [*PROGRAM, *args],
            input=text.encode(),
            capture_output=True,
            env={**CLEAN, "HEARD_HOME": str(self.home), **(env or {})},
            timeout=60,
            check=False,
        )
        found = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert found.code == code, f"exit {found.code}\n{found.out}\n{found.err}"
        assert not (faults := told(args, found.out)), "\n".join(faults)
        return found

    def start(self, *args: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a command that goes on."""
        return subprocess.Popen(
            [*PROGRAM, *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**CLEAN, "HEARD_HOME": str(self.home), **(env or {})},
            preexec_fn=_interruptible,  # noqa: PLW1509  (it takes no lock that a thread could hold over the fork)
        )


def _interruptible() -> None:
    """What a shell starts in the background ignores an interrupt, and so would its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def some_ref(heard: Heard, query: str = "is:waiting") -> str:
    """The first ticket that matches."""
    return str(
        heard("list", query, "--sort", "created", "--limit", "1", "-o", "json", "--fields", "ref").json[0][
            "ref"
        ]
    )


def eventually(seen: Callable[[], Any], seconds: float = 20) -> Any:
    """The first true answer within this time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := seen():
            return found
        time.sleep(0.05)
    raise AssertionError("it never came true")
