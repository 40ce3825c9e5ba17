"""The tables of standards.toml and glossary.toml: what a queue holds its replies to, and the words that it uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from console.settings_table import CHECKS, Field, Section

LANGUAGES = ("en", "de", "fr", "es", "nl", "it", "pt")
EVERY = "all"

_STRICT = "Steps and checks that a reply has to meet; `heard check` ends with 1 where it does not."
_MUTED = "Steps and checks that are never mentioned."
_WAIVE = (
    "Strict steps and checks that an agent may leave out with a reason; all of them where nothing is said."
)
_PAIR = 'Write term = "the wording to use"; "" leaves the term alone.'
_PHRASE = 'Write a list of phrases: ["rest assured", "as per our records"].'

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Standard:
    """What one table of standards.toml says; None where it says nothing about it."""

    strict: tuple[str, ...] | None = None
    muted: tuple[str, ...] | None = None
    waive: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """[terms]: words to avoid with the wording to use, in every language or in one."""

    all: Pairs = ()
    en: Pairs = ()
    de: Pairs = ()
    fr: Pairs = ()
    es: Pairs = ()
    nl: Pairs = ()
    it: Pairs = ()
    pt: Pairs = ()

    def of(self, language: str) -> Mapping[str, str]:
        """The terms of one language, or those of "all"."""
        return dict(getattr(self, language))


@dataclass(frozen=True, slots=True)
class Phrases:
    """[phrases]: stock phrases to point out, beside those that are known anyway."""

    all: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    de: tuple[str, ...] = ()
    fr: tuple[str, ...] = ()
    es: tuple[str, ...] = ()
    nl: tuple[str, ...] = ()
    it: tuple[str, ...] = ()
    pt: tuple[str, ...] = ()

    def every(self) -> tuple[str, ...]:
        """The phrases of all languages; a phrase is its own language."""
        return tuple(phrase for name in (EVERY, *LANGUAGES) for phrase in getattr(self, name))


@dataclass(frozen=True, slots=True)
class Glossary:
    """Everything that glossary.toml says."""

    terms: Terms = field(default_factory=Terms)
    phrases: Phrases = field(default_factory=Phrases)


_STANDARD = {
    "strict": Field("words", _STRICT, CHECKS),
    "muted": Field("words", _MUTED, CHECKS),
    "waive": Field("words", _WAIVE, CHECKS),
}
STANDARDS: Mapping[str, Section] = {
    "default": Section(Standard, "Holds for every queue that does not say otherwise.", _STANDARD),
    "queues": Section(
        Standard,
        "A queue, by the name of its group; what it does not name is the default's.",
        _STANDARD,
        named=True,
    ),
}
GLOSSARY: Mapping[str, Section] = {
    "terms": Section(
        Terms,
        "Words to avoid, with the wording to use: in every language (all), or in one.",
        {name: Field("pairs", _PAIR) for name in (EVERY, *LANGUAGES)},
    ),
    "phrases": Section(
        Phrases,
        "Stock phrases to point out.",
        {name: Field("words", _PHRASE) for name in (EVERY, *LANGUAGES)},
    ),
}
