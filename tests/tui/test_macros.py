"""Macros on the triage screen: found by typing, put in at the cursor as one step, and held back while a place is open."""

from __future__ import annotations

from typing import Any

import pytest
from support.pilots import until

from console import outbox
from widgets.macro_dialog import WHOLE, WORDS, Canned, MacroDialog

LEAK = """+++
title = "Leaking kettle"
keywords = ["leak", "kettle"]
changes = ["status=pending", "+leak"]
+++
Hi {{customer.first}}, kettle [[fill: which one]] gets a new flange by [[fill: the day]].
"""
BILL = '+++\ntitle = "Invoice"\nkeywords = ["invoice"]\n+++\nThe invoice of {{ticket.number}} is corrected.\n'


@pytest.fixture
def stocked(office: Any) -> Any:
    folder = office.session.home.root / "macros"
    folder.mkdir()
    (folder / "leak.md").write_text(LEAK, encoding="utf-8")
    (folder / "bill.md").write_text(BILL, encoding="utf-8")
    return office


async def opened(pilot: Any, reads: Any) -> Any:
    triage = pilot.app._triage
    await reads(pilot, "Kettle 0 leaks")
    await until(pilot, lambda: triage.furnished, "the other panes")
    ref = next(row.ref for row in triage.queue._rows.values() if row.requester == "Maria Lopez")
    triage.show_ticket(ref)
    triage.enter("story")
    await until(pilot, lambda: triage.looked and triage.looked.ticket.row.ref == ref, "the story")
    return triage


async def idle(pilot: Any) -> None:
    for _ in range(6):
        await pilot.pause(0.05)


async def test_a_macro_begins_a_reply_with_the_first_place_selected(stocked: Any, reads: Any) -> None:
    async with stocked.app().run_test(size=(150, 50)) as pilot:
        triage = await opened(pilot, reads)
        await pilot.press(";")
        shown = await reads(
            pilot, "Changes at once: status=pending +leak", "Hi Maria, kettle [[fill: which one]]"
        )
        assert shown.index("Leaking kettle") < shown.index("Invoice")
        await pilot.press("enter")
        await reads(pilot, "Hi Maria", gone="Changes at once")
        assert triage.pane_at_hand == "composer"
        assert triage.composer.area.selected_text == "[[fill: which one]]"
        await pilot.press("4", "alt+n")
        assert triage.composer.area.selected_text == "[[fill: the day]]"
        await pilot.press(*"Friday")
        assert triage.composer.text == "Hi Maria, kettle 4 gets a new flange by Friday."
        await idle(pilot)
        made = outbox.operations(stocked.session)
        assert [(each.ref, each.words()) for each in made] == [(triage.ref, "status=pending +leak")]
        await pilot.press("escape", "u")
        await idle(pilot)
        assert not outbox.operations(stocked.session)


async def test_one_undo_takes_the_words_out_and_words_alone_change_nothing(stocked: Any, reads: Any) -> None:
    async with stocked.app().run_test(size=(150, 50)) as pilot:
        triage = await opened(pilot, reads)
        await pilot.press("r", *"Hello;", "ctrl+o")
        await reads(pilot, "Macro for")
        await pilot.press(*"leaking", "ctrl+t")
        await reads(pilot, gone="Macro for")
        assert triage.composer.text.startswith("Hello;\n\nHi Maria, kettle [[fill: which one]]")
        await pilot.press("ctrl+z")
        assert triage.composer.text == "Hello;"
        await idle(pilot)
        assert not outbox.operations(stocked.session)


async def test_keys_typed_ahead_go_to_the_macros(stocked: Any, reads: Any) -> None:
    async with stocked.app().run_test(size=(150, 50)) as pilot:
        triage = await opened(pilot, reads)
        await pilot.press(";", *"invoi", "enter")
        await reads(pilot, "is corrected.", gone="Macro for")
        assert triage.composer.text.endswith("is corrected.")


@pytest.mark.parametrize(
    ("draft", "selected"),
    [
        ("Dear Ana, it comes [[fill: the day]].", "[[fill: the day]]"),
        ("Dear {{customer.nmae}}, it left.", "{{customer.nmae}}"),
    ],
)
async def test_an_open_place_is_never_sent(stocked: Any, reads: Any, draft: str, selected: str) -> None:
    async with stocked.app().run_test(size=(150, 50)) as pilot:
        triage = await opened(pilot, reads)
        await pilot.press("r")
        await idle(pilot)
        triage.composer.put(draft)
        for key in ("ctrl+s", "ctrl+l"):
            await pilot.press(key)
            await reads(pilot, "Not sent:")
            assert triage.composer.area.selected_text == selected
        await idle(pilot)
        assert len(pilot.app.screen_stack) == 1
        assert not outbox.operations(stocked.session)
        await pilot.press("x", "ctrl+s")
        found = await until(pilot, lambda: outbox.operations(stocked.session), "the reply")
        assert [each.kind for each in found] == ["reply"]


async def test_a_broken_macro_is_told_and_the_others_are_there(stocked: Any, reads: Any) -> None:
    folder = stocked.session.home.root / "macros"
    (folder / "wrong.md").write_text("Hi {{customer.frist}}\n", encoding="utf-8")
    async with stocked.app().run_test(size=(200, 50)) as pilot:
        await opened(pilot, reads)
        await pilot.press(";")
        shown = await reads(pilot, "A macro cannot be used", "Leaking kettle")
        assert "There are no macros" not in shown


async def test_the_window_returns_what_was_chosen_and_shows_markup_as_text(office: Any, reads: Any) -> None:
    taken: list[str | None] = []
    macros = [
        Canned("a", "[red]A[/]", "why", "[@click=app.bell]x[/]"),
        Canned("b", "Bee", "", "Second words"),
    ]
    async with office.app().run_test(size=(80, 24)) as pilot:
        for keys in (
            ("enter",),
            ("down", "ctrl+t"),
            (*"bee", "enter"),
            ("escape",),
            (*"zzz", "enter", "escape"),
        ):
            pilot.app.push_screen(MacroDialog("Macro", macros), taken.append)
            await reads(pilot, "[red]A[/]")
            assert "[@click=app.bell]x[/]" in await reads(pilot, "[@click")
            await pilot.press(*keys)
            await pilot.pause()
    assert taken == [f"{WHOLE}a", f"{WORDS}b", f"{WHOLE}b", "", ""]


async def test_the_preview_follows_the_cursor(office: Any, reads: Any) -> None:
    macros = [Canned("a", "Ay", "", "First words"), Canned("b", "Bee", "", "Second words")]
    async with office.app().run_test(size=(80, 24)) as pilot:
        pilot.app.push_screen(MacroDialog("Macro", macros))
        await reads(pilot, "First words", gone="Second words")
        await pilot.press("down")
        await reads(pilot, "Second words", gone="First words")
        await pilot.press(*"ay")
        await reads(pilot, "First words", gone="Second words")
        await pilot.press(*"zzz")
        await reads(pilot, "Nothing fits.", gone="First words")


async def test_a_macro_sent_as_it_is_is_told_beside_the_draft(stocked: Any, reads: Any) -> None:
    text = "Hi {{customer.first}}, the invoice was wrong and we have written a new one for you, which is on its way now."
    (stocked.session.home.root / "macros" / "bill.md").write_text(text, encoding="utf-8")
    async with stocked.app().run_test(size=(200, 50)) as pilot:
        await opened(pilot, reads)
        await pilot.press(";", *"bill", "enter")
        await reads(pilot, "nearly word for word")
