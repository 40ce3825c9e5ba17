"""Blocks of a reply: the recap when a ticket is solved, and how to reach a person. Editable words, never sent by themselves.

They are in the language that the customer writes, where it is one of `block_words`; else in English.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from console import history, hours, money
from console.block_words import Words, languages, words
from console.customer_language import language_of
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
    from store.rows import Ticket

_LONGEST = 240  # characters of a sentence that is said again
_MOST = 3  # sentences
_ENGLISH = "en"
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
    found, told = ticket(session, ref), session.settings.contact
    row, said = found.row, _words(session, found)
    by_name = told.name if told.name and not told.phone else ""
    reached = ways(session, row, said)
    first = (
        said.say("contact", whom=by_name, ways=reached) if by_name else said.say("contact_us", ways=reached)
    )
    return f"{first}\n{said.say('reference', number=row.ref.partition('/')[2] or row.ref)}"


def _words(session: Session, found: Ticket) -> Words:
    return words(language_of(session, found))


def ways(session: Session, row: TicketRow, said: Words) -> str:
    """How to reach a person, with the hours of today; ConfigError where [contact] cannot be used."""
    told = session.settings.contact
    zone, open_hours = opened(told, session.home.root / FILE)
    who = said.say("ask_for", name=told.name) if told.name else ""
    calls = said.say("call", phone=told.phone) + who if told.phone else ""
    writes = said.say("write", address=told.address) if told.address else ""
    when = hours.next_opening(open_hours, session.now(), zone, said.code)
    place = f" ({_zone_words(told, said)})" if when and _elsewhere(session, row, told) else ""
    here = said.say("or").join(filter(None, (said.say("reply"), writes, calls)))
    return f"{here}{', ' if when else ''}{when}{place}"


def opened(told: ContactSettings, path: Path) -> tuple[tzinfo | None, hours.Hours]:
    """The zone and the hours of [contact] in the file `path`; ConfigError names the line that cannot be used."""
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


def _zone_words(told: ContactSettings, said: Words) -> str:
    return said.say("zone", place=told.time_zone.rpartition("/")[2].replace("_", " "))


# -- the recap ----------------------------------------------------------------------------------------------------


def recap(session: Session, ref: str, draft: str = "") -> str:
    """What we did, what happens next, by when, and how to reach us, from the story of a ticket and the draft at hand.

    Places that the story says nothing about are left open as [[...]], which the check of unfilled places points at.
    """
    found = ticket(session, ref)
    row, said = found.row, _words(session, found)
    ours = [item for item in history.thread(session, row.ref) if _ours(item)]
    done = [*_done(ours, draft, said), *_granted(session, row.ref, said)]
    promises = _promises(session, row)
    lines = {
        "done": " ".join(done) or _DONE,
        "next": " ".join(_sentence(each.words) for each in promises) or _NEXT,
        "when": "; ".join(_due(each, said) for each in promises) + "." if promises else "",
        "reach": f"{ways(session, row, said)}.",
    }
    told = [said.say("line", label=said.say(key), text=text) for key, text in lines.items() if text]
    return "\n".join((said.say("recap"), *told))


def _ours(item: Item) -> bool:
    """Whether it is what the customer has read of us, or will read soon."""
    waits = item.kind == "outbox" and item.channel != "note" and item.state != "rejected"
    return item.role == "agent" and (item.kind == "message" or waits)


def _done(ours: Sequence[Item], draft: str, said: Words) -> list[str]:
    """The newest sentences, in order, in which we said that something was done; each once."""
    found: dict[str, str] = {}
    in_words = _done_in if said.code == _ENGLISH else lambda text: _done_abroad(text, said)
    for text in (draft, *(item.text for item in reversed(ours))):
        for sentence in reversed(list(in_words(text))):
            found.setdefault(sentence.casefold(), sentence)
    return list(found.values())[:_MOST][::-1]


def _done_in(text: str) -> Iterator[str]:
    from console.heard import prose, rulebook  # noqa: PLC0415  (the rules are read when first needed)

    told: Prose = prose.read(text)
    rules = rulebook.packaged()["words"].of("done")
    for one in told.sentences:
        if (
            one.asks
            or "to recap:" in one.text
            or one.text.lstrip("-* ").startswith(("what ", "by when", "how "))
        ):
            continue
        if any(rule.find(one.text, rulebook.opened(one.text), asks=one.asks) for rule in rules):
            yield _sentence(text[one.start : one.end])


def _done_abroad(text: str, said: Words) -> Iterator[str]:
    """What was done in a text of another language, and no lines of a recap."""
    from console.sentences import of_agent  # noqa: PLC0415  (the same)

    kept = "\n".join(line for line in text.splitlines() if not _is_line(line, said))
    yield from (_sentence(one.words) for one in of_agent(kept, said.code) if one.kind == "done")


def _is_line(line: str, said: Words) -> bool:
    marks = (said.say("recap"), *(said.say(key) for key in ("done", "next", "when", "reach")))
    return line.lstrip("-*> ").startswith(marks)


def _granted(session: Session, ref: str, said: Words) -> Iterator[str]:
    """The remedies of this ticket that are in a reply."""
    from console import remedies  # noqa: PLC0415  (only a recap asks)

    for line in remedies.ledger(session, ref):
        if line.ref == ref and line.state == "granted":
            yield said.say("offered", remedy=_offered(session, line, said))


def _offered(session: Session, line: Remedy, said: Words) -> str:
    """A remedy as agents call it where that is English, else in the words that the customer has read."""
    from console import remedies  # noqa: PLC0415  (the same)

    if said.code != _ENGLISH:
        return remedies.words(session, line).removesuffix(".")
    amount = f" of {money.shown(line.cents, line.currency)}" if line.cents else ""
    return f"{line.label.lower()}{amount}"


def _promises(session: Session, row: TicketRow) -> list[Promise]:
    """The open promises to this person, over all tickets."""
    from console import promises  # noqa: PLC0415  (the same)

    refs = {row.ref}
    if row.requester_id:
        refs.update(item.ref for item in history.story(session, row.requester_id))
    return promises.opened(session, refs=sorted(refs))


def _due(promise: Promise, said: Words) -> str:
    from console.promises import zone_of  # noqa: PLC0415  (the same)

    return hours.moment(promise.due, zone_of(promise.zone).info, said.code)


def _sentence(text: str) -> str:
    flat = " ".join(text.split()).lstrip("-*> ")
    if len(flat) > _LONGEST:
        return f"{flat[: _LONGEST - 3].rstrip()}..."
    return flat if flat.endswith((".", "!", "?")) else f"{flat}."


def is_recap(text: str) -> bool:
    """Whether a text holds the recap that `recap` made in any language, edited or not."""
    low = text.casefold()
    return any(mark in low for each in languages().values() for mark in _marks(each))


def _marks(said: Words) -> tuple[str, str]:
    label = said.say("line", label=said.say("done"), text="")
    return said.say("recap").casefold(), label.casefold().rstrip()


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
