"""Who is who: the records of a person, and the links between them that people made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import shapes
from console.commands.build import Group
from console.commands.door import Door

if TYPE_CHECKING:
    from console.identities import Person, Proposal
    from store.identities import Link, Record

WhoWord = Annotated[str, typer.Argument(metavar="WHO", help="A record's ref, an address or a name.")]
WhyOption = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for whoever looks later.")]
LINK = ("id", "one", "other", "state", "why", "evidence", "actor", "created", "undone", "undone_by")
PERSON = ("records", "links")
PARTED = ("links",)
PROPOSAL = ("one", "other", "evidence", "one_name", "other_name")


def show(door: Door, who: WhoWord) -> None:
    """Show which records are this person, and what was said about them."""
    from console import identities  # noqa: PLC0415  (commands load what they use)

    with door.session(desks=True) as session:
        record = identities.find(session, who)
        found = identities.person(session, record.id, undone=True)
        rows = [shapes.plain(e) for e in found.records]
        door.one({"records": rows, "links": [shapes.plain(e) for e in found.links]}, lambda: _lines(found))


def _lines(found: Person) -> Iterator[str]:
    for each in found.records:
        yield f"{each.ref:<14} {each.name}  {', '.join(each.addresses)}  ({each.tickets} tickets)"
    for link in found.links:
        yield f"  {_said(link)}"


def _said(link: Link) -> str:
    what = "are one person" if link.state == "linked" else "are two people"
    told = (
        f"{link.one} and {link.other} {what}, says {link.actor} ({shapes.minute(link.created)}): {link.why}"
    )
    if link.evidence:
        told += f" [{'; '.join(link.evidence)}]"
    return f"{told}  {link.id}" + (
        f"  taken back by {link.undone_by} ({shapes.minute(link.undone)})" if link.undone else ""
    )


def link(door: Door, who: WhoWord, other: WhoWord, why: WhyOption = "") -> None:
    """Say that two records are one person; nothing is merged, and it can be taken back."""
    from console import identities  # noqa: PLC0415  (the same)

    with door.session(desks=True, answer=LINK) as session:
        one, two = identities.find(session, who), identities.find(session, other)
        made = identities.link(session, one, two, why)
        door.one(shapes.plain(made), lambda: [_said(made)])


def unlink(door: Door, who: WhoWord, why: WhyOption = "") -> None:
    """Part a record from the others of its person; every ticket, figure and find is as it was."""
    from console import identities  # noqa: PLC0415  (the same)

    with door.session(desks=True, answer=PARTED) as session:
        record = identities.find(session, who)
        done = identities.unlink(session, record, why)
        door.one({"links": [shapes.plain(e) for e in done]}, lambda: [_parted(record)])


def _parted(record: Record) -> str:
    return f"{record.ref} ({record.name}) stands alone now."


def undo(
    door: Door, link_id: Annotated[str, typer.Argument(metavar="ID", help="An id, or the end of it.")]
) -> None:
    """Take back one thing that was said about two records."""
    from console import identities  # noqa: PLC0415  (the same)

    with door.session(answer=LINK) as session:
        taken = identities.undo(session, link_id)
        door.one(shapes.plain(taken), lambda: [f"Taken back: {_said(taken)}"])


def proposals(
    door: Door,
    who: Annotated[str, typer.Argument(metavar="WHO", help="A record; without one, the whole desk.")] = "",
) -> None:
    """List records that may be one person, with the evidence; nobody is ever linked by this."""
    from console import identities  # noqa: PLC0415  (the same)

    with door.session(desks=True) as session:
        if who:
            found = identities.proposals(session, identities.find(session, who).id)
        else:
            found = identities.shared_phones(session)
        door.table(
            map(_proposal, found), PROPOSAL, text=("one", "one_name", "other", "other_name", "evidence")
        )
        if door.for_people and not found:
            door.warn("Nothing is alike.")


def _proposal(each: Proposal) -> dict[str, object]:
    return {
        "one": each.one.ref,
        "other": each.other.ref,
        "evidence": list(each.evidence),
        "one_name": each.one.name,
        "other_name": each.other.name,
    }


def links(door: Door) -> None:
    """List what people said about records, and stands."""
    from console import identities  # noqa: PLC0415  (the same)

    with door.session() as session:
        found = identities.standing(session)
        door.table(map(shapes.plain, found), LINK, text=("id", "one", "other", "state", "why", "actor"))
        if door.for_people and not found:
            door.warn("Nobody said anything about who is who: shared addresses alone link records.")


CUSTOMER = Group(
    links,
    {
        "Commands": {
            "show": "customer:show",
            "links": "customer:links",
            "link": "customer:link",
            "unlink": "customer:unlink",
            "undo": "customer:undo",
            "proposals": "customer:proposals",
        }
    },
)
