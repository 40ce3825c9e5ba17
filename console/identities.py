"""One person, several addresses: link and unlink customer records, with who, when, why and the evidence; all of it can be undone.

Proposals say which records may be one person and why; nobody is ever linked by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from console import history
from console.heard.facts import facts
from console.session import Session
from store import identities
from store.errors import InvalidInputError, NotFoundError
from store.identities import Link, Record, Standing
from store.text import clean_line

HITS = 200  # places looked at for one order number
NUMBERS = 20  # order and account numbers of one person that are looked for
COMMON = 5  # a number that more people write is no evidence


@dataclass(frozen=True, slots=True)
class Person:
    """The records that are one person, and everything that was said about them."""

    records: tuple[Record, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two records that may be one person, and what is alike."""

    one: Record
    other: Record
    evidence: tuple[str, ...]


def person(session: Session, customer_id: int, *, undone: bool = False) -> Person:
    """The records of one person, and what was said about them; with `undone` also what was taken back."""
    ids = session.db.read(lambda r: identities.person_ids(r, customer_id))
    found = tuple(session.db.read(lambda r: identities.records(r, ids)))
    refs = [each.ref for each in found]
    return Person(found, tuple(session.db.read(lambda r: identities.links(r, refs, undone=undone))))


def standing(session: Session) -> list[Link]:
    """All that was said and stands, oldest first."""
    return session.db.read(identities.links)


def find(session: Session, who: str) -> Record:
    """One customer record by its ref, an address or a name.

    NotFoundError when there is none; InvalidInputError, with the refs, when there are several.
    """
    exact = session.db.read(lambda r: identities.by_ref(r, who.strip()))
    if exact:
        return exact
    cards = history.find_customers(session, who, limit=50) if who.strip() else []
    ids = [n for card in cards for n in session.db.read(lambda r, c=card: identities.person_ids(r, c.id))]  # type: ignore[misc]  # a default binds the loop variable
    found = session.db.read(lambda r: identities.records(r, list(dict.fromkeys(ids))))
    wanted = who.strip().casefold()
    named = [e for e in found if wanted in {e.name.casefold(), *(a.casefold() for a in e.addresses)}] or found
    if not named:
        raise NotFoundError(f"There is no customer {who} here.", "Find one with `heard search WORDS`.")
    if len(named) > 1:
        told = "\n".join(f"{e.ref}: {e.name}, {', '.join(e.addresses)}" for e in named[:10])
        raise InvalidInputError(
            f"{who} could be {len(named)} customer records.", f"Name one of them by its ref:\n{told}"
        )
    return named[0]


def link(session: Session, one: Record, other: Record, why: str) -> Link:
    """Say that two records are one person. InvalidInputError when they are one already, or without a reason."""
    reason = _reason(why)
    together = person(session, one.id)
    if other.id in {each.id for each in together.records}:
        raise InvalidInputError(f"{one.ref} and {other.ref} are one person already.")
    beyond = {each.ref for each in person(session, other.id).records}
    parted = [
        each.id
        for each in together.links
        if each.state == "apart" and (each.one in beyond or each.other in beyond)
    ]
    what = f"link of {one.ref} and {other.ref}"
    return _say(session, [(one, other)], "linked", reason, ended=parted, what=what)[0]


def unlink(session: Session, record: Record, why: str) -> list[Link]:
    """Part a record from all others of its person: links that were made by hand are taken back, and all are said to be apart.

    Returns the links first, then what is said now, with the reason. InvalidInputError when it stands alone already, or
    without a reason.
    """
    reason = _reason(why)
    before = person(session, record.id)
    if len(before.records) == 1:
        raise InvalidInputError(f"{record.ref} is not linked with any other record.")
    made = [e for e in before.links if e.state == "linked" and record.ref in (e.one, e.other)]
    ended = [e.id for e in made]
    refs = {ref for e in made for ref in (e.one, e.other)}
    rest = session.db.read(lambda r: identities.person_ids(r, record.id, ended))
    others = [e for e in before.records if (e.ref in refs or e.id in rest) and e.id != record.id]
    pairs, what = [(record, other) for other in others], f"parting of {record.ref}"
    return [*made, *_say(session, pairs, "apart", reason, ended=ended, what=what)]


def undo(session: Session, link_id: str) -> Link:
    """Take back one thing that was said, by its id or the end of it; NotFoundError when nothing like it stands.

    A link that ended when its records were said to be apart stands again.
    """
    found = [e for e in session.db.read(identities.links) if e.id.endswith(link_id.strip().upper() or "-")]
    if len(found) != 1:
        raise NotFoundError(
            f"Nothing that was said has the id {link_id}.", "`heard customer show WHO` lists it."
        )
    again = _ended_by(session, found[0]) if found[0].state == "apart" else []
    identities.take_back(session.db, [found[0].id], again, session.actor, session.now())
    return found[0]


