"""Attachments on this machine: kept by content hash, saved under names that cannot harm.

The sender's name is only a label. `safe_name` makes a file name of it that stays inside its folder on every system.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import sqlite3
import unicodedata
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from store.database import Database
from store.errors import DiskFullError, InvalidInputError, RefusedError
from store.text import clean_line

RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
LONGEST = 120  # bytes of a file name
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class File:
    """One attachment; `sha256` is "" until it has been fetched."""

    id: str
    desk: str
    name: str
    size: int
    mime: str
    url: str
    sha256: str
    author: str
    at: int


def of_ticket(reader: sqlite3.Connection, ref: str) -> list[File]:
    """The attachments of a ticket, oldest first."""
    found = reader.execute(
        "SELECT a.remote_id, a.desk, a.name, a.size, a.mime, a.url, a.sha256, m.author, m.created FROM attachment a"
        " JOIN message m ON m.id = a.message_id JOIN ticket t ON t.id = m.ticket_id WHERE t.ref = ?"
        " ORDER BY m.created, a.id",
        (ref,),
    )
    return [File(*row) for row in found]


def fetched(database: Database, file: File, digest: str) -> None:
    """Remember under which hash an attachment is kept."""
    with database.write("mirror") as connection:
        connection.execute(
            "UPDATE attachment SET sha256 = ? WHERE desk = ? AND remote_id = ?", (digest, file.desk, file.id)
        )


def safe_name(label: str) -> str:
    """A file name for a sender's label: no folder, no dot, dash or tilde in front, no control or reserved name."""
    name = unicodedata.normalize("NFC", clean_line(label)).replace("\\", "/").rsplit("/", 1)[-1]
    name = re.sub(r'[<>:"|?*\x00-\x1f\u2400-\u2421]', "_", name).lstrip(".-~ ").rstrip(". ")
    if not name or RESERVED.fullmatch(name):
        name = f"attachment_{name}" if name else "attachment"
    stem, dot, ending = name.rpartition(".")
    ending = ending[:16] if dot and stem else ""
    stem = stem if ending else name
    while len(f"{stem}.{ending}".encode()) > LONGEST:
        stem = stem[:-1]
    return f"{stem}.{ending}" if ending else stem


async def keep(blobs: Path, stream: AsyncIterator[bytes], most: int) -> tuple[Path, str]:
    """Write a stream into the blob folder under its SHA-256; returns path and hash, and keeps nothing of a failed one."""
    blobs.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = blobs / f".partial-{os.getpid()}-{id(stream)}"
    digest, size = hashlib.sha256(), 0
    try:
        with partial.open("xb") as file:
            async for chunk in stream:
                size += len(chunk)
                if size > most:
                    raise RefusedError(
                        f"The attachment is larger than {most:,} bytes.",
                        "Fetch it in the desk's own web page.",
                    )
                digest.update(chunk)
                file.write(chunk)
        target = blobs / digest.hexdigest()[:2] / digest.hexdigest()
        target.parent.mkdir(mode=0o700, exist_ok=True)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target, digest.hexdigest()


def save_as(blob: Path, folder: Path, label: str) -> Path:
    """Copy a blob into a folder under a safe name; never overwrites, never follows a link, never executable.

    Of a copy that fails nothing stays. Raises InvalidInputError for a folder that takes no file, DiskFullError.
    """
    if not folder.is_dir():
        raise InvalidInputError(f"{folder} is not a folder.", "Make it first, or name another with --to.")
    name = Path(safe_name(label))
    for number in range(1000):
        target = folder / (f"{name.stem}-{number}{name.suffix}" if number else name.name)
        with _explained(folder):
            try:
                handle = os.open(target, _NEW, 0o600)
            except FileExistsError:
                continue
            _copy(blob, handle, target)
        return target
    raise InvalidInputError(f"{folder} holds a thousand files named {name}.", "Choose another folder.")


def _copy(blob: Path, handle: int, target: Path) -> None:
    whole = False
    try:
        with os.fdopen(handle, "wb") as out, blob.open("rb") as source:
            while chunk := source.read(1 << 20):
                out.write(chunk)
        whole = True
    finally:
        if not whole:
            target.unlink(missing_ok=True)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Say of a folder that takes no file why that is."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise DiskFullError(
                f"There is no room in {folder}; nothing half-written was kept.",
                "Free some space, or name another folder with --to.",
            ) from error
        raise InvalidInputError(
            f"It cannot be saved in {folder}: {error.strerror}.", "Name another folder with --to."
        ) from error
