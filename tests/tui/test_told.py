"""What the customer has told already, beside the draft: put in, corrected, put away, gone to, and never asked again."""

from __future__ import annotations

from typing import Any

import pytest
from support.pilots import at_work

from widgets.fields_dialog import FieldsDialog
from widgets.picker import Picker

TOLD = (
    "Hello, order A-47110 never arrived. I already called the carrier twice. I am worried that it is lost for my exam. "
    "I want a refund for this."
)


@pytest.mark.parametrize(("width", "height"), [(200, 50), (80, 24)])
async def test_what_was_told_is_beside_the_draft_in_the_room_there_is(
    office: Any, desk_of: Any, reads: Any, width: int, height: int
) -> None:
    ref, app = await desk_of(TOLD), office.app()
    async with app.run_test(size=(width, height)) as pilot:
        pane = await at_work(app, pilot, reads, ref)
        shown = await reads(pilot, "alt-t")
        assert ("A-47110" in shown.split("ALREADY TOLD")[-1]) if height > 30 else "told alt-t" in shown
        assert pane.composer.area.size.height >= 1


async def test_a_click_on_a_field_puts_its_value_in(office: Any, desk_of: Any, reads: Any) -> None:
    ref, app = await desk_of(TOLD), office.app()
    async with app.run_test(size=(200, 50)) as pilot:
        pane = await at_work(app, pilot, reads, ref)
        await reads(pilot, "ALREADY TOLD")
        await pane.types("It is about ")
        assert await pilot.click(pane.screen.hear_fields, offset=(12, 1))
        await pane.until(lambda: pane.composer.text == "It is about A-47110")
        assert app.focused is pane.composer.area


async def test_a_corrected_field_holds_for_the_person_and_for_the_question_asked_again(
    office: Any, desk_of: Any, reads: Any
) -> None:
    ref, app = await desk_of(TOLD), office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        pane = await at_work(app, pilot, reads, ref)
        await pilot.press("alt+t")
        await pane.until(lambda: isinstance(app.screen, FieldsDialog))
        await pilot.press("e")
        await pane.until(lambda: isinstance(app.screen, Picker))
        await pilot.press(*"A-47119", "enter")
        await pane.until(lambda: isinstance(app.screen, FieldsDialog))
        await pilot.press("enter")
        await pane.until(lambda: pane.composer.text == "A-47119")
        await pane.types(". What is your order number?")
        assert "A-47119" in pane.screen.ladder.hint.say


async def test_a_field_put_away_is_no_answer_and_can_be_brought_back(
    office: Any, desk_of: Any, reads: Any
) -> None:
    ref, app = await desk_of(TOLD), office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        pane = await at_work(app, pilot, reads, ref)
        await pilot.press("alt+t")
        await pane.until(lambda: isinstance(app.screen, FieldsDialog))
        await pilot.press("x")
        await reads(pilot, "(put away) A-47110")
        await pilot.press("escape")
        await pane.types("What is your order number?")
        assert all(check.name != "reask" for check in pane.screen._advice.checks)
        await pilot.press("alt+t")
        await pane.until(lambda: isinstance(app.screen, FieldsDialog))
        await pilot.press("G", "x")
        await reads(pilot, gone="(put away)")
        await pilot.press("escape")
        await pane.until(lambda: any(check.name == "reask" for check in pane.screen._advice.checks))


async def test_a_field_leads_to_its_message(office: Any, desk_of: Any, reads: Any) -> None:
    ref, app = await desk_of(TOLD, "And where is the other thing?"), office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        pane = await at_work(app, pilot, reads, ref)
        await pilot.press("alt+t")
        await pane.until(lambda: isinstance(app.screen, FieldsDialog))
        await pilot.press("o")
        await pane.until(lambda: app.focused is pane.screen.timeline)
        window = pane.screen.timeline.window
        assert "A-47110" in window.shown[pane.screen.timeline.cursor].text


async def test_restating_begins_the_draft_in_one_step(office: Any, desk_of: Any, reads: Any) -> None:
    ref, app = await desk_of(TOLD), office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        pane = await at_work(app, pilot, reads, ref)
        await pane.types("We look at it.")
        await pilot.press("alt+w")
        first, _, rest = pane.composer.text.partition("\n\n")
        assert first.startswith("You wrote that order A-47110 never arrived.")
        assert "You want a refund for this." in first
        assert rest == "We look at it."
        pane.composer.area.undo()
        assert pane.composer.text == "We look at it."


@pytest.mark.parametrize(
    "draft", ["", "👍👍🏽", "[bold]x[/]\x1b[31m [@click=app.bell]y", "a\tb", "日本語" * 400]
)
async def test_no_draft_takes_the_pane_down(office: Any, desk_of: Any, reads: Any, draft: str) -> None:
    ref, app = await desk_of(TOLD), office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        pane = await at_work(app, pilot, reads, ref)
        await pane.types(draft)
        for key in ("alt+j", "alt+i", "ctrl+g", "alt+w", "alt+h", "alt+x"):
            await pilot.press(key)
            await pilot.pause(0.05)
            while len(app.screen_stack) > 1 and isinstance(app.screen, Picker):
                await pilot.press("escape")
        assert "HEARD" in await reads(pilot, "HEARD")


async def test_the_whole_person_is_asked_and_the_banner_stands_above_the_ladder(
    office: Any, desk_of: Any, reads: Any
) -> None:
    ref = await desk_of(
        TOLD, f"Again: {TOLD}", "order A-47110 still never arrived, this is the third time I write."
    )
    app = office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        pane = await at_work(app, pilot, reads, ref)
        await pane.types("I am sorry, that is frustrating. We have sent order A-47110 again today.")
        text = pane.screen.ladder.text()
        assert "3rd contact in 1 day, told 3 times" in text.splitlines()[0] + text.splitlines()[1]
        steps = {step.name: step.state for step in pane.screen._advice.steps}
        assert steps["empathize"] == "partly"
        pane.composer.replace(0, len(pane.composer.text), "")
        await pane.types(
            "That is frustrating. I am sorry that you had to write to us three times. We have sent order A-47110 again today."
        )
        assert pane.screen._advice.step("empathize").state == "seen"
