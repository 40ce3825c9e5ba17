"""Bring a file to the newest schema: Alembic, in one transaction, with a copy first where words could be lost.

A file says which schema it has (`PRAGMA user_version`) and, in its table `meta`, the oldest schema whose programs may
still read it (`min_reader`) and write it (`min_writer`). A migration that only adds leaves both at 1.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from store.backup import back_up, copies
from store.errors import StoreDamagedError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, MetaData

Kind = Literal["mirror", "local"]
Standing = Literal["missing", "emptied", "older", "current", "writable", "readable", "newer"]

# The newest revision of each file, as `PRAGMA user_version` holds it: what a process compares before it reads,
# so that a file that is up to date costs no import of Alembic. A test holds it against the migration scripts.
HEADS: dict[Kind, int] = {"mirror": 6, "local": 4}

FOLDER = Path(__file__).parent / "migrations"
KEPT = (  # tables of local.db whose rows an upgrade must not lose
    *("op", "draft", "conflict", "event"),
    *("promise", "remedy", "fact_edit", "review", "practice", "identity_link", "snooze", "follow", "skip"),
)


def is_current(path: Path, kind: Kind) -> bool:
    """Whether the file exists and has exactly the schema that this program knows; sqlite3.DatabaseError when damaged."""
    return standing(path, kind) == "current"


def standing(path: Path, kind: Kind) -> Standing:
    """How the file's schema stands to this program's; sqlite3.DatabaseError when damaged.

    "writable", "readable" and "newer" are files of a newer program: which of the two it allows us, or neither.
    "emptied" is local.db cut to nothing: it is made before mirror.db, so that beside one it once held something.
    """
    if not path.exists():
        return "missing"
    with closing(sqlite3.connect(path)) as connection:
        found = version(connection)
        if found == HEADS[kind]:
            return "current"
        if found < HEADS[kind]:
            beside = kind == "local" and not found and path.with_name("mirror.db").exists()
            return "emptied" if beside and not _tables(connection) else "older"
        reader, writer = (_least(connection, name) for name in ("min_reader", "min_writer"))
    if writer and writer <= HEADS[kind]:
        return "writable"
    return "readable" if reader and reader <= HEADS[kind] else "newer"


def version(connection: sqlite3.Connection) -> int:
    """The schema revision that a file says it has."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def made(path: Path) -> bool:
    """Whether anything stands in the file; nothing does while another program is making it."""
    with closing(sqlite3.connect(path)) as connection:
        return bool(version(connection) or _tables(connection))


def needed(path: Path) -> tuple[int, int]:
    """The file's schema, and the oldest schema whose programs may write it."""
    with closing(sqlite3.connect(path)) as connection:
        found = version(connection)
        return found, _least(connection, "min_writer") or found


def _least(connection: sqlite3.Connection, name: str) -> int:
    """What the file says of older programs; 0 where it says nothing that can be understood."""
    if "meta" not in _tables(connection):
        return 0
    found = connection.execute("SELECT value FROM meta WHERE key = ?", (name,)).fetchone()
    return int(found[0]) if found and str(found[0]).isdecimal() else 0


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {found[0] for found in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def migrate(path: Path, kind: Kind, folder: Path = FOLDER, head: int = 0, *, copied: bool = False) -> None:
    """Create the file, or upgrade it to `head` (0: the newest) in one transaction: all of it, or none.

    local.db is copied to `backup/` before an upgrade, by whichever process upgrades; the others wait and find it done.
    With `copied` it is a copy already.
    Raises StoreDamagedError, with the name of that copy, where a migration fails or would lose rows.
    """
    head = head or HEADS[kind]
    with _engine(path) as engine, _plain_errors(), engine.begin() as connection:
        found = _one(connection, "PRAGMA user_version")
        if found >= head:
            return  # another process was quicker
        if kind == "local" and found:
            _upgrade_kept(connection, path, folder, head, copied=copied)
        else:
            _upgrade(connection, kind, folder, head)


@contextmanager
def _engine(path: Path) -> Iterator[Engine]:
    from sqlalchemy import URL, create_engine, event  # noqa: PLC0415  (a second of imports, needed once per schema)
    from sqlalchemy.pool import NullPool  # noqa: PLC0415

    # not written out as an address: a folder may be called "why?"
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _manual(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None
        raw.execute("PRAGMA busy_timeout=10000")  # first: another process may be making the same file
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA foreign_keys=OFF")  # a table that is made anew must not take its children with it

    @event.listens_for(engine, "begin")
    def _immediate(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _plain_errors() -> Iterator[None]:
    """SQLite's own errors, which the store knows how to tell, instead of those that SQLAlchemy wraps around them."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415  (see _engine)

    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.DatabaseError):
            raise error.orig from error
        raise


def _upgrade_kept(connection: Connection, path: Path, folder: Path, head: int, *, copied: bool) -> None:
    """Upgrade a file that holds words: copied first, compared afterwards. The copy is made while nobody else can write."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415  (see _engine)

    copy = path if copied else back_up(path)
    before = _counts(connection)
    try:
        _upgrade(connection, "local", folder, head)
        lost = _harm(connection, before)
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code not in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT):
            raise  # a full disk, a held file, damage: told as what it is
        lost = str(error.orig)
    if lost:
        raise StoreDamagedError(
            f"local.db could not be brought to schema {head}: {lost}.",
            f"It was left as it was; a copy is {copy}. The version of heard before this one can still open it.",
        )


def _counts(connection: Connection) -> dict[str, int]:
    found = {str(row[0]) for row in connection.exec_driver_sql("SELECT name FROM sqlite_master")}
    return {table: _one(connection, f"SELECT count(*) FROM {table}") for table in KEPT if table in found}


def _harm(connection: Connection, before: dict[str, int]) -> str:
    """What an upgrade has broken, "" where nothing."""
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        return "rows would point to what is not there"
    found = str(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one())
    if found != "ok":
        return found
    after = _counts(connection)
    lost = [
        f"{before[t]} rows of {t} would become {after.get(t, 0)}" for t in before if before[t] != after.get(t)
    ]
    return ", ".join(lost)


def _one(connection: Connection, sql: str) -> int:
    return int(connection.exec_driver_sql(sql).scalar_one())


def _upgrade(connection: Connection, kind: Kind, folder: Path, head: int) -> None:
    from alembic import command  # noqa: PLC0415  (see _engine)
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("version_locations", str(folder / kind / "versions"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata(kind)
    command.upgrade(config, f"{head:04}")
    connection.exec_driver_sql(f"PRAGMA user_version={head}")
    if kind == "mirror":
        epoch = os.urandom(8).hex()
        connection.exec_driver_sql("INSERT OR IGNORE INTO meta(key, value) VALUES ('epoch', ?)", (epoch,))


def metadata(kind: Kind) -> MetaData:
    """The SQLAlchemy metadata of one file's models."""
    from store.models import LocalModel, MirrorModel  # noqa: PLC0415  (sqlmodel is heavy)

    return MirrorModel.metadata if kind == "mirror" else LocalModel.metadata


__all__ = [
    "FOLDER",
    "HEADS",
    "Kind",
    "Standing",
    "back_up",
    "copies",
    "is_current",
    "metadata",
    "migrate",
    "needed",
    "standing",
    "version",
]
