"""One person's story over all tickets and channels, that of a whole organization, and one ticket's thread."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from console.session import Session
from store import beside as besides
from store import identities
from store import story as stories
from store import stretch as stretches
from store.beside import Beside
from store.errors import InvalidInputError, NotFoundError
from store.rows import Card, Item
from store.stretch import Place, Scope, Stretch

__all__ = [
    "Beside",
    "Place",
    "Portrait",
    "Scope",
    "Stretch",
    "allowed",
    "card",
    "find_customers",
    "links_mark",
    "of_organization",
    "of_person",
    "organization_named",
    "portrait",
    "story",
    "stretch",
    "thread",
]
STORY_LIMIT = 5_000
LATELY = 30 * 86_400_000_000  # microseconds in which contacts are counted
_SEVERAL = 5
_NOWHERE = Place()
# What a setting may take off the card, as the values that it leaves empty.
_EMPTY = MappingProxyType(
    {
        "organization": {"organization": ""},
        "notes": {"notes": ""},
        "addresses": {"contacts": ()},
        "time_zone": {"time_zone": ""},
        "locale": {"locale": ""},
        "tickets": {"tickets": 0, "open_tickets": 0},
        "since": {"since": 0},
        "channels": {"channels": ()},
    }
)
_BESIDE = MappingProxyType(
    {"plan": {"plan": ""}, "rating": {"rating": "", "rated": 0}, "contacts": {"contacts": 0}}
)


@dataclass(frozen=True, slots=True)
class Portrait:
    """What may be shown of a customer: the card and what stands beside it; the fields in `hidden` may not."""

    card: Card
    beside: Beside
    promised: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()


def story(session: Session, customer_id: int, limit: int = STORY_LIMIT) -> list[Item]:
    """The newest `limit` items of everything a person has lived through with us, oldest first."""
    return session.db.read(lambda r: stories.story(r, customer_id, limit))


def thread(session: Session, ref: str) -> list[Item]:
    """One ticket's messages, oldest first, then what waits in the outbox for it."""
    return session.db.read(lambda r: stories.thread(r, ref))


def stretch(
    session: Session, scope: Scope, limit: int = STORY_LIMIT, place: Place = _NOWHERE, *, changes: bool = True
) -> Stretch:
    """At most `limit` messages of a story around a place, its end where none is named, with what was changed between them."""
    return session.db.read(lambda r: stretches.stretch(r, scope, limit, place, changes=changes))


def of_person(session: Session, customer_id: int) -> Scope:
    """The story of one person, over all records that are this person."""
    return session.db.read(lambda r: stretches.of_person(r, customer_id))


def of_organization(session: Session, customer_id: int) -> tuple[Scope, str]:
    """The story of everybody in a customer's organization, and its name; InvalidInputError when there is none."""
    found, name = session.db.read(lambda r: besides.organizations_of(r, customer_id))
    if not found:
        raise InvalidInputError("This customer belongs to no organization, as far as the desk says.")
    own = of_person(session, customer_id).people
    return Scope(people=tuple(session.db.read(lambda r: besides.members(r, found, own)))), name


def organization_named(session: Session, words: str) -> tuple[Scope, str]:
    """The story of everybody in the organization with this name, or the only one whose name has the words.

    NotFoundError when there is none or nobody in it; InvalidInputError, with the names, when there are several.
    """
    wanted = words.strip().casefold()
    known = session.db.read(besides.organizations)
    found = [each for each in known if each[1].casefold() == wanted]
    found = found or [each for each in known if wanted and wanted in each[1].casefold()]
    names = list(dict.fromkeys(name for _, name in found))
    if len(names) > 1:
        told = "\n".join(names[:_SEVERAL])
        more = f"\nand {len(names) - _SEVERAL} more" if len(names) > _SEVERAL else ""
        raise InvalidInputError(
            f"{words} could be {len(names)} organizations.", f"Name one of them:\n{told}{more}"
        )
    people = tuple(session.db.read(lambda r: besides.members(r, [row for row, _ in found])))
    if not people:
        raise NotFoundError(
            f"There is nobody of an organization {words} here.",
            "`heard history --org-of REF` takes a ticket's.",
        )
    return Scope(people=people), names[0]


def links_mark(session: Session) -> tuple[int, int]:
    """Two numbers that differ once somebody has said who is who, or took it back."""
    return session.db.read(besides.links_mark, overlaid=False)


def card(session: Session, customer_id: int) -> Card:
    """Who a customer is; NotFoundError when there is no such customer."""
    found = session.db.read(lambda r: stories.card(r, customer_id))
    if found is None:
        raise NotFoundError(
            f"There is no customer {customer_id} here.", "Find one with `heard history NAME`."
        )
    return found


def portrait(session: Session, found: Card, promised: Sequence[str] = ()) -> Portrait:
    """What may be shown of a customer, by [privacy] card; what may not is empty."""
    since = session.now() - LATELY
    more = session.db.read(lambda r: besides.beside(r, found.id, since))
    return allowed(Portrait(found, more, tuple(promised)), session.settings.privacy.card)


def allowed(found: Portrait, fields: Collection[str]) -> Portrait:
    """The same with nothing but the name and these fields."""
    known = (*_EMPTY, *_BESIDE, "promises", "lookups")
    hidden = frozenset(known) - set(fields)
    shown, more = found.card, found.beside
    for name in hidden & _EMPTY.keys():
        shown = replace(shown, **_EMPTY[name])  # type: ignore[arg-type]  # each value has its field's type
    for name in hidden & _BESIDE.keys():
        more = replace(more, **_BESIDE[name])  # type: ignore[arg-type]  # the same
    return Portrait(shown, more, () if "promises" in hidden else found.promised, hidden)


def find_customers(session: Session, words: str, limit: int = 20) -> list[Card]:
    """Customers whose name or address has the words, those with most tickets first; one person is listed once.

    The ref of a record, "desk/number", finds it alone.
    """
    if exact := session.db.read(lambda r: identities.by_ref(r, words.strip())):
        return [card(session, exact.id)]
    cards: list[Card] = []
    told: set[int] = set()
    for number in session.db.read(lambda r: stories.find_customers(r, words, limit)):
        if number not in told:
            told.update(session.db.read(lambda r, n=number: identities.person_ids(r, n)))  # type: ignore[misc]  # a default binds the loop variable
            cards.append(card(session, number))
    return cards
