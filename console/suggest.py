"""What a query can go on with: the names of fields, and the values that the store knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from console.explain import IS_WORDS
from console.grammar import quoted
from console.query import ALIASES, NAMES, NUMBERS, TIMES, VALUES
from console.session import Session
from store import vocabulary
from store.terms import PRIORITIES

MOST = 12
_PIECE = re.compile(
    r"(?:^|(?<=[\s(]))(-?)(?:([^\W\d][\w.\-]*)(:?(?:>=|<=|>|<)|[:=]))?((?:\"[^\"]*\"?|[^\s\"()])*)$"
)
_TOLD = {
    "assignee": "me, none, a name or an address", "created": "when it began: >7d, 2026-01, 1d..7d", "customer": "a name, ana@, +1555",
    "is": "waiting, unseen, unassigned ...", "presence": "present, spam, merged, gone", "messages": "how many: >5, 2..4", "org": "an organization", "sort": "the order",
    "promise": "open, late, none", "rating": "good, bad, none", "ref": "a number", "sla": "due within: <1h", "tag": "a tag", "told": "how often the customer wrote",
    "updated": "last change: <2h, today", "waiting": "the customer waits: >4h", "status": "new, open, pending ...",
    "priority": "low to urgent; also >=high", "channel": "email, chat, phone ...", "group": "a group", "desk": "a help desk",
}  # fmt: skip
_BEYOND = {"priority>": PRIORITIES[-1], "priority<": PRIORITIES[0]}  # beyond which there is nothing
_SPANS = (
    ("<1h", "within an hour"),
    (">4h", "more than four hours"),
    (">1d", "more than a day"),
    (":today", ""),
    (":1d..7d", ""),
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`text` takes the place of what stands from `start` up to the cursor."""

    start: int
    text: str
    detail: str = ""


def suggest(session: Session, text: str, at: int) -> list[Suggestion]:
    """What could stand at the cursor; of a field's values those that the store knows and that go on like this."""
    found = _PIECE.search(text[:at])
    if found is None:
        return []
    if found[2]:
        return _values(session, found)
    start = found.start() + len(found[1])
    typed = found[4].lower()
    fields = [Suggestion(start, f"{name}:", _TOLD.get(name, "")) for name in NAMES if name.startswith(typed)]
    if typed.startswith("f"):
        keys = session.db.read(vocabulary.fields)
        fields += [Suggestion(start, f"field.{key}:", title) for key, title in keys]
    exact = [each for each in fields if typed and each.text.startswith(typed)]
    return exact[:MOST] if typed else fields[: len(NAMES)]


def _values(session: Session, found: re.Match[str]) -> list[Suggestion]:
    name = ALIASES.get(found[2].lower(), found[2].lower() if not found[2].startswith("field.") else found[2])
    op = found[3]
    if name in TIMES and not found[4]:
        start = found.start(3)
        return [Suggestion(start, span, told) for span, told in _SPANS if span.startswith(op)]
    compares = op.lstrip(":=")
    if (
        name in TIMES
        or name in NUMBERS
        or (compares and not (name == "priority" or name.startswith("field.")))
    ):
        return []
    last = found[4].rpartition(",")[2]
    start = found.end() - len(last)
    typed = last.strip('"').lower()
    return [
        Suggestion(start, quoted(value), told)
        for value, told in _fitting(_known(session, name), typed)
        if value != _BEYOND.get(name + compares)
    ][:MOST]


def _fitting(values: Iterable[tuple[str, str]], typed: str) -> list[tuple[str, str]]:
    """Those that begin as typed, then those with a later word that does."""
    kept = [each for each in values if '"' not in each[0] and each[0].lower() != typed]
    first = [each for each in kept if each[0].lower().startswith(typed)]
    return first + [e for e in kept if e not in first and typed and f" {typed}" in f" {e[0].lower()}"]


def _known(session: Session, name: str) -> list[tuple[str, str]]:
    if name == "is":
        return [(value, IS_WORDS.get(value, "")) for value in VALUES[name]]
    if name in VALUES:
        return [(value, "") for value in VALUES[name]]
    read = vocabulary.BY_FIELD.get(name)
    own = {
        "assignee": [("me", ""), ("none", "nobody")],
        "group": [("none", "")],
        "org": [("none", "")],
        "tag": [("none", "")],
    }
    if read is not None:
        return own.get(name, []) + session.db.read(read)
    if name.startswith("field."):
        key = name.removeprefix("field.").lower()
        return session.db.read(lambda r: vocabulary.options(r, key))
    return []
