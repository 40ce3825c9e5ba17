"""The queue as an agent meets it."""

from __future__ import annotations

import time
from array import array
from typing import Any

import pytest
from rich.cells import cell_len
from textual.events import MouseScrollDown

from widgets import words
from widgets.cells import visible
from widgets.snapshot import snapshot
from widgets.ticket_list import TicketList

NOW, HOUR = 1_772_000_000_000_000, 3_600_000_000


async def test_keys_move_the_cursor(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(1, 301)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "j", "down")
        assert app.queue.cursor == 3
        await pilot.press("k", "up")
        assert app.queue.cursor == 1
        await pilot.press("G")
        assert app.queue.cursor == 299
        await pilot.press("g", "g")
        assert app.queue.cursor == 0
        await pilot.press("ctrl+d", "pagedown", "ctrl+u", "pageup", "end", "home")
        assert app.queue.cursor == 0


async def test_a_lone_g_does_nothing_and_shows_that_more_is_awaited(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(1, 301)])
    async with app.run_test() as pilot:
        await pilot.press("G", "g")
        assert (app.queue.cursor, app.keymap.pending) == (299, "g")
        await pilot.press("k")
        assert app.queue.cursor == 298


async def test_the_cursor_stays_on_its_ticket_when_rows_arrive_above(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(100, 200)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"jjjjjjjjjj")
        await pilot.pause()
        line = next(n for n, text in enumerate(app.lines()) if "Parcel 110 " in text)
        app.rows = {n: row(n) for n in [*range(1, 31), *range(100, 200)]}
        app.show()
        await pilot.pause()
        assert app.queue.row().ref == "demo/110"
        assert "Parcel 110 " in app.lines()[line]


async def test_the_cursor_stays_on_its_ticket_through_a_new_order(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(1, 2001)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"jjjjj", "space")
        app.rows = dict(sorted(app.rows.items(), reverse=True))
        app.show()
        await pilot.pause()
        assert app.queue.row().ref == "demo/7"
        assert app.queue.cursor == 1993
        assert "Parcel 7 " in app.text()
        assert app.queue.marked() == [(6, "demo/6")]


async def test_a_ticket_far_down_is_found_again_when_thousands_arrive_above(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(50_000, 70_000)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("G", "k", "space", "k")
        found = snapshot(array("I", range(1, 69_999)), app.queue.pinned, app.queue.marks)
        await pilot.press("k")  # the cursor has moved since this was looked up
        app.rows = {n: row(n) for n in range(69_000, 69_999)}
        app.queue.take(found)
        await pilot.pause()
        assert app.queue.row().ref == "demo/69997"
        assert app.queue.marks == {69_998: "demo/69998"}
        app.queue.take(snapshot(array("I", range(1, 69_998)), app.queue.pinned, app.queue.marks))
        assert app.queue.marks == {}


async def test_the_first_rows_are_shown_before_the_rest_and_the_end_is_kept_in_mind(
    queue: Any, row: Any
) -> None:
    app = queue([row(n) for n in range(1, 5001)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"jjj")
        app.queue.begin(array("I", range(1001, 1129)), [row(n) for n in range(1001, 1129)], more=True)
        await pilot.pause()
        assert app.queue.row().ref == "demo/1001"
        assert "128+ tickets" in app.text()
        await pilot.press("j", "G")
        assert app.queue.row().ref == "demo/1128"
        app.queue.take(snapshot(array("I", range(1001, 4001)), app.queue.pinned))
        await pilot.pause()
        assert app.queue.row().ref == "demo/4000"
        assert "3,000 tickets" in app.text()


async def test_rows_that_nobody_sees_cost_no_paint(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(1, 5001)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        paints = []
        app.queue.render_lines, paint = (
            lambda crop: paints.append(crop) or paint(crop),
            app.queue.render_lines,
        )
        app.queue.put_rows([row(n) for n in range(3001, 3129)])
        await pilot.pause(0.1)
        assert not paints
        app.queue.put_rows([row(1, subject="Changed")])
        await pilot.pause(0.1)
        assert "Changed" in app.text()


TEXTS = (
    "日本語のとても長い件名", "👩‍👩‍👧 family 🇩🇪 👍🏽", "طلب استرداد المبلغ من فضلك", "החזר כספי בבקשה עכשיו", "e\u0301te\u0301 a\u0308rger" * 4,
    "Z\u0351\u036b\u0343a\u0329\u0354lgo", "\u202eevil\u202c", "❤️ ☎️ 1️⃣", "भुगतान विफल हुआ", "\u200bzero\u200bwidth", "ﷺ ﷽", "\U000e0041tag",
)  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("width", [24, 57, 111, 190])
async def test_no_text_tears_a_row(queue: Any, row: Any, text: str, width: int) -> None:
    """Each line is as wide as the pane, and what stands behind the text stands where it does on every other line."""
    subject = visible(text)
    app = queue(
        [
            row(1),
            row(2, subject=text * 5, requester=text, assignee=text, group=text, tags=text),
            row(3, subject=text),
        ]
    )
    async with app.run_test(size=(width, 24)) as pilot:
        await pilot.press("j")
        strips = app.queue.render_lines(app.queue.size.region)
        assert {sum(cell_len(segment.text) for segment in strip) for strip in strips} == {width}
        age = words.age(NOW, NOW - 2 * HOUR)
        assert all(strip.text.rstrip().endswith(age) for strip in strips[2:5])
        assert width < 57 or subject[:3] in strips[4].text


async def test_at_the_top_what_arrives_is_seen(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(100, 200)])
    async with app.run_test(size=(80, 24)) as pilot:
        app.rows = {n: row(n) for n in [1, 2, *range(100, 200)]}
        app.show()
        await pilot.pause()
        assert "Parcel 1 " in app.text()
        assert app.queue.row().ref == "demo/100"


async def test_a_ticket_that_leaves_gives_its_place_to_the_next(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(1, 10)])
    async with app.run_test() as pilot:
        await pilot.press("j", "j")
        del app.rows[3]
        app.show()
        await pilot.pause()
        assert app.queue.row().ref == "demo/4"
        assert app.refs(TicketList.Highlighted)[-1].ref == "demo/4"


async def test_marks_stay_with_their_tickets_and_go_with_them(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(1, 10)])
    async with app.run_test() as pilot:
        await pilot.press("space", "space", "space")
        assert "3 marked of 9 tickets" in app.text()
        del app.rows[2]
        app.show()
        await pilot.pause()
        assert app.queue.marked() == [(1, "demo/1"), (3, "demo/3")]
        assert app.refs(TicketList.MarksChanged)[-1].count == 2
        await pilot.press("escape")
        assert app.queue.marked() == []


