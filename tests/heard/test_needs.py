"""What customers' messages show, on 300 of our own that were labelled before any rule was tried on them.

Trouble is what an agent should acknowledge; settled is praise too. The rules were mended on two thirds; the other third
(`kept`) was only measured. The floors are what was reached, less a little.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from console.heard.customer import customer

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Message:
    """What a customer wrote since the last answer, and what it shows."""

    texts: tuple[str, ...]
    shows: frozenset[str]

    @property
    def kept(self) -> bool:
        """Whether it is of the third that no rule was mended on."""
        return int(hashlib.sha256(self.texts[0].encode()).hexdigest()[:8], 16) % 3 == 0

    def found(self) -> set[str]:
        """What the rules make of it."""
        read = customer(self.texts, self.texts)
        seen = {"trouble": read.trouble, "upset": read.upset, "settled": read.settled or read.cheerful}
        return {name for name, shown in seen.items() if shown}


def messages() -> list[Message]:
    """All of them."""
    lines = (HERE / "probes_needs.jsonl").read_text("utf-8").splitlines()
    return [Message(tuple(one["customer"]), frozenset(one["shows"])) for one in map(json.loads, lines)]


def rates(chosen: Sequence[Message], name: str) -> tuple[float, float]:
    """Precision and recall."""
    pairs = [(name in one.found(), name in one.shows) for one in chosen]
    right = pairs.count((True, True))
    return right / max(1, right + pairs.count((True, False))), right / max(
        1, right + pairs.count((False, True))
    )


@pytest.mark.parametrize(
    ("kept", "name", "precision", "recall"),
    [
        (False, "trouble", 0.77, 0.81), (False, "upset", 0.9, 0.6), (False, "settled", 0.66, 0.68),
        (True, "trouble", 0.79, 0.84), (True, "upset", 0.9, 0.5), (True, "settled", 0.8, 0.5),
    ],
)  # fmt: skip
def test_what_a_customer_shows_is_found(kept: bool, name: str, precision: float, recall: float) -> None:  # noqa: FBT001  (a parameter)
    chosen = [one for one in messages() if one.kept is kept]
    assert len(chosen) > 90
    found = rates(chosen, name)
    assert found[0] >= precision
    assert found[1] >= recall
