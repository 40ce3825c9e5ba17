"""The team's own standards beside the draft."""

from __future__ import annotations

from typing import Any


async def test_a_broken_file_of_standards_is_said_and_the_built_in_rules_hold(
    office: Any, reads: Any
) -> None:
    (office.session.home.root / "standards.toml").write_text('[default]\nstrict = ["listen"]\n')
    app = office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        await pilot.press("r", *"Sorry")
        await reads(pilot, "Apologize  seen")
        said = [n.message for n in app._notifications]
    assert any("standards.toml" in message and "built-in rules hold" in message for message in said)


async def test_what_the_team_mutes_is_not_mentioned(office: Any, reads: Any) -> None:
    (office.session.home.root / "standards.toml").write_text('[default]\nmuted = ["stock_phrase"]\n')
    app = office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        await pilot.press("r", *"We apologize for any inconvenience.")
        await pilot.pause(1)
        assert "inconvenience" not in str(app._triage._advice.suggestion)
        assert all(c.name != "stock_phrase" for c in app._triage._advice.checks)


async def test_a_strict_queue_tells_what_a_reply_needs_apart_from_what_it_may_not_have(
    office: Any, reads: Any
) -> None:
    (office.session.home.root / "standards.toml").write_text(
        '[default]\nstrict = ["apologize", "next_step_time", "stock_phrase"]\n'
    )
    app = office.app()
    async with app.run_test(size=(160, 50)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        await pilot.press("r", *"We apologize for any inconvenience.", "ctrl+s")
        await reads(pilot, "Not sent")
        said = " ".join(note.message for note in app._notifications) or app.text()
    assert "and a time for the next step and may not have stock phrases." in " ".join(said.split())