async def test_marking_a_range_all_and_the_others(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(1, 11)])
    async with app.run_test() as pilot:
        await pilot.press("space", "j", "j", "V")
        assert [i for i, _ in app.queue.marked()] == [1, 2, 3, 4]
        await pilot.press("~")
        assert [i for i, _ in app.queue.marked()] == [5, 6, 7, 8, 9, 10]
        await pilot.press("*")
        assert len(app.queue.marked()) == 10


async def test_a_range_begins_at_the_last_mark_whatever_arrives_and_nowhere_without_one(
    queue: Any, row: Any
) -> None:
    app = queue([row(n) for n in range(10, 30)])
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.press("space", "j", "j")
        app.rows = {n: row(n) for n in (1, 2, *range(10, 30))}
        app.show()
        await pilot.pause()
        await pilot.press("j", "V")
        assert [i for i, _ in app.queue.marked()] == [10, 11, 12, 13, 14]
        await pilot.press("escape", "j", "j", "V")
        assert [i for i, _ in app.queue.marked()] == [16]
        await pilot.press("j", "V")
        assert [i for i, _ in app.queue.marked()] == [16, 17]


async def test_all_are_marked_although_the_rest_is_on_its_way(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(1, 301)])
    async with app.run_test() as pilot:
        app.queue.begin(array("I", range(1, 129)), [row(n) for n in range(1, 129)], more=True)
        await pilot.press("*")
        app.queue.take(snapshot(array("I", range(1, 301)), app.queue.pinned, app.queue.marks))
        assert len(app.queue.marked()) == 300
        await pilot.press("space")
        app.queue.take(snapshot(array("I", range(1, 302)), app.queue.pinned, app.queue.marks))
        assert len(app.queue.marked()) == 299


async def test_a_mark_does_not_pass_to_another_ticket_with_the_same_number(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(1, 10)])
    async with app.run_test() as pilot:
        await pilot.press("space")
        app.rows[1] = row(1, ref="other/77")
        app.show()
        await pilot.pause()
        assert app.queue.marked() == []


async def test_enter_and_double_click_open_the_ticket(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(1, 10)])
    async with app.run_test() as pilot:
        await pilot.press("j", "enter")
        await pilot.click(TicketList, offset=(10, 6), times=2)
        assert [m.ref for m in app.refs(TicketList.Opened)] == ["demo/2", "demo/5"]


async def test_the_wheel_scrolls_and_takes_the_cursor_along(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(1, 100)])
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot._post_mouse_events([MouseScrollDown], TicketList)
        await pilot.pause()
        assert app.queue.top == 3
        assert app.queue.cursor == 3


