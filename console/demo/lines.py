"""Read the demo's words from the data files in `content/` into typed values."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Literal, TypeVar

import msgspec

T = TypeVar("T")
Lines = tuple[str, ...]
Mood = Literal["calm", "worried", "upset", "furious"]
MOODS: tuple[Mood, ...] = ("calm", "worried", "upset", "furious")


@dataclass(frozen=True, slots=True)
class Named:
    """A group: its key in the data files and its name."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent; `warmth` and `craft` (0 to 1) say how often replies show feeling and remedy."""

    name: str
    group: str
    role: Literal["admin", "agent"]
    warmth: float
    craft: float


@dataclass(frozen=True, slots=True)
class Product:
    """Something that the company sells; `price` in pounds."""

    name: str
    thing: str
    kind: str
    price: int
    parts: Lines


@dataclass(frozen=True, slots=True)
class Firm:
    """An organization among the customers."""

    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class Company:
    """The shop itself."""

    name: str
    domain: str
    group: tuple[Named, ...]
    agent: tuple[Colleague, ...]
    product: tuple[Product, ...]
    organization: tuple[Firm, ...]


@dataclass(frozen=True, slots=True)
class Locale:
    """Names, places and phone patterns of one locale; `share` and `foreign` in per cent."""

    code: str
    language: str
    share: int
    zones: Lines
    phone: str
    cities: Lines
    streets: Lines
    first: Lines
    last: Lines
    foreign: int = 0


@dataclass(frozen=True, slots=True)
class Theme:
    """A cause of contact and all that is said about it; `upset` is the share of unhappy customers (0 to 1)."""

    key: str
    group: str
    kinds: Lines
    tags: Lines
    weight: int
    upset: float
    subjects: Lines
    opens: Lines
    details: Lines
    tried: Lines
    asks: Lines
    hear: Lines
    causes: Lines
    fixes: Lines
    notes: Lines
    still: Lines
    choices: Lines = ()
    rising: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class CustomerVoice:
    """How customers speak, whatever the theme."""

    greetings: Lines
    short_greetings: Lines
    signoffs: Lines
    facts: Lines
    told_again: Lines
    again: Lines
    more: Lines
    chase: Lines
    angry: Lines
    thanks: Lines
    thanks_short: Lines
    accept: Lines
    later: Lines
    feelings: dict[Mood, Lines]
    emoji: dict[Mood, Lines]


@dataclass(frozen=True, slots=True)
class AgentVoice:
    """How agents speak, whatever the theme: good lines and weak ones."""

    greetings: Lines
    empathize: Lines
    apologize: Lines
    stock: Lines
    jargon: Lines
    policy: Lines
    vague: Lines
    promises: Lines
    holds: Lines
    slots: Lines
    choices: Lines
    closings: Lines
    transfers: Lines


@dataclass(frozen=True, slots=True)
class Question:
    """Something that an agent asks: cue words, ways to ask, ways to answer, and to answer when told before."""

    key: str
    words: Lines
    asks: Lines
    gives: Lines
    again: Lines
    themes: Lines = ()

    def fits(self, theme: str) -> bool:
        """Whether the question makes sense where the theme is this one."""
        return not self.themes or theme in self.themes


@dataclass(frozen=True, slots=True)
class Arc:
    """The turns of a ticket, space separated, and the status in which it ends."""

    ends: Literal["new", "open", "pending", "hold", "solved"]
    weight: int
    turns: str


@dataclass(frozen=True, slots=True)
class Reaction:
    """How customers take an answer that asks for nothing."""

    wait: Lines
    relief: Lines
    and_now: Lines
    unsure: Lines


@dataclass(frozen=True, slots=True)
class RatingVoice:
    """What customers write to a rating, and the list of reasons that the desk offers for a bad one; {agent} is a first name."""

    good: Lines
    bad: Lines
    reasons: Lines


@dataclass(frozen=True, slots=True)
class Voices:
    """All that is said whatever the theme, and the arcs that conversations follow."""

    customer: CustomerVoice
    agent: AgentVoice
    reaction: Reaction
    rating: RatingVoice
    question: tuple[Question, ...]
    arc: tuple[Arc, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """One theme in another language."""

    theme: str
    subjects: Lines
    opens: Lines
    details: Lines


@dataclass(frozen=True, slots=True)
class Language:
    """Everything that is said in one other language."""

    code: str
    greetings: Lines
    signoffs: Lines
    facts: Lines
    feelings: Lines
    asks: Lines
    chase: Lines
    thanks: Lines
    agent_greetings: Lines
    agent_sorry: Lines
    agent_ask: Lines
    agent_fix: Lines
    agent_promise: Lines
    agent_closings: Lines
    topic: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class Hostile:
    """A message that tries to harm whoever shows it; `html` stands where there is no text."""

    key: str
    channel: str
    subject: str
    text: str = ""
    html: str = ""
    unit: str = ""
    repeat: int = 0

    def spelled(self, value: str) -> str:
        """`value` with the marker for a long stretch written out."""
        return value.replace("{{long}}", self.unit * self.repeat)


@dataclass(frozen=True, slots=True)
class Content:
    """All words of the demo."""

    company: Company
    locales: tuple[Locale, ...]
    themes: dict[str, Theme]
    voices: Voices
    languages: dict[str, Language] = field(default_factory=dict)
    hostile: tuple[Hostile, ...] = ()


@cache
def content() -> Content:
    """The words of the demo, read once."""
    themes: dict[str, tuple[Theme, ...]] = _read("themes.toml", dict[str, tuple[Theme, ...]])
    people: dict[str, tuple[Locale, ...]] = _read("people.toml", dict[str, tuple[Locale, ...]])
    tongues: dict[str, tuple[Language, ...]] = _read("languages.toml", dict[str, tuple[Language, ...]])
    hostile: dict[str, tuple[Hostile, ...]] = _read("hostile.toml", dict[str, tuple[Hostile, ...]])
    return Content(
        company=_read("company.toml", Company),
        locales=people["locale"],
        themes={theme.key: theme for theme in themes["theme"]},
        voices=_read("voices.toml", Voices),
        languages={language.code: language for language in tongues["language"]},
        hostile=hostile["ticket"],
    )


def _read(name: str, kind: type[T]) -> T:
    """Decode one data file into `kind`."""
    raw = resources.files("console.demo.content").joinpath(name).read_bytes()
    return msgspec.toml.decode(raw, type=kind)
