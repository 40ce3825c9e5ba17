"""The response pane: words that stand out while they are typed, one hint with its keys, and strict queues."""

from __future__ import annotations

from typing import Any

import pytest
from support.pilots import Pane, at_work
from support.stalls import no_stall

from console import tail
from store.rows import Event
from widgets.composer import Composer
from widgets.marks import STYLES, Mark, marks, moved
from widgets.picker import Picker

TOLD = (
    "Hello, order A-47110 never arrived. I already called the carrier twice. I am worried that it is lost for my exam. "
    "I want a refund for this."
)


# -- words that stand out -------------------------------------------------------------------------------------


async def test_the_words_of_each_step_stand_out_in_a_style_of_their_own(
    office: Any, desk_of: Any, reads: Any
) -> None:
    ref, app = await desk_of(TOLD), office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        pane = await at_work(app, pilot, reads, ref)
        await pane.types("Sorry that your order has not arrived. We regret any inconvenience.")
        found = pane.marked()
        assert any("Sorry" in words for words in found["apologize"])
        assert len({str(style) for style in STYLES.values()}) == len(STYLES)
        shown = [
            segment
            for strip in app.screen._compositor.render_strips()
            for segment in strip
            if "Sorry" in segment.text and segment.style and segment.style.underline
        ]
        assert shown


