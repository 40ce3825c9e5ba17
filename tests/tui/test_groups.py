"""A queue whose tickets stand in groups, each under its heading."""

from __future__ import annotations

import random
import re
from array import array
from typing import Any

import pytest
from support.groups import STATUSES, grouped
from textual.events import MouseScrollDown, MouseScrollUp

from store.rows import TicketRow
from widgets.snapshot import snapshot
from widgets.ticket_list import TicketList


@pytest.fixture
def grouped_queue(queue: Any) -> Any:
    """A queue in memory whose tickets stand in groups by status."""

    class GroupedToy(queue):  # type: ignore[misc]  # a fixture gives the class
        def show(self) -> None:
            rows: list[TicketRow] = sorted(self.rows.values(), key=lambda r: STATUSES.index(r.status))
            groups = grouped([STATUSES.index(r.status) for r in rows])
            ids = array("I", [r.id for r in rows])
            self.queue.problem = ""
            self.queue.take(snapshot(ids, self.queue.pinned, self.queue.marks, groups))

    return GroupedToy


def mixed(row: Any, **counts: int) -> list[TicketRow]:
    """So many tickets of each status, numbered on."""
    statuses = [status for status, count in counts.items() for _ in range(count)]
    return [row(n, status=status) for n, status in enumerate(statuses, 1)]


def heads(app: Any) -> list[str]:
    """The headings on the screen, without their rules."""
    found = (re.match(r"([-+─]{2}) (.*?) [-─]", line) for line in app.lines())
    return [f"{'+ ' if each[1][0] == '+' else ''}{each[2]}" for each in found if each]


async def test_each_group_stands_under_its_heading_with_its_count(grouped_queue: Any, row: Any) -> None:
    app = grouped_queue(mixed(row, new=1, open=3, hold=2))
    async with app.run_test(size=(80, 24)):
        assert heads(app) == ["new, 1 ticket", "open, 3 tickets", "on-hold, 2 tickets"]
        lines = app.lines()
        assert lines[2].startswith("── new, 1 ticket ──")
        assert "Parcel 1 " in lines[3]
        assert lines[4].startswith("── open, 3 tickets ──")
        assert all(f"Parcel {n} " in lines[3 + n] for n in (2, 3, 4))


async def test_the_cursor_passes_over_headings(grouped_queue: Any, row: Any) -> None:
    app = grouped_queue(mixed(row, new=2, open=30, pending=1, hold=40))
    async with app.run_test(size=(80, 24)) as pilot:
        walked = [app.queue.pinned]
        for _ in range(80):
            await pilot.press("j")
            walked.append(app.queue.pinned)
        assert walked == [*range(1, 74), *[73] * 8]
        for key in ("k",) * 75:
            await pilot.press(key)
            walked.append(app.queue.pinned)
        assert walked[81:] == [*range(72, 0, -1), 1, 1, 1]
        for key in ("G", "g", "ctrl+d", "ctrl+d", "pagedown", "pageup", "ctrl+u", "home", "end"):
            await pilot.press(*(key, key) if key == "g" else (key,))
            assert app.queue.row_at(app.queue.cursor) >= 0, key
            assert app.queue.row().id == app.queue.pinned, key
        assert app.queue.pinned == 73


async def test_a_click_on_a_heading_is_one_on_its_first_ticket_and_two_fold_it(
    grouped_queue: Any, row: Any
) -> None:
    app = grouped_queue(mixed(row, new=2, open=5))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(TicketList, offset=(9, 5))
        assert app.queue.pinned == 3
        await pilot.click(TicketList, offset=(9, 7))
        assert app.queue.pinned == 4
        await pilot.click(TicketList, offset=(9, 5), times=2)
        assert heads(app) == ["new, 2 tickets", "+ open, 5 tickets, folded"]
        assert not app.refs(TicketList.Opened)


async def test_the_heading_of_the_group_at_the_top_stays_in_view(grouped_queue: Any, row: Any) -> None:
    app = grouped_queue(mixed(row, new=30, open=30, hold=1))
    async with app.run_test(size=(80, 24)) as pilot:
        seen = []
        for _ in range(14):
            seen.append((heads(app)[0], app.queue.top))
            assert not app.queue.is_heading(app.queue.top)
            await pilot._post_mouse_events([MouseScrollDown], TicketList)
        assert [top for _, top in seen] == sorted(top for _, top in seen)
        assert {head for head, _ in seen} == {"new, 30 tickets", "open, 30 tickets"}
        assert heads(app) == ["open, 30 tickets", "on-hold, 1 ticket"]
        for _ in range(30):
            await pilot._post_mouse_events([MouseScrollUp], TicketList)
        assert (heads(app), app.queue.top) == (["new, 30 tickets"], 1)