def undo_all(session: Session, said: Link) -> list[Link]:
    """Take back everything that was said together with this: one parting says it of several pairs."""
    alike = [
        each
        for each in standing(session)
        if (each.created, each.actor, each.state, each.why)
        == (said.created, said.actor, said.state, said.why)
    ]
    return [undo(session, each.id) for each in alike]


def _ended_by(session: Session, apart: Link) -> list[Link]:
    """The link by hand that ended when this was said."""
    pair = {apart.one, apart.other}
    said = session.db.read(lambda r: identities.links(r, list(pair), undone=True))
    return [
        replace(each, created=session.now(), undone=0, undone_by="")
        for each in said
        if each.state == "linked" and each.undone == apart.created and {each.one, each.other} == pair
    ][-1:]


def _reason(why: str) -> str:
    reason = clean_line(why).strip()
    if not reason:
        raise InvalidInputError("Say why.", "Whoever looks at it later has only this to go by: --why TEXT")
    return reason


def _say(
    session: Session,
    pairs: list[tuple[Record, Record]],
    state: Standing,
    why: str,
    *,
    ended: Sequence[str],
    what: str,
) -> list[Link]:
    now = session.now()

    def evidence(one: Record, other: Record) -> tuple[str, ...]:
        return tuple(alike(session, one, other)) if state == "linked" else ()

    said = [
        Link("", one.ref, other.ref, state, why, evidence(one, other), session.actor, now)
        for one, other in pairs
    ]
    identities.say(session.db, said, ended=ended, what=what, actor=session.actor, now=now)
    refs = {(e.one, e.other) for e in said}
    return [e for e in session.db.read(identities.links) if (e.one, e.other) in refs and e.created == now]


def alike(session: Session, one: Record, other: Record) -> list[str]:
    """What two records have in common, in words: addresses, name, order and account numbers that both wrote."""
    same = sorted({*one.addresses} & {*other.addresses})
    told = [f"both have {address}" for address in same]
    if one.name and one.name.casefold() == other.name.casefold():
        told.append(f"both are called {one.name}")
    numbers = sorted({*_numbers(session, one.id)} & {*_numbers(session, other.id)})
    return told + [f"both wrote {number}" for number in numbers]


def _numbers(session: Session, customer_id: int) -> list[str]:
    """Order and account numbers in what a person wrote, those told most often first."""
    told = Counter(
        fact.value for fact in facts(history.story(session, customer_id)) if fact.kind in ("order", "account")
    )
    return [value for value, _ in told.most_common(NUMBERS)]


def proposals(session: Session, customer_id: int, limit: int = 20) -> list[Proposal]:
    """Records that may be the same person as this one, with the evidence, most of it first; what was parted is left out."""
    here = person(session, customer_id)
    ids = {record.id for record in here.records}
    others: set[int] = set()
    for record in here.records:
        for one, other, _ in session.db.read(lambda r, n=record.id: identities.same_phone(r, limit, n)):  # type: ignore[misc]  # a default binds the loop variable
            others |= {one, other}
    for number in _numbers(session, customer_id):
        wrote = session.db.read(lambda r, n=number: identities.who_wrote(r, n, HITS))  # type: ignore[misc]  # the same
        others |= set(wrote) if len(wrote) <= COMMON else set()
    parted = {ref for e in here.links if e.state == "apart" for ref in (e.one, e.other)}
    found = session.db.read(lambda r: identities.records(r, sorted(others - ids)))
    made = [
        Proposal(here.records[0], each, tuple(_evidence(session, here, each)))
        for each in found
        if each.ref not in parted
    ]
    return sorted((e for e in made if e.evidence), key=lambda e: (-len(e.evidence), e.other.ref))[:limit]


def _evidence(session: Session, here: Person, other: Record) -> list[str]:
    return list(dict.fromkeys(word for record in here.records for word in alike(session, record, other)))


def shared_phones(session: Session, limit: int = 50) -> list[Proposal]:
    """Records anywhere that share a telephone under different names: for a look through the whole desk."""
    pairs = session.db.read(lambda r: identities.same_phone(r, limit))
    made = []
    for one, other, number in pairs:
        found = session.db.read(lambda r, p=(one, other): identities.records(r, p))  # type: ignore[misc]  # the same
        together = session.db.read(lambda r, n=one: identities.person_ids(r, n))  # type: ignore[misc]  # the same
        if len(found) == len((one, other)) and other not in together:
            made.append(Proposal(found[0], found[1], (f"both have {number}",)))
    return made
