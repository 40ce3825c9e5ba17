"""One person's whole story, over all tickets and channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import shapes
from console.commands.door import Door

if TYPE_CHECKING:
    from console.session import Session
    from store.rows import Card

SEVERAL = 5


def history(
    door: Door,
    who: Annotated[
        list[str] | None, typer.Argument(metavar="WHO", help="A customer's name, address or number.")
    ] = None,
    ticket: Annotated[str, typer.Option(metavar="REF", help="The customer of this ticket.")] = "",
    card: Annotated[bool, typer.Option("--card", help="Only who the customer is.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many items at most, the newest.")] = 5_000,
) -> None:
    """Show everything a customer has lived through with us, oldest first."""
    from console.history import story  # noqa: PLC0415  (commands load what they use)

    with door.session(desks=True) as session:
        person = _of_ticket(session, ticket) if ticket else _named(session, " ".join(who or ()))
        if card:
            door.one(shapes.plain(person), lambda: shapes.card_lines(person))
            return
        items = story(session, person.id, limit)
        if not door.for_people:
            door.table((shapes.item(i) for i in items), shapes.ITEM)
            return
        for line in (*shapes.card_lines(person), *shapes.item_lines(items, refs=True)):
            door.say(line)


def _of_ticket(session: Session, ref: str) -> Card:
    from console.history import card  # noqa: PLC0415  (the same)
    from console.triage import ticket  # noqa: PLC0415  (the same)

    return card(session, ticket(session, ref).row.requester_id)


def _named(session: Session, words: str) -> Card:
    from console.history import find_customers  # noqa: PLC0415  (the same)
    from store.errors import InvalidInputError, NotFoundError  # noqa: PLC0415  (the same)

    if not words.strip():
        raise InvalidInputError("Whose history?", "Give a name, an address, or --ticket REF.")
    found = find_customers(session, words)
    if not found:
        raise NotFoundError(f"There is no customer {words} here.", "`heard search WORDS` looks everywhere.")
    exact = [c for c in found if _is(c, words)]
    if len(exact or found) > 1:
        raise InvalidInputError(f"{words} could be {len(found)} customers.", _choices(exact or found))
    return (exact or found)[0]


def _is(card: Card, words: str) -> bool:
    wanted = words.strip().casefold()
    return wanted in {card.name.casefold(), *(c.value.casefold() for c in card.contacts)}


def _choices(cards: Sequence[Card]) -> str:
    lines = [
        f"{c.name}: {', '.join(x.value for x in c.contacts)} ({c.tickets} tickets)" for c in cards[:SEVERAL]
    ]
    rest = [f"and {len(cards) - SEVERAL} more"] if len(cards) > SEVERAL else []
    return "\n".join(["Name one by an address:", *lines, *rest])
