"""What `heard doctor` looks at on this machine; nothing here talks to a desk or changes a file."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shlex
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from console.commands.door import Door
from console.settings import Settings, load
from store import schema, soundness
from store.barred import barred, how_to_open
from store.errors import HeardError
from store.home import Home
from store.salvage import wrong_with

Level = Literal["ok", "warn", "bad"]
ROOM_WARN = 500_000_000  # bytes
ROOM_BAD = 50_000_000
OTHERS = stat.S_IRWXG | stat.S_IRWXO
STANDINGS: dict[schema.Standing, tuple[Level, str, str]] = {
    "current": ("ok", "sound", ""),
    "older": ("ok", "of an older schema: brought up to date when it is opened", ""),
    "writable": ("ok", "sound, of a newer heard, which lets this one use it", ""),
    "readable": ("warn", "of a newer heard: this one can only read it", "Update heard-console."),
    "newer": ("bad", "written by a newer heard", "Update heard-console."),
}
PACKAGES = ("heard-console", "textual", "sqlmodel", "httpx")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination; `hint` says what to do about it."""

    name: str
    level: Level
    what: str
    hint: str = ""


def of_machine(door: Door) -> Iterator[Finding]:
    """Everything that can be seen without opening the workspace."""
    yield _versions()
    yield terminal(door)
    home = door.home
    if home.root.exists() and not home.root.is_dir():
        yield Finding(
            "workspace", "bad", f"{home.root} is no folder", "Name another one with --home or HEARD_HOME."
        )
        return
    if not home.root.is_dir():
        yield Finding(
            "workspace",
            "warn",
            f"{home.root} is not there yet",
            "It is made by the first command that needs it.",
        )
        return
    if closed := barred(home.root):
        yield Finding(
            "permissions", "bad", f"{closed} may not be read and written by you", how_to_open(closed)
        )
        return
    for look in (_permissions, _room, _local, _mirror, _set_aside, _crash):
        yield from look(home)


def settings(home: Home) -> tuple[Finding, Settings | None]:
    """Whether config.toml can be used, and what it says."""
    try:
        found = load(home.root)
    except HeardError as error:
        return Finding("settings", "bad", error.message, error.hint), None
    where = str(home.config) if home.config.exists() else "no config.toml: defaults"
    return Finding("settings", "ok", where), found


def written(home: Home) -> Iterator[Finding]:
    """The first mistake in the other files that people write: standards, glossary, remedies, macros, views, articles."""
    from console import config_check  # noqa: PLC0415  (a broken config.toml is told before)

    found = config_check.check(home.root)
    if found:
        first, more = found[0], f", and {len(found) - 1} more" if found[1:] else ""
        where = f"{first.file}, line {first.line}" if first.line else first.file
        hint = f"{first.hint} `heard config check` lists them all." if more else first.hint
        yield Finding("files", "bad", f"{where}: {first.problem.rstrip('.')}{more}", hint)


def _versions() -> Finding:
    parts = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    for name in PACKAGES:
        try:
            parts.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            return Finding("versions", "bad", f"{name} is not installed", "Install heard-console anew.")
    with sqlite3.connect(":memory:") as memory:
        has_fts = memory.execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')").fetchone()[0]
    memory.close()
    if not has_fts:
        return Finding(
            "versions", "bad", "this SQLite has no full-text search", "Use another build of Python."
        )
    return Finding("versions", "ok", ", ".join(parts))


def terminal(door: Door) -> Finding:
    """What the screens would find if they were opened here."""
    if not door.stdout.isatty() or door.above is None:
        return Finding("terminal", "ok", "none here: the screens need one, the commands do not")
    found = door.above.terminal(door.environ, door.stdout.encoding or "")
    size = shutil.get_terminal_size()
    facts = [f"{size.columns} x {size.lines}", door.environ.get("TERM", "no TERM")]
    facts += [name for name, has in found.items() if has]
    if not found["unicode"]:
        return Finding(
            "terminal", "warn", ", ".join(facts), "Set a UTF-8 locale, such as LANG=C.UTF-8, for all signs."
        )
    return Finding("terminal", "ok", ", ".join(facts))


def _permissions(home: Home) -> Iterator[Finding]:
    if os.name != "posix":
        yield Finding("permissions", "ok", "left to the profile folder of this system")
        return
    loose = [p for p in (home.root, *_private(home)) if p.exists() and p.stat().st_mode & OTHERS]
    if loose:
        command = f"chmod -R go-rwx {shlex.quote(str(home.root))}"
        yield Finding(
            "permissions", "bad", f"others can get at {', '.join(map(str, loose))}", f"Run: {command}"
        )
    else:
        yield Finding("permissions", "ok", f"{home.root} is yours alone")


def _private(home: Home) -> tuple[Path, ...]:
    return (home.config, home.local_db, home.mirror_db, home.run_dir, home.backup_dir, home.blobs_dir)


def _room(home: Home) -> Iterator[Finding]:
    free = shutil.disk_usage(home.root).free
    what = f"{free / 1e9:.1f} GB free"
    if free < ROOM_BAD:
        yield Finding("disk", "bad", what, "Make room: replies cannot be kept safe on a full disk.")
    elif free < ROOM_WARN:
        yield Finding("disk", "warn", what, "Make room soon.")
    else:
        yield Finding("disk", "ok", what)


def _local(home: Home) -> Iterator[Finding]:
    hint = "It was left untouched. `heard doctor --salvage` saves every word that can be read."
    yield _database(home.local_db, "local", hint)


def _mirror(home: Home) -> Iterator[Finding]:
    yield _database(home.mirror_db, "mirror", "Delete it: `heard sync` fetches everything again.")


def _database(path: Path, kind: schema.Kind, hint: str) -> Finding:
    try:
        wrong = wrong_with(path) if kind == "local" else path.exists() and soundness.of_file(path, kind)
        stands = "newer" if wrong else schema.standing(path, kind)
    except sqlite3.DatabaseError as error:
        wrong = str(error)
    if wrong:
        return Finding(path.name, "bad", f"damaged: {wrong}", hint)
    if stands == "missing":
        return Finding(path.name, "ok", "not made yet")
    size = path.stat().st_size / 1e6
    level, what, hint = STANDINGS[stands]
    return Finding(path.name, level, f"{size:.1f} MB, {what}", hint)


def _set_aside(home: Home) -> Iterator[Finding]:
    left = sorted(home.root.glob("mirror.db.*corrupt-*")) + sorted(home.root.glob("mirror.db*.old"))
    if left:
        names = ", ".join(path.name for path in left)
        yield Finding(
            "left over", "warn", names, "Damaged or older mirrors that were set aside; they may be deleted."
        )
    kept = sorted(home.root.glob("local.db.damaged-*"))
    if kept:
        names = ", ".join(path.name for path in kept)
        yield Finding(
            "left over", "warn", names, "Kept by a salvage; delete it once nothing of yours is missing."
        )


def _crash(home: Home) -> Iterator[Finding]:
    report = home.root / "log" / "crash.txt"
    if report.exists():
        first = report.read_text(encoding="utf-8", errors="replace").partition("\n")[0]
        yield Finding("last fault", "warn", first, f"{report} says where; delete it once it is reported.")
