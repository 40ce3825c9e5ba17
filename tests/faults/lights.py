"""Lights out: a file system under SQLite that remembers of each file what was last synced, and nothing else.

The VFS that SQLite uses is copied, and of each file that it opens only the method xSync is replaced: it calls the
original and then keeps a copy of the file's bytes. Locks, shared memory, reads and writes stay SQLite's own.
"""

from __future__ import annotations

import ctypes
import shutil
import sqlite3
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_void_p, cast
from pathlib import Path

SQLITE_OK = 0
KEPT = (".db", ".db-wal", ".db-journal")  # -shm is memory

SYNC = CFUNCTYPE(c_int, c_void_p, c_int)
# A name is passed on as the address it came at: behind its end stand the parameters of the URI.
OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
DELETE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)


class Methods(Structure):
    """sqlite3_io_methods, version 3."""

    _fields_ = (
        ("iVersion", c_int),
        *((name, c_void_p) for name in ("xClose", "xRead", "xWrite", "xTruncate")),
        ("xSync", c_void_p),
        *((f"rest{n}", c_void_p) for n in range(13)),
    )


class Vfs(Structure):
    """sqlite3_vfs, version 3; the members before xOpen as the header has them."""

    _fields_ = (
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        ("xOpen", c_void_p),
        ("xDelete", c_void_p),
        *((f"rest{n}", c_void_p) for n in range(14)),
    )


def library() -> ctypes.CDLL | None:
    """The SQLite that Python's own module has loaded; None where it is a part of the interpreter."""
    assert sqlite3.sqlite_version
    for line in Path("/proc/self/maps").read_text().splitlines():
        if "libsqlite3" in line:
            return ctypes.CDLL(line.split(maxsplit=5)[5])
    return None


class Lights:
    """Meant for a child that will not live long: from `install` on, `folder` holds what a power cut would leave."""

    def __init__(self, folder: Path, moment: Callable[[str], None] = lambda _what: None) -> None:
        self.syncs = 0
        self._folder = folder
        self._moment = moment
        self._names: dict[int, Path] = {}
        self._changed: dict[
            int, Methods
        ] = {}  # by the address of the original: SQLite has a set for each way to lock
        self._kept_alive: list[object] = []

    def install(self) -> None:
        """Become SQLite's default file system. Raises OSError where its library cannot be reached."""
        found = library()
        if found is None:
            raise OSError("SQLite is a part of the interpreter here; its file system cannot be replaced")
        found.sqlite3_vfs_find.restype = POINTER(Vfs)
        plain = found.sqlite3_vfs_find(None).contents
        ours = Vfs()
        ctypes.memmove(ctypes.byref(ours), ctypes.byref(plain), ctypes.sizeof(Vfs))
        ours.pNext, ours.zName = None, b"lights"
        opened, deleted = (
            OPEN(self._open_with(OPEN(plain.xOpen))),
            DELETE(self._delete_with(DELETE(plain.xDelete))),
        )
        ours.xOpen, ours.xDelete = cast(opened, c_void_p), cast(deleted, c_void_p)
        self._kept_alive += [ours, opened, deleted]
        if found.sqlite3_vfs_register(ctypes.byref(ours), 1) != SQLITE_OK:
            raise OSError("SQLite did not take the file system")

    def _open_with(self, plain: Callable[..., int]) -> Callable[..., int]:
        def opened(vfs: int, name: int | None, file: int, flags: int, told: int) -> int:
            code = plain(vfs, name, file, flags, told)
            path = ctypes.string_at(name).decode() if name else ""
            if code == SQLITE_OK and path.endswith(KEPT):
                self._names[file] = Path(path)
                methods = c_void_p.from_address(file)
                methods.value = ctypes.addressof(self._methods(methods.value or 0))
            return code

        return opened

    def _methods(self, address: int) -> Methods:
        if address not in self._changed:
            ours = Methods()
            ctypes.memmove(ctypes.byref(ours), address, ctypes.sizeof(Methods))
            plain = SYNC(ours.xSync)
            synced = SYNC(lambda file, flags: self._sync(plain, file, flags))
            ours.xSync = cast(synced, c_void_p)
            self._kept_alive.append(synced)
            self._changed[address] = ours
        return self._changed[address]

    def _sync(self, plain: Callable[..., int], file: int, flags: int) -> int:
        self._moment("sync")
        code = plain(file, flags)
        if code == SQLITE_OK:
            self.syncs += 1
            name = self._names[file]
            shutil.copyfile(name, self._folder / name.name)
        return code

    def _delete_with(self, plain: Callable[..., int]) -> Callable[..., int]:
        def deleted(vfs: int, name: int, sync: int) -> int:
            code = plain(vfs, name, sync)
            (self._folder / Path(ctypes.string_at(name).decode()).name).unlink(missing_ok=True)
            return code

        return deleted


def lights_out(home: Path, folder: Path) -> None:
    """Leave of the databases in `home` only what `folder` holds: what was never synced is gone."""
    for each in home.iterdir():
        if ".db" in each.name:
            each.unlink()
    for each in folder.iterdir():
        shutil.copyfile(each, home / each.name)
