"""What there is to do about a draft, one thing after the other, each with its words and what can be put in their place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from console.heard import rulebook
from console.heard.prose import Prose
from console.heard.suggest import suggestion
from console.heard.values import Check, Fact, Hint, Repeat, Span, Step
from store.rows import Item

MOST = 8  # hints that wait behind each other
_NAMED: Mapping[str, str] = {
    "order": "number",
    "account": "account",
    "device": "device",
    "date": "date",
    "amount": "amount",
    "address": "address",
    "email": "e-mail address",
    "phone": "phone number",
}
_SAID = "\N{LEFT DOUBLE QUOTATION MARK}{}\N{RIGHT DOUBLE QUOTATION MARK}"
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Ground:
    """What the hints are made from, beside the steps and checks."""

    text: Prose
    items: Sequence[Item]
    facts: Sequence[Fact]
    repeat: Repeat
    quote: str
    small: bool


def hints(steps: Sequence[Step], checks: Sequence[Check], ground: Ground) -> tuple[Hint, ...]:
    """What to say next, and what would be next if that were put away, and so on; nothing twice."""
    left, open_checks = list(steps), list(checks)
    found: list[Hint] = []
    while len(found) < MOST:
        say = suggestion(left, open_checks, ground.repeat, ground.quote, small=ground.small)
        if not say:
            break
        check = next((one for one in open_checks if one.say == say), None)
        if check is not None:
            found.append(_of_check(check, ground))
            open_checks = [one for one in open_checks if one.say != say]
            continue
        step = _spoken_of(left)
        if step is None:
            break
        found.append(Hint(step.name, say, step.spans[0] if step.spans else None))
        left.remove(step)
    return tuple(found)


def _spoken_of(steps: Sequence[Step]) -> Step | None:
    """The step that a suggestion is about: the first that is not there, or else the first that is half there."""
    wanting = [one for state in ("not_seen", "partly") for one in steps if one.state == state]
    return wanting[0] if wanting else None


def _of_check(check: Check, ground: Ground) -> Hint:
    wording, place, source = "", check.span, ""
    written = ground.text.cased[check.span.start : check.span.end]
    if check.name in ("jargon", "wrong_name") and check.found:
        wording = _like(check.found, written)
    elif check.name == "tone" and check.say == rulebook.packaged()["say"].table["shouting"]:
        wording = _small(written, ground.text, check.span)
    elif check.name == "reask":
        item = next((one for one in ground.items if one.id == check.message_id), None)
        wording, place = _known(check, ground, item), _sentence(ground.text, check.span)
        source = _source(item) if item is not None else ""
    return Hint(
        check.name, check.say, check.span, wording, place if wording else None, source, check.message_id
    )


def _like(wording: str, written: str) -> str:
    """The wording, with a capital where the words that it replaces begin with one and are not all capitals."""
    capital = written[:1].isupper() and not written.isupper()
    return wording[:1].upper() + wording[1:] if capital else wording


def _small(written: str, text: Prose, span: Span) -> str:
    begins = any(one.start == span.start for one in text.sentences)
    low = written.lower()
    return low[:1].upper() + low[1:] if begins else low


def _sentence(text: Prose, span: Span) -> Span:
    """The whole sentence that holds a place."""
    return next(
        (Span(one.start, one.end) for one in text.sentences if one.start <= span.start < one.end), span
    )


def _known(check: Check, ground: Ground, item: Item | None) -> str:
    """What to write in place of a question that the customer has answered."""
    kind = next((one.kind for one in ground.facts if one.value.casefold() == check.found.casefold()), "")
    when = f" from your message of {_day(item.at)}" if item is not None else ""
    if named := _NAMED.get(kind):
        return f"I have the {named} {check.found}{when}."
    return f"I see{when} that you already tried this: {_SAID.format(check.found)}."


def _source(item: Item) -> str:
    return f"{item.author or 'the customer'}, {_day(item.at)}, {item.channel or item.ref}"


def _day(at: int) -> str:
    day = datetime.fromtimestamp(at // 1_000_000, UTC)
    return f"{day.day} {day:%B %Y}"
