"""One file of JSON lines that outlives the process that writes it: what the desk and the people did, in order."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from store.remotes import Write

Entry = dict[str, Any]


class Journal:
    """Appends with one write call per line, so that a kill never leaves half a line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def add(self, do: str, at: int, **what: object) -> None:
        """Keep one entry: what was done, when (microseconds), and its particulars."""
        os.write(self._fd, json.dumps({"do": do, "at": at, **what}).encode() + b"\n")

    def close(self) -> None:
        """Close the file."""
        os.close(self._fd)


def entries(path: Path) -> list[Entry]:
    """All that was written so far."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def packed(write: Write) -> Entry:
    """A write as JSON can hold it."""
    return asdict(write)


def unpacked(entry: Entry) -> Write:
    """The write that `packed` made an entry of."""
    tags = {name: tuple(entry[name]) for name in ("add_tags", "remove_tags")}
    return Write(**{**entry, **tags})
