"""Remedies, recap and contact block from the keyboard: what is chosen stands in the draft and in the ledger."""

from __future__ import annotations

from typing import Any

import pytest
from support.pilots import until

from console import remedies, reply
from console.settings import load
from store.remedies import Remedy


async def writing(pilot: Any, reads: Any, *words: str) -> Any:
    """The response pane of the first ticket, with these words typed."""
    await reads(pilot, "We look at kettle 11.")
    await pilot.press("r", *words)
    return pilot.app._triage


async def refund(pilot: Any, reads: Any, amount: str) -> None:
    await pilot.press("ctrl+r")
    await reads(pilot, "left in this story")
    await pilot.press("enter")
    await reads(pilot, "which amount?", "type it: 12.50, or 12.50 EUR", gone="Nothing fits")
    await pilot.press(*amount, "enter")


def ledger(office: Any, triage: Any) -> list[tuple[str, int, str]]:
    return [(each.kind, each.cents, each.state) for each in remedies.ledger(office.session, triage.ref)]


async def test_marked_remedies_become_choices_in_the_draft(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        triage = await writing(pilot, reads, *"Sorry.")
        await refund(pilot, reads, "760")
        await reads(pilot, "1,240.00 of 2,000.00 EUR left")
        await pilot.press(*"repl", "enter")
        await reads(pilot, "Put 2 remedies")
        await pilot.press("enter")
        await until(pilot, lambda: "Which do you prefer?" in triage.composer.text)
        assert triage.composer.text == (
            "Sorry.\n\nWe can offer you:\n- a refund of 760.00 EUR, back the way that you paid;\n"
            "- a replacement, sent to you free of charge.\nWhich do you prefer?"
        )
        assert ledger(office, triage) == [("refund", 76_000, "offered"), ("replacement", 0, "offered")]
        await pilot.press("ctrl+z")
        assert triage.composer.text == "Sorry."


async def test_a_remedy_is_granted_with_the_reply_and_freed_when_it_is_taken_back(
    office: Any, reads: Any
) -> None:
    app = office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        triage = await writing(pilot, reads)
        await refund(pilot, reads, "2000")
        await reads(pilot, "0.00 of 2,000.00 EUR left")
        await pilot.press("enter")
        await until(pilot, lambda: "2,000.00 EUR" in triage.composer.text)
        office.clock.tick()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: ledger(office, triage) == [("refund", 200_000, "granted")])
        office.clock.tick()
        await pilot.press("u")
        await until(pilot, lambda: ledger(office, triage) == [("refund", 200_000, "withdrawn")])
        assert remedies.authority(office.session, triage.ref).left == 200_000


