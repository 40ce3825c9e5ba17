"""Blocks of a reply: the recap when a ticket is solved, and how to reach a person. Editable words, never sent by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from console import history, hours, money
from console.session import Session
from console.settings import FILE, source
from console.settings_read import wrong
from console.settings_values import ContactSettings
from console.triage import ticket
from store.errors import InvalidInputError
from store.rows import Item, TicketRow

if TYPE_CHECKING:
    from console.heard.prose import Prose
    from console.remedies import Remedy
    from store.promises import Promise

_LONGEST = 240  # characters of a sentence that is said again
_MOST = 3  # sentences
_MARK = "to recap:"
_DONE = "[[what we did]]"
_NEXT = "[[what happens next, and when; or take this line out]]"


@dataclass(frozen=True, slots=True)
class Solving:
    """Whether a ticket that is to be solved lacks a recap, and whether its queue insists on one."""

    lacking: bool
    required: bool


# -- how to reach us ----------------------------------------------------------------------------------------------


def contact(session: Session, ref: str) -> str:
    """The contact block for a ticket: whom to reach and how, today's hours, and the ticket's reference at the end."""
    row, told = ticket(session, ref).row, session.settings.contact
    whom = told.name if told.name and not told.phone else "us"
    number = row.ref.partition("/")[2] or row.ref
    return f"You can reach {whom}: {ways(session, row)}.\nYour reference: {number}"


def ways(session: Session, row: TicketRow) -> str:
    """How to reach a person, with the hours of today; ConfigError where [contact] cannot be used."""
    told = session.settings.contact
    zone, opened = _opened(session, told)
    who = f" and ask for {told.name}" if told.name else ""
    calls = f"call {told.phone}{who}" if told.phone else ""
    when = hours.next_opening(opened, session.now(), zone)
    place = f" ({_zone_words(told)})" if when and _elsewhere(session, row, told) else ""
    here = " or ".join(
        filter(None, ("reply to this message", told.address and f"write to {told.address}", calls))
    )
    return f"{here}{', ' if when else ''}{when}{place}"


def _opened(session: Session, told: ContactSettings) -> tuple[tzinfo | None, hours.Hours]:
    path = session.home.root / FILE
    try:
        zone = ZoneInfo(told.time_zone) if told.time_zone else None
    except (ValueError, OSError, LookupError):  # what zoneinfo raises for names that are none
        wrong(source(path), path, ("contact", "time_zone"), "is no time zone", "Such as Europe/Berlin.")
    for key, lines, holidays in (("hours", told.hours, ()), ("holidays", (), told.holidays)):
        try:
            hours.read(lines, holidays)
        except InvalidInputError as error:
            wrong(source(path), path, ("contact", key), "cannot be used", f"{error.message} {error.hint}")
    return zone, hours.read(told.hours, told.holidays)


def _elsewhere(session: Session, row: TicketRow, told: ContactSettings) -> bool:
    """Whether the customer's clock may show another time than ours."""
    if not told.time_zone or not row.requester_id:
        return False
    return history.card(session, row.requester_id).time_zone not in ("", told.time_zone)


def _zone_words(told: ContactSettings) -> str:
    return f"{told.time_zone.rpartition('/')[2].replace('_', ' ')} time"


# -- the recap ----------------------------------------------------------------------------------------------------


def recap(session: Session, ref: str, draft: str = "") -> str:
    """What we did, what happens next, by when, and how to reach us, from the story of a ticket and the draft at hand.

    Places that the story says nothing about are left open as [[...]], which the check of unfilled places points at.
    """
    row = ticket(session, ref).row
    said = [item for item in history.thread(session, row.ref) if _ours(item)]
    done = [*_done(said, draft), *_granted(session, row.ref)]
    promises = _promises(session, row)
    lines = [
        f"- What we did: {' '.join(done) or _DONE}",
        f"- What happens next: {' '.join(_sentence(each.words) for each in promises) or _NEXT}",
        *([f"- By when: {'; '.join(_due(each) for each in promises)}."] if promises else []),
        f"- How to reach us: {ways(session, row)}.",
    ]
    return "\n".join(("To recap:", *lines))


