"""What there is to do about a draft, one thing after the other, each with its words and what can be put in their place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from console.heard import rulebook
from console.heard.language import ENGLISH
from console.heard.prose import Prose
from console.heard.suggest import suggestion
from console.heard.values import Check, Fact, Hint, Repeat, Span, Step
from store.rows import Item

MOST = 8  # hints that wait behind each other
_NAMED: Mapping[str, str] = {
    "order": "number",
    "account": "account",
    "date": "date",
    "amount": "amount",
    "address": "address",
    "email": "e-mail address",
    "phone": "phone number",
}
_SAID = "\N{LEFT DOUBLE QUOTATION MARK}{}\N{RIGHT DOUBLE QUOTATION MARK}"
_NEAR = 8  # characters in which an article stands before its word
_DETERMINERS = frozenset({"a", "an", "the", "our", "your", "this"})
_ARTICLE = re.compile(rf"\b(?:{'|'.join(sorted(_DETERMINERS))})\s{{1,3}}\Z")
_IDENTIFIES = re.compile(r"[A-Z]{6}|(?=.*\d)[A-Za-z\d -]{4,24}")  # a number or code, and not a sentence
_VOWELS = frozenset("aeio")  # a word with "u" is spoken as "you" as often as not
_DAYS: Mapping[str, str] = {"de": ".", "nl": "-"}  # between the numbers of a day; "/" elsewhere


@dataclass(frozen=True, slots=True)
class Ground:
    """What the hints are made from, beside the steps and checks."""

    text: Prose
    items: Sequence[Item]
    facts: Sequence[Fact]
    repeat: Repeat
    quote: str
    small: bool
    language: str = ENGLISH  # of the draft


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
    if check.name == "jargon" and check.found:
        place, said = _with_article(check, ground.text)
        wording = _like(said, ground.text.cased[place.start : place.end])
    elif check.name == "wrong_name":
        wording = _called(check.found, written, ground.text.cased[: check.span.start])
    elif check.name == "tone" and check.say == rulebook.packaged()["say"].table["shouting"]:
        wording = _small(written, ground.text, check.span)
    elif check.name == "reask":
        item = next((one for one in ground.items if one.id == check.message_id), None)
        wording, place = _known(check, ground, item), _sentence(ground.text, check.span)
        source = _source(item) if item is not None else ""
    return Hint(
        check.name, check.say, check.span, wording, place if wording else None, source, check.message_id
    )


def _called(name: str, written: str, before: str) -> str:
    """The customer's name as the draft greets: the first name, after a title the family name, else the whole."""
    first, _, family = name.partition(" ")
    if not family or " " in written:
        return name
    titles = rulebook.packaged()["words"].lists["title"]
    titled = before.lower().replace(".", " ").split()[-1:]
    return family if titles.intersection(titled) else first


def _with_article(check: Check, text: Prose) -> tuple[Span, str]:
    """The place of a word and what to put there, with the article before it where that changes with the word.

    "The SLA" becomes "the time we promise", and "an LTE mast" "a mobile network mast".
    """
    before = _ARTICLE.search(text.low, max(check.span.start - _NEAR, 0), check.span.start)
    if before is None:
        return check.span, check.found
    whole = Span(before.start(), check.span.end)
    if check.found.partition(" ")[0].lower() in _DETERMINERS:
        return whole, check.found
    article = "an" if check.found[:1].lower() in _VOWELS else "a"
    if before[0].strip() in {"a", "an"} - {article}:
        return whole, f"{article} {check.found}"
    return check.span, check.found


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
    """What to write in place of a question that the customer has answered, in the language of the draft."""
    if ground.language != ENGLISH:
        tried = _SAID.format(check.found) in check.say
        found = _SAID.format(check.found.rstrip(".")) if tried else check.found
        key = f"{'tried' if tried else 'known'}_{ground.language}"
        said = rulebook.packaged()["say"].table.get(key, "") if item else ""
        day = _day(item.at, ground.language) if item else ""
        return said.replace("{found}", found).replace("{day}", day)
    several = check.found.split(", ")
    held = {check.found.casefold(), several[0].casefold()}
    kind = next((one.kind for one in ground.facts if one.value.casefold() in held), "")
    when = f" from your message of {_day(item.at)}" if item is not None else ""
    named = _NAMED.get(kind, "")
    if named and (kind != "account" or named in check.say):
        return f"I have the {named}{'s' if several[1:] else ''} {check.found}{when}."
    if kind or _IDENTIFIES.fullmatch(check.found):
        return f"I have noted {check.found}{when}."
    return f"I see{when} that you already tried this: {_SAID.format(check.found.rstrip('.'))}."


def _source(item: Item) -> str:
    return f"{item.author or 'the customer'}, {_day(item.at)}, {item.channel or item.ref}"


def _day(at: int, language: str = ENGLISH) -> str:
    day = datetime.fromtimestamp(at // 1_000_000, UTC)
    if language == ENGLISH:
        return f"{day.day} {day:%B %Y}"
    mark = _DAYS.get(language, "/")
    return f"{day.day}{mark}{day.month}{mark}{day.year}"