async def test_arrivals_are_counted_and_the_cursor_stays_on_its_ticket_and_line(
    grouped_queue: Any, row: Any
) -> None:
    app = grouped_queue(mixed(row, new=30, open=30))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*["pagedown"] * 2)
        await pilot.pause()
        pinned, line = app.queue.pinned, app.queue.cursor - app.queue.top
        app.rows |= {n: row(n, status="new") for n in range(100, 105)}
        app.rows |= {n: row(n, status="open") for n in range(200, 203)}
        app.rows[300] = row(300, status="pending")
        app.show()
        await pilot.pause()
        assert (app.queue.pinned, app.queue.cursor - app.queue.top) == (pinned, line)
        await pilot.press("g", "g")
        assert heads(app)[0] == "new, 35 tickets"
        await pilot.press("G")
        assert heads(app)[-2:] == ["open, 33 tickets", "pending, 1 ticket"]


async def test_a_ticket_that_changes_its_group_takes_the_cursor_along(grouped_queue: Any, row: Any) -> None:
    app = grouped_queue(mixed(row, new=3, open=3))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j")
        app.rows[2] = row(2, status="solved")
        app.show()
        await pilot.pause()
        assert app.queue.pinned == 2
        assert heads(app) == ["new, 2 tickets", "open, 3 tickets", "solved, 1 ticket"]
        del app.rows[2]
        app.show()
        assert app.queue.pinned == 6  # the last one takes the place of one that was below it
        app.rows = {}
        app.show()
        await pilot.pause()
        assert app.queue.pinned == -1
        assert heads(app) == []


async def test_a_folded_group_keeps_the_ticket_under_the_cursor(grouped_queue: Any, row: Any) -> None:
    app = grouped_queue(mixed(row, new=3, open=30, hold=2))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"jjjjj")
        app.queue.fold()
        await pilot.pause()
        assert app.queue.pinned == 6
        assert heads(app) == ["new, 3 tickets", "+ open, 30 tickets, folded", "on-hold, 2 tickets"]
        await pilot.press("j")
        assert app.queue.pinned == 34
        await pilot.press("k", "k")
        assert app.queue.pinned == 3
        await pilot.press("j")
        app.queue.fold()
        await pilot.press("j")
        assert app.queue.pinned == 7


async def test_what_arrives_in_a_folded_group_never_takes_the_cursor(grouped_queue: Any, row: Any) -> None:
    app = grouped_queue(mixed(row, new=3, open=5))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"jjjjj")
        app.queue.fold()
        app.rows = {99: row(99, status="open"), **app.rows}
        app.show()
        await pilot.pause()
        assert app.queue.pinned == 6
        assert "+ open, 6 tickets, folded" in heads(app)
        app.rows[2] = row(2, status="open")
        await pilot.press("g", "g", "j")
        app.show()  # the ticket under the cursor moves into the folded group
        await pilot.pause()
        assert app.queue.pinned == 2
        assert app.queue.go_to(8)
        assert app.queue.row().id == 8
        await pilot.pause()
        assert app.refs(TicketList.Highlighted)[-1].ref == "demo/8"
        app.queue.fold()
        assert app.queue.total() == 8 + 3


async def test_folds_are_those_of_their_view(grouped_queue: Any, row: Any) -> None:
    app = grouped_queue(mixed(row, new=3, open=5))
    async with app.run_test(size=(80, 24)) as pilot:
        app.queue.fold()
        app.queue.title = "Another"
        app.show()
        await pilot.pause()
        assert heads(app) == ["new, 3 tickets", "open, 5 tickets"]
        app.queue.title = "Queue"
        app.show()
        await pilot.pause()
        assert heads(app)[0] == "+ new, 3 tickets, folded"


async def test_marks_ranges_and_their_opposite_go_across_headings(grouped_queue: Any, row: Any) -> None:
    app = grouped_queue(mixed(row, new=2, open=3, hold=4))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "space")
        assert app.queue.pinned == 3
        await pilot.press("j", "j", "j", "V")
        assert [i for i, _ in app.queue.marked()] == [2, 3, 4, 5, 6]
        await pilot.press("~")
        assert [i for i, _ in app.queue.marked()] == [1, 7, 8, 9]
        await pilot.press("*")
        assert len(app.queue.marked()) == 9
        await pilot.press("escape", "g", "g", "j", "j")
        app.queue.fold()
        await pilot.press("k", "space", "j", "V")
        assert [i for i, _ in app.queue.marked()] == [2, 3, 4, 5, 6]  # what is folded lies between, too


