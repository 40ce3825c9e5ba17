"""Read remedies.toml into what may be offered where, and up to which limits; amounts become whole hundredths."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from console import money
from console.remedies_table import (
    ASK,
    BUILT_IN,
    FRAMES,
    NONE,
    REMEDIES,
    Authority,
    Frame,
    Pairs,
    RemedyKind,
    Role,
)
from console.settings import source
from console.settings_read import Place, tables, wrong
from console.standards_table import LANGUAGES
from store.errors import ConfigError, InvalidInputError

FILE = "remedies.toml"
_PLACEHOLDER = re.compile(r"(?<!\{)\{([^{}]*)\}(?!\})")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a workspace may offer. `kinds` are in the order of the file."""

    kinds: Mapping[str, RemedyKind] = field(default_factory=lambda: BUILT_IN)
    authority: Authority = field(default_factory=Authority)
    frames: Mapping[str, Frame] = field(default_factory=lambda: FRAMES)

    def fitting(self, queue: str, tags: Collection[str], language: str) -> dict[str, RemedyKind]:
        """The remedies for a ticket in this queue, with these tags, of a customer who writes this language."""
        own = {tag.casefold() for tag in tags}
        return {
            name: each
            for name, each in self.kinds.items()
            if (not each.queues or queue.casefold() in map(str.casefold, each.queues))
            and (not each.themes or not own.isdisjoint(map(str.casefold, each.themes)))
            and (not each.languages or language in each.languages)
        }

    def frame(self, language: str) -> Frame:
        """The words around the choices; English where there are none in this language."""
        return self.frames.get(language) or self.frames.get("en") or Frame()

    def role_of(self, agent: str) -> str:
        """The name of an agent's role, whatever the capitals of his name."""
        found = {name.casefold(): role for name, role in self.authority.agents}
        return found.get(agent.casefold(), self.authority.role)

    def role(self, name: str) -> Role:
        """What a role may do; one that the file does not describe has the general limit."""
        return (self.authority.roles or {}).get(name, Role())

    def limit(self, role: str, currency: str) -> int:
        """The most that a story may be offered in this currency by this role, in hundredths.

        Each currency counts by itself, since nothing here knows a rate: one without a limit of its own has the same
        figure as the usual one.
        """
        own, general = self.role(role), self.authority
        figure = dict(own.limits).get(currency) or own.limit
        return money.limit(figure or dict(general.limits).get(currency) or general.limit)


def load(home: Path, without: Collection[Place] = ()) -> Catalogue:
    """What the workspace in `home` may offer; the built-in remedies where it has no such file.

    What stands at one of the places `without` is read as if it were not there. ConfigError names file, line and key of what cannot be used.
    """
    path = home / FILE
    text = source(path)
    found = tables(text, path, REMEDIES, without)
    made = Catalogue(found["remedies"] or BUILT_IN, found["authority"], {**FRAMES, **found["frames"]})
    _Check(text, path).all(made, found["frames"])
    return made


def load_or_built_in(home: Path) -> tuple[Catalogue, str]:
    """The catalogue, and "" or one line that says why only the built-in remedies and limits hold."""
    try:
        return load(home), ""
    except ConfigError as error:
        return Catalogue(), f"{error.message} The built-in remedies and limits hold. {error.hint}".rstrip()


@dataclass(frozen=True, slots=True)
class _Check:
    """What only shows when the values are read as amounts, names and texts."""

    text: str
    path: Path

    def all(self, made: Catalogue, frames: Mapping[str, Frame]) -> None:
        """Look at everything that was read, `frames` being those of the file alone; ConfigError at the first mistake."""
        self.authority(made.authority)
        for name, each in made.kinds.items():
            self.kind(("remedies", name), each, made.authority.currency)
        for name, frame in frames.items():
            self.frame(("frames", name), name, frame)

    def authority(self, found: Authority) -> None:
        """Look at the currency, the limits, the roles, and who has which."""
        place = ("authority",)
        if not re.fullmatch("[A-Z]{3}", found.currency):
            self.refuse(
                (*place, "currency"), "is not the code of a currency", "Write three capitals: EUR, USD."
            )
        self.limits(place, found.limit, found.limits)
        roles = found.roles or {}
        for name, role in roles.items():
            self.limits((*place, "roles", name), role.limit or "0", role.limits)
        known = {*roles, found.role}
        for agent, role_name in found.agents:
            if role_name not in known:
                hint = f"Describe it under [authority.roles.{role_name}], or take one of: {', '.join(sorted(known))}."
                self.refuse((*place, "agents", agent), "is not one of the roles", hint)

    def limits(self, place: Place, limit: str, limits: Pairs) -> None:
        """Look at the limit at `place` and at those of single currencies."""
        self.bound((*place, "limit"), limit)
        for code, each in limits:
            if not re.fullmatch("[A-Z]{3}", code):
                self.refuse(
                    (*place, "limits", code), "is not the code of a currency", "Write three capitals."
                )
            self.bound((*place, "limits", code), each)

    def kind(self, place: Place, each: RemedyKind, usual: str) -> None:
        """Look at one remedy: its words, its amount in the `usual` currency, and whether the words say the amount."""
        for name, value in (("label", each.label), ("text", each.text)):
            if not value.strip():
                self.refuse((*place, name), "is empty", REMEDIES["remedies"].fields[name].help)
        if each.amount not in (ASK, NONE):
            self.amount((*place, "amount"), each.amount, usual)
        self.words((*place, "text"), each.text, each.amount)
        for language, text in each.texts:
            if language not in LANGUAGES:
                hint = f"Known: {', '.join(LANGUAGES)}."
                self.refuse((*place, "texts", language), "is not a language that is known", hint)
            if not text.strip():
                self.refuse((*place, "texts", language), "is empty", "Take it out: then `text` holds.")
            self.words((*place, "texts", language), text, each.amount)

    def words(self, place: Place, text: str, amount: str) -> None:
        if unknown := set(_PLACEHOLDER.findall(text)) - {"amount"}:
            self.refuse(
                place,
                f"holds {{{min(unknown)}}}, which nothing fills",
                "{amount} is filled; write [[date]] for what an agent shall fill in.",
            )
        if amount == ASK and "{amount}" not in text:
            self.refuse(place, "does not say the amount", "Write {amount} where it shall stand.")
        if amount == NONE and "{amount}" in text:
            self.refuse(place, "wants an amount where none is asked", 'Set amount = "ask".')

    def frame(self, place: Place, name: str, each: Frame) -> None:
        """Look at the sentences of one language around a remedy."""
        if name not in LANGUAGES:
            self.refuse(place, "is not a language that is known", f"Known: {', '.join(LANGUAGES)}.")
        if "{remedy}" not in each.one:
            self.refuse((*place, "one"), "does not say the remedy", "Write {remedy} where it shall stand.")

    def amount(self, place: Place, text: str, usual: str) -> None:
        """Refuse what is no amount of money."""
        try:
            money.amount(text, usual)
        except InvalidInputError as error:
            self.refuse(place, "is not an amount", f"{error.message} {error.hint}")

    def bound(self, place: Place, text: str) -> None:
        """Refuse what is no limit: a figure alone is, zero too."""
        try:
            money.limit(text)
        except InvalidInputError as error:
            self.refuse(place, "is not a limit", f"{error.message} {error.hint}")

    def refuse(self, place: Place, problem: str, hint: str) -> None:
        """Raise the ConfigError about what stands at `place`."""
        wrong(self.text, self.path, place, problem, hint)
