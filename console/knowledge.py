"""The team's own articles beside a ticket: a folder of Markdown, searched offline; what is inserted are steps, not links."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console import alike
from console.heard.customer import stem
from console.knowledge_folder import refresh
from console.session import Session
from store import articles as index
from store.database import translated
from store.errors import InvalidInputError
from store.nearest import seed

LIMIT = 5  # articles
_MESSAGES = 5  # of the customer, from the first
_WORDS = 24  # that are asked for
_LONGEST = 2_000  # characters of the steps that are inserted
_SECTIONS = 6  # of each article that is wanted, so that one article does not take every place
_SURE = 2  # words; with fewer, anything that has them will do
_SAID = 4  # words that say why
_HERE = 0.5  # how much better an article of the ticket's own queue is


@dataclass(frozen=True, slots=True)
class Article:
    """An article that fits, and its part that fits best: a list of steps where the article has one."""

    title: str
    steps: str
    path: str  # below the folder
    why: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """One file of the folder; `problem` says why it is not used, "" where it is."""

    path: str
    title: str
    tags: str
    queue: str
    problem: str


def folder(session: Session) -> Path:
    """Where the articles lie: `[knowledge] folder`, from the workspace on where it is no whole path."""
    return session.home.root / Path(session.settings.knowledge.folder).expanduser()


def files(session: Session) -> list[File]:
    """Every article of the folder, and every file that could not be taken in."""
    with _opened(session) as connection:
        return [File(**each) for each in index.articles(connection)]


def fitting(session: Session, ref: str, limit: int = LIMIT) -> list[Article]:
    """The articles that fit a ticket, the best first; NotFoundError when there is no ticket `ref`."""
    from console.triage import ticket  # noqa: PLC0415  (a search for words needs no tickets)

    row = ticket(session, ref).row
    told = session.db.read(lambda r: seed(r, row.ref, _MESSAGES), overlaid=False)
    texts = (told.subject, *told.texts) if told else (row.subject,)
    names = set(alike.about(row.requester))
    words = [word for word in alike.about("\n".join((*texts, row.tags))) if word not in names]
    return _found(session, words, limit, row.group, least=min(2, len(words)))


def search(session: Session, words: str, limit: int = LIMIT) -> list[Article]:
    """The articles that have some of the words, the best first."""
    asked = words.split()
    if not asked:
        raise InvalidInputError("There is nothing to look for.", "Give a ticket, or one or more words.")
    return _found(session, asked, limit, "", least=1)


@contextmanager
def _opened(session: Session) -> Iterator[sqlite3.Connection]:
    path = session.home.run_dir / "knowledge.db"
    with translated("local", path), index.index(path) as connection:
        refresh(connection, folder(session))
        yield connection


def _found(session: Session, words: Sequence[str], limit: int, queue: str, *, least: int) -> list[Article]:
    asked = list(words[:_WORDS])
    with _opened(session) as connection:
        best: dict[int, tuple[float, index.Found]] = {}
        for found in index.find(connection, asked, limit * _SECTIONS * 2):
            rank = found.rank * (1 + _HERE * (bool(queue) and found.queue.casefold() == queue.casefold()))
            if _enough(found, asked, least) and (found.article not in best or rank < best[found.article][0]):
                best[found.article] = rank, found
        chosen = sorted(best.values(), key=lambda one: (one[0], one[1].path))[:limit]
        return [_article(connection, found, asked, queue) for _rank, found in chosen]


def _shared(text: str, words: Sequence[str]) -> list[str]:
    """Those of the words that a text has, in any of their forms."""
    theirs = {stem(each) for each in alike.words_of(text)}
    return [word for word in words if stem(word.casefold()) in theirs]


def _enough(found: index.Found, words: Sequence[str], least: int) -> bool:
    """Whether a section has so many of the words, for a ticket one of them in its title, tags or heading."""
    head = f"{found.title} {' '.join(found.tags)} {found.section.heading}"
    return least < _SURE or (len(_shared(_head(found), words)) >= least and bool(_shared(head, words)))


def _head(found: index.Found) -> str:
    return f"{found.title} {' '.join(found.tags)} {_text(found.section)}"


def _text(section: index.SectionRow) -> str:
    return f"{section.heading} {section.body}"


def _article(connection: sqlite3.Connection, found: index.Found, words: Sequence[str], queue: str) -> Article:
    section = _steps(found, index.sections(connection, found.article), words)
    shared = _shared(_head(found), words) or words
    said = f"says {', '.join(shared[:_SAID])}"
    here = f", for {found.queue}" if queue and found.queue.casefold() == queue.casefold() else ""
    return Article(found.title, _cut(section.body), found.path, said + here, section.heading)


def _steps(found: index.Found, every: Sequence[index.SectionRow], words: Sequence[str]) -> index.SectionRow:
    """The list of steps that has most of the words; where the article has no list, the section that fits."""
    lists = [section for section in every if section.steps]
    return max(lists, key=lambda section: len(_shared(_text(section), words)), default=found.section)


def _cut(body: str) -> str:
    """As many whole lines as there is room for."""
    if len(body) <= _LONGEST:
        return body
    return body[:_LONGEST].rpartition("\n")[0] or body[:_LONGEST]
