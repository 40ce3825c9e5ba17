"""Remedies: what may be offered on a ticket, what its story was offered, and who approves what goes beyond."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import shapes
from console.commands.build import Group
from console.commands.door import Door

if TYPE_CHECKING:
    from console.remedies import Option, Remedy, Standing
    from console.session import Session

NEEDS_APPROVAL = 22  # the exit code of an offer that has to be approved first
LINE = (
    "id", "ref", "person", "theme", "kind", "label", "amount", "currency", "state", "role", "limit", "actor", "why",
    "op_id", "decided_by", "decided", "created", "words",
)  # fmt: skip
TEXT = ("id", "ref", "label", "amount", "currency", "state", "actor", "decided_by", "why")
OPTION = ("kind", "label", "text", "amount", "currency")
STANDING = ("agent", "role", "currency", "limit", "used", "left")
STORY = ("ref", "choices", "authority", "ledger")

RefWord = Annotated[str, typer.Argument(metavar="REF", help="The ticket: desk/123, 123 or #123.")]
IdWord = Annotated[str, typer.Argument(metavar="ID", help="A remedy's id, or the end of it.")]
WhyOption = Annotated[
    str, typer.Option("--why", metavar="TEXT", help="The reason; it is kept, and approvers read it.")
]
ByOption = Annotated[
    str, typer.Option("--by", metavar="NAME", help="The agent of the desk who decides; otherwise you.")
]


def listed(door: Door) -> None:
    """Offer remedies within your authority; without a command, what is offered, asked for and approved is listed."""
    from console import remedies  # noqa: PLC0415  (commands load what they use)

    with door.session() as session:
        _settle(session)
        found = remedies.waiting(session)
        door.table((_line(session, each) for each in found), LINE, text=TEXT)
        if door.for_people and not found:
            door.warn(
                "Nothing waits: no remedy is in a draft, asked for or approved. `heard remedies REF` has a story's."
            )


def show(door: Door, ref: RefWord) -> None:
    """Show what may be offered on a ticket, how far your authority goes, and what the story was offered."""
    from console import remedies  # noqa: PLC0415  (the same)
    from console.triage import resolve  # noqa: PLC0415  (the same)

    with door.session(answer=STORY) as session:
        ref = resolve(session, ref)
        told = remedies.catalogue(session)[1]
        if told:
            door.warn(told)
        _settle(session, ref)
        options, lines = remedies.choices(session, ref), remedies.ledger(session, ref)
        standing = remedies.authority(session, ref)
        currencies = sorted({each.currency for each in lines if each.currency} - {standing.currency})
        others = [remedies.authority(session, ref, code) for code in currencies]
        row = {
            "ref": ref,
            "choices": [_option(each) for each in options],
            "authority": [_standing(each) for each in (standing, *others)],
            "ledger": [_line(session, each) for each in lines],
        }
        door.one(row, lambda: _shown((standing, *others), options, lines))


def offer(
    door: Door,
    ref: RefWord,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="The remedy, as remedies.toml names it.")],
    amount: Annotated[
        str, typer.Argument(metavar="AMOUNT", help='Such as 49.90, or "49.90 USD", where one is asked.')
    ] = "",
    *,
    why: WhyOption = "",
) -> None:
    """Put a remedy into the ledger; beyond your authority it is asked for instead, and the exit code is 22."""
    from console import remedies  # noqa: PLC0415  (the same)

    with door.session(answer=LINE) as session:
        told = remedies.catalogue(session)[1]
        if told:
            door.warn(told)
        made = remedies.offer(session, ref, kind, amount, why)
        _told(door, session, made)
    if made.state == "asked":
        raise typer.Exit(NEEDS_APPROVAL)


def approve(door: Door, remedy: IdWord, *, why: WhyOption = "", by: ByOption = "") -> None:
    """Approve what another agent asked for; an internal note says so on the ticket."""
    from console import remedies  # noqa: PLC0415  (the same)

    with door.session(answer=LINE) as session:
        _told(door, session, remedies.approve(session, remedy, why, by))


def refuse(door: Door, remedy: IdWord, *, why: WhyOption = "", by: ByOption = "") -> None:
    """Refuse what another agent asked for, with a reason; an internal note says so on the ticket."""
    from console import remedies  # noqa: PLC0415  (the same)

    with door.session(answer=LINE) as session:
        _told(door, session, remedies.refuse(session, remedy, why, by))


def withdraw(door: Door, remedy: IdWord, *, why: WhyOption = "") -> None:
    """Take a remedy out of the sum of its story: the customer chose another, say."""
    from console import remedies  # noqa: PLC0415  (the same)

    with door.session(answer=LINE) as session:
        _settle(session)
        _told(door, session, remedies.withdraw(session, remedy, why))


def _settle(session: Session, ref: str = "") -> None:
    """Take up what was sent and taken back meanwhile, unless nothing may be written."""
    from console import remedies  # noqa: PLC0415  (the same)

    if not session.db.read_only:
        remedies.settle(session, ref)


def _told(door: Door, session: Session, made: Remedy) -> None:
    from console.remedies import authority, words  # noqa: PLC0415  (the same)
    from console.remedy_words import named, short  # noqa: PLC0415  (the same)

    def lines() -> Iterator[str]:
        yield f"{made.state}: {named(made)} on {made.ref} ({short(made.id)})"
        if made.state == "offered":
            yield f"  words: {words(session, made)}"
        if made.state == "asked":
            yield "  It is beyond your authority: an internal note on the ticket asks for approval."
        yield f"  {authority(session, made.ref, made.currency)}"

    door.one(_line(session, made), lines)


def _line(session: Session, each: Remedy) -> dict[str, object]:
    from console.remedies import words  # noqa: PLC0415  (the same)
    from console.times import second  # noqa: PLC0415  (the same)

    row = shapes.plain(each) | {
        "decided": second(each.decided) or None,
        "amount": _figure(each.cents) if each.cents else "",
        "limit": _figure(each.limit_cents),
        "words": words(session, each),
    }
    return {name: row[name] for name in LINE}


def _standing(each: Standing) -> dict[str, object]:
    figures = {name: _figure(getattr(each, name)) for name in ("limit", "used", "left")}
    return {name: figures.get(name, getattr(each, name)) for name in STANDING}


def _option(each: Option) -> dict[str, object]:
    amount = _figure(each.cents) if each.amount == "fixed" else each.amount
    row = {**shapes.plain(each), "amount": amount}
    return {name: row[name] for name in OPTION}


def _figure(cents: int) -> str:
    """The exact figure for programs: two decimals and no grouping."""
    return f"{cents // 100}.{cents % 100:02}"


def _shown(
    standings: Sequence[Standing], options: Sequence[Option], lines: Sequence[Remedy]
) -> Iterator[str]:
    from console.remedy_words import named, short  # noqa: PLC0415  (the same)
    from console.times import when  # noqa: PLC0415  (the same)

    for each in standings:
        yield f"{each} ({each.agent}, {each.role})"
    yield ""
    for option in options:
        amount = f"{_figure(option.cents)} {option.currency}" if option.amount == "fixed" else option.amount
        yield f"  {option.kind:<14} {option.label}; amount: {amount}"
    if lines:
        yield ""
    for line in lines:
        by = f", {line.decided_by}" if line.decided_by else ""
        why = f": {line.why}" if line.why else ""
        yield f"  {short(line.id)}  {when(line.created)[:10]}  {line.state:<9}  {named(line)} on {line.ref} ({line.actor}{by}){why}"


REMEDIES = Group(
    listed,
    {
        "Commands": {
            "show": "remedies:show",
            "offer": "remedies:offer",
            "approve": "remedies:approve",
            "refuse": "remedies:refuse",
            "withdraw": "remedies:withdraw",
        }
    },
    otherwise="show",
)
