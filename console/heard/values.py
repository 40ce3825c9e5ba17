"""The values of the HEARD engine: what it is told about a queue, and what it says about a draft.

Offsets count characters of the draft, `start` inside and `end` outside. Times are integer microseconds since 1970, UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

StepName = Literal["hear", "empathize", "apologize", "resolve", "diagnose"]
StepState = Literal["seen", "partly", "not_seen", "unsure", "not_needed", "waived"]
CheckName = Literal[
    "jargon", "reask", "next_step_time", "vague_time", "policy_defence", "stock_phrase", "unfilled_hole",
    "attachment_missing", "wrong_name", "tone", "recap_missing", "macro_misfit",
]  # fmt: skip
FactKind = Literal[
    "order", "account", "device", "date", "amount", "address", "email", "phone", "happened", "tried", "worry", "wanted"
]  # fmt: skip

STEPS: tuple[StepName, ...] = ("hear", "empathize", "apologize", "resolve", "diagnose")
CHECKS: tuple[CheckName, ...] = (
    "unfilled_hole", "wrong_name", "attachment_missing", "reask", "policy_defence", "recap_missing", "macro_misfit", "tone",
    "stock_phrase", "jargon", "vague_time", "next_step_time",
)  # fmt: skip
FACTS: tuple[FactKind, ...] = (
    "order", "account", "device", "date", "amount", "address", "email", "phone", "happened", "tried", "worry", "wanted"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HeardSettings:
    """What a queue wants from the engine; the defaults suit a queue that said nothing."""

    muted: Collection[str] = ()  # names of steps and checks that are never mentioned
    waive: Mapping[str, str] = field(default_factory=dict)  # step -> the agent's reason for leaving it out
    glossary: Mapping[str, str] = field(default_factory=dict)  # word to avoid -> wording; "" takes it out
    wordings: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict
    )  # language -> glossary: "de", "fr", ...
    phrases: Collection[str] = ()  # stock phrases of the queue's own, in any language
    window_days: int = 30  # how far back contacts and told facts belong to the present story


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of the draft, in characters."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the ladder. `spans` is empty when an earlier message met it, or nothing did.

    "unsure" is what the draft does not clearly show but may have: it is not asked for.
    """

    name: StepName
    state: StepState
    spans: tuple[Span, ...]
    why: str

    @property
    def in_draft(self) -> bool:
        """Whether the draft itself has it, and not an earlier message."""
        return self.state == "seen" and bool(self.spans)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at in the draft, in plain words.

    `found` is what there is to go on: the answer that the customer already gave (reask), the wording to use (jargon),
    the hole as it stands (unfilled_hole), the customer's name (wrong_name), or the time that the draft names
    (next_step_time, which is good news and no fault).
    """

    name: CheckName
    span: Span
    say: str
    found: str = ""
    message_id: str = ""  # of the customer's message that holds what was found (reask)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that the customer told us, with the message that says it.

    What happened, what they tried, what worries them and what they want are their own words.
    """

    kind: FactKind
    value: str
    message_id: str
    ref: str
    at: int
    said: str = ""  # what the message says, where an agent has corrected it


@dataclass(frozen=True, slots=True)
class Edit:
    """What an agent made of a fact: `corrected` holds in its place; "" puts it away, the same value brings it back."""

    kind: str
    value: str  # as it was read from the customer's words
    corrected: str = ""
    message_id: str = ""

    def about(self, kind: str, value: str) -> bool:
        """Whether it speaks of this fact, whatever the capitals."""
        return self.kind == kind and self.value.casefold() == value.casefold()


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing to do about a draft: which step or check says so, in which words, and what can be put in their place.

    `span` is what it speaks of, None for what is not there; `wording` is what the draft could say in place of what
    stands at `place`, "" where there is nothing to put in. `source` says who told it when, in the message `message_id`.
    """

    name: str
    say: str
    span: Span | None = None
    wording: str = ""
    place: Span | None = None
    source: str = ""
    message_id: str = ""

    @property
    def id(self) -> str:
        """What stays the same while the agent types on: a step by its name, a check by what it says."""
        return self.name if self.name in STEPS else f"{self.name}: {self.say}"


@dataclass(frozen=True, slots=True)
class Repeat:
    """How often this person had to come back and tell it."""

    contacts: int = 0  # tickets that the customer wrote in, within the window
    days: int = 0  # from the first of them until now, rounded up
    told: int = 0  # how often the present problem was told
    people: int = 0  # agents who answered
    channels: int = 0

    def line(self) -> str:
        """The banner, such as "3rd contact in 6 days, told 4 times to 3 people, 2 channels"; "" for a first contact."""
        if self.contacts < 2:  # noqa: PLR2004  (a second contact is the first repeat)
            return ""
        parts = [f"{ordinal(self.contacts)} contact in {counted(self.days, 'day')}"]
        if self.told > 1:
            to = f" to {counted(self.people, 'person', 'people')}" if self.people else ""
            parts.append(f"told {counted(self.told, 'time')}{to}")
        if self.channels > 1:
            parts.append(f"{self.channels} channels")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Advice:
    """What the engine says about one draft. It never blocks, and it never grades."""

    steps: tuple[Step, ...]
    checks: tuple[Check, ...]
    facts: tuple[Fact, ...]
    repeat: Repeat
    suggestion: str  # the one thing to say next; "" when there is none
    hints: tuple[Hint, ...] = ()  # the same, and what comes next once it was put away

    def step(self, name: StepName) -> Step:
        """The rung with this name."""
        return self.steps[STEPS.index(name)]


def ordinal(number: int) -> str:
    """1 gives "1st", 12 gives "12th"."""
    teen = 11 <= number % 100 <= 13  # noqa: PLR2004  (eleventh to thirteenth)
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def counted(number: int, one: str, many: str = "") -> str:
    """1, "day" gives "1 day"; 2, "day" gives "2 days"."""
    return f"{number} {one if number == 1 else many or one + 's'}"
