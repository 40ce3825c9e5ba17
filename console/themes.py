"""The colours that the screens may have: those that come with the program, and those in themes/*.toml of a workspace."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, Literal

from console.colours import HEX, mixed, readable
from console.settings import FILE, source
from console.settings_read import Place, every, read, tables, wrong
from console.settings_table import Field, Section
from store.errors import ConfigError

FOLDER = "themes"
LEAST = 4.5  # the contrast of letters on their ground that WCAG 2 asks for (AA)
HIGH = 7.0  # the same for high contrast (AAA)
DEFAULT = "ansi"
MONO = "mono"
_MOST = 50  # files in the folder that are looked at
_NAME = re.compile(r"[A-Za-z0-9_-]+")
Kind = Literal["colours", "terminal", "plain"]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a theme, each as "#rrggbb". `kind` says whose colours: these, the terminal's own, or none at all."""

    name: str
    help: str
    dark: bool = True
    foreground: str = "#e4e4e4"
    background: str = "#14171c"
    surface: str = "#1c2027"
    panel: str = "#262b34"
    chosen: str = "#24405f"
    accent: str = "#6cb6ff"
    success: str = "#5fd07f"
    warning: str = "#f0b429"
    error: str = "#ff7b72"
    least: float = LEAST
    kind: Kind = "colours"

    @property
    def grounds(self) -> tuple[str, ...]:
        """Everything that letters stand on."""
        typed_into = mixed(self.panel, self.foreground, 0.06)  # a field with the focus is tinted
        return (self.background, self.surface, self.panel, self.chosen, typed_into)

    def letters(self, colour: str) -> str:
        """Return `colour` as it can be read on every ground of this theme."""
        return readable(colour, self.grounds, self.least)

    @property
    def muted(self) -> str:
        """The colour of what matters less; it can be read as well."""
        return self.letters(mixed(self.background, self.foreground, 0.6))


