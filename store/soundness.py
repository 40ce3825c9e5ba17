"""Whether a file can be trusted: SQLite's own look at its pages, and ours at what the rows say.

At a start only what is cheap is looked at: the waiting operations always (a millisecond); and where the last program did
not end cleanly, its log, and all pages of a small file (3 ms a megabyte, on a copy). Everything else is for `heard doctor`.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Literal

from store import carve
from store.rows import OP_STATES

Kind = Literal["mirror", "local"]
HEADER = 100  # bytes at the head of every database
FORMATS = {1, 2}  # of those who read, and who write; with another one SQLite reads and does not write
SMALL = 5_000_000  # bytes: looking at all of its pages stays below 20 ms
LISTS = {"op": ("payload", "base"), "ticket": ("fields",), "custom_field": ("options",)}
NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
SHAPES = """typeof(id) <> 'text' OR typeof(lane) <> 'text' OR typeof(seq) <> 'integer' OR NOT json_valid(base)
 OR state NOT IN (SELECT value FROM json_each(:states)) OR NOT json_valid(payload)
 OR json_type(payload, '$.body') IS NOT 'text' OR json_type(payload, '$.changes') IS NOT 'object'
 OR json_type(payload, '$.add_tags') IS NOT 'array' OR json_type(payload, '$.remove_tags') IS NOT 'array'"""
OPEN = "state NOT IN ('done', 'cancelled')"


def has(path: Path) -> bool:
    """Whether there is anything in the file."""
    return path.exists() and path.stat().st_size > 0


def tidy(path: Path) -> None:
    """Have SQLite put the log into the file, if nobody else is at work: a log that stays tells of a program that was killed.

    A reader may not do that when it closes, and a file that cannot be tidied is none the worse.
    """
    if has(path.with_name(path.name + "-wal")):
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(path)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def left_behind(path: Path) -> str:
    """What is wrong with local.db and the log that a program left which is gone, "" where nothing; touches neither.

    To be asked before SQLite opens the file. It would leave out all that stands behind a damaged place in the log, delete
    the log beside a file that was cut to nothing, and write the pages of a log that belongs to another file into ours.
    """
    log = path.with_name(path.name + "-wal")
    if carve.broken(log):
        return "the log beside it has a damaged place, and changes behind it"
    size = path.stat().st_size if path.exists() else 0
    if size < HEADER:
        return "it was cut to nothing, and its log is still there"
    if size > SMALL:
        return ""
    try:
        return _on_a_copy(path, log)
    except OSError:
        return ""  # a full disk must not keep anybody from reading
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in NO_ROOM:
            return ""
        raise


def _on_a_copy(path: Path, log: Path) -> str:
    import shutil  # noqa: PLC0415  (a few milliseconds that a clean start is spared)
    import tempfile  # noqa: PLC0415  (the same)

    for each in path.parent.glob("check-*"):
        shutil.rmtree(each, ignore_errors=True)  # of a check that was killed
    with tempfile.TemporaryDirectory(prefix="check-", dir=path.parent) as folder:
        trial = Path(folder) / path.name
        for each in (path, log):
            shutil.copyfile(each, trial.with_name(each.name))
        with closing(sqlite3.connect(trial)) as connection:
            return _pages(connection)


def head(path: Path) -> str:
    """What is wrong with the first bytes of local.db, "" where nothing; where it is open in this process, this would end its locks."""
    with path.open("rb") as file:
        said = file.read(HEADER)
    if said and (not said.startswith(b"SQLite format 3\0") or not {*said[18:20]} <= FORMATS):
        return "its head is not that of a database"
    return ""


def at_start(path: Path) -> str:
    """What a cheap look at local.db finds wrong, "" where nothing; raises sqlite3.DatabaseError where it cannot be read."""
    with closing(sqlite3.connect(path.as_uri() + "?mode=rw", uri=True)) as connection:
        found = str(connection.execute("PRAGMA integrity_check('draft')").fetchone()[0])
        if found != "ok":
            return found
        connection.execute("SELECT sum(length(body)) FROM draft").fetchone()
        return _operations(connection, OPEN)


def of_file(path: Path, kind: Kind) -> str:
    """What a thorough look finds wrong, "" where nothing; changes nothing, and takes some 10 ms a megabyte."""
    try:
        with closing(sqlite3.connect(path.as_uri() + "?mode=ro", uri=True)) as connection:
            return _pages(connection) or _history(connection) or _rows(connection, kind)
    except (sqlite3.DatabaseError, ValueError) as error:
        if "locked" in str(error):
            raise
        return str(error)


def _pages(connection: sqlite3.Connection) -> str:
    found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    return "" if found == "ok" else found


def _history(connection: sqlite3.Connection) -> str:
    """A file whose number and whose history of migrations differ has a damaged head."""
    said = int(connection.execute("PRAGMA user_version").fetchone()[0])
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if found is None or int(found[0]) != said:
        return f"the file says schema {said}, its history says {found and found[0]}"
    return ""


def _rows(connection: sqlite3.Connection, kind: Kind) -> str:
    if kind == "local" and (found := _operations(connection, "1")):
        return found
    from store import schema  # noqa: PLC0415  (the models are heavy, and a thorough look is seldom)

    current = schema.version(connection) >= schema.HEADS[kind]
    for table, known in schema.metadata(kind).tables.items():
        has = {r[0] for r in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}
        if not has and not current:
            continue  # a table of a later schema
        if current and (gone := sorted(set(known.columns.keys()) - has)):
            return f"{table} has lost {', '.join(gone)}"
        if wrong := _types(connection, table):
            return f"{wrong} rows of {table} hold something else than they should"
        for _row in connection.execute(f'SELECT * FROM "{table}"'):
            pass  # every text is decoded on the way
    return _searchable(connection) if kind == "mirror" else ""


def _searchable(connection: sqlite3.Connection) -> str:
    """What of a mirror no list of columns tells: its name, and the words of its texts."""
    for table in ("ticket_fts", "message_fts", "customer_fts"):
        connection.execute(f"SELECT count(*) FROM {table}('word')").fetchone()
    if wrong := _beside(connection):
        return wrong
    found = connection.execute("SELECT count(*) FROM meta WHERE key = 'epoch'").fetchone()[0]
    return "" if found == 1 else "it has lost its name"


def _beside(connection: sqlite3.Connection) -> str:
    """What is wrong with the indexes of `store.pairs`, which the tables of an older schema do not have."""
    from store import backlog, pairs  # noqa: PLC0415  (a thorough look is seldom)

    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'message_pairs_fts'").fetchone():
        return ""
    connection.execute("BEGIN")  # texts and indexes of one moment: somebody may be writing both
    for index in pairs.INDEXES:
        connection.execute(f"SELECT count(*) FROM {index.table}('word')").fetchone()
    wrong = backlog.amiss(connection)
    return f"{wrong} texts are not in its indexes as they should be" if wrong else ""


def _types(connection: sqlite3.Connection, table: str) -> int:
    """How many rows have a value of another type than its column, or a list that is none."""
    columns = connection.execute("SELECT name, type FROM pragma_table_info(?)", (table,)).fetchall()
    kinds = {"INTEGER": "integer", "VARCHAR": "text", "VARCHAR(32)": "text"}
    wrong = [f"typeof(\"{name}\") <> '{kinds[kind]}'" for name, kind in columns if kind in kinds]
    wrong += [f"NOT json_valid({name})" for name in LISTS.get(table, ()) if name in dict(columns)]
    sql = f'SELECT count(*) FROM "{table}" WHERE {" OR ".join(wrong) or "0"}'
    return int(connection.execute(sql).fetchone()[0])


def _operations(connection: sqlite3.Connection, where: str) -> str:
    sql = f"SELECT count(*) FROM op WHERE {where} AND ({SHAPES})"
    wrong = int(connection.execute(sql, {"states": json.dumps(OP_STATES)}).fetchone()[0])
    return f"{wrong} operations hold something else than they should" if wrong else ""