def _ours(item: Item) -> bool:
    """Whether it is what the customer has read of us, or will read soon."""
    waits = item.kind == "outbox" and item.channel != "note" and item.state != "rejected"
    return item.role == "agent" and (item.kind == "message" or waits)


def _done(said: Sequence[Item], draft: str) -> list[str]:
    """The newest sentences, in order, in which we said that something was done; each once."""
    found: dict[str, str] = {}
    for text in (draft, *(item.text for item in reversed(said))):
        for sentence in reversed(list(_done_in(text))):
            found.setdefault(sentence.casefold(), sentence)
    return list(found.values())[:_MOST][::-1]


def _done_in(text: str) -> Iterator[str]:
    from console.heard import prose, rulebook  # noqa: PLC0415  (the rules are read when first needed)

    told: Prose = prose.read(text)
    rules = rulebook.packaged()["words"].of("done")
    for one in told.sentences:
        if one.asks or _MARK in one.text or one.text.lstrip("-* ").startswith(("what ", "by when", "how ")):
            continue
        if any(rule.find(one.text, rulebook.opened(one.text), asks=one.asks) for rule in rules):
            yield _sentence(text[one.start : one.end])


def _granted(session: Session, ref: str) -> Iterator[str]:
    """The remedies of this ticket that are in a reply."""
    from console import remedies  # noqa: PLC0415  (only a recap asks)

    for line in remedies.ledger(session, ref):
        if line.ref == ref and line.state == "granted":
            yield _offered(line)


def _offered(line: Remedy) -> str:
    amount = f" of {money.shown(line.cents, line.currency)}" if line.cents else ""
    return f"We offered you: {line.label.lower()}{amount}."


def _promises(session: Session, row: TicketRow) -> list[Promise]:
    """The open promises to this person, over all tickets."""
    from console import promises  # noqa: PLC0415  (the same)

    refs = {row.ref}
    if row.requester_id:
        refs.update(item.ref for item in history.story(session, row.requester_id))
    return promises.opened(session, refs=sorted(refs))


def _due(promise: Promise) -> str:
    from console.promises import zone_of  # noqa: PLC0415  (the same)

    return hours.moment(promise.due, zone_of(promise.zone).info)


def _sentence(text: str) -> str:
    flat = " ".join(text.split()).lstrip("-*> ")
    if len(flat) > _LONGEST:
        return f"{flat[: _LONGEST - 3].rstrip()}..."
    return flat if flat.endswith((".", "!", "?")) else f"{flat}."


def is_recap(text: str) -> bool:
    """Whether a text holds the recap that `recap` made, edited or not."""
    low = text.casefold()
    return _MARK in low or "- what we did:" in low


def solving(session: Session, ref: str, draft: str) -> Solving:
    """Whether a recap is missing when this ticket is solved, in `draft` or, where that is empty, in our last answer."""
    from console import standards  # noqa: PLC0415  (the same)
    from console.heard import advise  # noqa: PLC0415  (the same)

    row = ticket(session, ref).row
    muted = session.settings.heard.muted
    queue = standards.load_or_built_in(session.home.root, muted)[0].of(row.group)
    said = [item.text for item in history.thread(session, row.ref) if _ours(item)]
    text = draft if draft.strip() else (said[-1] if said else "")
    required = "recap_missing" in queue.strict
    if is_recap(text):
        return Solving(lacking=False, required=required)
    story = history.story(session, row.requester_id) if row.requester_id else history.thread(session, row.ref)
    advice = advise(text, story, queue.settings, session.now(), ref=row.ref, solving=True)
    lacking = not text.strip() or any(check.name == "recap_missing" for check in advice.checks)
    return Solving(lacking, required)
