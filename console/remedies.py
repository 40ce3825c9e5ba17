"""Remedies within authority: what may be offered on a ticket, what its story was offered already, and who approves more.

A story is one person over all tickets and channels. Amounts are whole hundredths; each currency has its own sum, since
nothing here knows a rate.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from console import money, remedy_words
from console.agents import own_name
from console.customer_language import language_of
from console.history import STORY_LIMIT
from console.remedies_read import Catalogue, load_or_built_in
from console.remedies_table import ASK, NONE, RemedyKind
from console.reply import load_draft
from console.session import Session
from console.triage import ticket
from store import outbox, read
from store import remedies as ledgers
from store import story as stories
from store.errors import HeardError, InvalidInputError, NotFoundError, RefusedError
from store.outbox import NewOperation
from store.remedies import PENDING, Remedy
from store.rows import Item, Ticket
from store.text import clean, clean_line

__all__ = [
    "Option", "Remedy", "Standing", "approve", "authority", "catalogue", "choices", "find", "free", "ledger", "offer",
    "offer_all", "paragraph", "refuse", "settle", "unsettled", "waiting", "withdraw", "words",
]  # fmt: skip

_LONGEST_WHY = 2_000


@dataclass(frozen=True, slots=True)
class Option:
    """A remedy that may be offered; `amount` says whether one is asked for, `cents` holds a fixed one."""

    kind: str
    label: str
    text: str
    amount: Literal["ask", "none", "fixed"]
    cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the authority of one agent goes in one story, in hundredths of one currency."""

    agent: str
    role: str
    currency: str
    limit: int
    used: int

    @property
    def left(self) -> int:
        """What may be offered without asking; never below 0."""
        return max(self.limit - self.used, 0)

    def __str__(self) -> str:
        left, limit = money.bare(self.left, self.currency), money.shown(self.limit, self.currency)
        return f"{left} of {limit} left in this story"


def catalogue(session: Session) -> tuple[Catalogue, str]:
    """What this workspace may offer, and "" or why only the built-in remedies hold."""
    return load_or_built_in(session.home.root)


def choices(session: Session, ref: str) -> list[Option]:
    """What may be offered on this ticket: by its queue, its tags, and the customer's language."""
    known, found = catalogue(session)[0], ticket(session, ref)
    language = language_of(session, found)
    fitting = known.fitting(found.row.group, found.row.tags.split(), language)
    return [_option(name, each, known.authority.currency, language) for name, each in fitting.items()]


def _option(name: str, kind: RemedyKind, usual: str, language: str) -> Option:
    text = kind.said(language)
    if kind.amount in (ASK, NONE):
        return Option(name, kind.label, text, "ask" if kind.amount == ASK else "none", 0, usual)
    cents, code = money.amount(kind.amount, usual)
    return Option(name, kind.label, text, "fixed", cents, code)


def authority(session: Session, ref: str, currency: str = "") -> Standing:
    """What the agent may still offer in the story of this ticket's customer, in one currency or the usual one."""
    known, found = catalogue(session)[0], ticket(session, ref)
    code = money.currency(currency) if currency else known.authority.currency
    me = _me(session, found.desk)
    role = known.role_of(me)
    lines = _lines(session, found)
    return Standing(me, role, code, known.limit(role, code), ledgers.used(lines, code))


def ledger(session: Session, ref: str) -> list[Remedy]:
    """Everything that the story of this ticket's customer was offered, or was asked for, oldest first."""
    return _lines(session, ticket(session, ref))


def waiting(session: Session, states: Sequence[str] = PENDING) -> list[Remedy]:
    """What is asked for, approved or offered in drafts, over all stories, oldest first."""
    return session.db.read(lambda r: ledgers.in_states(r, states), overlaid=False)


def _lines(session: Session, found: Ticket) -> list[Remedy]:
    """The ledger of a ticket's story, once it knows what was sent and taken back meanwhile."""
    people = _people(session, found)[1]
    if not session.db.read_only:
        _settle_story(session, people, _holder(catalogue(session)[0]))
    return session.db.read(lambda r: ledgers.of_story(r, people), overlaid=False)


def _people(session: Session, found: Ticket) -> tuple[str, tuple[str, ...]]:
    """The customer's name in the ledger, and all names of the same person; a ticket of nobody is its own story."""
    own, names = session.db.read(lambda r: ledgers.persons(r, found.row.requester_id), overlaid=False)
    return (own, names) if own else (found.row.ref, (found.row.ref,))


def _me(session: Session, desk: str) -> str:
    """The agent's own name on a desk, where the desk has told it."""
    return own_name(session, desk) or session.actor


# -- offering -----------------------------------------------------------------------------------------------------


