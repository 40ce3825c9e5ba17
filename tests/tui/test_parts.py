"""The triage screen is made of parts: none may take away by chance what another keeps for itself."""

from __future__ import annotations

import inspect
from collections import defaultdict

from screens.triage import TriageScreen

OF_TEXTUAL = (
    "_reactives",
    "_inherit",
    "_merged",
    "_css",
    "_decorated",
    "_component",
    "_default",
    "_is_",
    "_classes",
    "_computes",
)


def test_a_private_name_stands_in_one_part_or_goes_on_to_the_other() -> None:
    """A part that overrides what another has by design calls `super()`; everything else would be an accident."""
    owners: dict[str, list[type]] = defaultdict(list)
    for part in TriageScreen.__mro__:
        if part.__module__.startswith("screens."):
            for name in vars(part):
                if name.startswith("_") and not name.endswith("__") and not name.startswith(OF_TEXTUAL):
                    owners[name].append(part)
    clashes = {
        name: [part.__name__ for part in parts]
        for name, parts in owners.items()
        if any(not _goes_on(vars(part).get(name)) for part in parts[:-1])
    }
    assert clashes == {}


def _goes_on(found: object) -> bool:
    return inspect.isfunction(found) and "super()" in inspect.getsource(found)
