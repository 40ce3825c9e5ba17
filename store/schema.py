"""Bring a file to the newest schema: Alembic, with a backup first where words could be lost."""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData

Kind = Literal["mirror", "local"]

# The newest revision of each file, as `PRAGMA user_version` holds it: what a process compares before it reads,
# so that a file that is up to date costs no import of Alembic. A test holds it against the migration scripts.
HEADS: dict[Kind, int] = {"mirror": 2, "local": 2}

FOLDER = Path(__file__).parent / "migrations"


def is_current(path: Path, kind: Kind) -> bool:
    """Whether the file exists and has exactly the schema that this program knows; sqlite3.DatabaseError when damaged."""
    if not path.exists():
        return False
    connection = sqlite3.connect(path)
    try:
        return version(connection) == HEADS[kind]
    finally:
        connection.close()


def version(connection: sqlite3.Connection) -> int:
    """The schema revision that a file says it has."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(path: Path, kind: Kind) -> None:
    """Create the file or upgrade it in one transaction; local.db is copied to `backup/` before an upgrade."""
    from sqlalchemy import create_engine, event  # noqa: PLC0415  (a second of imports, needed once per schema)
    from sqlalchemy.pool import NullPool  # noqa: PLC0415

    if kind == "local" and path.exists():
        back_up(path)
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _manual(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA busy_timeout=10000")

    @event.listens_for(engine, "begin")
    def _immediate(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.begin() as connection:
        if int(connection.exec_driver_sql("PRAGMA user_version").scalar_one()) >= HEADS[kind]:
            return  # another process was quicker
        _upgrade(connection, kind)
    engine.dispose()


def back_up(path: Path) -> Path:
    """Copy a consistent snapshot into `backup/` beside the file and keep the newest five."""
    folder = path.parent / "backup"
    folder.mkdir(mode=0o700, exist_ok=True)
    source = sqlite3.connect(path)
    try:
        target = folder / f"{path.stem}-{version(source)}-{secrets.token_hex(4)}.db"
        source.execute("VACUUM INTO ?", (str(target),))
    finally:
        source.close()
    target.chmod(0o600)
    old = sorted(folder.glob(f"{path.stem}-*.db"), key=lambda p: p.stat().st_mtime)[:-5]
    for each in old:
        each.unlink()
    return target


def _upgrade(connection: Connection, kind: Kind) -> None:
    from alembic import command  # noqa: PLC0415  (see migrate)
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("version_locations", str(FOLDER / kind / "versions"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata(kind)
    command.upgrade(config, "head")
    connection.exec_driver_sql(f"PRAGMA user_version={HEADS[kind]}")
    if kind == "mirror":
        epoch = secrets.token_hex(8)
        connection.exec_driver_sql("INSERT OR IGNORE INTO meta(key, value) VALUES ('epoch', ?)", (epoch,))


def metadata(kind: Kind) -> MetaData:
    """The SQLAlchemy metadata of one file's models."""
    from store.models import LocalModel, MirrorModel  # noqa: PLC0415  (sqlmodel is heavy)

    return MirrorModel.metadata if kind == "mirror" else LocalModel.metadata
