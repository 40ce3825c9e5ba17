"""The views that a key opens are read ahead: shown without a look at the store, and looked up all the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from threading import Event
from typing import Any

from support.pilots import settled, text, until

from console.settings import ViewSettings


@asynccontextmanager
async def no_readers(app: Any) -> AsyncIterator[None]:
    """Nothing can be looked up meanwhile."""
    free, busy = Event(), [Event(), Event()]
    tasks = [asyncio.create_task(app.loads.read(lambda at=at: (at.set(), free.wait(20)))) for at in busy]
    for at in busy:
        assert await asyncio.to_thread(at.wait, 20)
    try:
        yield
    finally:
        free.set()
        await asyncio.gather(*tasks)


async def read_ahead(pilot: Any, app: Any) -> None:
    """Wait until the views are read ahead."""
    await until(pilot, lambda: app._triage._ahead, "what was read ahead")


async def test_a_view_shows_its_tickets_before_anything_is_looked_up(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await settled(pilot, app, "Live: 12 tickets")
        await read_ahead(pilot, app)
        async with no_readers(app):
            await pilot.press("9")
            assert "Kettle 11 leaks" in await settled(pilot, app, "All: ")
        await settled(pilot, app, "All: 12 tickets")


async def test_what_changed_after_it_was_read_ahead_is_put_right(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await settled(pilot, app, "Live: 12 tickets")
        await read_ahead(pilot, app)
        stale = dict(app._triage._ahead)
        office.desk.sets(app._triage.queue.row().ref.partition("/")[2], "a2", subject="Teapot 99 leaks")
        await office.sync()
        await settled(pilot, app, "Teapot 99 leaks")
        await pilot.pause(0.7)  # all that was told of it is over
        app._triage._ahead = stale  # as if the key had been quicker than the notice
        await pilot.press("9")
        await until(
            pilot, lambda: (row := app._triage.queue.row()) and row.subject == "Teapot 99 leaks", "the change"
        )


async def test_a_look_that_is_on_its_way_does_not_take_the_place_of_a_view_that_was_ahead(
    office: Any,
) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await settled(pilot, app, "Live: 12 tickets")
        await read_ahead(pilot, app)
        async with no_readers(app):
            app._triage.ask("kettle 3", "updated", "A query")
            await pilot.pause()
            await pilot.press("9")
            await settled(pilot, app, "All: ")
        await settled(pilot, app, "All: 12 tickets")
        await pilot.pause(0.3)
        assert "A query" not in text(app)


async def test_a_view_that_cannot_be_looked_up_keeps_none_of_the_others_from_being_read_ahead(
    office: Any,
) -> None:
    session = office.session
    wrong = ViewSettings("created:yesterdayish", "updated", "1")
    session.settings = replace(
        session.settings, views={"Wrong": wrong, "Ours": ViewSettings("kettle 3", "updated", "2")}
    )
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await read_ahead(pilot, app)
        assert [asked.name for asked in app._triage._ahead if asked.name == "Ours"] == ["Ours"]
