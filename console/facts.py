"""The Hear fields: what a person told us, as agents corrected it. Corrections stay with the person, not with a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.heard.facts import edit_of, facts
from console.heard.values import FACTS, Edit, Fact
from console.session import Session
from store import facts as store
from store.errors import InvalidInputError, NotFoundError
from store.rows import Item
from store.text import clean_line

LONGEST = 400  # characters of a corrected value


@dataclass(frozen=True, slots=True)
class Field:
    """One Hear field: the value that holds, and what the message says; `away` is true for one that was put away."""

    fact: Fact
    value: str
    away: bool = False

    @property
    def corrected(self) -> bool:
        """Whether an agent wrote another value than the customer's message has."""
        return not self.away and self.value != self.fact.value


def edits(session: Session, customer_id: int) -> tuple[Edit, ...]:
    """What agents made of the facts about this person, oldest first; what `advise` lays over them."""
    if not customer_id:
        return ()
    found = session.db.read(lambda r: store.edits(r, customer_id), overlaid=False)
    return tuple(Edit(one.kind, one.value, one.corrected, one.message_id) for one in found)


def fields(story: Sequence[Item], made: Sequence[Edit]) -> tuple[Field, ...]:
    """The Hear fields of a story: the newest of each kind first, then the older ones; put away ones at the end."""
    every = [_field(fact, made) for fact in facts(story)]
    newest: dict[str, Field] = {}
    for one in every:
        if not one.away:
            newest.setdefault(one.fact.kind, one)
    first = list(newest.values())
    rest = [one for one in every if one not in first and not one.away]
    order = {kind: at for at, kind in enumerate(FACTS)}
    return (
        *sorted(first, key=lambda one: order[one.fact.kind]),
        *rest,
        *(one for one in every if one.away),
    )


def _field(fact: Fact, made: Sequence[Edit]) -> Field:
    edit = edit_of(fact.kind, fact.value, made)
    if edit is None:
        return Field(fact, fact.value)
    return Field(fact, edit.corrected or fact.value, away=not edit.corrected)


def correct(session: Session, customer_id: int, fact: Fact, value: str) -> str:
    """Let `value` hold for what the customer's message says, and return it cleaned.

    Raises InvalidInputError for an empty or a very long value, NotFoundError without such a customer.
    """
    corrected = clean_line(value).strip()
    if not corrected:
        raise InvalidInputError("The corrected value is empty.", "Type one, or put the field away.")
    if len(corrected) > LONGEST:
        raise InvalidInputError(f"A value has at most {LONGEST} characters.", "Shorten it.")
    _add(session, customer_id, fact, corrected)
    return corrected


def put_away(session: Session, customer_id: int, fact: Fact) -> None:
    """Leave a fact out, everywhere and for good, until it is brought back."""
    _add(session, customer_id, fact, "")


def bring_back(session: Session, customer_id: int, fact: Fact) -> None:
    """Let what the customer's message says hold again."""
    _add(session, customer_id, fact, fact.value)


def _add(session: Session, customer_id: int, fact: Fact, corrected: str) -> None:
    person = (
        session.db.read(lambda r: store.person_ref(r, customer_id), overlaid=False) if customer_id else ""
    )
    if not person:
        raise NotFoundError("There is no customer record to keep this with.", "Sync, and try again.")
    edit = store.FactEdit(fact.kind, fact.value, corrected, fact.message_id, session.actor, session.now())
    store.add(session.db, person, edit)
