"""Recap and next steps on the triage screen: a line leads to its message, a step goes into the draft."""

from __future__ import annotations

from typing import Any

import pytest
from support.desk import BO

from screens.app import HeardApp
from widgets.insight import Entry, InsightDialog, Taken

FIX = "Hello, please tighten the flange of the kettle by hand. Bo"


@pytest.fixture
async def solved(office: Any) -> Any:
    """Two more tickets of others about leaking kettles, both solved the same way; one article."""
    for name in ("Zora Zuse", "Yann Yolk"):
        number = office.desk.open(
            office.desk.customer(name), "Kettle leaks", "My kettle leaks at the flange."
        )
        office.clock.tick(60)
        office.desk.says(number, BO.id, FIX)
        office.desk.sets(number, BO.id, status="solved")
    asking = office.desk.open(
        office.desk.customer("Uma Uhl"),
        "Leaking kettle",
        "The flange of my kettle leaks. Can you send a new one?",
    )
    office.clock.tick(60)
    folder = office.session.home.root / "knowledge"
    folder.mkdir()
    (folder / "leak.md").write_text("# Kettle leaks\n\n1. Close the flange.\n2. Wait.\n", encoding="utf-8")
    await office.sync()
    await office.sync()
    office.asking = f"acme/{asking}"
    return office


async def opened(office: Any, pilot: Any, reads: Any) -> HeardApp:
    app = pilot.app
    await reads(pilot, "Leaking kettle")
    app._triage.open_ticket(office.asking)
    await reads(pilot, "The flange of my kettle leaks.")
    return app  # type: ignore[no-any-return]  # the pilot's app is this one


async def test_a_line_of_the_recap_leads_to_its_message(solved: Any, reads: Any) -> None:
    async with solved.app().run_test(size=(150, 50)) as pilot:
        app = await opened(solved, pilot, reads)
        await pilot.press("R")
        await reads(pilot, "Recap: ")
        assert isinstance(app.screen, InsightDialog)
        assert [entry.words for entry in app.screen.entries if entry.part == "asked"] == [
            "The flange of my kettle leaks.",
            "Can you send a new one?",
        ]
        message = app.screen.entries[0].message_id
        await pilot.press("enter")
        await reads(pilot, gone="Recap: ")
        assert message
        assert app._triage.pane_at_hand == "story"


async def test_a_step_goes_into_the_draft_and_one_undo_takes_it_out(solved: Any, reads: Any) -> None:
    async with solved.app().run_test(size=(150, 50)) as pilot:
        app = await opened(solved, pilot, reads)
        await pilot.press("N")
        await reads(pilot, "2 of 2", "leak.md")
        await pilot.press("enter")
        await reads(pilot, gone="Next steps: ")
        composer = app._triage.composer
        assert composer.text == "please tighten the flange of the kettle by hand."
        assert app._triage.pane_at_hand == "composer"
        await pilot.press("ctrl+z")
        assert not composer.text


async def test_steps_of_an_article_go_below_what_is_typed(solved: Any, reads: Any) -> None:
    async with solved.app().run_test(size=(150, 50)) as pilot:
        app = await opened(solved, pilot, reads)
        await pilot.press("r", *"Hello", "ctrl+k")
        await reads(pilot, "leak.md")
        await pilot.press("tab", "enter")
        await reads(pilot, gone="Next steps: ")
        assert app._triage.composer.text == "Hello\n1. Close the flange.\n2. Wait."


async def test_o_opens_the_ticket_of_a_step_and_escape_leaves(solved: Any, reads: Any) -> None:
    async with solved.app().run_test(size=(150, 50)) as pilot:
        app = await opened(solved, pilot, reads)
        await pilot.press("N")
        await reads(pilot, "Next steps: ")
        await pilot.press("escape")
        await reads(pilot, gone="Next steps: ")
        await pilot.press("N")
        await reads(pilot, "2 of 2")
        await pilot.press("o")
        await reads(pilot, "please tighten the flange", gone="Next steps: ")
        assert app._triage.ref != solved.asking
        assert not app._triage.composer.text


async def test_a_story_without_sentences_says_so(office: Any, reads: Any) -> None:
    async with office.app().run_test(size=(150, 50)) as pilot:
        pilot.app.push_screen(InsightDialog("Recap", [], empty="Nothing at all.", keys=""))
        await reads(pilot, "Nothing at all.")
        await pilot.press("enter", "o", "tab")
        assert isinstance(pilot.app.screen, InsightDialog)


async def test_markup_in_a_line_is_shown_as_it_is(office: Any, reads: Any) -> None:
    taken: list[Taken | None] = []
    async with office.app().run_test(size=(80, 24)) as pilot:
        entry = Entry("asked", "Zoë [/x]", "[@click=app.bell]press[/] [red]me", below="[b]", ref="acme/1")
        pilot.app.push_screen(InsightDialog("[x]", [entry], empty="", keys=""), taken.append)
        assert "[@click=app.bell]press[/] [red]me" in await reads(pilot, "[red]me")
        await pilot.press("enter")
        await pilot.pause()
    assert taken == [Taken(entry)]
