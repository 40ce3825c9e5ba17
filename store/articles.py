"""The index of the knowledge folder: a file of its own that may be deleted at any time and is made anew from the articles.

One row an article, one row a section in the full-text index. It needs nothing beyond sqlite3.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from store.database import DAMAGE
from store.errors import IoFaultError

_VERSION = 1
_BUSY = 5.0  # seconds
_SCHEMA = """
CREATE TABLE article (path TEXT PRIMARY KEY, stamp TEXT NOT NULL, title TEXT NOT NULL, tags TEXT NOT NULL, queue TEXT NOT NULL,
    problem TEXT NOT NULL, id INTEGER NOT NULL UNIQUE);
CREATE TABLE section (id INTEGER PRIMARY KEY, article INTEGER NOT NULL, heading TEXT NOT NULL, body TEXT NOT NULL, steps INTEGER NOT NULL);
CREATE INDEX section_article ON section (article);
CREATE VIRTUAL TABLE section_fts USING fts5(title, heading, tags, body, tokenize="porter unicode61 remove_diacritics 2");
"""


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A part of an article below one heading. `steps` says that its body is a list of steps."""

    heading: str
    body: str
    steps: bool


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article as it is kept. `stamp` tells a changed file; `problem` says why a file could not be taken in."""

    path: str  # below the folder
    stamp: str
    title: str
    tags: tuple[str, ...] = ()
    queue: str = ""
    problem: str = ""
    sections: tuple[SectionRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A section that has some of the words; a smaller `rank` is better."""

    article: int
    path: str
    title: str
    tags: tuple[str, ...]
    queue: str
    section: SectionRow
    rank: float


@contextmanager
def index(path: Path) -> Iterator[sqlite3.Connection]:
    """The open index at `path`; one that is damaged or of another version is made anew."""
    try:
        connection = _open(path)
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):
            raise
        forget(path)
        connection = _open(path)
    with closing(connection):
        try:
            yield connection
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            forget(path)
            raise IoFaultError(
                "The index of the articles was damaged.", "Ask again: it is made anew."
            ) from error


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in DAMAGE


def forget(path: Path) -> None:
    """Remove the index and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=OFF")  # what is lost is indexed again
        if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("BEGIN EXCLUSIVE")
            if connection.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
                for (name,) in connection.execute(
                    "SELECT name FROM sqlite_master WHERE name IN ('article', 'section', 'section_fts')"
                ).fetchall():
                    connection.execute(f"DROP TABLE {name}")
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={_VERSION}")
            connection.execute("COMMIT")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def stamps(connection: sqlite3.Connection) -> dict[str, str]:
    """The stamp of every file that was taken in, by its path."""
    return dict(connection.execute("SELECT path, stamp FROM article").fetchall())


def update(connection: sqlite3.Connection, changed: Iterable[ArticleRow], gone: Sequence[str]) -> None:
    """Take changed articles in and gone ones out, in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    for path in gone:
        _remove(connection, path)
    for article in changed:
        _remove(connection, article.path)
        _add(connection, article)
    connection.execute("COMMIT")


def _remove(connection: sqlite3.Connection, path: str) -> None:
    found = connection.execute("SELECT id FROM article WHERE path = ?", (path,)).fetchone()
    if found:
        connection.execute(
            "DELETE FROM section_fts WHERE rowid IN (SELECT id FROM section WHERE article = ?)", found
        )
        connection.execute("DELETE FROM section WHERE article = ?", found)
        connection.execute("DELETE FROM article WHERE id = ?", found)


def _add(connection: sqlite3.Connection, article: ArticleRow) -> None:
    number = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM article").fetchone()[0]
    tags = " ".join(article.tags)
    connection.execute(
        "INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?)",
        (article.path, article.stamp, article.title, tags, article.queue, article.problem, number),
    )
    for section in article.sections:
        row = connection.execute(
            "INSERT INTO section(article, heading, body, steps) VALUES (?, ?, ?, ?)",
            (number, section.heading, section.body, section.steps),
        ).lastrowid
        connection.execute(
            "INSERT INTO section_fts(rowid, title, heading, tags, body) VALUES (?, ?, ?, ?, ?)",
            (row, article.title, section.heading, tags, section.body),
        )


def find(connection: sqlite3.Connection, words: Sequence[str], limit: int) -> list[Found]:
    """The sections that have any of the words, the best first: title and tags weigh more than the text."""
    asked = " OR ".join('"' + word.replace('"', '""') + '"' for word in words)
    if not asked:
        return []
    found = connection.execute(
        "SELECT a.id, a.path, a.title, a.tags, a.queue, s.heading, s.body, s.steps, f.rank FROM (SELECT rowid,"
        " bm25(section_fts, 4.0, 2.0, 4.0, 1.0) AS rank FROM section_fts WHERE section_fts MATCH ? ORDER BY rank LIMIT ?) f"
        " JOIN section s ON s.id = f.rowid JOIN article a ON a.id = s.article ORDER BY f.rank",
        (asked, limit),
    )
    return [
        Found(r[0], r[1], r[2], tuple(r[3].split()), r[4], SectionRow(r[5], r[6], bool(r[7])), r[8])
        for r in found
    ]


def sections(connection: sqlite3.Connection, article: int) -> list[SectionRow]:
    """The sections of one article in their order."""
    found = connection.execute(
        "SELECT heading, body, steps FROM section WHERE article = ? ORDER BY id", (article,)
    )
    return [SectionRow(heading, body, bool(steps)) for heading, body, steps in found]


def articles(connection: sqlite3.Connection) -> list[Mapping[str, str]]:
    """Every file of the folder by its path: `path`, `title`, `tags`, `queue`, `problem`."""
    names = ("path", "title", "tags", "queue", "problem")
    found = connection.execute(f"SELECT {', '.join(names)} FROM article ORDER BY path")
    return [dict(zip(names, row, strict=True)) for row in found]
