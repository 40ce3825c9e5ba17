"""What the query bar offers to go on with."""

from __future__ import annotations

import pytest
from support.clock import Clock
from support.desk import MemoryDesk

from console import triage
from console.session import Session
from console.suggest import suggest
from store.sync import Engine


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("status:", "open"), ("priority>", "high"), ("priority<", "urgent"), ("-priority>=", "urgent"), ("(created>", ">4h"),
        ("sla<", "<1h"), ("sort:", "sla"), ("is:unassigned,", "waiting"), ("assignee:", '"Ana Silva"'),
    ],
)  # fmt: skip
async def test_every_value_that_is_offered_can_be_read(
    session: Session, desk: MemoryDesk, clock: Clock, text: str, offered: str
) -> None:
    desk.open(desk.customer("Maria Lopez"), "Kettle", "It leaks.")
    assert (await Engine(session.db, "acme", desk, clock).once()).error is None
    found = suggest(session, text, len(text))
    for each in found:
        triage.check(session, text[: each.start] + each.text + ")" * text.count("("))
    assert offered in [each.text for each in found]


@pytest.mark.parametrize("text", ["status>", "is<", "created>1", "told>", "tag>="])
def test_what_cannot_be_compared_is_offered_nothing_to_compare_with(session: Session, text: str) -> None:
    assert suggest(session, text, len(text)) == []
