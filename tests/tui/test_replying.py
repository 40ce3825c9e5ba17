"""A reply from the first key to the outbox: what leaves, what is kept, and whose words they are."""

from __future__ import annotations

from typing import Any

import pytest
from support.pilots import settled, text

from console import outbox, reply
from store import drafts
from store.errors import DiskFullError

SIZES = [(80, 24), (100, 30), (130, 30), (200, 50)]


@pytest.mark.parametrize("size", SIZES)
async def test_a_reply_from_queue_to_outbox_on_every_size(office: Any, size: tuple[int, int]) -> None:
    app = office.app()
    async with app.run_test(size=size) as pilot:
        await settled(pilot, app, "Kettle 11")
        await pilot.press("enter")
        await settled(pilot, app, "We look at kettle 11.")
        await pilot.press("r", *"Sorry", "ctrl+s")
        await settled(pilot, app, "NOT SENT YET")
        (operation,) = outbox.operations(office.session)
        assert (operation.kind, operation.body) == ("reply", "Sorry")
        await pilot.press("O")
        await settled(pilot, app, "PUBLIC REPLY")
        await pilot.press("T")
        await settled(pilot, app, "1 queued")


async def test_a_reply_can_be_taken_back_and_its_words_are_not_lost(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await settled(pilot, app, "We look at kettle 11.")
        await pilot.press("r", *"Sorry", "ctrl+s")
        await settled(pilot, app, "NOT SENT YET")
        await pilot.press("u")
        await settled(pilot, app, "Taken back")
        await settled(pilot, app, "┃ Sorry")
        assert outbox.operations(office.session) == []


async def test_a_draft_survives_leaving_the_ticket_and_the_program(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(200, 50)) as pilot:
        await settled(pilot, app, "We look at kettle 11.")
        await pilot.press("n", *"half a", "escape")
        await pilot.press("h", "j")
        await settled(pilot, app, "Hello, kettle 10 leaks.")
        await pilot.press("k")
        await settled(pilot, app, "half a")
        assert "INTERNAL NOTE - customer does not see this" in text(app)
        await pilot.press("n", *" note", "ctrl+q")
        await pilot.pause()
    ref = app._triage.composer.ref
    kept = reply.load_draft(office.session, ref)
    assert kept is not None
    assert (kept.text, kept.mode) == ("half a note", "note")


async def test_a_draft_that_cannot_be_kept_is_given_up_only_by_a_person(
    office: Any, reads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk the program stays open with the words; asked once more, the person may leave all the same."""

    def full(*_args: object, **_how: object) -> None:
        """Find no room."""
        raise DiskFullError("The disk is full.", "Free some space.")

    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot, app, "Kettle 11")
        await pilot.press("enter")
        await settled(pilot, app, "We look at kettle 11.")
        await pilot.press("r", *"Sorry")
        await reads(pilot, "Sorry")
        with monkeypatch.context() as room:
            room.setattr(drafts, "save", full)
            await pilot.press("ctrl+q")
            await reads(pilot, "cannot be kept: The disk is full.", "Stay")
            await pilot.press("enter")
            await reads(pilot, "┃ Sorry", gone="Leave, and lose it")
        await pilot.press("ctrl+q")
    kept = reply.load_draft(office.session, app._triage.composer.ref)
    assert kept is not None
    assert kept.text == "Sorry"


async def test_a_note_never_becomes_a_reply_without_a_question(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await settled(pilot, app, "We look at kettle 11.")
        await pilot.press("n", *"secret", "ctrl+t")
        await settled(pilot, app, "Turn what you typed into a PUBLIC REPLY?")
        await pilot.press("enter")
        await pilot.pause()
        assert app._triage.composer.mode == "note"
        await pilot.press("escape", "r")
        await settled(pilot, app, "Turn what you typed into a PUBLIC REPLY?")
        await pilot.press("down", "enter")
        await settled(pilot, app, "PUBLIC REPLY to")
        assert app._triage.composer.mode == "reply"


async def test_a_send_key_pressed_twice_sends_once(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await settled(pilot, app, "We look at kettle 11.")
        await pilot.press("r", *"Sorry")
        app.screen.composer.do_send()
        app.screen.composer.do_send()
        await settled(pilot, app, "NOT SENT YET")
        await pilot.pause(0.2)
        assert [o.body for o in outbox.operations(office.session)] == ["Sorry"]
        assert app._triage.composer.text == ""


async def test_what_is_typed_after_sending_stays(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await settled(pilot, app, "We look at kettle 11.")
        await pilot.press("r", *"Sorry")
        app.screen.composer.do_send()
        app.screen.composer.area.insert(" and one more thing")
        await settled(pilot, app, "NOT SENT YET")
        await pilot.pause(0.1)
        assert [o.body for o in outbox.operations(office.session)] == ["Sorry"]
        assert app._triage.composer.text.strip() == "and one more thing"


async def test_undo_never_brings_another_tickets_words(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(200, 50)) as pilot:
        await settled(pilot, app, "We look at kettle 11.")
        await pilot.press("r", *"mine", *["backspace"] * 4, "escape", "h", "j")
        await settled(pilot, app, "Hello, kettle 10 leaks.")
        await pilot.press("r", "ctrl+z", "ctrl+z")
        await pilot.pause()
        assert app._triage.composer.text == ""


async def test_somebody_who_wrote_meanwhile_is_read_first(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await settled(pilot, app, "We look at kettle 11.")
        await pilot.press("r", *"Sorry")
        office.desk.says(app._triage.ref.partition("/")[2], "c3", "It has stopped leaking.")
        await office.sync()
        await settled(pilot, app, "It has stopped leaking.")
        await pilot.press("ctrl+s")
        await settled(pilot, app, "wrote on this ticket since you began")
        await pilot.press("enter")
        await pilot.pause()
        assert outbox.operations(office.session) == []
        assert app._triage.composer.text == "Sorry"