async def test_the_end_is_reached_although_the_rest_is_on_its_way(grouped_queue: Any, row: Any) -> None:
    rows = mixed(row, new=10, open=290)
    app = grouped_queue(rows)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"jjj")
        values = [STATUSES.index(each.status) for each in rows]
        first = grouped(values[:128])
        app.queue.begin(array("I", range(1, 129)), rows[:128], more=True, groups=first)
        await pilot.pause()
        assert app.queue.pinned == 1
        assert heads(app) == ["new, 10 tickets", "open, 118+ tickets"]
        await pilot.press("G")
        assert app.queue.pinned == 128
        app.queue.take(snapshot(array("I", range(1, 301)), app.queue.pinned, (), grouped(values)))
        await pilot.pause()
        assert app.queue.pinned == 300
        assert heads(app) == ["open, 290 tickets"]


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_is_done_the_cursor_is_seen_on_its_ticket(
    grouped_queue: Any, row: Any, seed: int
) -> None:
    """Keys, the wheel, folds and arrivals in any order; what arrives never moves the cursor to another ticket."""
    dice = random.Random(seed)
    app = grouped_queue([row(n, status=dice.choice(STATUSES)) for n in range(1, 120)])
    async with app.run_test(size=(80, 16)) as pilot:
        queue = app.queue
        keys = (
            queue.do_down, queue.do_up, queue.do_page_down, queue.do_page_up, queue.do_half_up, queue.do_half_down,
            queue.do_top, queue.do_bottom, queue.fold, lambda: queue.scroll_lines(3), lambda: queue.scroll_lines(-3),
            lambda: queue.go_to(dice.choice(list(app.rows))), lambda: queue.clicked(dice.randrange(queue.total()), 1),
        )  # fmt: skip
        for _ in range(250):
            before = queue.pinned
            if dice.random() < 0.2:
                for n in dice.sample(range(1, 160), 5):
                    app.rows[n] = row(n, status=dice.choice(STATUSES))
                app.rows.pop(gone := dice.randrange(1, 160), None)
                app.show()
                assert before in {queue.pinned, gone}
            else:
                dice.choice(keys)()
            assert not queue.is_heading(queue.cursor)
            assert not queue.is_heading(queue.top)
            assert queue.top <= queue.cursor < queue.top + queue.page
            assert queue.pinned in app.rows
            assert queue.total() <= len(app.rows) + len(queue.lines.groups)
        await pilot.pause()
        assert f"Parcel {queue.pinned} " in next(line for line in app.lines() if line.startswith("▌ "))


async def test_another_query_is_shown_from_its_top(queue: Any, row: Any) -> None:
    """Also where the first ticket of the query before stands further down in it."""
    app = queue([row(n) for n in range(1, 50)])
    async with app.run_test(size=(80, 24)):
        app.queue.begin(array("I", [7, 9, 1, 3]), [row(n) for n in (7, 9, 1, 3)], more=False)
        assert app.queue.pinned == 7


async def test_rows_of_folded_groups_are_asked_for_only_where_they_are_seen(
    grouped_queue: Any, row: Any
) -> None:
    names = [f"g{n}" for n in range(60)]
    app = grouped_queue([row(1)])
    async with app.run_test(size=(80, 24)) as pilot:
        app.rows = {n: row(n) for n in range(1, 6001)}
        groups = grouped([n // 100 for n in range(6000)], names, "requester")
        app.queue._folds["Queue", "requester"] = {n: n * 100 + 1 for n in range(60)}
        app.seen.clear()
        app.queue.take(snapshot(array("I", app.rows), -1, (), groups))
        await pilot.pause()
        assert app.queue.total() == 120
        asked = [i for m in app.refs(TicketList.WantsRows) for i in m.ids]
        assert set(asked) == {n * 100 + 1 for n in range(60)}


@pytest.mark.parametrize("width", [24, 40, 80, 200])
async def test_a_long_name_is_cut_and_the_count_is_not(grouped_queue: Any, row: Any, width: int) -> None:
    app = grouped_queue([row(1)])
    async with app.run_test(size=(width, 24)) as pilot:
        groups = grouped([0, 0, 0], ["日本語 [red]x[/] طلب استرداد " * 9], "org")
        app.queue.take(snapshot(array("I", [1, 2, 3]), -1, (), groups))
        await pilot.pause()
        strips = app.queue.render_lines(app.queue.size.region)
        assert {strip.cell_length for strip in strips} == {width}
        assert "…, 3 tickets ─" in strips[2].text


async def test_without_colour_a_heading_is_bold_between_rules(
    grouped_queue: Any, row: Any, monkeypatch: Any
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = grouped_queue(mixed(row, new=1, open=1))
    async with app.run_test(size=(80, 24)):
        strips = app.queue.render_lines(app.queue.size.region)
        for strip in (strips[2], strips[4]):
            rule, words, rest = strip
            assert (rule.text, rest.text.strip("─")) == ("── ", " ")
            assert words.style is not None
            assert words.style.bold
            assert words.style.color is None


async def test_a_ticket_of_two_lines_has_headings_with_room_above(grouped_queue: Any, row: Any) -> None:
    app = grouped_queue(mixed(row, new=1, open=2))
    app.queue.tall = 2
    async with app.run_test(size=(80, 24)) as pilot:
        lines = app.lines()
        assert lines[5].strip() == ""
        assert lines[6].startswith("── open, 2 tickets")
        assert "Parcel 2 " in lines[7]
        await pilot.click(TicketList, offset=(9, 9))
        assert app.queue.pinned == 3
