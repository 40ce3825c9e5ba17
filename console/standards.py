"""The standards of a workspace: standards.toml and glossary.toml, read into what the engine is told for a queue."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.heard.checks import LONGEST_TERM
from console.heard.values import Advice, HeardSettings
from console.settings import source
from console.settings_read import Place, tables, wrong
from console.standards_table import EVERY, GLOSSARY, LANGUAGES, STANDARDS, Glossary, Standard
from store.errors import ConfigError

STANDARDS_FILE = "standards.toml"
GLOSSARY_FILE = "glossary.toml"
WANTED = (
    "next_step_time"  # found where it is good: strict wants it there, all other checks want nothing found
)
_TERM = re.compile(r"[\w'&/#-]+(?:\s+[\w'&/#-]+)*")
_UNMET = frozenset({"not_seen", "partly"})


@dataclass(frozen=True, slots=True)
class Queue:
    """What holds for the replies of one queue."""

    settings: HeardSettings = field(default_factory=HeardSettings)
    strict: tuple[str, ...] = ()
    waive: tuple[str, ...] = ()  # the strict ones that may be left out with a reason

    def missed(self, advice: Advice) -> tuple[str, ...]:
        """The strict steps and checks that a draft with this advice does not meet, in the order of the file.

        A step that is not needed here, or left out with a reason, is met.
        """
        states: Mapping[str, str] = {step.name: step.state for step in advice.steps}
        found: set[str] = {check.name for check in advice.checks}
        if states["resolve"] == "not_needed":  # where nothing has to happen there is no time to name
            found.discard(WANTED)
        else:
            found ^= {WANTED}
        return tuple(name for name in self.strict if name in found or states.get(name) in _UNMET)


@dataclass(frozen=True, slots=True)
class Standards:
    """What a workspace holds its replies to. `muted` is what config.toml mutes for one agent."""

    default: Standard = field(default_factory=Standard)
    queues: Mapping[str, Standard] = field(default_factory=dict)
    glossary: Glossary = field(default_factory=Glossary)
    muted: Collection[str] = ()

    def of(self, queue: str = "") -> Queue:
        """What holds for a queue, by the name of its group, whatever its capitals; "" is every other queue.

        What a queue has as strict nobody mutes.
        """
        own = {name.casefold(): each for name, each in self.queues.items()}.get(queue.casefold(), Standard())
        strict = self.default.strict if own.strict is None else own.strict
        muted = self.default.muted if own.muted is None else own.muted
        strict = tuple(name for name in strict or () if name not in (own.muted or ()))
        waive = self.default.waive if own.waive is None else own.waive
        silent = frozenset((*(muted or ()), *self.muted)) - frozenset(strict)
        may = strict if waive is None else tuple(name for name in strict if name in waive)
        return Queue(self._settings(silent), strict, may)

    def _settings(self, muted: Collection[str]) -> HeardSettings:
        terms = self.glossary.terms
        wordings = {name: terms.of(name) for name in LANGUAGES if terms.of(name)}
        return HeardSettings(
            muted=muted, glossary=terms.of(EVERY), wordings=wordings, phrases=self.glossary.phrases.every()
        )


def load(home: Path, muted: Collection[str] = ()) -> Standards:
    """The standards of the workspace in `home`; the built-in rules alone where it has no such files.

    ConfigError names file, line and key of what cannot be used.
    """
    found = standards(home)
    return Standards(found["default"], found["queues"], glossary(home), muted)


def standards(home: Path, without: Collection[Place] = ()) -> dict[str, Any]:
    """What standards.toml says, but for what stands at the places `without`; ConfigError at the first mistake."""
    path = home / STANDARDS_FILE
    text = source(path)
    found = tables(text, path, STANDARDS, without)
    for place, each in (
        (("default",), found["default"]),
        *((("queues", name), one) for name, one in found["queues"].items()),
    ):
        _refuse_both(text, path, place, each)
    return found


def load_or_built_in(home: Path, muted: Collection[str] = ()) -> tuple[Standards, str]:
    """The standards, and "" or one line that says why only the built-in rules hold: for a console that has to start."""
    try:
        return load(home, muted), ""
    except ConfigError as error:
        return Standards(muted=muted), f"{error.message} The built-in rules hold. {error.hint}".rstrip()


def _refuse_both(text: str, path: Path, place: tuple[str, ...], each: Standard) -> None:
    both = [name for name in each.strict or () if name in (each.muted or ())]
    if both:
        wrong(
            text, path, (*place, "muted"), f"names {both[0]}, which is strict", "Leave it in one of the two."
        )


def glossary(home: Path, without: Collection[Place] = ()) -> Glossary:
    """What glossary.toml says, but for what stands at the places `without`; ConfigError at the first mistake."""
    path = home / GLOSSARY_FILE
    text = source(path)
    found = Glossary(**tables(text, path, GLOSSARY, without))
    for language in (EVERY, *LANGUAGES):
        for term in found.terms.of(language):
            place = ("terms", language, term)
            if not _TERM.fullmatch(term):
                wrong(text, path, place, "is not made of words", "Letters, digits and ' & / # - make a word.")
            if len(term.split()) > LONGEST_TERM:
                hint = "Take a shorter part of it, or list it under [phrases]."
                wrong(text, path, place, f"has more than {LONGEST_TERM} words", hint)
        if not all(map(str.strip, getattr(found.phrases, language))):
            wrong(text, path, ("phrases", language), "holds an empty phrase", "Take it out.")
    return found
