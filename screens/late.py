"""The console's modules, each read when it is first used: the first paint needs none of them.

Use it as `from screens import late` and `late.triage.count(...)`.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console import (
        blocks,
        board,
        browser,
        changes,
        claim,
        clipboard,
        desks,
        dupes,
        editor,
        explain,
        facts,
        falls_through,
        heard,
        history,
        knowledge,
        lookups,
        macro_fill,
        macros,
        mentions,
        money,
        muting,
        nearest,
        nextup,
        nothing,
        outbox,
        presence,
        promise_words,
        promises,
        recap,
        remedies,
        remedy_words,
        reply,
        search,
        seen,
        snooze,
        standards,
        suggest,
        tail,
        themes,
        times,
        triage,
        undo,
        views,
        waiving,
    )

    __all__ = [
        "blocks",
        "board",
        "browser",
        "changes",
        "claim",
        "clipboard",
        "desks",
        "dupes",
        "editor",
        "explain",
        "facts",
        "falls_through",
        "heard",
        "history",
        "knowledge",
        "lookups",
        "macro_fill",
        "macros",
        "mentions",
        "money",
        "muting",
        "nearest",
        "nextup",
        "nothing",
        "outbox",
        "presence",
        "promise_words",
        "promises",
        "recap",
        "remedies",
        "remedy_words",
        "reply",
        "search",
        "seen",
        "snooze",
        "standards",
        "suggest",
        "tail",
        "themes",
        "times",
        "triage",
        "undo",
        "views",
        "waiving",
    ]
else:

    def __getattr__(name: str) -> ModuleType:
        """Read the module of this name, once."""
        if name.startswith("_"):
            raise AttributeError(name)
        module = globals()[name] = import_module(f"console.{name}")
        return module
