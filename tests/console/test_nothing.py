"""What is said of a query that finds nothing."""

from __future__ import annotations

import pytest
from support.clock import Clock
from support.desk import MemoryDesk

from console import nothing
from console.session import Session
from store.sync import Engine


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            "status:new assignee:annna sort:sla",
            "No ticket at all matches assignee:annna. Did you mean Ana Silva?",
        ),
        ("kettle nowhere", "No ticket at all matches nowhere."),
        ("nowhere", ""),
        ("field.produkt:x", "Did you mean field.product:?"),
        ("kettle -kettle", ""),
        ("", ""),
    ],
)
async def test_the_condition_that_no_ticket_meets_is_named(
    session: Session, desk: MemoryDesk, clock: Clock, query: str, told: str
) -> None:
    for subject in ("Kettle", "Toaster"):
        desk.open(desk.customer("Maria Lopez"), subject, "It leaks.")
    assert (await Engine(session.db, "acme", desk, clock).once()).error is None
    assert nothing.why(session, query) == told