def offer(session: Session, ref: str, kind: str, amount: str = "", why: str = "") -> Remedy:
    """Put a remedy into the ledger: offered within the authority, else asked for, with an internal note on the ticket.

    It counts from now on; it is granted once a reply with it is in the outbox, and freed when that is taken back.
    Raises NotFoundError for a remedy that does not fit this ticket, InvalidInputError for an amount that cannot be.
    """
    found, known = ticket(session, ref), catalogue(session)[0]
    option = _chosen(session, ref, kind)
    cents, code = _amount(option, amount)
    own, people = _people(session, found)
    me, now = _me(session, found.desk), session.now()
    role = known.role_of(me)
    line = Remedy(
        id=outbox.new_id(now),
        ref=found.row.ref,
        person=own,
        theme=_theme(known.kinds[kind], found.row.tags.split()),
        kind=kind,
        label=option.label,
        cents=cents,
        currency=code if cents else "",
        state="asked",
        role=role,
        limit_cents=known.limit(role, code),
        actor=me,
        why=clean(why).strip()[:_LONGEST_WHY],
        op_id="",
        decided_by="",
        decided=0,
        created=now,
    )

    def note(before: Sequence[Remedy]) -> NewOperation:
        return _request(session, found, line, before)

    return ledgers.offer(session.db, line, people, note, _holder(known))


def offer_all(
    session: Session, ref: str, wanted: Sequence[tuple[str, str]]
) -> tuple[tuple[Remedy, ...], str]:
    """Offer several remedies, each as its kind and amount, and give the paragraph for the reply: all of them, or none.

    What has to be approved first stands in the paragraph as a place that is kept for it.
    """
    lines: list[Remedy] = []
    try:
        for kind, amount in wanted:
            lines.append(offer(session, ref, kind, amount))
    except HeardError:
        for line in lines:
            withdraw(session, line.id, "another remedy of the same reply failed")
        raise
    return tuple(lines), paragraph(session, ref, lines)


def _chosen(session: Session, ref: str, kind: str) -> Option:
    options = {each.kind: each for each in choices(session, ref)}
    if kind not in options:
        raise NotFoundError(
            f"There is no remedy {kind!r} for {ref}.", f"There are: {', '.join(options) or 'none'}."
        )
    return options[kind]


def _amount(option: Option, typed: str) -> tuple[int, str]:
    if option.amount == "ask":
        if not typed.strip():
            raise InvalidInputError(
                f"{option.label} needs an amount.", f"Such as 49.90, in {option.currency}."
            )
        return money.amount(typed, option.currency)
    if typed.strip():
        raise InvalidInputError(f"{option.label} takes no amount.", "Leave it out.")
    return option.cents, option.currency


def _theme(kind: RemedyKind, tags: Sequence[str]) -> str:
    wanted = set(map(str.casefold, kind.themes))
    return next((tag for tag in tags if tag.casefold() in wanted), next(iter(tags), ""))


def _request(session: Session, found: Ticket, line: Remedy, before: Sequence[Remedy]) -> NewOperation:
    """The internal note that asks for approval, with the story in short."""
    items = session.db.read(lambda r: stories.story(r, found.row.requester_id, STORY_LIMIT))
    repeat = _repeat(items, session.now(), found.row.ref)
    return _note(found, remedy_words.request(line, found.row, items, before, repeat))


def _repeat(items: Sequence[Item], now: int, ref: str) -> str:
    from console.heard import HeardSettings, advise  # noqa: PLC0415  (only what asks for approval tells it)

    return advise("", items, HeardSettings(), now, ref=ref).repeat.line()


def _note(found: Ticket, text: str) -> NewOperation:
    """An internal note; no token vouches for it, and the draft of the ticket stays where it is."""
    return NewOperation(
        desk=found.desk,
        ref=found.row.ref,
        kind="note",
        body=clean(text),
        base={"status": found.row.status},
        low_water=found.low_water,
    )


def words(session: Session, line: Remedy) -> str:
    """What the customer reads of a remedy, in his language; of one that waits for approval, the place that is kept for it."""
    if line.state in ("asked", "refused", "withdrawn"):
        return remedy_words.hole(line)
    kind = catalogue(session)[0].kinds.get(line.kind)
    if kind is None:
        return remedy_words.filled(line.label, line.cents, line.currency)
    language = _of_line(session, line, kind)
    return remedy_words.filled(kind.said(language), line.cents, line.currency, language)


def _of_line(session: Session, line: Remedy, kind: RemedyKind) -> str:
    """The language of the customer who is offered it; English without words in it, and while the mirror has no such ticket."""
    known = dict(kind.texts)
    try:
        language = language_of(session, ticket(session, line.ref)) if known else ""
    except NotFoundError:
        return "en"
    return language if language in known else "en"


def paragraph(session: Session, ref: str, lines: Sequence[Remedy]) -> str:
    """The remedies as choices for the customer of this ticket, in his language where there are words in it."""
    frame = catalogue(session)[0].frame(language_of(session, ticket(session, ref)))
    return remedy_words.paragraph(frame, [words(session, line) for line in lines])


# -- what becomes of it -------------------------------------------------------------------------------------------


def _holder(known: Catalogue) -> ledgers.Holds:
    texts = {name: kind.every() for name, kind in known.kinds.items()}
    return lambda line, body: remedy_words.holds_any(texts.get(line.kind, ()), line, body)


def unsettled(session: Session) -> bool:
    """Whether an offer was sent, taken back or forgotten since the ledger was last settled; only reads."""
    return bool(_due(session, _holder(catalogue(session)[0])))


