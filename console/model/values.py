"""What is asked of a language model and what comes back; times are integer microseconds since 1970, UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from store.rows import Item

Use = Literal["rewrite", "propose", "summary"]
Role = Literal["system", "user"]


@dataclass(frozen=True, slots=True)
class Source:
    """A message of the story under the label, such as "m3", by which it may be cited."""

    label: str
    item: Item


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the words for the model, and the messages among them, oldest first.

    `told` counts the messages that there are, of which the newest were taken; `nonce` is that of the fences.
    """

    use: Use
    system: str
    user: str
    nonce: str
    ref: str = ""
    sources: tuple[Source, ...] = ()
    told: int = 0

    def sent(self) -> str:
        """What of the story goes out, in words; "" where nothing of it does."""
        if self.use == "rewrite":
            return ""
        notes = sum(each.item.kind == "note" for each in self.sources)
        noted = f", {notes} of them internal notes" if notes else ""
        return f"the newest {len(self.sources)} of {self.told} messages{noted}"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request to the letter; the token is in none of it."""

    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Words:
    """What a model answered, cleaned; `cut` says that it stopped at a limit of its own."""

    text: str
    model: str
    cut: bool = False

    @property
    def label(self) -> str:
        """Who wrote it, and what to do before using it."""
        return f"written by {self.model}, read before you send"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a summary with the messages that it names as its sources."""

    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """The sentences that have sources, and how many had none and are not shown."""

    sentences: tuple[Sentence, ...]
    left_out: int

    def sources(self) -> tuple[Source, ...]:
        """Every message that is cited, once, in the order of the story."""
        cited = {each.label: each for sentence in self.sentences for each in sentence.sources}
        return tuple(sorted(cited.values(), key=lambda each: int(each.label[1:])))

    def missing(self) -> str:
        """How many sentences are not shown, in words; "" when all are."""
        if not self.left_out:
            return ""
        several = "1 sentence" if self.left_out == 1 else f"{self.left_out} sentences"
        return f"{several} without a source {'was' if self.left_out == 1 else 'were'} left out"
