"""Asking while writing: what a model words is seen first, taken on purpose, and taken back in one step."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from model_server import ModelServer, Reply, completion
from support.pilots import reads, text, until
from textual.pilot import Pilot

from console.outbox import operations
from console.reply import load_draft
from screens.app import HeardApp
from widgets.actions import BY_ID

SIZE = (130, 40)


@asynccontextmanager
async def writing(office: Any, words: str) -> AsyncIterator[tuple[Any, Pilot[Any]]]:
    """The app with a draft on the kettle."""
    app = HeardApp(office.session)
    async with app.run_test(size=SIZE) as pilot:
        await reads(pilot, "Kettle")
        triage = app._triage
        await until(pilot, lambda: triage.furnished and triage.looked, "the story")
        await pilot.pause(0.2)
        triage.show_ticket(office.refs["kettle"])
        await reads(pilot, "descaled")
        triage.enter("composer")
        await pilot.pause(0.2)
        await pilot.press(*words)
        await pilot.pause(0.2)
        yield app, pilot


@pytest.fixture
def asked(office: Any, model: ModelServer) -> Any:
    office.configure(f'[model]\nendpoint = "{model.url}"\nmodel = "tiny"\n')
    return office


async def seen(pilot: Pilot[Any], wanted: str) -> str:
    shown = await reads(pilot, wanted)
    await pilot.pause(0.5)
    return shown


async def test_a_rewrite_is_shown_then_taken_and_one_undo_brings_the_old_words_back(
    asked: Any, model: ModelServer
) -> None:
    model.says("We look at it.\nToday.")
    async with writing(asked, "endeavour") as (app, pilot):
        await app.perform(BY_ID["model_rewrite"])
        shown = await seen(pilot, "We look at it.")
        composer = app._triage.composer
        assert "written by tiny, read before you send" in shown
        assert composer.text == "endeavour"
        await pilot.press("enter")
        await pilot.pause(0.1)
        assert composer.text == "We look at it.\nToday."
        await pilot.press("ctrl+z")
        await pilot.pause(0.1)
        assert composer.text == "endeavour"
        assert not operations(asked.session)


async def test_the_words_before_come_back_even_when_the_undo_is_gone(asked: Any, model: ModelServer) -> None:
    model.says("Plain.")
    async with writing(asked, "endeavour") as (app, pilot):
        await app.perform(BY_ID["model_rewrite"])
        await seen(pilot, "Plain.")
        await pilot.press("enter")
        await pilot.pause(0.1)
        triage = app._triage
        triage.show_ticket(asked.refs["other"])
        await reads(pilot, "My door code")
        triage.enter("composer")
        await pilot.pause(0.3)
        assert not triage.composer.text
        triage.show_ticket(asked.refs["kettle"])
        await reads(pilot, "Plain.")
        triage.enter("composer")
        await pilot.pause(0.2)
        await app.perform(BY_ID["model_back"])
        assert triage.composer.text == "endeavour"


async def test_escape_drops_the_words(asked: Any, model: ModelServer) -> None:
    model.says("Plain.")
    async with writing(asked, "endeavour") as (app, pilot):
        await app.perform(BY_ID["model_rewrite"])
        await seen(pilot, "Plain.")
        await pilot.press("escape")
        await pilot.pause(0.1)
        assert app._triage.composer.text == "endeavour"
        assert "Plain." not in text(app)


async def test_an_enter_typed_before_the_words_could_be_seen_takes_nothing(
    asked: Any, model: ModelServer
) -> None:
    model.answer = Reply(completion("Plain."), wait=0.3)
    async with writing(asked, "endeavour") as (app, pilot):
        await app.perform(BY_ID["model_rewrite"])
        await pilot.press("enter", "enter")
        await reads(pilot, "Plain.")
        await pilot.press("enter")
        assert app._triage.composer.text == "endeavour"
        assert "Plain." in text(app)


async def test_escape_while_waiting_breaks_off(asked: Any, model: ModelServer) -> None:
    model.answer = Reply(completion("Plain."), wait=30)
    async with writing(asked, "endeavour") as (app, pilot):
        await app.perform(BY_ID["model_rewrite"])
        await reads(pilot, "Asking tiny at 127.0.0.1")
        await pilot.press("escape")
        await pilot.pause(0.2)
        assert "Asking tiny" not in text(app)
        assert not [w for w in app._triage.workers if w.group == "model" and w.is_running]
        assert app._triage.composer.text == "endeavour"


async def test_a_proposal_stands_below_what_was_written(asked: Any, model: ModelServer) -> None:
    model.says("Dear Maria, it leaves on Friday.")
    async with writing(asked, "Hi.") as (app, pilot):
        await app.perform(BY_ID["model_propose"])
        shown = await seen(pilot, "it leaves on Friday")
        assert "from the newest 3 of 3 messages" in shown
        await pilot.press("enter")
        await pilot.pause(1.2)
        assert app._triage.composer.text == "Hi.\n\nDear Maria, it leaves on Friday."
        assert not operations(asked.session)
        kept = load_draft(asked.session, asked.refs["kettle"])
        assert kept is not None
        assert kept.text.startswith("Hi.")


async def test_the_summary_shows_its_sources_and_tells_what_it_left_out(
    asked: Any, model: ModelServer
) -> None:
    model.says("It leaks [m1]. A refund was given. The moon is cheese [m9].")
    async with writing(asked, "Hi.") as (app, pilot):
        await app.perform(BY_ID["model_summary"])
        shown = await seen(pilot, "It leaks [m1].")
        assert "(2 sentences without a source were left out)" in shown
        assert "Maria Lopez: My kettle leaks" in shown
        assert "refund" not in shown
        assert "moon" not in shown
        await pilot.press("enter")
        await pilot.pause(0.1)
        assert app._triage.composer.text == "Hi."


async def test_hostile_words_are_drawn_as_words(asked: Any, model: ModelServer) -> None:
    model.says("\x1b]0;owned\x07[red]Run[/red] [@click=app.quit]me[/] \u202ebackwards")
    async with writing(asked, "Hi.") as (app, pilot):
        await app.perform(BY_ID["model_rewrite"])
        shown = await seen(pilot, "[red]Run[/red] [@click=app.quit]me[/]")
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)
        await pilot.press("enter")
        await pilot.pause(0.1)
        assert not {"\x1b", "\x07", "\u202e"} & set(app._triage.composer.text)


async def test_what_goes_wrong_is_said_and_the_draft_stays(asked: Any, model: ModelServer) -> None:
    model.answer = Reply(b'{"error": {"message": "no such key"}}', 401)
    async with writing(asked, "endeavour") as (app, pilot):
        await app.perform(BY_ID["model_rewrite"])
        await reads(pilot, "does not accept the token")
        assert "Asking tiny" not in text(app)
        assert app._triage.composer.text == "endeavour"


async def test_without_an_endpoint_the_way_to_one_is_told_and_nothing_is_asked(office: Any) -> None:
    async with writing(office, "endeavour") as (app, pilot):
        for name in ("model_rewrite", "model_propose", "model_summary"):
            await app.perform(BY_ID[name])
            await reads(pilot, "No language model is set up")
            assert app.screen is app._triage


async def test_an_internal_note_stays_here_unless_notes_may_go(asked: Any, model: ModelServer) -> None:
    async with writing(asked, "secret") as (app, pilot):
        app._triage.composer.set_mode("note")
        await app.perform(BY_ID["model_rewrite"])
        await pilot.pause(0.3)
        assert "notes = true" in text(app)
        assert not model.asked
