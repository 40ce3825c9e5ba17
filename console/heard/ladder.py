"""The five rungs: what the draft shows, what an earlier message already did, and what this customer does not need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from console.heard import evidence, prose, rulebook
from console.heard.customer import Customer
from console.heard.evidence import Evidence, Reading
from console.heard.rule import Level
from console.heard.thread import Conversation
from console.heard.values import STEPS, HeardSettings, Span, Step, StepName

_REOPENED = frozenset({"resolve", "diagnose"})  # what has to be done again when a fix did not help
_MOST = 12  # spans of one step


@dataclass(frozen=True, slots=True)
class _Draft:
    """A draft, read beside its conversation."""

    reading: Reading
    talk: Conversation
    settings: HeardSettings
    foreign: bool


def steps(
    reading: Reading, talk: Conversation, settings: HeardSettings, *, foreign: bool
) -> tuple[Step, ...]:
    """The five steps in order."""
    draft = _Draft(reading, talk, settings, foreign)
    return tuple(_step(name, draft) for name in STEPS)


def _step(name: StepName, draft: _Draft) -> Step:
    say = rulebook.packaged()["say"].table
    if draft.foreign:
        return Step(name, "not_needed", (), say["not_needed_language"])
    found = draft.reading.steps[name]
    if any(one.level == "seen" for one in found):
        return Step(name, "seen", _spans(found), _why(found))
    return _unseen(name, found, draft)


def _unseen(name: StepName, found: Sequence[Evidence], draft: _Draft) -> Step:
    """A step that the draft itself does not fully show."""
    say = rulebook.packaged()["say"].table
    needless = _needless(name, draft)
    if name in draft.settings.waive:
        return Step(name, "waived", (), draft.settings.waive[name] or say["waived"])
    if _earlier(name, draft.talk):
        return Step(name, "seen", (), say["earlier"])
    if needless:
        return Step(name, "not_needed", (), say[f"not_needed_{needless}"])
    if found:
        return Step(name, "partly", _spans(found), _why(found, "partly"))
    if name in draft.reading.unsure:
        return Step(name, "unsure", (), say["unsure"])
    return Step(name, "not_seen", (), say[f"why_{name}"])


def _spans(found: Sequence[Evidence]) -> tuple[Span, ...]:
    """The places of the evidence, in order, each once; one that lies inside another is left out."""
    kept: list[Span] = []
    for span in sorted({one.span for one in found}, key=lambda span: (span.start, -span.end)):
        if not kept or span.end > kept[-1].end:
            kept.append(span)
    return tuple(kept[:_MOST])


def _why(found: Sequence[Evidence], level: Level = "seen") -> str:
    return next(one.why for one in found if one.level == level)


def _earlier(name: StepName, talk: Conversation) -> bool:
    """Whether a message of ours already did it, since the customer raised what is open now."""
    answers = talk.fixes if name in _REOPENED else talk.answers
    return any(name in shown(text, talk.customer) for text in reversed(answers))


@lru_cache(maxsize=2048)
def shown(text: str, customer: Customer) -> frozenset[StepName]:
    """The steps that one earlier message shows."""
    read: Mapping[StepName, tuple[Evidence, ...]] = evidence.read(prose.read(text), customer).steps
    return frozenset(name for name, found in read.items() if any(one.level == "seen" for one in found))


def _needless(name: StepName, draft: _Draft) -> str:
    """Why this customer does not need the step; "" when it is needed."""
    customer = draft.talk.customer
    if draft.reading.small:
        return "small"
    if customer.settled:
        return "settled"
    if name == "resolve":
        asks = (
            customer.asked
            or customer.problem
            or customer.trouble
            or customer.upset
            or customer.foreign
            or not customer.known
        )
        return "" if asks else "nothing"
    if not customer.known:
        return "unknown"
    if customer.fault if name == "diagnose" else customer.trouble or customer.upset:
        return ""
    return "foreign" if customer.foreign else "calm"
