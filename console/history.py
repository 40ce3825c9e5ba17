"""One person's story over all tickets and channels, and one ticket's thread."""

from __future__ import annotations

from console.session import Session
from store import identities
from store import story as stories
from store.errors import NotFoundError
from store.rows import Card, Item

STORY_LIMIT = 5_000


def story(session: Session, customer_id: int, limit: int = STORY_LIMIT) -> list[Item]:
    """The newest `limit` items of everything a person has lived through with us, oldest first."""
    return session.db.read(lambda r: stories.story(r, customer_id, limit))


def thread(session: Session, ref: str) -> list[Item]:
    """One ticket's messages, oldest first, then what waits in the outbox for it."""
    return session.db.read(lambda r: stories.thread(r, ref))


def card(session: Session, customer_id: int) -> Card:
    """Who a customer is; NotFoundError when there is no such customer."""
    found = session.db.read(lambda r: stories.card(r, customer_id))
    if found is None:
        raise NotFoundError(
            f"There is no customer {customer_id} here.", "Find one with `heard history NAME`."
        )
    return found


def find_customers(session: Session, words: str, limit: int = 20) -> list[Card]:
    """Customers whose name or address has the words, those with most tickets first; one person is listed once."""
    cards: list[Card] = []
    told: set[int] = set()
    for number in session.db.read(lambda r: stories.find_customers(r, words, limit)):
        if number not in told:
            told.update(session.db.read(lambda r, n=number: identities.person_ids(r, n)))  # type: ignore[misc]  # a default binds the loop variable
            cards.append(card(session, number))
    return cards
