"""The console's modules, each read when it is first used: the first paint needs none of them.

Use it as `from screens import late` and `late.triage.count(...)`.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console import (
        board,
        browser,
        changes,
        clipboard,
        desks,
        editor,
        heard,
        history,
        outbox,
        reply,
        search,
        standards,
        tail,
        times,
        triage,
        undo,
        views,
    )

    __all__ = [
        "board",
        "browser",
        "changes",
        "clipboard",
        "desks",
        "editor",
        "heard",
        "history",
        "outbox",
        "reply",
        "search",
        "standards",
        "tail",
        "times",
        "triage",
        "undo",
        "views",
    ]
else:

    def __getattr__(name: str) -> ModuleType:
        """Read the module of this name, once."""
        if name.startswith("_"):
            raise AttributeError(name)
        module = globals()[name] = import_module(f"console.{name}")
        return module
