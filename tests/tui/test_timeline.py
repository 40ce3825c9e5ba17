"""One person's story as an agent reads it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from rich.cells import cell_len
from support.stalls import no_stall

from widgets import story_lines
from widgets.terminal import ASCII
from widgets.timeline import Timeline


def many_items(item: Any, count: int) -> list[Any]:
    """Every tenth item begins another ticket."""
    return [
        item(n, ref=f"demo/{n // 10}", subject=f"Subject {n // 10}", text=f"Text {n}\n" * 4)
        for n in range(count)
    ]


@pytest.fixture
def story(toy: Any, now: int) -> Any:
    def made(items: list[Any], current: str = "demo/1") -> tuple[Any, Timeline]:
        timeline = Timeline(now=lambda: now)
        return toy(timeline, pane="story", ready=lambda: timeline.set_items(items, current)), timeline

    return made


async def test_notes_and_replies_differ_in_words_and_in_shape(story: Any, item: Any) -> None:
    items = [
        item(1, text="Where is my parcel?"),
        item(2, kind="note", role="agent", author="Bo", text="Do not tell her."),
        item(3, role="agent", author="Bo", text="It is on its way."),
    ]
    app, _ = story(items)
    async with app.run_test(size=(80, 24)):
        lines = app.lines()
        note = next(line for line in lines if "INTERNAL NOTE" in line)
        body = next(line for line in lines if "Do not tell her." in line)
        reply = next(line for line in lines if "It is on its way." in line)
        assert "▓" in note
        assert "▓" in body
        assert "▓" not in reply
        assert "│" in reply


async def test_a_reply_that_waits_says_so(story: Any, item: Any) -> None:
    states = ["queued", "unknown", "rejected"]
    items = [
        item(n, kind="outbox", role="agent", state=state, text="Hello") for n, state in enumerate(states)
    ]
    app, _ = story(items)
    async with app.run_test(size=(80, 24)):
        text = app.text()
        assert "NOT SENT YET" in text
        assert "SENT? " in text
        assert "NEEDS YOU" in text


async def test_the_rule_of_a_wide_subject_has_room_for_the_status(story: Any, item: Any) -> None:
    app, _ = story(
        [item(n, ref=f"demo/{n}", subject=s) for n, s in enumerate(("漏水しています", "👨‍👩‍👧 parcel"))]
    )
    async with app.run_test(size=(80, 24)):
        rules = [line for line in app.lines() if "── demo/" in line]
        assert len(rules) == 2
        assert all("open ──" in rule for rule in rules), rules


async def test_each_ticket_begins_with_a_rule_that_names_it(story: Any, item: Any) -> None:
    app, _ = story(many_items(item, 25), current="demo/2")
    async with app.run_test(size=(80, 60)):
        rule = next(line for line in app.lines() if "demo/2 Subject 2" in line)
        assert rule.startswith("──")
        assert "open ──" in rule


async def test_the_story_opens_at_the_newest_item_of_the_current_ticket(story: Any, item: Any) -> None:
    app, timeline = story(many_items(item, 100), current="demo/3")
    async with app.run_test(size=(80, 24)):
        assert timeline.item.id == "39"
        assert "Text 39" in timeline.text()


async def test_keys_move_by_line_item_and_ticket(story: Any, item: Any) -> None:
    app, timeline = story(many_items(item, 100), current="demo/9")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("[", "[")
        assert timeline.item.id == "97"
        await pilot.press("{")
        assert timeline.item.id == "90"
        await pilot.press("{")
        assert timeline.item.id == "80"
        await pilot.press("}", "]")
        assert timeline.item.id == "91"
        await pilot.press("g", "g")
        assert timeline.text().startswith("── demo/0")
        await pilot.press("j", "j", "k")
        assert "demo/0" not in timeline.text().splitlines()[0]
        await pilot.press("pagedown", "ctrl+d", "ctrl+u", "pageup", "G")
        assert "Text 99" in timeline.text()


async def test_the_reader_keeps_their_place_when_something_arrives(story: Any, item: Any) -> None:
    items = many_items(item, 100)
    app, timeline = story(items, current="demo/9")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("{", "[")
        before = timeline.text()
        timeline.set_items([*items, item(100, ref="demo/9")], "demo/9")
        await pilot.pause()
        assert timeline.item.id == "89"
        assert timeline.text() == before


async def test_at_the_end_the_reader_sees_what_arrives(story: Any, item: Any) -> None:
    items = many_items(item, 100)
    app, timeline = story(items, current="demo/9")
    async with app.run_test(size=(80, 24)):
        timeline.set_items([*items, item(100, ref="demo/9", text="And another thing")], "demo/9")
        assert "And another thing" in timeline.text()


async def test_quoted_text_is_folded_until_asked_for(story: Any, item: Any) -> None:
    text = "Still broken.\n\nOn Monday Bo wrote:\n> Try again\n> and again"
    app, timeline = story([item(1, text=text)])
    async with app.run_test() as pilot:
        assert "3 quoted lines" in timeline.text()
        assert "and again" not in timeline.text()
        await pilot.press("x")
        assert "> and again" in timeline.text()
        await pilot.press("x")
        assert "> and again" not in timeline.text()


async def test_channels_can_be_hidden_and_notes_read_alone(story: Any, item: Any) -> None:
    items = [
        item(1, text="by mail"),
        item(2, channel="chat", text="by chat"),
        item(3, kind="note", text="a note"),
    ]
    app, timeline = story(items)
    async with app.run_test() as pilot:
        await pilot.press("1")
        assert "by mail" not in timeline.text()
        assert "by chat" in timeline.text()
        assert "without email" in app.text()
        await pilot.press("i")
        assert "by chat" not in timeline.text()
        assert "a note" in timeline.text()
        await pilot.press("0")
        assert "by mail" in timeline.text()


async def test_hostile_text_is_shown_as_it_is(story: Any, item: Any) -> None:
    app, _ = story(
        [item(1, text="[@click=app.bell]click[/] [/nope]\x1b]52;c;aGk=\x07", author="[bold]X[/bold]")]
    )
    async with app.run_test(size=(100, 24)) as pilot:
        assert "[@click=app.bell]click[/] [/nope]␛]52;c;aGk=␇" in app.text()
        assert "[bold]X[/bold]" in app.text()
        await pilot.click(Timeline, offset=(8, 3))


@pytest.mark.parametrize("width", [24, 80, 200])
async def test_wide_characters_keep_the_lines_straight(story: Any, item: Any, width: int) -> None:
    app, timeline = story(
        [item(n, text="日本語のテキスト 👩‍👩‍👧 مرحبا " * 30, subject="件名" * 40) for n in range(9)]
    )
    async with app.run_test(size=(width, 30)):
        assert {strip.cell_length for strip in timeline.render_lines(timeline.size.region)} == {width}


async def test_five_thousand_items_open_at_once(story: Any, item: Any) -> None:
    """Prints the time; the target is 100 ms."""
    items = [
        item(n, ref=f"demo/{n // 10}", text=("Some words that are long enough to wrap. " * 12))
        for n in range(5_000)
    ]
    app, timeline = story(items[:1])
    async with app.run_test(size=(120, 50)):
        start = time.perf_counter()
        timeline.set_items(items, "demo/499")
        timeline.render_lines(timeline.size.region)
        end = time.perf_counter()
        timeline.do_top()
        timeline.do_bottom()
        print(f"\n5,000 items: opened in {(end - start) * 1000:.1f} ms")
        assert "Some words" in timeline.text()


def change(item: Any, number: int, text: str, **more: Any) -> Any:
    return item(number, kind="change", role="agent", author="Bo", text=text, **more)


async def test_a_change_is_one_line_and_opens_no_ticket(story: Any, item: Any) -> None:
    items = [
        item(1, text="It leaks."),
        change(item, 2, "status new -> open"),
        change(item, 3, "tags none -> " + "very long " * 90, ref="demo/7", subject="Another"),
        item(4, text="It still leaks."),
    ]
    app, timeline = story(items)
    async with app.run_test(size=(100, 24)):
        text = timeline.text()
        assert text.count("demo/1 Parcel") == 1, "one rule"
        assert "· status new → open  Bo" in text
        (other,) = [line for line in text.splitlines() if "demo/7" in line]
        assert "tags none → very long" in other
        assert "…  Bo" in other
        assert len([line for line in text.splitlines() if "very long" in line]) == 1


async def test_changes_can_be_hidden_and_are_passed_by(story: Any, item: Any) -> None:
    items = [item(1, text="one"), change(item, 2, "status new -> open"), item(3, text="two")]
    app, timeline = story([*items, change(item, 4, "status open -> solved")])
    async with app.run_test(size=(100, 24)) as pilot:
        assert timeline.item.text == "two"
        assert "open → solved" in timeline.text(), "what followed the newest message is seen"
        await pilot.press("[")
        assert timeline.item.text == "one"
        await pilot.press("C")
        assert "solved" not in timeline.text()
        assert "without changes" in app.text()
        assert timeline.item.text == "one"
        await pilot.press("0")
        assert "open → solved" in timeline.text()
        await pilot.press("1")
        assert "Nothing here with this filter" in app.text(), "changes go with the channel of their ticket"


async def test_at_an_end_of_what_was_read_more_is_asked_for(story: Any, item: Any) -> None:
    items = many_items(item, 100)
    app, timeline = story(items, current="demo/9")
    asked: list[Any] = []
    async with app.run_test(size=(80, 24)) as pilot:
        timeline.tell = asked.append  # type: ignore[method-assign]  # as a screen would hear it
        timeline.set_stretch(items, "demo/9", beyond=(4_000, 30))
        await pilot.pause()
        assert "4,000 earlier, 30 later" in app.text()
        await pilot.press("g", "g")
        wish = next(m for m in asked if isinstance(m, Timeline.AtEnd))
        assert (wish.item, wish.first) == (None, True)
        asked.clear()
        timeline.stand(1)
        wish = next(m for m in asked if isinstance(m, Timeline.AtEnd))
        assert wish.item.id == "0"
        asked.clear()
        timeline.stand(50)
        assert not any(isinstance(m, Timeline.AtEnd) for m in asked)
        timeline.stand(98)
        assert next(m for m in asked if isinstance(m, Timeline.AtEnd)).item.id == "99"


async def test_another_stretch_leaves_the_reader_where_they_are(story: Any, item: Any) -> None:
    items = many_items(item, 100)
    app, timeline = story(items[50:], current="demo/9")
    async with app.run_test(size=(80, 24)) as pilot:
        timeline.set_stretch(items[50:], "demo/9", beyond=(50, 0))
        await pilot.press("{", "[", "[", "[")
        here, before = timeline.item.id, timeline.text()
        timeline.set_stretch(items[:95], "demo/9", beyond=(0, 5), moved=True)
        assert (timeline.item.id, timeline.text()) == (here, before)


async def test_the_story_of_several_people_says_whose_ticket_it_is(story: Any, item: Any) -> None:
    app, timeline = story([item(1)])
    async with app.run_test(size=(80, 24)):
        timeline.set_stretch(
            [item(1), item(2, ref="demo/2")], "demo/1", people={"demo/1": "Ada", "demo/2": "Bea"}
        )
        assert "demo/1 Ada · Parcel" in timeline.text()
        assert "demo/2 Bea · Parcel" in timeline.text()


MARKS = "\u0301\u0316" * 4
LONG = 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        "x" * LONG,
        "word " * (LONG // 5),
        "日本語" * (LONG // 3),
        "\n" * LONG + "end",
        "> a\n" * (LONG // 4),
        "e\u0301" * (LONG // 2),
    ],
    ids=["letters", "words", "wide", "lines", "quoted", "marks"],
)
async def test_a_message_of_a_million_letters_is_drawn_at_once(story: Any, item: Any, text: str) -> None:
    long = [item(n, author=MARKS, subject="s" * LONG, text=text) for n in range(5)]
    app, timeline = story([*long, change(item, 6, "subject a -> " + "b" * LONG)])
    async with app.run_test(size=(80, 24)):
        with no_stall():
            timeline.set_items(timeline.window.items, "demo/1")
            strips = timeline.render_lines(timeline.size.region)
            timeline.do_top()
            strips += timeline.render_lines(timeline.size.region)
        assert {strip.cell_length for strip in strips} == {80}
        assert "somebody" in timeline.text()
        assert MARKS not in timeline.text()


async def test_the_rest_of_a_long_message_is_shown_when_asked_for(story: Any, item: Any) -> None:
    app, timeline = story([item(1, text="word " * 10_000 + "the end")])
    async with app.run_test(size=(80, 24)) as pilot:
        timeline.scroll_lines(100_000)
        assert "30,007 more characters, x shows them" in timeline.text()
        await pilot.press("x")
        timeline.scroll_lines(100_000)
        assert "the end" in timeline.text()
        assert "more characters" not in timeline.text()


def test_long_lines_are_wrapped_whole() -> None:
    """Piece by piece, and nothing is lost between the pieces."""
    for text in ("word " * 5_000, "x" * 20_001, "日本" * 9_000, "a\n" * 6_000):
        lines = list(story_lines._wrapped(text, 40))
        assert "".join("".join(lines).split()) == "".join(text.split())
        assert max(map(cell_len, lines)) <= 40


def test_folding_keeps_every_line() -> None:
    text = "a\n> b\n> c\nd\n-----Original Message-----\nFrom: x\ne"
    parts = story_lines.fold(text)
    assert "\n".join(part for _, part in parts) == text
    assert [quoted for quoted, _ in parts] == [False, True, False, True]


def test_a_plain_terminal_gets_plain_signs(item: Any, now: int) -> None:
    style = story_lines.Style(60, ASCII, now, current="demo/1")
    lines = story_lines.lay_out(item(1, kind="note", attachments=("a.pdf",)), style, new_ticket=True)
    assert "".join(text for line in lines for text, _ in line).isascii()


async def test_a_long_story_that_is_gone_leaves_an_empty_pane(story: Any, item: Any) -> None:
    app, timeline = story(many_items(item, 100), "demo/9")
    async with app.run_test(size=(100, 20)) as pilot:
        await pilot.pause()
        assert "Text 99" in timeline.text()
        timeline.set_items([], "demo/9")
        await pilot.pause()
        assert timeline.text() == ""
        assert "Text" not in app.text()
