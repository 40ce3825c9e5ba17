"""The open places of a macro: placeholders such as {{customer.first}}, and holes such as [[fill: the new date]]. Pure.

What is filled in is text and nothing else: it is never looked at again for places of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from store.errors import InvalidInputError
from store.text import clean_line

PLACEHOLDERS: Mapping[str, str] = {
    "customer.first": "the customer's first name",
    "customer.name": "the customer's name",
    "customer.email": "the customer's e-mail address",
    "customer.organization": "the customer's organization",
    "ticket.ref": "the ticket as we name it: desk/123",
    "ticket.number": "the ticket's number, as the customer knows it",
    "ticket.subject": "the ticket's subject",
    "ticket.queue": "the ticket's queue",
    "agent.name": "your name",
    "agent.first": "your first name",
    "contact.name": "who answers: the name in the settings",
    "contact.phone": "the number to call, of the settings",
    "contact.address": "where else to write to, of the settings",
}
_LONGEST = 200  # characters of a value
_PLACES = re.compile(
    r"\{\{(?P<name>[^{}\n]{0,80})\}\}|\[\[\s*fill\b\s*:?\s*(?P<what>[^\[\]\n]{0,200}?)\s*\]\]", re.IGNORECASE
)
_CODE = re.compile(r"`[^`\n]+`")
_DOUBLE = re.compile(r"([{}\[\]])\1+")


@dataclass(frozen=True, slots=True)
class Place:
    """An open place of a text, in characters. `what` says what belongs there; `hole` is False for a placeholder."""

    start: int
    end: int
    what: str
    hole: bool = True

    def words(self, text: str) -> str:
        """The place as it stands in the text."""
        return text[self.start : self.end]


def places(text: str) -> Iterator[Place]:
    """Every hole, and every placeholder outside of `code`, in their order: what must not be left in a reply."""
    code = [match.span() for match in _CODE.finditer(text)]
    for match in _PLACES.finditer(text):
        hole = match["what"] is not None
        if hole or not any(start < match.start() < end for start, end in code):
            yield Place(*match.span(), clean_line(match["what"] if hole else match["name"]), hole)


def refuse_open(text: str) -> None:
    """Raise InvalidInputError where a text that is to be sent has a hole, or a placeholder that nothing fills."""
    found = next(places(text), None)
    if found is None:
        return
    line = text.count("\n", 0, found.start) + 1
    kind = "This place is not filled" if found.hole else "This placeholder has nothing in it"
    raise InvalidInputError(
        f"{kind}, so nothing was sent: {found.words(text)} (line {line}).",
        "Write what belongs there, or take it out."
        if found.hole
        else "Write the words; in `code` it may stand.",
    )


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every known placeholder filled; one without a value becomes a hole."""

    def put(match: re.Match[str]) -> str:
        """The value for one place, or a hole that names what is missing."""
        name = (match["name"] or "").strip().lower()
        if match["what"] is not None or name not in PLACEHOLDERS:
            return match[0]
        return harmless(values.get(name, "")) or f"[[fill: {PLACEHOLDERS[name]}]]"

    return _PLACES.sub(put, text)


def fill_holes(text: str, given: Mapping[str, str]) -> str:
    """The text with its holes filled by what they ask for, or by their number from 1.

    InvalidInputError names a key that is no hole.
    """
    holes = [place for place in places(text) if place.hole]
    found: dict[Place, str] = {}
    for key, value in given.items():
        meant = [
            hole
            for number, hole in enumerate(holes, 1)
            if key.strip().casefold() in (hole.what.casefold(), str(number))
        ]
        if not meant:
            asked = "; ".join(f"{number} {hole.what}" for number, hole in enumerate(holes, 1))
            raise InvalidInputError(
                f"The macro has no place {key!r} to fill.",
                f"It asks for: {asked}." if asked else "Nothing in it is left to fill.",
            )
        found |= dict.fromkeys(meant, harmless(value))
    for hole in reversed(holes):
        if hole in found:
            text = text[: hole.start] + found[hole] + text[hole.end :]
    return text


def harmless(value: str) -> str:
    """A value on one line that opens no place of its own: doubled brackets become single ones."""
    return _DOUBLE.sub(r"\1", clean_line(value, _LONGEST)).replace("`", "'")
