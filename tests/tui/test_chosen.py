"""The ticket that looks chosen is the one that a key acts on, by whatever way the queue is come to or left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.pilots import until
from textual import events

from console import outbox

Reads = Callable[..., Any]


def burst(app: Any, *keys: str) -> None:
    """Press them as a slow line brings them: all at once."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


@pytest.mark.parametrize("way", [("escape",), ("shift+tab",), ("h",), ("tab", "tab")])
async def test_by_every_way_into_the_queue_its_ticket_is_the_one_that_is_shown(
    office: Any, reads: Reads, way: tuple[str, ...]
) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        app._triage.open_ticket("acme/4")
        await reads(pilot, "Hello, kettle 0 leaks.")
        await pilot.press(*way)
        await reads(pilot, "We look at kettle 11.")
        assert app._triage.at_hand == app._triage.ref == app._triage.queue.row().ref


@pytest.mark.parametrize("size", [(130, 30), (80, 24)])
@pytest.mark.parametrize("way", ["tab", "shift+tab"])
async def test_who_leaves_the_queue_reads_and_writes_on_the_ticket_under_its_cursor(
    office: Any, reads: Reads, size: tuple[int, int], way: str
) -> None:
    """Also where the cursor went there a moment ago, and where the story of another ticket was read before."""
    app = office.app()
    async with app.run_test(size=size) as pilot:
        await reads(pilot, "Kettle 11")
        await until(pilot, lambda: app._triage.furnished)
        await pilot.press("enter")
        await reads(pilot, "We look at kettle 11.")
        await pilot.press("escape")
        burst(app, "j", way)
        await until(pilot, lambda: app._triage.focused is not app._triage.queue)
        await until(pilot, lambda: app._triage.looked.ticket.row.ref == app._triage.ref)
        assert app._triage.ref == app._triage.queue.row().ref


async def test_keys_from_before_and_after_the_panes_came_are_taken_in_the_order_of_typing(
    office: Any, reads: Reads
) -> None:
    app = office.app()
    screen = app._triage
    before = screen.furnish_done

    def furnish_done() -> None:
        """One more key, in the moment in which the panes are there and the keys from before wait still."""
        before()
        burst(app, "a")

    screen.furnish_done = furnish_done
    async with app.run_test(size=(130, 30)) as pilot:
        burst(app, "j")
        await reads(pilot, "assignee=me")
        first, second = screen.queue.ids[:2]
        assert screen.queue.pinned == second != first
        (made,) = outbox.operations(office.session)
        assert made.ref == screen.queue.row().ref