async def test_state_and_priority_are_words_or_signs_never_colour_alone(queue: Any, row: Any) -> None:
    tickets = [row(1, status="hold", priority="urgent"), row(2, status="solved"), row(3, priority="high")]
    app = queue(tickets)
    async with app.run_test(size=(80, 24)):
        first, second, third = app.lines()[2:5]
        assert "on-hold" in first
        assert "‼" in first
        assert "solved" in second
        assert "!" in third
        assert "‼" not in third


async def test_a_wide_pane_tells_the_clock_in_words(queue: Any, row: Any, now: int) -> None:
    hour = 3_600_000_000
    app = queue([row(1, sla_due=now - hour), row(2, sla_due=now + 2 * hour), row(3, priority="urgent")])
    async with app.run_test(size=(200, 50)):
        late, due, urgent = app.lines()[2:5]
        assert "late 1h" in late
        assert "2h00m" in due
        assert "urgent" in urgent
        assert "Support" in due


@pytest.mark.parametrize("width", [20, 40, 56, 80, 110, 150, 200])
async def test_every_line_is_exactly_as_wide_as_the_pane(queue: Any, row: Any, width: int) -> None:
    tickets = [
        row(n, subject="日本語のとても長い件名 👩‍👩‍👧 " * 9, requester="علي بن محمد بن أحمد الطويل")
        for n in range(1, 99)
    ]
    app = queue(tickets)
    async with app.run_test(size=(width, 24)):
        strips = app.queue.render_lines(app.queue.size.region)
        assert {strip.cell_length for strip in strips} == {width}
        assert "日本" in strips[4].text or width < 40


@pytest.mark.parametrize("count", [3, 99])
@pytest.mark.parametrize("width", [56, 80, 100, 150])
async def test_names_of_columns_stand_above_what_they_name(
    queue: Any, row: Any, width: int, count: int
) -> None:
    app = queue([row(n, requester="Zoe Zimmer", assignee="") for n in range(1, count)])
    async with app.run_test(size=(width, 24)):
        _title, names, first, *_ = app.lines()
        told = {"requester": "Zoe Zimmer", "assignee": "nobody"}
        assert {name: names.find(name) for name in told} == {name: first.find(w) for name, w in told.items()}


async def test_hostile_subjects_are_letters_and_nothing_else(queue: Any, row: Any) -> None:
    subject = "[@click=app.bell]x[/] [/red] \x1b[31mred\x07"
    app = queue([row(1, subject=subject)])
    async with app.run_test(size=(120, 24)) as pilot:
        line = app.lines()[2]
        assert "[@click=app.bell]x[/] [/red] ␛[31mred␇" in line
        assert "\x1b" not in line
        segments = app.queue.render_lines(app.queue.size.region)[2]
        assert not any(segment.style and segment.style.meta for segment in segments)
        await pilot.click(TicketList, offset=(30, 2))


async def test_no_color_leaves_no_colour_and_a_visible_cursor(queue: Any, row: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = queue([row(n, priority="urgent", sla_due=1) for n in range(1, 9)])
    async with app.run_test(size=(120, 24)):
        strips = app.queue.render_lines(app.queue.size.region)
        styles = [segment.style for strip in strips for segment in strip]
        assert not any(style.color or style.bgcolor for style in styles if style)
        assert any(segment.style and segment.style.reverse for segment in strips[2])


async def test_an_empty_list_says_why(queue: Any) -> None:
    app = queue([])
    async with app.run_test() as pilot:
        assert "No tickets here" in app.text()
        app.queue.set_ids(app.queue.ids, problem="The store is damaged: see heard doctor.")
        await pilot.pause()
        assert "The store is damaged" in app.text()


async def test_rows_are_asked_for_in_blocks_and_only_where_they_are_seen(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(1, 5001)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("G")
        await pilot.pause()
        asked = {i for m in app.refs(TicketList.WantsRows) for i in m.ids}
        assert len(asked) <= 4 * 128
        assert {1, 5000} <= asked
        assert "Parcel 5000 " in app.text()


async def test_a_hundred_thousand_rows(queue: Any, row: Any) -> None:
    """Prints what a key costs; asserts only that the last row is reached."""
    app = queue([row(n) for n in range(1, 100_001)])
    async with app.run_test(size=(120, 40)) as pilot:
        costs = []
        for key in ["down"] * 40 + ["pagedown"] * 20 + ["G", "g", "g", "G"]:
            start = time.perf_counter()
            await pilot.press(key)
            costs.append((time.perf_counter() - start) * 1000)
        costs.sort()
        print(
            f"\n100,000 rows, key to idle: median {costs[len(costs) // 2]:.1f} ms, worst {costs[-1]:.1f} ms"
        )
        assert app.queue.row().ref == "demo/100000"
