"""The folders that config.toml may name: which they are, whose home cannot be told, and what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn, Protocol

from console.settings_values import Settings, Views

Place = tuple[str, ...]


class Refuse(Protocol):
    """Raises the ConfigError about a place of the file."""

    def __call__(self, place: Place, problem: str, hint: str) -> NoReturn:
        """Say what is wrong there and what to do."""
        ...


def folders(settings: Settings) -> Iterator[tuple[Place, str]]:
    """Every folder that is named, by its place in the file; those that hold where nothing is said are left out."""
    usual = Settings()
    told = (
        (("knowledge", "folder"), settings.knowledge.folder, usual.knowledge.folder),
        (("macros", "folder"), settings.macros.folder, usual.macros.folder),
        (("macros", "shared"), settings.macros.shared, ""),
        (("views", "shared"), settings.views.shared if isinstance(settings.views, Views) else "", ""),
        (("presence", "folder"), settings.presence.folder, ""),
    )
    return ((place, text) for place, text, default in told if text.strip() and text != default)


def refuse_homeless(settings: Settings, refuse: Refuse) -> None:
    """Refuse a folder in the home of somebody whom this machine does not know."""
    for place, text in folders(settings):
        try:
            Path(text).expanduser()
        except RuntimeError:
            who = Path(text).parts[0]
            refuse(place, "cannot be used", f"There is no home {who} on this machine. Write the whole path.")


def absent(root: Path, settings: Settings) -> Iterator[Place]:
    """The places of folders that are named and not there; that of shared views is told with its views."""
    for place, text in folders(settings):
        if place != ("views", "shared") and not (root / Path(text).expanduser()).is_dir():
            yield place
