"""Query bar, picker, status line, key bar, event log and the facts about a terminal."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len

from console.lookups import Answer
from store.beside import Beside
from store.rows import Card as Person
from store.rows import Contact, DeskState, Event, OutboxCount
from widgets import words
from widgets.card import CardHead
from widgets.event_log import EventLog
from widgets.fuzzy import Choice, best, score
from widgets.picker import Picker
from widgets.prose import Prose
from widgets.query_bar import QueryBar
from widgets.status_bar import KeyBar, Status, StatusBar
from widgets.terminal import ASCII, UNICODE, Terminal, all_glyphs
from widgets.timeline import Timeline

STATUSES = [
    Choice("open", "open"),
    Choice("pending", "pending"),
    Choice("hold", "on-hold"),
    Choice("solved", "solved"),
]


async def test_a_query_is_counted_while_it_is_typed_and_run_on_enter(toy: Any) -> None:
    class App(toy):  # type: ignore[misc]
        def on_query_bar_edited(self, event: QueryBar.Edited) -> None:
            bar.show_count(len(event.text), event.text)

        def on_query_bar_submitted(self, event: QueryBar.Submitted) -> None:
            self.seen.append(event)

    bar = QueryBar()
    app = App(bar, pane="query", ready=lambda: bar.open("status:new"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.2)
        assert "10 tickets" in app.text()
        await pilot.press("end", "s")
        await pilot.pause(0.25)
        assert "11 tickets" in app.text()
        await pilot.press("enter")
        await pilot.pause()
        assert [event.text for event in app.seen] == ["status:news"]


async def test_typing_replaces_the_query_that_was_there(toy: Any) -> None:
    bar = QueryBar()
    app = toy(bar, pane="query", ready=lambda: bar.open("status:new"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"tag:vip")
        assert bar.text == "tag:vip"


async def test_a_mistake_in_a_query_gets_a_caret_under_it(toy: Any) -> None:
    bar = QueryBar()
    app = toy(bar, pane="query", ready=lambda: bar.open("status:nwe x"))
    async with app.run_test(size=(80, 24)) as pilot:
        bar.show_error("there is no status nwe [/x]", 7, "status:nwe x")
        await pilot.pause()
        line, answer = app.lines()[:2]
        assert answer.index("^") == line.index("nwe")
        assert "there is no status nwe [/x]" in answer
        bar.show_count(3, "an older query")
        assert "3 tickets" not in app.text()


async def test_the_caret_stands_under_its_place_behind_wide_letters_too(toy: Any) -> None:
    bar = QueryBar()
    app = toy(bar, pane="query", ready=lambda: bar.open("厨房 status:nwe"))
    async with app.run_test(size=(80, 24)) as pilot:
        bar.show_error("no", 10, "厨房 status:nwe")
        await pilot.pause()
        line, answer = app.lines()[:2]
        assert cell_len(answer[: answer.index("^")]) == cell_len(line[: line.index("nwe")])


async def test_leaving_the_query_bar_puts_it_away(toy: Any) -> None:
    bar = QueryBar()
    app = toy(bar, pane="query", ready=lambda: bar.open("x"))
    async with app.run_test() as pilot:
        await pilot.press("escape")
        await pilot.pause()
        assert not bar.has_class("-open")


@pytest.mark.parametrize(
    ("keys", "taken"),
    [
        (["enter"], "open"),
        (["down", "enter"], "pending"),
        ([*"sol", "enter"], "solved"),
        ([*"oh", "enter"], "hold"),
        (["escape"], ""),
    ],
)
async def test_picking_with_a_few_letters(toy: Any, keys: list[str], taken: str) -> None:
    got: list[str | None] = []
    app = toy(pane="queue")
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(Picker("Status", STATUSES), got.append)
        await pilot.pause()
        assert "on-hold" in app.text()
        await pilot.press(*keys)
        await pilot.pause()
        assert got == [taken]


async def test_free_words_may_be_taken_where_a_tag_is_new(toy: Any) -> None:
    got: list[str | None] = []
    app = toy(pane="queue")
    async with app.run_test() as pilot:
        app.push_screen(Picker("Tag", [Choice("vip", "vip")], free=True), got.append)
        await pilot.pause()
        await pilot.press(*"new-tag", "enter")
        await pilot.pause()
        assert got == ["new-tag"]


async def test_choices_with_markup_in_them_are_words(toy: Any) -> None:
    app = toy(pane="queue")
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(Picker("[/x]", [Choice("1", "[@click=app.bell]x", "[/red]")]))
        await pilot.pause()
        assert "[@click=app.bell]x" in app.text()


def test_letters_in_order_fit_and_whole_words_fit_better() -> None:
    assert score("oh", "on-hold") is not None
    assert score("ho", "on-old") is None
    assert best("ope", ["reopened", "open", "stop early"], str) == ["open", "reopened", "stop early"]
    assert best("", ["b", "a"], str) == ["b", "a"]


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_the_status_line_tells_in_words(toy: Any, now: int, size: tuple[int, int]) -> None:
    bar = StatusBar()
    app = toy(bar, pane="queue")
    desk = DeskState("acme", "zammad", "needs_login", "", now - 120_000_000, 10, "A")
    status = Status(
        (desk, DeskState("shop", "rt", "online", "", now, 1, "B")),
        OutboxCount({"queued": 2, "rejected": 1}),
        "Mine",
        1204,
        now,
    )
    async with app.run_test(size=size) as pilot:
        bar.tell_status(status)
        await pilot.pause()
        line = app.lines()[0]
        assert "2 queued" in line
        assert "1 needs you" in line
        assert "acme needs login, synced 2m ago" in line
        assert "Mine: 1,204 tickets" in line or size[0] == 80


async def test_a_click_on_a_key_is_as_good_as_the_key(toy: Any) -> None:
    class App(toy):  # type: ignore[misc]
        def on_key_bar_pressed(self, event: KeyBar.Pressed) -> None:
            self.seen.append(event.action_id)

    bar = KeyBar()
    app = App(bar, pane="queue", ready=lambda: bar.show_pane("queue"))
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.pause()
        line = app.lines()[0]
        assert "? " not in line[:2]
        await pilot.click(KeyBar, offset=(line.index("r reply") + 3, 0))
        await pilot.pause()
        assert app.seen == ["reply"]
        assert "palette" in line
        assert "help" in line


async def test_the_event_log_follows_its_end_until_the_reader_leaves_it(toy: Any, now: int) -> None:
    log = EventLog()
    app = toy(log, pane="board")

    def event(seq: int) -> Event:
        return Event(seq, f"demo/{seq}", "status", "agent", "Bo", "open", "[/x]solved", now, now, "Parcel")

    async with app.run_test(size=(100, 12)) as pilot:
        log.add(event(n) for n in range(1, 41))
        await pilot.pause()
        assert "demo/40" in app.text()
        assert "open → [/x]solved" in app.text()
        await pilot.press("k")
        log.add([event(41)])
        assert log.event().seq == 39
        assert log.newest == 41


async def test_the_card_says_who_it_is(toy: Any, now: int) -> None:
    card = CardHead(now=lambda: now)
    app = toy(card, pane="story")
    person = Person(
        1,
        "Ana Diaz",
        (Contact("email", "ana@example.org"),),
        "Acme",
        "Europe/Madrid",
        "es",
        "prefers phone",
        7,
        2,
        now,
        ("email", "chat"),
    )
    async with app.run_test(size=(100, 24)) as pilot:
        card.show_card(person)
        await pilot.pause()
        text = app.text()
        for word in (
            "Ana Diaz",
            "Acme",
            "prefers phone",
            "ana@example.org",
            "there (Europe/Madrid)",
            "7 tickets, 2 open",
        ):
            assert word in text


async def test_the_card_in_one_line_says_what_one_must_know_first(toy: Any, now: int) -> None:
    card = CardHead(now=lambda: now)
    app = toy(card, pane="story")
    person = Person(1, "\u0301\u0316", (), "Acme", "UTC", "", "", 1, 1, now, ())
    async with app.run_test(size=(140, 24)) as pilot:
        card.show_card(
            person, ("by Wed 17:00 on a/1 (late): tomorrow",), Beside("Plan: gold", "good", now, 3)
        )
        card.show_answers(
            [*(Answer(f"p{n}", error="broke " * 30) for n in range(5)), Answer("orders", (("open", "2"),))]
        )
        await pilot.pause()
        assert "3 contacts in 30 days · rated good" in app.text()
        assert "orders: open 2" in app.text()
        assert "p2 (and 2 more): broke" in app.text()
        assert card.size.height == 7
        card.share(1)
        await pilot.pause()
        line = app.lines()[0]
        assert line.startswith(" somebody · ")
        assert "there · promised by Wed 17:00 on a/1 (late): tomorrow · Acme" in line
        assert card.size.height == 1


def test_what_a_terminal_can_do_is_read_from_its_environment() -> None:
    plain = Terminal.of({"NO_COLOR": "", "TERM": "xterm", "SSH_TTY": "/dev/pts/1"}, "utf-8")
    assert (plain.color, plain.unicode, plain.still) == (False, True, True)
    assert Terminal.of({"TERM": "linux"}, "utf-8").glyphs is ASCII
    assert Terminal.of({"TERM": "xterm"}, "ascii").glyphs is ASCII
    assert Terminal.of({"TERM": "xterm", "HEARD_ASCII": "1"}, "utf-8").glyphs is ASCII
    assert Terminal.of({"TERM": "xterm"}, "UTF-8").glyphs is UNICODE


def test_every_sign_is_one_cell_in_both_sets() -> None:
    assert {len(sign) for sign in (*all_glyphs(UNICODE).values(), *all_glyphs(ASCII).values())} == {1}
    assert all(sign.isascii() for sign in all_glyphs(ASCII).values())


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0s"), (59, "59s"), (60, "1m"), (7_200, "2h"), (90_000, "1d"), (40_000_000, "1y"), (-5, "0s")],
)
def test_times_are_said_in_four_characters(seconds: int, said: str) -> None:
    assert words.span(seconds * 1_000_000) == said


def test_an_unknown_time_zone_is_no_time() -> None:
    assert words.local_time(0, "Nowhere/Land") == ""
    assert words.local_time(0, "../etc/passwd") == ""
    assert words.local_time(0, "UTC") == "00:00"


async def test_the_ticket_is_named_however_many_channels_are_hidden(toy: Any, item: Any, now: int) -> None:
    timeline = Timeline(now=lambda: now)
    app = toy(timeline, pane="story", ready=lambda: timeline.set_items([item(1)], "demo/1"))
    hidden = (("1", "without email"), ("2345", "social, messaging, other alone"), ("678", "no channel shown"))
    async with app.run_test(size=(80, 24)) as pilot:
        timeline.title = "demo/1 Kettle leaks"
        for keys, told in hidden:
            await pilot.press(*keys)
            assert told in app.lines()[0]
            assert "demo/1 Kettle leaks" in app.lines()[0]


async def test_words_that_change_while_they_are_hidden_are_wrapped_as_before(toy: Any) -> None:
    prose = Prose()
    app = toy(prose, pane="help")
    async with app.run_test(size=(40, 10)) as pilot:
        prose.tell_words(1, [("The parcel is late.", "text")])
        await pilot.pause()
        prose.display = False
        await pilot.pause()
        prose.tell_words(2, [("The parcel is on its way.", "text")])
        prose.display = True
        await pilot.pause()
        assert prose.text() == "The parcel is on its way."
        await pilot.pause()
        assert "The parcel is on its way." in app.text()


async def test_a_wide_name_is_not_cut_where_something_stands_beside_it(toy: Any) -> None:
    app = toy(pane="picker")
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(Picker("Who?", [Choice("1", "渡辺さくら・配送センター", "3 open")]))
        await pilot.pause()
        assert "渡辺さくら・配送センター" in app.text()
