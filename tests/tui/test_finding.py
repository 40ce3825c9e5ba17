"""Finding tickets on the screen: the query bar that completes, views with columns, the search that marks its finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.widgets import Input

from widgets.picker import Picker
from widgets.query_bar import Completion, QueryBar


async def test_tab_completes_the_field_then_its_value_then_takes_the_next(
    office: Any, reads: Callable[..., Any]
) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await reads(pilot, "Kettle")
        await pilot.press("/", "backspace", *"stat")
        await reads(pilot, "status: ")
        await pilot.press("tab")
        bar = app.screen.query_one(QueryBar)
        assert bar.text == "status:"
        await reads(pilot, "pending")
        await pilot.press("o")
        await reads(pilot, "open", gone="        pending")
        await pilot.press("tab")
        assert bar.text == "status:open"
        await pilot.press(" ", *"sort:", "s")
        await reads(pilot, "subject")
        await pilot.press("tab")
        first = bar.text
        await pilot.press("tab")
        assert {first, bar.text} == {"status:open sort:sla", "status:open sort:subject"}


async def test_tab_before_it_is_known_what_fits_is_not_lost(toy: Any) -> None:
    bar = QueryBar()
    app = toy(bar, pane="query")
    async with app.run_test(size=(80, 10)) as pilot:
        bar.open("")
        await pilot.press(*"as", "tab")
        assert bar.text == "as"
        bar.show_fits([Completion(0, "assignee:", "who")], "as")
        assert bar.text == "assignee:"
        bar.show_fits([Completion(0, "tag:")], "a")  # of older words: dropped
        assert "tag:" not in app.text()


async def test_tab_where_nothing_fits_takes_nothing_that_fits_other_words(toy: Any) -> None:
    bar = QueryBar()
    app = toy(bar, pane="query")
    async with app.run_test(size=(80, 10)) as pilot:
        bar.open("")
        await pilot.press(*"told>2", "tab")
        bar.show_fits([], "told>2")
        await pilot.press("tab", "backspace", *"3 a")
        bar.show_fits([Completion(7, "assignee:", "who")], "told>3 a")
        assert bar.text == "told>3 a"
        await pilot.press("tab")
        assert bar.text == "told>3 assignee:"


async def test_tab_completes_where_the_cursor_stands_and_leaves_the_words_behind_it(
    office: Any, reads: Callable[..., Any]
) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await reads(pilot, "Kettle")
        await pilot.press("/", "backspace", *"status:o sort:s")
        await reads(pilot, "subject")
        bar = app.screen.query_one(QueryBar)
        await pilot.press(*["left"] * len(" sort:s"), "tab")
        await reads(pilot, "status:open sort:s")
        assert bar.text == "status:open sort:s"
        await pilot.press("end", "tab")
        await reads(pilot, "status:open sort:sla")


async def test_the_count_follows_the_typing_and_a_mistake_gets_a_caret(
    office: Any, reads: Callable[..., Any]
) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await reads(pilot, "Kettle")
        await pilot.press("/", "backspace", *'"kettle 3" or "kettle 4"')
        await reads(pilot, "2 tickets")
        await pilot.press(*" or (")
        shown = await reads(pilot, "A condition is missing here.")
        lines = shown.splitlines()
        typed = next(n for n, line in enumerate(lines) if "query / " in line)
        assert lines[typed + 1].index("^") == lines[typed].index("query / ") + len(
            'query / "kettle 3" or "kettle 4" or ('
        )


async def test_a_view_brings_its_columns_order_and_groups(office: Any, reads: Callable[..., Any]) -> None:
    folder = office.session.home.root / "views"
    folder.mkdir()
    (folder / "k.toml").write_text(
        'name = "Kettles"\nquery = "kettle"\nkey = "3"\nsort = "created"\ngroup = "status"\ncolumns = ["messages", "subject", "ref"]\n',
        encoding="utf-8",
    )
    (folder / "bad.toml").write_text('query = "status:opn"\n', encoding="utf-8")
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await reads(pilot, "! 1 bad view")
        await pilot.press("3")
        shown = await reads(pilot, "messages subject")
        heads = next(line for line in shown.splitlines() if "messages subject" in line)
        assert "ref" in heads
        assert "requester" not in heads
        assert app._triage.asked.sort == "status/created"
        await pilot.press("1")
        await reads(pilot, "status    subject", gone="messages subject")


async def test_another_order_is_taken_although_the_query_names_one(
    office: Any, reads: Callable[..., Any]
) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await reads(pilot, "Kettle")
        await pilot.press("/", "backspace", *"kettle sort:created", "enter")
        await reads(pilot, "Kettle 11")
        app._triage._resort("oldest")
        await pilot.pause(0.3)
        queue = app._triage.queue
        assert queue.row(queue._rows[queue.ids[0]].ref).subject.startswith("Kettle 0")


async def test_the_meaning_of_the_query_is_told(office: Any, reads: Callable[..., Any]) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await reads(pilot, "Kettle")
        await app.perform_id("explain")
        await reads(pilot, "What the query means", "every ticket that", "plan:")


async def test_a_find_stands_out_and_enter_goes_to_its_message(
    office: Any, reads: Callable[..., Any]
) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await reads(pilot, "Kettle")
        await pilot.press("F", *"tell kettle 6")
        await reads(pilot, "note: Do not tell, kettle 6.")
        picker = app.screen
        assert isinstance(picker, Picker)
        row = next(n for n, r in enumerate(picker.table.rows) if "note:" in r[1][0])
        ref = picker.table.rows[row][0][0]
        bold = [text for text, ink in picker.table.spans(row, 70) if ink == "strong"]
        assert {"tell", "kettle", "6"} <= set(bold)
        await pilot.press("ctrl+r")
        assert picker.ranked
        picker.table.cursor = row
        await pilot.press("enter")
        await reads(pilot, "Do not tell, kettle 6.")
        assert not isinstance(app.screen, Picker)
        assert app._triage._view.ref == ref


async def test_words_typed_in_the_search_are_looked_for_as_they_come(
    office: Any, reads: Callable[..., Any]
) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await reads(pilot, "Kettle")
        await pilot.press("F", *"kettle 1")
        await reads(pilot, "message: We look at kettle 1.")
        await pilot.press("0")
        await reads(pilot, "message: Hello, kettle 10", gone="message: We look at kettle 1.")
        await pilot.press(*["backspace"] * 9)
        await pilot.pause(0.2)
        assert app.screen.query_one(Input).value == ""
        assert app.screen.table.rows == []
