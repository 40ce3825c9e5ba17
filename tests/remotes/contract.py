"""The desks that the contract runs against, and what a test may do to each of them.

A desk joins with a fixture that gives an `UnderTest`, and one line in DESKS: its name and the fixture's. The fixture
may live in any conftest that covers this folder; where there is none, the desk is left out and says so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from store.remotes import Listing, Page, Remote, Thread, TicketDoc, Write


async def at_once() -> None:
    """For desks whose clock never gives two changes the same stamp."""


@dataclass
class UnderTest:
    """A desk with at least one agent, whose credentials `remote` has."""

    remote: Remote
    stranger: Remote  # the same desk, asked with a wrong secret
    open_ticket: Callable[[str, str], Awaitable[str]]  # a customer: subject, text -> the ticket's id
    customer_writes: Callable[[str, str], Awaitable[None]]  # the same customer: ticket id, text
    tick: Callable[[], Awaitable[None]] = (
        at_once  # wait until the next change gets another stamp than the last
    )
    delete: Callable[[str], Awaitable[None]] | None = None  # somebody deletes a ticket; None: nobody can here
    number: int = 0

    def op(self) -> str:
        """An operation id that was never used."""
        self.number += 1
        return f"01CONTRACT{id(self):020d}{self.number:04d}"[-30:]

    def write(self, kind: str, ticket_id: str, **more: object) -> Write:
        """A write with an id of its own."""
        return Write(self.op(), kind, ticket_id, **more)  # type: ignore[arg-type]

    async def pull(self, cursor: str | None = None) -> list[Page]:
        """All pages of one pull."""
        return [page async for page in self.remote.feed(cursor)]

    async def listed(self) -> list[Listing]:
        """All pages of the listing."""
        pages = [await self.remote.listing("")]
        while (after := pages[-1].after) is not None:
            pages.append(await self.remote.listing(after))
        return pages

    async def now(self, ticket_id: str) -> TicketDoc:
        """The ticket as it stands; it must be there."""
        found = await self.remote.ticket(ticket_id)
        assert isinstance(found, TicketDoc), found
        return found

    async def texts(self, ticket_id: str) -> list[tuple[bool, str]]:
        """What was said on a ticket: public?, and the words."""
        return [(m.public, m.text.strip() or m.html) for m in (await self.thread(ticket_id)).messages]

    async def thread(self, ticket_id: str) -> Thread:
        """The thread of a ticket."""
        return await self.remote.thread(ticket_id)


DESKS: dict[str, str] = {  # name -> fixture that gives an UnderTest
    "demo": "demo_under_test",
    "demo for an agent": "demo_agent_under_test",
    "rt": "rt_under_test",
}
REAL = frozenset({"rt"})  # those that need a server

PARAMETERS = [pytest.param(name, marks=pytest.mark.desk if name in REAL else ()) for name in DESKS]