async def test_one_cent_over_asks_first_and_keeps_the_words_out_of_the_draft(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        triage = await writing(pilot, reads, *"Hello")
        await refund(pilot, reads, "2000.01")
        await reads(pilot, "0.01 EUR over your authority")
        await pilot.press(*"ask", "enter")
        await reads(pilot, "Put 1 remedy")
        await pilot.press("enter")
        await until(pilot, lambda: "waits for approval" in triage.composer.text)
        assert "2,000.01" not in triage.composer.text
        line: Remedy = remedies.ledger(office.session, triage.ref)[0]
        assert line.state == "asked"
        note = reply.load_draft(office.session, triage.ref)
        assert note is None or note.mode == "reply"
        remedies.approve(office.session, line.id, "once", by="Bo Berg")
        await pilot.press("ctrl+r")
        await reads(pilot, "put it into the reply")
        await pilot.press(*"approved", "enter")
        await until(pilot, lambda: "2,000.01" in triage.composer.text)
        assert "[[" not in triage.composer.text


async def test_what_was_deleted_from_the_draft_is_free_again(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        triage = await writing(pilot, reads)
        await refund(pilot, reads, "1500")
        await reads(pilot, "Put 1 remedy")
        await pilot.press("enter")
        await until(pilot, lambda: "1,500.00" in triage.composer.text)
        await pilot.press("ctrl+z", "ctrl+r")
        await reads(pilot, "2,000.00 of 2,000.00 EUR left")


async def test_an_amount_that_is_none_is_not_taken_and_escape_leads_back(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.press("r")
        await pilot.press("ctrl+r")
        await reads(pilot, "Refund")
        await pilot.press("enter")
        await reads(pilot, "which amount?")
        await pilot.press(*"-5", "enter")
        await reads(pilot, "which amount?")
        await pilot.press("escape")
        await reads(pilot, "[ ] Refund")
        await pilot.press("escape")
        await pilot.pause(0.1)
        assert app._triage.pane_at_hand == "composer"
        assert app._triage.composer.text == ""


async def test_a_note_has_no_remedies(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        await pilot.press("n", "ctrl+r")
        await reads(pilot, "This is for a public reply")


async def test_solving_with_a_draft_offers_a_recap_and_solves_once_it_is_sent(
    office: Any, reads: Any
) -> None:
    app = office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        triage = await writing(pilot, reads, *"We have sent you a new kettle.")
        triage.change(["status=solved"], triage.aim())
        await reads(pilot, "Put a recap into the reply")
        await pilot.press("enter")
        await until(pilot, lambda: "To recap:" in triage.composer.text)
        assert "- What we did: We have sent you a new kettle." in triage.composer.text
        assert office.desk.tickets[triage.ref.partition("/")[2]].status != "solved"
        text = triage.composer.text
        triage.composer.put(text[: text.index("[[")] + "nothing." + text[text.index("]]") + 2 :])
        await pilot.pause(0.4)
        await pilot.press("ctrl+s")
        await reads(pilot, "status=solved")


async def test_a_strict_queue_is_not_solved_without_a_recap(office: Any, reads: Any) -> None:
    (office.session.home.root / "standards.toml").write_text('[default]\nstrict = ["recap_missing"]\n')
    (office.session.home.root / "standards.toml").chmod(0o600)
    app = office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        triage = app._triage
        triage.change(["status=solved"], triage.aim())
        shown = await reads(pilot, "this queue wants a recap")
        assert "Solve it without" not in shown
        await pilot.press("down", "enter")
        await pilot.pause(0.2)
        assert triage.row_at_hand().pending == 0


@pytest.mark.usefixtures("greenwich")
async def test_the_contact_block_tells_todays_hours_and_the_reference(office: Any, reads: Any) -> None:
    config = office.session.home.config
    config.write_text(
        config.read_text() + '[contact]\nphone = "030 123"\nhours = ["mon-sun 0:00-24:00"]\n',
        encoding="utf-8",
    )
    office.session.settings = load(office.session.home.root)
    app = office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        triage = await writing(pilot, reads, *"Hello")
        await app.perform_id("contact_block")
        await until(pilot, lambda: "030 123" in triage.composer.text)
        number = triage.ref.partition("/")[2]
        assert triage.composer.text == (
            "Hello\n\nYou can reach us: reply to this message or call 030 123, today until 24:00.\n"
            f"Your reference: {number}"
        )


async def test_keys_typed_ahead_go_to_the_choices_and_not_into_the_draft(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        triage = await writing(pilot, reads, *"Hello")
        await pilot.press("ctrl+r", *"replace", "enter")
        await reads(pilot, "Put 1 remedy")
        assert triage.composer.text == "Hello"


async def test_a_broken_file_is_said_and_the_built_in_ones_are_offered(office: Any, reads: Any) -> None:
    (office.session.home.root / "remedies.toml").write_text("[authority]\nlimit = 5\n")
    app = office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        await writing(pilot, reads, "ctrl+r")
        await reads(pilot, "2,000.00 of 2,000.00 EUR left")
        assert any("authority.limit must be text" in note.message for note in app._notifications)
