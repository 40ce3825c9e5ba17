"""Write each file's newest schema to tests/store/schemas/, where it stays for good: later programs must open such files.

From the project's root, whenever a migration is added: PYTHONPATH=tests python -m store_schemas
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from store import schema

FOLDER = Path(__file__).parent / "store" / "schemas"
KINDS: tuple[schema.Kind, ...] = ("local", "mirror")


def dump(path: Path) -> str:
    """The statements that make an empty file of the same schema."""
    with closing(sqlite3.connect(path)) as connection:
        made = connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT GLOB '*_fts_*' ORDER BY rowid"
        )
        statements = [f"{sql};" for (sql,) in made]
        version = schema.version(connection)
        for table in ("meta", "alembic_version"):
            rows = connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            statements += [
                f"INSERT INTO {table} VALUES ({', '.join(map(_quoted, row))});"
                for row in rows
                if row[0] != "epoch"
            ]
    return "\n".join([*statements, f"PRAGMA user_version={version};", ""])


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def load(name: str, path: Path) -> None:
    """Make a file of a stored schema, as its program left it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript((FOLDER / f"{name}.sql").read_text(encoding="utf-8"))
    path.chmod(0o600)


def main() -> None:
    """Write the newest two."""
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{kind}.db"
            schema.migrate(path, kind)
            target = FOLDER / f"{kind}-{schema.HEADS[kind]}.sql"
            target.write_text(dump(path), encoding="utf-8")
            print(target)


if __name__ == "__main__":
    main()
