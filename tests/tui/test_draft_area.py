"""The text of a draft, which is longer than its pane."""

from __future__ import annotations

from typing import Any

from widgets.draft_area import DraftArea

LONG = "\n".join(f"line {n}" for n in range(60))


async def test_undo_and_redo_let_a_long_text_go_and_come(toy: Any) -> None:
    area = DraftArea()
    app = toy(area, pane="composer")
    async with app.run_test(size=(60, 10)) as pilot:
        area.focus()
        await pilot.press("a", "b")
        area.rewrite(LONG)
        await pilot.pause()
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert (area.text, area.cursor_location) == ("ab", (0, 2))
        await pilot.press("ctrl+y")
        await pilot.pause()
        assert area.text == LONG
        await pilot.press("f7", "backspace", "ctrl+z")
        await pilot.pause()
        assert area.text == LONG
        await pilot.press("ctrl+y")
        await pilot.pause()
        assert area.text == ""
