"""Which macros fit a ticket: by its tags, its subject, what the customer wrote, its queue and the language. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console import alike
from console.heard.customer import stem
from console.heard.macro_fit import parts_of, stems
from console.macro_file import Macro

_TAG, _IN_SUBJECT, _SAID, _TITLE, _QUEUE = 4.0, 3.0, 2.0, 1.0, 0.5  # what each counts
_NAMED = 4  # words that say why
_WRITTEN = 40  # characters from which on a language can be told


@dataclass(frozen=True, slots=True)
class Fit:
    """A macro beside a ticket: how well it fits (0: not at all), and why."""

    macro: Macro
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What of a ticket says which macro fits; words without their endings."""

    subject: frozenset[str]
    said: frozenset[str]
    tags: frozenset[str]
    queue: str
    language: str  # "" where too little was written to tell

    @classmethod
    def of(cls, subject: str, texts: Sequence[str], tags: str, queue: str) -> Ground:
        """What a ticket and the customer's messages on it say."""
        from console.heard.language import spoken  # noqa: PLC0415  (the rules are read when first needed)

        written = "\n".join(texts)
        language = spoken(written.lower()) if len(written) >= _WRITTEN else ""
        return cls(
            stems(subject), stems(written), frozenset(tags.casefold().split()), queue.casefold(), language
        )


def meant(macro: Macro, ground: Ground) -> bool:
    """Whether it may be used for this queue and language."""
    queues = [queue.casefold() for queue in macro.head.queues]
    language = macro.head.language
    return (not queues or ground.queue in queues) and (
        not language or not ground.language or language == ground.language
    )


def fit(macro: Macro, ground: Ground) -> Fit:
    """How well it fits: by themes and keywords, the words of its title, and that it is for this queue."""
    score, shared = 0.0, dict[str, None]()
    for about in macro.about:
        parts = parts_of(about)
        points = (
            _TAG
            if about.casefold() in ground.tags
            else _IN_SUBJECT
            if parts and parts <= ground.subject
            else _SAID
            if parts and parts <= (ground.said | ground.subject)
            else 0
        )
        if points:
            score += points
            shared[about] = None
    for word in alike.about(macro.title):
        if stem(word) in ground.subject and word not in shared:
            score += _TITLE
            shared[word] = None
    if macro.head.queues:
        score += _QUEUE
    return Fit(macro, score, ", ".join(list(shared)[:_NAMED]))