BUILT_IN = {
    each.name: each
    for each in (
        Palette("dark", "Light letters on a dark ground."),
        Palette(
            "light", "Dark letters on a light ground.",
            dark=False, foreground="#1c2027", background="#fbfbf9", surface="#f0f0ec", panel="#e4e4df",
            chosen="#cfe3f7", accent="#0a58a8", success="#11663a", warning="#7d4e00", error="#b3261e",
        ),
        Palette(
            "high-contrast", "Every letter at 7:1 or more, on black.",
            foreground="#ffffff", background="#000000", surface="#000000", panel="#141414",
            chosen="#00305c", accent="#7fc8ff", success="#66f08c", warning="#ffd000", error="#ff9d94", least=HIGH,
        ),
        Palette(
            "colour-blind", "Colours that stay apart without red or green, on a dark ground.",
            foreground="#f2f2f2", background="#101418", surface="#161b21", panel="#1d242c",
            chosen="#1d3550", accent="#56b4e9", success="#2fb8a6", warning="#f0e442", error="#ff7a1a",
        ),
        Palette("ansi", "The terminal's own colours.", kind="terminal"),
        Palette("mono", "No colours: bold, underline and reverse.", kind="plain"),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Base:
    """[theme] of a file: what holds where it names no colour."""

    base: str = "dark"
    about: str = ""


@dataclass(frozen=True, slots=True)
class Colours:
    """[colours] of a file; "" is that of the base."""

    foreground: str = ""
    background: str = ""
    surface: str = ""
    panel: str = ""
    chosen: str = ""
    accent: str = ""
    success: str = ""
    warning: str = ""
    error: str = ""


_COLOURED = tuple(name for name, each in BUILT_IN.items() if each.kind == "colours")
THEME: Mapping[str, Section] = {
    "theme": Section(
        Base,
        "A theme; its name is that of the file.",
        {
            "base": Field("text", "The theme that holds where this one names no colour.", _COLOURED),
            "about": Field("text", "One sentence for the list of themes."),
        },
    ),
    "colours": Section(
        Colours,
        'Its colours, each as "#88c0d0". Letters that could not be read on their ground are drawn lighter or darker.',
        {
            "foreground": Field("text", "The letters."),
            "background": Field("text", "What they stand on."),
            "surface": Field("text", "The ground of titles and windows."),
            "panel": Field("text", "The ground of fields that are typed into."),
            "chosen": Field("text", "The ground of the row under the cursor."),
            "accent": Field("text", "What is new, and keys."),
            "success": Field("text", "What is in order, and public replies."),
            "warning": Field("text", "What waits or is due soon, and internal notes."),
            "error": Field("text", "What is late, urgent or wrong."),
        },
    ),
}


@dataclass(frozen=True, slots=True)
class Themes:
    """All themes of a workspace by name, and what is wrong with the files of the others."""

    palettes: Mapping[str, Palette]
    errors: tuple[ConfigError, ...] = ()

    def named(self, name: str) -> Palette | None:
        """Return the theme of this name, "" being the default; None where there is none."""
        return self.palettes.get(name or DEFAULT)

    def missing(self, name: str) -> str:
        """Say that there is no such theme, and which there are."""
        return f"There is no theme {name!r}; the default holds. There are: {', '.join(self.palettes)}."

    def refusal(self, name: str) -> str:
        """Say that there is no such theme, which one is meant, and which there are."""
        near = get_close_matches(name.lower(), self.palettes, 1)
        meant = f"Did you mean {near[0]}? " if near else ""
        return f"There is no theme {name!r}. {meant}There are: {', '.join(self.palettes)}."

    def broken(self, name: str) -> ConfigError | None:
        """Return what is wrong with the file of this theme; None where there is no such file."""
        file = f"{FOLDER}{os.sep}{name}.toml"
        return next((each for each in self.errors if file in each.message), None)


def themes(root: Path) -> Themes:
    """Read the themes of the workspace in `root`; a file that cannot be used keeps no other from being read."""
    found = dict(BUILT_IN)
    errors: list[ConfigError] = []
    for path in _files(root):
        try:
            found[path.stem] = _read(path)
        except ConfigError as error:
            errors.append(error)
    return Themes(found, tuple(errors))


def mistakes(root: Path) -> Iterator[ConfigError]:
    """Every mistake in every theme of the workspace in `root`."""
    for path in _files(root):
        yield from every(partial(_read, path))


def _files(root: Path) -> Iterable[Path]:
    return sorted((root / FOLDER).glob("*.toml"))[:_MOST]


def _read(path: Path, without: Collection[Place] = ()) -> Palette:
    if path.stem in BUILT_IN:
        raise ConfigError(
            f"{path}: {path.stem} is a theme that comes with heard.", "Name the file otherwise."
        )
    if _NAME.fullmatch(path.stem) is None:
        raise ConfigError(f"{path}: the name is not one for a theme.", "Use letters, digits, - and _.")
    text = source(path)
    found: dict[str, Any] = tables(text, path, THEME, without)
    own = {each.name: getattr(found["colours"], each.name) for each in fields(Colours)}
    for name, colour in own.items():
        if colour and HEX.fullmatch(colour) is None:
            wrong(text, path, ("colours", name), "is not a colour", 'Write it as "#88c0d0".')
    base = BUILT_IN[found["theme"].base]
    given = {name: colour for name, colour in own.items() if colour}
    about = found["theme"].about or f"{path.name}, on {base.name}."
    return replace(base, name=path.stem, help=about, **given)


def keep(root: Path, name: str) -> None:
    """Write the theme into config.toml; everything else stays as it was typed. ConfigError where that cannot be."""
    import tomlkit  # noqa: PLC0415  (only editing needs it)

    from console.settings_edit import write_whole  # noqa: PLC0415  (the same)

    path = root / FILE
    text = source(path)
    read(text, path)
    document: Any = tomlkit.parse(text)
    if "ui" not in document:
        document["ui"] = tomlkit.table()
    document["ui"]["theme"] = name
    changed = tomlkit.dumps(document)
    read(changed, path)  # what would not load again is not written
    write_whole(path, changed)
