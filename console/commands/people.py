"""One person's whole story, over all tickets and channels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import shapes
from console.commands.door import Door

if TYPE_CHECKING:
    from console.history import Portrait, Scope
    from console.lookups import Answer
    from console.session import Session
    from store.rows import Card, Item

SEVERAL = 5
TOGETHER = (*shapes.ITEM, "customer")
CARD = (
    "id", "name", "contacts", "organization", "time_zone", "locale", "notes", "tickets", "open_tickets", "since", "channels",
    "plan", "rating", "rated", "contacts_30_days", "promised", "lookups",
)  # fmt: skip


def history(  # noqa: PLR0917  (Typer gives each option by its name)
    door: Door,
    who: Annotated[
        list[str] | None, typer.Argument(metavar="WHO", help="A customer's name, address or number.")
    ] = None,
    ticket: Annotated[str, typer.Option(metavar="REF", help="The customer of this ticket.")] = "",
    organization: Annotated[
        str, typer.Option(metavar="NAME", help="Everybody of this organization instead of one person.")
    ] = "",
    org_of: Annotated[
        str, typer.Option(metavar="REF", help="Everybody of the organization of this ticket's customer.")
    ] = "",
    card: Annotated[bool, typer.Option("--card", help="Only who the customer is.")] = False,
    lookups: Annotated[
        bool, typer.Option("--lookups", help="Ask the programs in card.d about the customer, too.")
    ] = False,
    changes: Annotated[
        bool, typer.Option("--changes/--no-changes", help="With what was changed between the messages.")
    ] = True,
    limit: Annotated[int, typer.Option(min=1, help="How many messages at most, the newest.")] = 5_000,
) -> None:
    """Show everything a customer has lived through with us, oldest first."""
    from console.history import of_person, stretch  # noqa: PLC0415  (commands load what they use)

    _one_of(" ".join(who or ()), ticket, organization, org_of)
    with door.session(desks=True) as session:
        if organization or org_of:
            scope, name = _everybody(session, organization, org_of)
            found = stretch(session, scope, limit, changes=changes)
            _print_items(door, found.items, [f"Everybody of {name}: {len(scope.people)}"], found.people)
            return
        person = _of_ticket(session, ticket) if ticket else named(session, " ".join(who or ()))
        shown = _portrait(session, person)
        answers = _answers(session, shown, person, ticket) if lookups else ()
        if card:
            door.one(_plain(shown, answers), lambda: _card_lines(shown, answers, session.now()))
            return
        items = stretch(session, of_person(session, person.id), limit, changes=changes).items
        _print_items(door, items, _card_lines(shown, answers, session.now()))


def _one_of(*named: str) -> None:
    """Refuse a story that is asked for in two ways: of two people nobody can know which is meant."""
    from store.errors import InvalidInputError  # noqa: PLC0415  (the same)

    if sum(map(bool, named)) > 1:
        raise InvalidInputError(
            "Whose history? It is said in two ways.",
            "Give WHO, --ticket, --organization or --org-of, one of them.",
        )


def _print_items(
    door: Door, items: Sequence[Item], above: Iterable[str], people: Mapping[str, str] | None = None
) -> None:
    """The story; where it is of several people (by ticket), each item says whose ticket it stands in."""
    if not door.for_people:
        rows = ({**shapes.item(i), **({"customer": people.get(i.ref, "")} if people else {})} for i in items)
        door.table(rows, shapes.ITEM if people is None else TOGETHER)
        return
    for line in (*above, *shapes.item_lines(items, refs=True, people=people or {})):
        door.say(line)


def _everybody(session: Session, organization: str, org_of: str) -> tuple[Scope, str]:
    from console.history import of_organization, organization_named  # noqa: PLC0415  (the same)

    if organization:
        return organization_named(session, organization)
    return of_organization(session, _of_ticket(session, org_of).id)


# -- the card -------------------------------------------------------------------------------------------------


def _portrait(session: Session, person: Card) -> Portrait:
    from console.history import portrait  # noqa: PLC0415  (the same)
    from console.promises import of_customer  # noqa: PLC0415  (the same)

    return portrait(session, person, of_customer(session, person.id))


def _answers(session: Session, shown: Portrait, person: Card, ref: str) -> Sequence[Answer]:
    from console.lookups import look_up, question  # noqa: PLC0415  (the same)
    from console.triage import ticket  # noqa: PLC0415  (the same)

    if "lookups" in shown.hidden:
        return ()
    about = ticket(session, ref).row.ref if ref else ""
    return look_up(session.home.root, question(person, about), session.settings.lookups.seconds)


def _plain(shown: Portrait, answers: Sequence[Answer]) -> dict[str, object]:
    beside = shown.beside
    row: dict[str, object] = {
        **shapes.plain(shown.card),
        "plan": beside.plan,
        "rating": beside.rating,
        "rated": beside.rated,
        "contacts_30_days": beside.contacts,
        "promised": list(shown.promised),
        "lookups": {each.program: {"lines": dict(each.lines), "error": each.error} for each in answers},
    }
    return {name: row[name] for name in CARD}


def _card_lines(shown: Portrait, answers: Sequence[Answer], now: int) -> Iterator[str]:
    from console.times import ago  # noqa: PLC0415  (people read it)

    beside, hidden = shown.beside, shown.hidden
    local = _local(shown.card.time_zone, now)
    yield from shapes.card_lines(shown.card, local, tickets="tickets" not in hidden)
    about = {
        "plan": beside.plan,
        "contacts": "" if "contacts" in hidden else f"{beside.contacts} in 30 days",
        "rated": f"{beside.rating}, {ago(beside.rated, now)} ago" if beside.rating else "",
    }
    yield from (f"  {name + ':':<11} {value}" for name, value in about.items() if value)
    yield from (f"  promised:   {line}" for line in shown.promised)
    for each in answers:
        told = each.error or ", ".join(f"{name} {value}" for name, value in each.lines) or "nothing"
        yield f"  {each.program + ':':<11} {told}"


def _local(zone: str, now: int) -> str:
    from datetime import datetime  # noqa: PLC0415  (the same)

    from console.promises import zone_named  # noqa: PLC0415  (the same)

    info = zone_named(zone)
    return datetime.fromtimestamp(now / 1_000_000, info).strftime("%H:%M") if info else ""


def _of_ticket(session: Session, ref: str) -> Card:
    from console.history import card  # noqa: PLC0415  (the same)
    from console.triage import ticket  # noqa: PLC0415  (the same)
    from store.errors import NotFoundError  # noqa: PLC0415  (the same)

    row = ticket(session, ref).row
    if not row.requester_id:
        raise NotFoundError(
            f"{row.ref} has no customer: the desk names nobody who asks.",
            f"`heard show {row.ref}` shows what was said on it.",
        )
    return card(session, row.requester_id)


def named(session: Session, words: str) -> Card:
    """The one customer whose name, address or number is meant; InvalidInputError names the choices where several are."""
    from console.history import find_customers  # noqa: PLC0415  (the same)
    from store.errors import InvalidInputError, NotFoundError  # noqa: PLC0415  (the same)

    if not words.strip():
        raise InvalidInputError(
            "Whose history?",
            "Give a name, an address or a number; `heard history --ticket REF` takes a ticket's.",
        )
    found = find_customers(session, words)
    if not found:
        raise NotFoundError(f"There is no customer {words} here.", "`heard search WORDS` looks everywhere.")
    meant = [c for c in found if _is(c, words)] or found
    if len(meant) > 1:
        raise InvalidInputError(f"{words} could be {len(meant)} customers.", _choices(session, meant))
    return meant[0]


def _is(card: Card, words: str) -> bool:
    wanted = words.strip().casefold()
    return wanted in {card.name.casefold(), *(c.value.casefold() for c in card.contacts)}


def _choices(session: Session, cards: Sequence[Card]) -> str:
    from store import identities  # noqa: PLC0415  (the same)

    shown = [c.id for c in cards[:SEVERAL]]
    lines = [
        f"{each.ref}: {', '.join((each.name, *each.addresses))}"
        for each in session.db.read(lambda r: identities.records(r, shown))
    ]
    rest = [f"and {len(cards) - SEVERAL} more"] if len(cards) > SEVERAL else []
    return "\n".join(["Name one by its ref or an address:", *lines, *rest])
