"""The response pane: words that stand out while they are typed, one hint with its keys, and what was told already."""

from __future__ import annotations

import time
from typing import Any

import pytest

from console import tail
from store.rows import Event
from widgets.composer import Composer
from widgets.fields_dialog import FieldsDialog
from widgets.marks import STYLES, Mark, marks, moved
from widgets.picker import Picker

TOLD = (
    "Hello, order A-47110 never arrived. I already called the carrier twice. I am worried that it is lost for my exam. "
    "I want a refund for this."
)


@pytest.fixture
async def desk_of(office: Any, desk: Any) -> Any:
    """A workspace whose newest ticket tells much; returns its ref."""

    async def tell(*texts: str) -> str:
        person, ref = desk.customer("Nora Quist"), ""
        for text in texts:
            office.clock.tick(3600)
            ref = f"acme/{desk.open(person, 'Where is it?', text)}"
        await office.sync()
        return ref

    return tell


class Pane:
    """The console with a ticket open for a reply."""

    def __init__(self, app: Any, pilot: Any, reads: Any) -> None:
        self.app, self.pilot, self.reads = app, pilot, reads
        self.screen = app._triage
        self.composer: Composer = self.screen.composer

    async def types(self, text: str) -> None:
        self.composer.area.insert(text)
        await self.advised()

    async def advised(self) -> None:
        """Wait until the advice is about what stands in the draft."""
        for _ in range(200):
            await self.pilot.pause(0.02)
            if self.screen._draft_seen == self.composer.text and self.screen._advice is not None:
                return
        raise AssertionError(self.screen._draft_seen)

    async def until(self, true: Any) -> None:
        for _ in range(200):
            await self.pilot.pause(0.02)
            if true():
                return
        raise AssertionError(true)

    def marked(self) -> dict[str, list[str]]:
        """The words that stand out, by the name of their style."""
        lines = self.composer.text.split("\n")
        found: dict[str, list[str]] = {}
        for mark in self.composer.area.marks:
            assert mark.start[0] == mark.end[0]
            found.setdefault(mark.name, []).append(lines[mark.start[0]][mark.start[1] : mark.end[1]])
        return found


async def at_work(app: Any, pilot: Any, reads: Any, ref: str) -> Pane:
    """Open `ref` for a reply."""
    await pilot.pause(0.3)
    pane = Pane(app, pilot, reads)
    pane.screen.write_on(ref)
    await pane.until(lambda: app._triage.furnished and app._triage.composer.ref == ref and app._triage._here)
    pane.composer = app._triage.composer
    await pane.advised()
    return pane


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
        begun = time.perf_counter()
        for _ in range(3):
            await pilot.press("x")
        assert composer.text.endswith("xxx")
        assert (time.perf_counter() - begun) / 3 < 0.8


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


# -- what was told already ------------------------------------------------------------------------------------


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