def settle(session: Session, ref: str = "") -> list[Remedy]:
    """Take up what became of offers in drafts and outbox, of one story or of all; returns the lines that changed."""
    holds = _holder(catalogue(session)[0])
    people = {_people(session, ticket(session, ref))[1]} if ref else set()
    people |= set() if ref else {_kin(session, line) for line in _due(session, holds)}
    return [line for each in sorted(people) for line in _settle_story(session, each, holds)]


def _settle_story(session: Session, people: Sequence[str], holds: ledgers.Holds) -> list[Remedy]:
    """Settle one story; for what was sent again beyond the authority, approval is asked for on the ticket."""
    changed = ledgers.settle(session.db, people, holds, session.now())
    for line in changed:
        if line.state == "asked":
            about = ticket(session, line.ref)
            lines = session.db.read(lambda r: ledgers.of_story(r, people), overlaid=False)
            note = _request(session, about, line, [each for each in lines if each.state in ledgers.COUNTED])
            outbox.enqueue(session.db, [note], line.actor, session.now())
    return changed


def _due(session: Session, holds: ledgers.Holds) -> list[Remedy]:
    return session.db.read(lambda r: ledgers.due(r, None, holds, session.now()), overlaid=False)


def _kin(session: Session, line: Remedy) -> tuple[str, ...]:
    """All names of the person of a line; his own alone while the mirror does not have the ticket."""
    try:
        return _people(session, ticket(session, line.ref))[1]
    except NotFoundError:
        return (line.person,)


def free(session: Session, ids: Collection[str], ref: str, draft: str) -> list[Remedy]:
    """Withdraw those of these offers that their draft does not hold any more: `draft` on this ticket, else the saved one."""
    holds = _holder(catalogue(session)[0])
    here = [line for line in ledger(session, ref) if line.id in ids and line.state == "offered"]
    texts = {line.ref: _draft(session, line.ref) for line in here} | {ticket(session, ref).row.ref: draft}
    gone = [line for line in here if not holds(line, texts[line.ref])]
    return [withdraw(session, line.id, "taken out of the draft") for line in gone]


def _draft(session: Session, ref: str) -> str:
    found = load_draft(session, ref)
    return found.text if found else ""


def withdraw(session: Session, remedy_id: str, why: str = "") -> Remedy:
    """Take a remedy out of the sum of its story; ConflictError when it is not in it."""
    found = find(session, remedy_id)
    me = _me(session, found.ref.partition("/")[0])
    return ledgers.withdraw(
        session.db, found.id, by=me, why=clean(why).strip()[:_LONGEST_WHY], now=session.now()
    )


def approve(session: Session, remedy_id: str, why: str = "", by: str = "") -> Remedy:
    """Approve what was asked for; RefusedError for whoever asked, and for roles that may not."""
    return _decide(session, remedy_id, "approved", why, by)


def refuse(session: Session, remedy_id: str, why: str, by: str = "") -> Remedy:
    """Refuse what was asked for, with a reason; RefusedError for whoever asked, and for roles that may not."""
    if not why.strip():
        raise InvalidInputError("Whoever asked wants to know why.", 'Add --why "...".')
    return _decide(session, remedy_id, "refused", why, by)


def _decide(session: Session, remedy_id: str, state: str, why: str, by: str) -> Remedy:
    found = find(session, remedy_id)
    about = ticket(session, found.ref)
    who = _decider(session, about.desk, by)
    known = catalogue(session)[0]
    role_name = known.role_of(who)
    role = known.role(role_name)
    if not role.approves:
        raise RefusedError(
            f"{who} ({role_name}) may not decide about remedies.", "[authority.roles] says who may."
        )
    if who.casefold() == found.actor.casefold() and not role.approves_own:
        raise RefusedError(
            f"{found.actor} asked for it, so somebody else has to decide.",
            "Whoever decides here for another agent of the desk adds --by NAME.",
        )
    reason = clean(why).strip()[:_LONGEST_WHY]
    note = _note(about, remedy_words.decision(found, state, who, reason))
    return ledgers.decide(session.db, found.id, state, by=who, why=reason, now=session.now(), note=note)


def _decider(session: Session, desk: str, by: str) -> str:
    """The name of whoever decides: an agent of the desk by his name, or the one whose workspace this is."""
    if not by.strip():
        return _me(session, desk)
    names = {n.casefold(): n for _, n, _ in session.db.read(lambda r: read.agents(r, desk), overlaid=False)}
    name = clean_line(by).casefold()
    if name not in names:
        raise NotFoundError(
            f"{desk} has no agent {by!r}.", f"There are: {', '.join(names.values()) or 'none'}."
        )
    return names[name]


def find(session: Session, remedy_id: str) -> Remedy:
    """One line of the ledger by its id or by the end of its id."""
    found = session.db.read(lambda r: ledgers.ending(r, remedy_id), overlaid=False) if remedy_id else []
    if len(found) != 1:
        what = f"{remedy_id} could be several remedies" if found else f"There is no remedy {remedy_id}"
        raise NotFoundError(f"{what} in the ledger.", "`heard remedies` lists them with their ids.")
    return found[0]
