"""The layout of the panes, kept in the workspace from one start to the next. No Textual here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

from screens.panes import Layout, Side
from store.errors import ConfigError
from store.home import Home

FILE = "layout.json"
_LONGEST = 10_000  # bytes
_SIDES: tuple[Side, ...] = get_args(Side)
_WHOLE = 100  # percent


def kept(home: Home) -> Layout:
    """Return the layout that was kept; where there is none, or none that can be read, the usual one."""
    try:
        with _path(home).open("rb") as file:
            found = json.loads(file.read(_LONGEST))
    except (OSError, ValueError, RecursionError):
        return Layout()
    if not isinstance(found, dict):
        return Layout()
    return Layout(
        _side(found, "queue_side", "left"),
        _side(found, "response_side", "right"),
        _percent(found, "queue"),
        _percent(found, "response"),
    )


def _side(found: dict[str, object], name: str, usual: Side) -> Side:
    return next((side for side in _SIDES if side == found.get(name)), usual)


def _percent(found: dict[str, object], name: str) -> int:
    value = found.get(name)
    return value if isinstance(value, int) and 0 <= value <= _WHOLE else 0


def keep(home: Home, layout: Layout) -> None:
    """Keep the layout, or forget what was kept where it is the usual one; ConfigError where that cannot be."""
    path = _path(home)
    try:
        if layout == Layout():
            path.unlink(missing_ok=True)
            return
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps({n: getattr(layout, n) for n in Layout.__slots__}), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise ConfigError(
            f"The panes are not kept: {path} cannot be written: {error.strerror}.",
            "They stay until you leave.",
        ) from None


def _path(home: Home) -> Path:
    return home.run_dir / FILE
