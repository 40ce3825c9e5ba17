"""What nobody will do is no promise, and what was not done is nothing tried, in five languages."""

from __future__ import annotations

import pytest

from console.recap import recap
from store.rows import Item

HOUR = 3_600_000_000
NOW = 1_772_000_000_000_000


def item(number: int, role: str, text: str) -> Item:
    at = NOW + number * HOUR
    return Item("demo/1", "Router", "message", "email", role, role, at, text, f"m{number}", status="open")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("My router is dead since Monday.", "We will not be able to come on Friday."),
        ("My router is dead since Monday.", "Nobody will come tomorrow."),
        ("Mein Router ist seit Montag kaputt.", "Wir werden Ihnen nichts erstatten."),
        ("Mi router no funciona desde el lunes.", "No le llamaremos ma\u00f1ana."),
    ],
)
def test_a_refusal_is_no_promise(theirs: str, ours: str) -> None:
    assert recap([item(0, "customer", theirs), item(1, "agent", ours)]).of("promised") == ()


@pytest.mark.parametrize(
    "theirs",
    [
        "Der Router geht nicht. Ich habe ihn NICHT neu gestartet.",
        "Der Router geht nicht. Ich habe keinen Techniker angerufen.",
        "Mi router no funciona. No lo he probado.",
        "De modem werkt niet. Ik heb de modem niet herstart.",
        "De modem werkt niet. Ik heb niets vervangen.",
    ],
)
def test_what_was_not_done_is_nothing_tried(theirs: str) -> None:
    assert recap([item(0, "customer", theirs)]).of("tried") == ()
