"""Composer and ladder: what stands beside and around a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from widgets.composer import Composer
from widgets.ladder import Ladder
from widgets.ladder_lines import ladder_lines
from widgets.terminal import UNICODE


@pytest.fixture
def desk(toy: Any) -> Any:
    class Desk(toy):  # type: ignore[misc]
        def on_composer_changed(self, event: Composer.Changed) -> None:
            self.seen.append(event)

        def on_composer_autosave(self, event: Composer.Autosave) -> None:
            self.seen.append(event)

        def on_composer_send(self, event: Composer.Send) -> None:
            self.seen.append(event)

        def on_composer_switch_asked(self, event: Composer.SwitchAsked) -> None:
            self.seen.append(event)

        def of(self, kind: Any) -> list[Any]:
            return [message for message in self.seen if isinstance(message, kind)]

    composer = Composer()
    return Desk(composer, pane="composer"), composer


async def test_reply_and_note_are_told_apart_by_words_and_by_border(desk: Any) -> None:
    app, composer = desk
    async with app.run_test(size=(80, 24)) as pilot:
        composer.load("demo/1", "ana@example.org", "", "reply")
        await pilot.pause()
        reply = app.text()
        await pilot.press("ctrl+t")
        note = app.text()
        assert "PUBLIC REPLY to ana@example.org" in reply
        assert "INTERNAL NOTE - customer does not see this" in note
        assert "━" in reply
        assert "═" in note
        assert "━" not in note


async def test_switching_asks_once_something_is_typed(desk: Any) -> None:
    app, composer = desk
    async with app.run_test() as pilot:
        composer.load("demo/1", "ana@example.org", "", "reply")
        await pilot.press("h", "i", "ctrl+t")
        await pilot.pause()
        assert composer.mode == "reply"
        assert [m.mode for m in app.of(Composer.SwitchAsked)] == ["note"]


async def test_what_is_typed_is_handed_out_within_a_second(desk: Any) -> None:
    app, composer = desk
    async with app.run_test() as pilot:
        composer.load("demo/1", "ana@example.org", "", "reply")
        await pilot.press("h", "i")
        await pilot.pause(1.0)
        assert [(m.ref, m.text, m.mode) for m in app.of(Composer.Autosave)] == [("demo/1", "hi", "reply")]
        assert app.of(Composer.Changed)[-1].text == "hi"


async def test_opening_another_ticket_keeps_the_draft_of_the_first(desk: Any) -> None:
    app, composer = desk
    async with app.run_test() as pilot:
        composer.load("demo/1", "ana@example.org", "", "reply")
        await pilot.press("h", "i")
        composer.load("demo/2", "bo@example.org", "old words", "note")
        await pilot.pause()
        assert [(m.ref, m.text, m.mode) for m in app.of(Composer.Autosave)] == [("demo/1", "hi", "reply")]
        assert composer.text == "old words"


async def test_sending_cleans_the_text_and_enter_does_not_send(desk: Any) -> None:
    app, composer = desk
    async with app.run_test() as pilot:
        composer.load("demo/1", "ana@example.org", "", "reply")
        await pilot.press("h", "i", "enter")
        composer.area.insert("\ud800 there \x1b[31m")
        assert not app.of(Composer.Send)
        await pilot.press("ctrl+s")
        await pilot.pause()
        (sent,) = app.of(Composer.Send)
        assert sent.text.startswith("hi\n")
        assert "\x1b" not in sent.text
        sent.text.encode()


async def test_an_empty_draft_is_not_sent(desk: Any) -> None:
    app, composer = desk
    async with app.run_test() as pilot:
        composer.load("demo/1", "ana@example.org", "  \n ", "reply")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert not app.of(Composer.Send)


async def test_an_address_cannot_write_markup_into_the_border(desk: Any) -> None:
    app, composer = desk
    async with app.run_test(size=(100, 24)) as pilot:
        composer.load("demo/1", "[/x][@click=app.bell]a@b", "", "reply")
        await pilot.pause()
        assert "PUBLIC REPLY to [/x][@click=app.bell]a@b" in app.text()


async def test_a_place_in_the_draft_can_be_selected(desk: Any) -> None:
    app, composer = desk
    async with app.run_test():
        composer.load("demo/1", "a", "one\ntwo three\nfour", "reply")
        composer.select(8, 13)
        assert composer.area.selected_text == "three"


@dataclass
class Span:
    start: int
    end: int


@dataclass
class Step:
    name: str
    state: str
    spans: tuple[Span, ...] = ()
    why: str = ""


@dataclass
class Hint:
    id: str
    say: str
    name: str = "vague_time"
    span: Span | None = None
    wording: str = ""
    source: str = ""


class Repeat:
    def line(self) -> str:
        return "3rd contact in 6 days, told 4 times to 3 people"


@dataclass
class Advice:
    steps: tuple[Step, ...]
    hints: tuple[Hint, ...] = (
        Hint("a", "Say when the next thing will happen."),
        Hint("b", "Say it plainly."),
    )
    repeat: Repeat = Repeat()  # noqa: RUF009


ADVICE = Advice(
    (
        Step("hear", "seen", (Span(0, 5),)),
        Step("empathize", "partly", why="It names no feeling."),
        Step("apologize", "not_seen", why="The parcel is late."),
        Step("resolve", "not_needed"),
        Step("diagnose", "waived", why="known cause"),
    )
)


@pytest.mark.parametrize(("width", "height"), [(80, 24), (44, 24), (200, 50)])
async def test_the_ladder_says_each_step_in_words(toy: Any, width: int, height: int) -> None:
    ladder = Ladder()
    ladder.styles.height = 11
    app = toy(ladder, pane="composer")
    async with app.run_test(size=(width, height)) as pilot:
        ladder.show_advice(ADVICE, "Sorry it is late")
        await pilot.pause()
        text = app.text()
        for word in ("Hear", "seen", "partly", "not seen", "not needed", "3rd contact in 6 days"):
            assert word in text
        assert "Empathize: It names no feeling." in text


async def test_a_short_ladder_still_names_all_five(toy: Any) -> None:
    ladder = Ladder()
    ladder.styles.height = 5
    app = toy(ladder, pane="composer")
    async with app.run_test(size=(90, 24)) as pilot:
        ladder.show_advice(ADVICE, "Sorry it is late")
        await pilot.pause()
        for word in (
            "Hear seen",
            "Empathize partly",
            "Apologize not seen",
            "Resolve not needed",
            "Diagnose left out",
        ):
            assert word in ladder.text()


LONG = Hint(
    "long",
    "They already gave the order number: MP-964115",
    "reask",
    source="Lucy Hollis, 19 November 2026, telephone",
)


@pytest.mark.parametrize(
    ("height", "wanted"),
    [
        (5, "gave the order number: MP-964115 (Lucy Hollis, 19 November 2026,\ntelephone)"),
        (4, "gave the order number: MP-964115"),
    ],
)
def test_who_told_it_goes_where_there_is_no_room_for_the_whole_hint(height: int, wanted: str) -> None:
    shown = drawn(Advice(ADVICE.steps, (LONG,)), height, LONG)
    assert shown.endswith(wanted)


def test_a_hint_that_is_cut_short_says_so() -> None:
    long = Hint("long", f"Say back what happened to them: {'your parcel came too late ' * 9}", "hear")
    shown = drawn(Advice(ADVICE.steps, (long,)), 4, long)
    assert shown.endswith("\u2026")


def drawn(advice: Advice, height: int, hint: Hint) -> str:
    """The lines of a ladder of 79 cells."""
    lines = ladder_lines(advice, "Sorry", width=79, height=height, glyphs=UNICODE, hint=hint)
    return "\n".join("".join(text for text, _ in line) for line in lines)


async def test_a_hint_that_was_put_away_stays_away_for_this_draft(toy: Any) -> None:
    ladder = Ladder()
    ladder.styles.height = 9
    app = toy(ladder, pane="composer")
    async with app.run_test(size=(90, 24)) as pilot:
        ladder.show_advice(ADVICE, "Sorry it is late")
        assert "Say when" in ladder.text() or await pilot.pause() or "Say when" in ladder.text()
        assert ladder.dismiss()
        ladder.show_advice(ADVICE, "Sorry it is late, again")
        assert "Say when" not in ladder.text()
        assert "Say it plainly." in ladder.text()
        ladder.new_draft()
        ladder.show_advice(ADVICE, "Sorry")
        assert "Say when" in ladder.text()
