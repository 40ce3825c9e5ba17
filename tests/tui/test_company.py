"""Colleagues on the screen: in the queue, above the story, above the reply; they hold nothing back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from console import outbox
from console.presence import Doing, Presence
from console.session import Session


@pytest.fixture
async def bo(office: Any) -> AsyncIterator[Callable[..., None]]:
    """A second console on the same workspace, in which Bo does something to a ticket now, or leaves it."""
    office.session.home.config.write_text(
        '[desks.acme]\nprovider = "demo"\n[presence]\nname = "Bo [b]Berg"\n', encoding="utf-8"
    )
    other = Session.open(office.session.home, office.clock)
    seconds = 0.0
    console = Presence(other, lambda: None, monotonic=lambda: seconds)

    def does(ref: str, kind: Any = "writing", ago: int = 8) -> None:
        nonlocal seconds
        seconds += 100
        console.doing = Doing(ref, kind, office.clock() - ago * 1_000_000)
        console.step()

    yield does
    other.close()


@pytest.fixture
def opened(reads: Any) -> Callable[..., Any]:
    """Wait until the console shows what colleagues say now, without the seconds in between."""

    async def look(app: Any, pilot: Any, *wanted: str, gone: str = "") -> str:
        app._triage._presence._next_look = 0.0
        return str(await reads(pilot, *wanted, gone=gone))

    return look


async def test_a_colleague_who_writes_is_told_in_the_queue_and_above_story_and_reply(
    office: Any, bo: Any, opened: Any, reads: Any
) -> None:
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await reads(pilot, "PUBLIC REPLY")
        screen = app._triage
        ref = screen.queue.row().ref
        bo(ref, "viewing")
        await opened(app, pilot, "Bo [b]Berg has had this ticket open for 8 s", "\u00bb Bo here: Kettle")
        assert screen._reply_line.display is False
        bo(ref)
        await opened(
            app,
            pilot,
            "Bo [b]Berg is writing a reply here (8 s ago)",
            "\u26a0 Bo writing: Kettle",
            "Also writing: Bo",
            "alt-c takes it",
            gone="open for 8 s",
        )
        bo("")
        shown = await opened(app, pilot, "Kettle", gone="Bo writing")
        assert "is writing a reply here" not in shown


async def test_a_reply_is_never_held_back_and_the_ticket_can_be_claimed(
    office: Any, bo: Any, opened: Any, reads: Any
) -> None:
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.3)
        await pilot.press("r")
        await reads(pilot, "PUBLIC REPLY")
        ref = app._triage.ref
        bo(ref)
        await opened(app, pilot, "is writing a reply here (8 s ago); alt-c takes it.", "Also writing: Bo")
        await pilot.press(*"On its way.", "alt+c")
        await reads(pilot, f"{ref} is yours")
        await pilot.press("ctrl+s")
        await reads(pilot, f"Reply on {ref}")
        found = outbox.operations(office.session)
        assert sorted((each.kind, each.ref) for each in found) == [("reply", ref), ("set", ref)]


async def test_colleagues_see_what_is_open_here_and_that_a_reply_is_written(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await reads(pilot, "PUBLIC REPLY")
        screen = app._triage
        told = screen._presence
        ref = screen.queue.row().ref
        assert (told.doing.ref, told.doing.kind) == (ref, "viewing")
        await pilot.press("r", "H", "i")
        await pilot.pause(0.3)
        assert (told.doing.ref, told.doing.kind) == (ref, "writing")
        await pilot.press("ctrl+t")
        await reads(pilot, "INTERNAL NOTE?")
        await pilot.press("escape")
        await pilot.press("escape", "L")
        await reads(pilot, "Live board")
        await pilot.pause(0.1)
        assert told.doing.ref == ""
        await pilot.press("T")
        await pilot.pause(0.2)
        assert (told.doing.ref, told.doing.kind) == (ref, "viewing")
    assert list((office.session.home.root / "presence").glob("*.json")) == []


async def test_switched_off_there_is_nothing(office: Any, reads: Any) -> None:
    office.session.home.config.write_text(
        '[desks.acme]\nprovider = "demo"\n[presence]\nmode = "off"\n', encoding="utf-8"
    )
    session = Session.open(office.session.home, office.clock)
    office.session.close()
    office.session = session
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await reads(pilot, "PUBLIC REPLY")
    assert not (session.home.root / "presence").exists()