async def test_without_colour_the_words_still_stand_out(
    office: Any, desk_of: Any, reads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    ref, app = await desk_of(TOLD), office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        pane = await at_work(app, pilot, reads, ref)
        await pane.types("Sorry that your order has not arrived. We will escalate this today.")
        segments = [segment for strip in app.screen._compositor.render_strips() for segment in strip]
        assert all(not s.style or s.style.color is None for s in segments)
        assert any(s.style and s.style.underline and "Sorry" in s.text for s in segments)
        assert any(s.style and s.style.reverse and "escalate" in s.text for s in segments)


def test_marks_follow_what_is_typed_before_them_and_go_when_their_words_change() -> None:
    text = "one two\nthree four"
    old = marks(text, [(4, 7, "hear"), (8, 13, "resolve"), (14, 18, "check")])
    assert old == (
        Mark((0, 4), (0, 7), "hear"),
        Mark((1, 0), (1, 5), "resolve"),
        Mark((1, 6), (1, 10), "check"),
    )
    assert moved(old, (0, 0), (0, 0), (0, 3))[0] == Mark((0, 7), (0, 10), "hear")
    assert moved(old, (0, 0), (0, 0), (2, 1))[0] == Mark((2, 5), (2, 8), "hear")
    assert moved(old, (0, 0), (0, 0), (2, 1))[1] == Mark((3, 0), (3, 5), "resolve")
    assert [mark.name for mark in moved(old, (1, 2), (1, 2), (1, 3))] == ["hear", "check"]
    assert [mark.name for mark in moved(old, (0, 5), (1, 7), (0, 5))] == []
    assert [mark.name for mark in moved(old, (0, 7), (1, 0), (0, 7))] == ["hear", "resolve", "check"]
    assert moved(old, (0, 7), (1, 0), (0, 7))[1] == Mark((0, 7), (0, 12), "resolve")


async def test_undo_leaves_no_mark_of_another_text(toy: Any) -> None:
    composer = Composer()
    app = toy(composer, pane="composer")
    async with app.run_test(size=(80, 24)) as pilot:
        composer.load("demo/1", "ana", "one two", "reply")
        composer.mark("one two", [(4, 7, "hear")])
        composer.insert_first("Before.")
        assert composer.text == "Before.\n\none two"
        assert composer.area.marks == (Mark((2, 4), (2, 7), "hear"),)
        composer.area.undo()
        await pilot.pause()
        assert composer.text == "one two"
        assert composer.area.marks == ()


@pytest.mark.parametrize("words", ["日本語です", "\tone\ttwo", "👍👍🏽 👨‍👩‍👧", "x\u0301y", "a" * 5_000])
async def test_wide_letters_and_tabs_are_underlined_at_their_own_cells(toy: Any, words: str) -> None:
    composer = Composer()
    app = toy(composer, pane="composer")
    text = f"{words} here and there"
    async with app.run_test(size=(60, 20)) as pilot:
        composer.load("demo/1", "ana", text, "reply")
        at = text.index("here")
        composer.mark(text, [(at, at + 4, "hear")])
        composer.area.move_cursor((0, len(text)))
        await pilot.pause()
        under = "".join(
            segment.text
            for strip in app.screen._compositor.render_strips()
            for segment in strip
            if segment.style and segment.style.underline
        )
        assert under.replace("\n", "") == "here"


async def test_a_line_of_two_hundred_thousand_letters_is_typed_in_quickly(toy: Any) -> None:
    """A key in one unbroken line took two seconds: every row that was drawn looked at all of it."""
    composer = Composer()
    app = toy(composer, pane="composer")
    async with app.run_test(size=(80, 24)) as pilot:
        composer.load("demo/1", "ana", "late again " * 18_000, "reply")
        composer.mark(composer.text, [(0, 4, "hear")])
        await pilot.pause()
        with no_stall():
            await pilot.press(*["x"] * 60)
        assert composer.text.endswith("x" * 60)


# -- one hint -------------------------------------------------------------------------------------------------


async def test_the_hint_says_its_keys_and_puts_the_plain_word_in(
    office: Any, desk_of: Any, reads: Any
) -> None:
    ref, app = await desk_of("Thanks, how do I pay?"), office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        pane = await at_work(app, pilot, reads, ref)
        await pane.types("You can pay by card. We will escalate this.")
        assert "alt-j words" in pane.screen.ladder.text()
        hint = pane.screen.ladder.hint
        assert hint.name == "jargon"
        await pilot.press("alt+j")
        assert pane.composer.area.selected_text == "escalate"
        await pilot.press("alt+i")
        assert hint.wording in pane.composer.text
        assert "escalate" not in pane.composer.text
        pane.composer.area.undo()
        assert pane.composer.text == "You can pay by card. We will escalate this."


async def test_a_question_that_was_answered_is_replaced_by_the_answer_with_who_and_when(
    office: Any, desk_of: Any, reads: Any
) -> None:
    ref, app = await desk_of(TOLD), office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        pane = await at_work(app, pilot, reads, ref)
        await pane.types("Hello Nora. Could you send us your order number? Thanks.")
        assert "Nora Quist" in pane.screen.ladder.text()
        await pilot.press("alt+i")
        assert pane.composer.text.startswith("Hello Nora. I have the number A-47110 from your message of ")
        assert pane.composer.text.endswith(". Thanks.")


async def test_a_hint_put_away_makes_room_for_the_next(office: Any, desk_of: Any, reads: Any) -> None:
    ref, app = await desk_of(TOLD), office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        pane = await at_work(app, pilot, reads, ref)
        await pane.types("We look at it.")
        first = pane.screen.ladder.hint
        await pilot.press("ctrl+g")
        assert pane.screen.ladder.hint.id != first.id
        assert first.say not in pane.screen.ladder.text()


async def test_thanks_are_not_nagged_at(office: Any, desk_of: Any, reads: Any) -> None:
    ref, app = await desk_of("Thank you, it works now!"), office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        pane = await at_work(app, pilot, reads, ref)
        await pane.types("Glad to hear that, have a nice day!")
        assert pane.screen.ladder.hint is None


async def test_what_is_muted_for_me_stands_in_the_settings_and_can_be_mentioned_again(
    office: Any, desk_of: Any, reads: Any
) -> None:
    config = office.session.home.config
    config.write_text(config.read_text() + "# my own words\n")
    ref, app = await desk_of("Thanks, how do I pay?"), office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        pane = await at_work(app, pilot, reads, ref)
        await pane.types("You can pay by card. We will escalate this.")
        await pilot.press("alt+m")
        await pane.until(lambda: isinstance(app.screen, Picker))
        await pilot.press("enter")
        await pane.until(lambda: "jargon" in office.session.settings.heard.muted)
        await pane.until(lambda: pane.screen.ladder.hint is None or pane.screen.ladder.hint.name != "jargon")
        assert 'muted = ["jargon"]' in config.read_text()
        assert "# my own words" in config.read_text()
        await pilot.press("alt+m")
        await pane.until(lambda: isinstance(app.screen, Picker))
        await pilot.press(*"again", "enter")
        await pane.until(lambda: "jargon" not in office.session.settings.heard.muted)


# -- strict queues --------------------------------------------------------------------------------------------


async def strict_pane(app: Any, pilot: Any, reads: Any, ref: str) -> Pane:
    pane = await at_work(app, pilot, reads, ref)
    await pane.types("We have sent it again today.")
    await pilot.press("ctrl+s")
    return pane


async def test_a_strict_queue_holds_a_reply_back_and_says_why(office: Any, desk_of: Any, reads: Any) -> None:
    (office.session.home.root / "standards.toml").write_text(
        '[default]\nstrict = ["apologize"]\nwaive = []\n'
    )
    ref, app = await desk_of(TOLD), office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        pane = await strict_pane(app, pilot, reads, ref)
        await pane.until(lambda: any("Not sent" in n.message for n in app._notifications))
        assert any("Apologize" in n.message and "cannot be left out" in n.message for n in app._notifications)
        await pilot.press("alt+x")
        await pilot.pause(0.3)
        assert not isinstance(app.screen, Picker)
        assert pane.composer.text == "We have sent it again today."


async def test_a_step_left_out_with_a_reason_is_logged_and_the_reply_goes(
    office: Any, desk_of: Any, reads: Any
) -> None:
    (office.session.home.root / "standards.toml").write_text('[default]\nstrict = ["apologize"]\n')
    ref, app = await desk_of(TOLD), office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        pane = await strict_pane(app, pilot, reads, ref)
        await pane.until(lambda: any("Not sent" in n.message for n in app._notifications))
        await pilot.press("alt+x")
        await pane.until(lambda: isinstance(app.screen, Picker))
        await pilot.press(*"not ours", "enter")
        await pane.until(lambda: pane.composer.text == "")
        assert [e.new for e in log(office) if e.kind == "waived"] == ["apologize: not ours"]
        assert [e.new for e in log(office) if e.kind == "queued"] == ["reply"]


async def test_a_reply_that_has_what_the_strict_queue_wants_goes_at_once(
    office: Any, desk_of: Any, reads: Any
) -> None:
    (office.session.home.root / "standards.toml").write_text('[default]\nstrict = ["apologize"]\n')
    ref, app = await desk_of(TOLD), office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        pane = await at_work(app, pilot, reads, ref)
        pane.composer.area.insert("Sorry that your order has not arrived. We have sent it again.")
        await pilot.press("ctrl+s")
        await pane.until(lambda: pane.composer.text == "")
        assert [e.new for e in log(office) if e.kind == "queued"] == ["reply"]


def log(office: Any) -> list[Event]:
    return tail.tail(office.session)
