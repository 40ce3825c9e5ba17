"""A ticket is found by the number that people name it with, wherever words are looked for."""

from __future__ import annotations

import pytest
from support.clock import Clock
from support.desk import MemoryDesk

from console import triage
from console.session import Session
from store.sync import Engine

FOUND = {  # a query, A and B the numbers of tickets -> the tickets that it finds
    "A": "A", "#A": "A", "acme/A": "A", "#acme/A": "A", "ref:#A": "A", "number:A": "A", "-A ref:A,B": "B", "A or B": "AB",
    "A B": "", '"A"': "", "0A": "", "acme/": "", "other/A": "",
}  # fmt: skip


@pytest.fixture
async def numbered(session: Session, desk: MemoryDesk, clock: Clock) -> Session:
    for subject in ("Kettle", "Toaster"):
        desk.open(desk.customer("Ada Byron"), subject, "It leaks.")
    assert (await Engine(session.db, "acme", desk, clock).once()).error is None
    return session


@pytest.mark.parametrize(("query", "found"), FOUND.items())
async def test_a_number_alone_finds_its_ticket(
    numbered: Session, desk: MemoryDesk, query: str, found: str
) -> None:
    names = dict(zip("AB", sorted(desk.tickets, key=int), strict=True))
    for name, number in names.items():
        query = query.replace(name, number)
    rows = triage.rows(numbered, triage.queue_ids(numbered, query))
    assert {row.ref for row in rows} == {f"acme/{names[each]}" for each in found}
