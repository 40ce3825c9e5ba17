"""Scripts that put no space between words, and names of files: how they are written for an index, and how they are asked for.

To the usual full-text indexes a run of Chinese, Japanese, Thai, Lao, Khmer or Burmese is one long word. A text that holds
such a run is therefore kept in a second index, where every two neighbours are a word and the last character of a run is one
too: whatever stands in the run is then a phrase of such words, and a single character is a beginning. The other words of the
text stand between them as they are, except for letters that could not be found so, which are written plainly
(`store.letters`): a text with some of those is kept here too. All other texts are not in that index and cost it nothing.

Names of files are indexed by every three characters, small and without accents, each character of such a script followed by
two that nobody writes, so that one of them is enough to be looked for.

What has been indexed can only be taken out again by the same form: whoever changes these forms makes the indexes anew.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import add

from store.letters import OUT_OF_REACH, within_reach

# The letters, marks and digits of these scripts; their punctuation parts words in every index.
_SCRIPTS = (
    "\u0e01-\u0e3e\u0e40-\u0e4e\u0e50-\u0e59\u0e80-\u0eff\u1000-\u1049\u1050-\u109d\u1780-\u17d3\u17d7\u17dc-\u17ff"
    "\u1950-\u19dd\u1a20-\u1a9f\u1aa7\u3005-\u3007\u3031-\u3035\u303b\u303c\u3041-\u309a\u309d-\u309f\u30a1-\u30fa"
    "\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9fe\uaa60-\uaa76"
    "\uaa7a-\uaadd\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003fffd"
)
UNSPACED = re.compile(f"[{_SCRIPTS}]")
_TAKEN = re.compile(f"[{_SCRIPTS}{OUT_OF_REACH}]")
RUN = re.compile(f"[{_SCRIPTS}]+")
SHORTEST = 3  # characters of a form that the index of file names can find
_FILLED = "\u2063\u2063"  # no cleaned text has it
_ACCENTS = re.compile("[\u0300-\u036f]+")
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Index:
    """A full-text table that keeps no text itself.

    `source` has the row numbers (which it calls `row`) and texts that may be in it, and a column `desk` to ask for; `takes`
    says which are, and `form` how they are written.
    """

    table: str
    row: str
    source: str
    form: Callable[[str], str]
    takes: Callable[[str], bool]


def unspaced(text: str) -> bool:
    """Whether some of the text is in a script without spaces."""
    return not text.isascii() and UNSPACED.search(text) is not None


def taken(text: str) -> bool:
    """Whether a text is kept in the index of pairs."""
    return not text.isascii() and _TAKEN.search(text) is not None


def spaced(text: str) -> str:
    """The text with every run as its pairs of neighbours and its last character, and no letter that cannot be found."""
    return RUN.sub(lambda found: f" {_all_pairs(found[0])} ", within_reach(text))


def asked(words: str) -> tuple[str, bool]:
    """How words that follow each other are looked for in what `spaced` made, and whether the last one is only a beginning."""
    text = unicodedata.normalize("NFC", within_reach(words))
    size = len(text)

    def pairs(found: re.Match[str]) -> str:
        run = found[0]
        whole = found.end() < size or len(run) == 1  # nothing follows in the text either; or there is no pair
        return f" {_all_pairs(run) if whole else ' '.join(map(add, run, run[1:]))} "

    beginning = size > 0 and unspaced(text[-1:]) and not unspaced(text[-2:-1])
    return RUN.sub(pairs, text).strip(), beginning


def _all_pairs(run: str) -> str:
    return " ".join([*map(add, run, run[1:]), run[-1]])


def folded(name: str) -> str:
    """The form in which a file's name, or a part of it that is looked for, is compared."""
    if name.isascii():
        return name.lower()
    apart = unicodedata.normalize("NFKD", name.casefold())
    return UNSPACED.sub(lambda c: c[0] + _FILLED, unicodedata.normalize("NFC", _ACCENTS.sub("", apart)))


# Plain ASCII has no such script: SQLite passes it over, and none of it is made into a text of Python's.
_BEYOND_ASCII = "length({0}) < length(CAST({0} AS BLOB))"
_MESSAGES = f"SELECT id, body FROM message WHERE {_BEYOND_ASCII.format('body')}"
_SUBJECTS = f"SELECT id, subject FROM ticket WHERE {_BEYOND_ASCII.format('subject')}"
_PEOPLE = (
    "SELECT f.rowid, f.names FROM customer_fts f CROSS JOIN customer c ON c.id = f.rowid"
    f" WHERE {_BEYOND_ASCII.format('f.names')}"
)
_FILES = "SELECT id, name FROM attachment WHERE name <> ''"

MESSAGES = Index("message_pairs_fts", "message.id", _MESSAGES, spaced, taken)
SUBJECTS = Index("ticket_pairs_fts", "ticket.id", _SUBJECTS, spaced, taken)
PEOPLE = Index("customer_pairs_fts", "f.rowid", _PEOPLE, spaced, taken)
FILES = Index("attachment_fts", "attachment.id", _FILES, folded, bool)
INDEXES = (MESSAGES, SUBJECTS, PEOPLE, FILES)


def put(connection: sqlite3.Connection, index: Index, texts: Iterable[tuple[int, str]]) -> None:
    """Index those of the texts, by their row numbers, that the index takes; none of them may be in it."""
    _each(connection, f"INSERT INTO {index.table} (rowid, text) VALUES (?, ?)", index, texts)


def drop(connection: sqlite3.Connection, index: Index, texts: Iterable[tuple[int, str]]) -> None:
    """Take texts out of the index, as they were indexed; those that are not in it stay out."""
    table = index.table
    sql = (
        f"INSERT INTO {table} ({table}, rowid, text) SELECT 'delete', ?1, ?2"
        f" WHERE EXISTS (SELECT 1 FROM {table}_docsize WHERE id = ?1)"
    )
    _each(connection, sql, index, texts)


def forget(connection: sqlite3.Connection, desk: str) -> None:
    """Take everything of a desk out of these indexes, while its texts are still there."""
    for index in INDEXES:
        drop(connection, index, connection.execute(f"{index.source} AND desk = ?", (desk,)))


def _each(connection: sqlite3.Connection, sql: str, index: Index, texts: Iterable[tuple[int, str]]) -> None:
    """In parts, so that a desk's whole history does not have to be in memory; none, and the index is not even opened."""
    formed: Iterator[tuple[int, str]] = (
        (number, index.form(text)) for number, text in texts if index.takes(text)
    )
    while part := list(islice(formed, _BATCH)):
        connection.executemany(sql, part)
