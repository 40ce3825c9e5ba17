"""The one way in which the demo leaves something to chance."""

from __future__ import annotations

from random import Random


def likely(rng: Random, share: float) -> bool:
    """True in `share` (0 to 1) of all cases, as the seeded source decides."""
    return rng.random() < share
