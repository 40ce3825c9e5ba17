"""The queue: which tickets match, in which order, and one ticket in full."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Sequence

from console.grammar import Condition, show
from console.grammar import read as read_query
from console.query import parse
from console.session import Session
from store import copied as others
from store import read
from store.errors import InvalidInputError, NotFoundError
from store.groups import Groups
from store.rows import Ticket, TicketRow


def queue_ids(session: Session, query: str, sort: str = "updated", most: int = 0) -> array[int]:
    """The row numbers of the matching tickets, in order; QueryError when the query cannot be read.

    A `sort:` in the query goes before `sort`.

    With `most` only the first so many of them, which takes no longer in a long queue than in a short one.
    """
    wanted = parse(query, session.now())
    return session.db.read(lambda r: read.queue_ids(r, wanted, wanted.sort or sort, most))


def grouped(session: Session, query: str, sort: str, most: int = 0) -> tuple[array[int], Groups | None]:
    """Like `queue_ids`, with the groups that an order such as "status/sla" puts the tickets into; None for the others."""
    wanted = parse(query, session.now())
    return session.db.read(lambda r: read.grouped_ids(r, wanted, wanted.sort or sort, most))


def window(
    session: Session, query: str, sort: str, most: int, seen: int
) -> tuple[array[int], list[TicketRow], Groups | None]:
    """The first `most` tickets of a queue, the rows of the first `seen`, and their groups, from one look.

    What is shown before the rest is known; each row that was never read may cost a turn of the disk.
    """
    wanted = parse(query, session.now())

    def look(reader: sqlite3.Connection) -> tuple[array[int], list[TicketRow], Groups | None]:
        ids, groups = read.grouped_ids(reader, wanted, wanted.sort or sort, most)
        return ids, read.rows(reader, ids[:seen]), groups

    return session.db.read(look)


def rows(session: Session, ids: Sequence[int]) -> list[TicketRow]:
    """The rows with these numbers, in this order; those that vanished are left out."""
    return session.db.read(lambda r: read.rows(r, ids))


def unsorted(query: str) -> str:
    """The query without the order that it asks for, so that another can be chosen."""
    return show(tuple(n for n in read_query(query) if not (isinstance(n, Condition) and n.field == "sort")))


def check(session: Session, query: str) -> None:
    """QueryError when the query cannot be read; nothing is looked up."""
    parse(query, session.now())


def count(session: Session, query: str) -> int:
    """How many tickets match."""
    wanted = parse(query, session.now())
    return session.db.read(lambda r: read.count(r, wanted))


def resolve(session: Session, text: str) -> str:
    """The ref of the ticket that a person means by "desk/123", "#123" or "123"."""
    found = session.db.read(lambda r: read.find_refs(r, text))
    if not found:
        raise NotFoundError(
            f"There is no ticket {text} here.",
            "Find it with `heard search WORDS` or `heard list QUERY`; `heard sync` fetches what is new.",
        )
    if len(found) > 1:
        raise InvalidInputError(
            f"{text} is a ticket on several desks.", "Say which: " + ", ".join(found) + "."
        )
    return found[0]


def ticket(session: Session, text: str) -> Ticket:
    """One ticket in full; NotFoundError when there is none."""
    ref = resolve(session, text)
    found = session.db.read(lambda r: read.ticket(r, ref))
    if found is None:
        raise NotFoundError(f"There is no ticket {text} here.", "`heard sync` fetches what is new.")
    return found


def copied(session: Session, ref: str) -> tuple[str, ...]:
    """Who else gets a public reply on a ticket, by name."""
    return session.db.read(lambda r: others.of_ticket(r, ref))


def mark_seen(session: Session, ref: str) -> None:
    """Remember that the agent has looked at the ticket as it stands."""
    found = session.db.read(lambda r: read.row_of(r, ref))
    if found is None or not found.unseen:
        return
    read.mark_seen(session.db, ref, found.updated)
