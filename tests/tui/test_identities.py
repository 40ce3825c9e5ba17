"""Who is who on the screen, everybody of an organization, long stories and outside look-ups, from the keyboard to the store and back."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from support.pilots import until

from console import history, identities, lookups
from screens.identities import IdentitiesScreen

OFFICE = "+44 20 7000 0000"


async def at_story(app: Any, pilot: Any, reads: Any, ref: str, message_id: str = "") -> None:
    """Stand in the story of a ticket, once all panes are there."""
    await reads(pilot, "Diagnose")
    app._triage.open_ticket(ref, message_id)
    await reads(pilot, f"▌{ref} Kettle")


def refs_shown(app: Any) -> set[str]:
    return {item.ref for item in app._triage.timeline.window.items}


def share_a_telephone(office: Any) -> None:
    """The first two customers have one telephone under different names."""
    with office.session.db.write("mirror") as c:
        c.executemany(
            "INSERT INTO address (customer_id, kind, value) VALUES (?, 'phone', ?)",
            [(1, OFFICE), (2, OFFICE)],
        )


@pytest.fixture
async def told(office: Any) -> Any:
    share_a_telephone(office)
    return office


def ref_of(office: Any, customer: int) -> str:
    return str(history.story(office.session, customer)[-1].ref)


async def test_a_proposal_is_linked_with_a_reason_and_the_story_follows(told: Any, reads: Any) -> None:
    app = told.app()
    ref = ref_of(told, 1)
    other = ref_of(told, 2)
    async with app.run_test(size=(140, 48)) as pilot:
        await at_story(app, pilot, reads, ref)
        assert other not in refs_shown(app)
        await pilot.press("=")
        await reads(pilot, f"both have {OFFICE}")
        assert "may be" in await reads(pilot, "李小龍")
        await pilot.press("j", "enter")
        await reads(pilot, "Why is")
        await pilot.press("enter")
        await reads(pilot, "2 records, 0 may be the same")
        (said,) = identities.standing(told.session)
        assert (said.state, said.why) == ("linked", f"both have {OFFICE}")
        await pilot.press("escape")
        await until(pilot, lambda: other in refs_shown(app))
        await pilot.press("=")
        await reads(pilot, "says me")
        await pilot.press("u")
        await reads(pilot, "1 record, 1 may be the same")
        await pilot.press("escape")
        await until(pilot, lambda: other not in refs_shown(app))
        assert identities.standing(told.session) == []


async def test_a_record_is_parted_with_a_reason_that_was_typed(told: Any, reads: Any) -> None:
    one, other = (
        told.session.db.read(lambda r, n=n: identities.identities.records(r, [n]))[0] for n in (1, 2)
    )
    identities.link(told.session, one, other, "They said so.")
    app = told.app()
    async with app.run_test(size=(140, 48)) as pilot:
        await at_story(app, pilot, reads, ref_of(told, 1))
        await pilot.press("=")
        await reads(pilot, "2 records")
        await pilot.press("j", "x")
        await reads(pilot, "another person?")
        await pilot.press(*"her mother", "enter")
        await reads(pilot, "1 record", "u takes it back", gone="2 records")
        (said,) = identities.standing(told.session)
        assert (said.state, said.why) == ("apart", "her mother")
        await pilot.press("u")
        await reads(pilot, "2 records", gone="1 record")
        assert [link.why for link in identities.standing(told.session)] == ["They said so."]


async def test_what_was_parted_with_one_key_is_together_again_with_one(office: Any, reads: Any) -> None:
    """The record in the middle is parted from two others at once."""
    records = [
        office.session.db.read(lambda r, n=n: identities.identities.records(r, [n]))[0] for n in (1, 2, 3)
    ]
    for one, other in pairwise(records):
        identities.link(office.session, one, other, "They said so.")
    before = {(link.one, link.other, link.state) for link in identities.standing(office.session)}
    app = office.app()
    async with app.run_test(size=(140, 48)) as pilot:
        await at_story(app, pilot, reads, ref_of(office, 1))
        await pilot.press("=")
        await reads(pilot, "3 records")
        await pilot.press("j", "x")
        await reads(pilot, "another person?")
        await pilot.press(*"her mother", "enter")
        await reads(pilot, "1 record", f"{records[1].ref} stands alone", gone="3 records")
        await pilot.press("u")
        await reads(pilot, "3 records", "Taken back", gone="1 record")
        assert {(link.one, link.other, link.state) for link in identities.standing(office.session)} == before


async def test_escape_says_nothing_about_anybody(told: Any, reads: Any) -> None:
    app = told.app()
    async with app.run_test(size=(140, 48)) as pilot:
        await at_story(app, pilot, reads, ref_of(told, 1))
        await pilot.press("=")
        await reads(pilot, "may be")
        await pilot.press("x")
        await reads(pilot, "Only one of several records")
        await pilot.press("j", "enter")
        await reads(pilot, "Why is")
        await pilot.press("escape", "escape")
        await reads(pilot, "Kettle 11", gone="Who is who")
        assert not isinstance(app.screen, IdentitiesScreen)
    assert identities.standing(told.session) == []


async def test_no_key_is_offered_that_a_lone_record_has_no_use_for(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(100, 30)) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.press("=")
        shown = await reads(pilot, "Who is who", "This is their only record.", "esc back")
        assert "x part" not in shown
        assert "u take back" not in shown


class Unanswered(IdentitiesScreen):
    """The store has not answered yet."""

    def _look(self) -> None:
        pass


async def test_that_there_is_nothing_is_said_once_it_is_known(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(100, 30)) as pilot:
        await reads(pilot, "Kettle 11")
        screen = Unanswered(office.session, app.terminal, 1)
        await app.push_screen(screen)
        await reads(pilot, "Being looked up.", gone="There is no such customer")
        screen.show_lines(())
        await reads(pilot, "There is no such customer", gone="Being looked up.")


async def test_the_story_turns_to_the_organization_and_back(office: Any, reads: Any) -> None:
    with office.session.db.write("mirror") as c:
        c.execute(
            "INSERT INTO organization (id, desk, remote_id, name) VALUES (1, 'acme', 'o1', 'Acme Kettles')"
        )
        c.execute("UPDATE customer SET organization_id = 1 WHERE id IN (1, 2)")
    app = office.app()
    ref, other, stranger = (ref_of(office, n) for n in (1, 2, 3))
    async with app.run_test(size=(150, 60)) as pilot:
        await at_story(app, pilot, reads, ref)
        here = app._triage.timeline.item
        await pilot.press("w")
        shown = await reads(pilot, "everybody of Acme")
        assert app._triage.timeline.item == here
        assert refs_shown(app) >= {ref, other}
        assert stranger not in refs_shown(app)
        assert f"── {ref} Maria Lopez ·" in shown
        assert {item.ref for item in app._triage.looked.items}.isdisjoint({other}), (
            "advice is about one person"
        )
        await pilot.press("w")
        await reads(pilot, f"── {ref} Kettle", gone="everybody")


async def test_somebody_of_no_organization_keeps_their_story(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(150, 60)) as pilot:
        await at_story(app, pilot, reads, ref_of(office, 1))
        before = app._triage.timeline.window.items
        await pilot.press("w")
        await reads(pilot, "belongs to no organization")
        assert app._triage.timeline.window.items == before


@pytest.fixture
async def long(office: Any) -> Any:
    """A ticket of sixty messages more."""
    number = next(iter(office.desk.tickets))
    for n in range(60):
        office.clock.tick(60)
        office.desk.says(number, "a1", f"Word {n}.")
    await office.sync()
    return office


async def test_a_story_longer_than_what_is_read_at_once_is_read_on(long: Any, reads: Any) -> None:
    """Thirty messages at a time: the whole story is reached by keys, there and back."""
    app = long.app()
    app._triage.at_once = 30
    everything = [item.id for item in history.story(long.session, 1)]
    async with app.run_test(size=(150, 24)) as pilot:
        await at_story(app, pilot, reads, ref_of(long, 1))
        timeline = app._triage.timeline
        assert timeline.beyond == (len(everything) - 30, 0)
        await pilot.press("g", "g")
        await until(pilot, lambda: timeline.beyond == (0, len(everything) - 30))
        passed = [timeline.item.id]
        for _ in everything[1:]:
            await pilot.press("]")
            await until(pilot, lambda: timeline.item.id != passed[-1])
            await until(pilot, lambda: not app._triage._turning)
            passed.append(timeline.item.id)
        assert passed == everything
        await pilot.press("g", "g")
        await until(pilot, lambda: timeline.item.id == everything[0])
        await pilot.press("G")
        await until(pilot, lambda: timeline.item.id == everything[-1])


async def test_a_message_deep_in_a_long_story_is_gone_to(long: Any, reads: Any) -> None:
    app = long.app()
    app._triage.at_once = 30
    first = history.story(long.session, 1)[0]
    async with app.run_test(size=(150, 24)) as pilot:
        await at_story(app, pilot, reads, first.ref, first.id)
        await until(pilot, lambda: app._triage.timeline.item == first)


async def test_what_arrives_leaves_the_reader_of_an_older_part_where_they_are(long: Any, reads: Any) -> None:
    app = long.app()
    app._triage.at_once = 30
    async with app.run_test(size=(150, 24)) as pilot:
        await at_story(app, pilot, reads, ref_of(long, 1))
        timeline = app._triage.timeline
        await pilot.press("g", "g")
        await until(pilot, lambda: timeline.beyond[0] == 0)
        later = timeline.beyond[1]
        long.desk.says(next(iter(long.desk.tickets)), "a1", "Something new.")
        await long.sync()
        await until(pilot, lambda: timeline.beyond == (0, later + 1))
        assert timeline.cursor == 0


def program(office: Any, body: str) -> Path:
    folder: Path = office.session.home.root / lookups.FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / "orders"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o700)
    return path


@pytest.mark.skipif(os.name != "posix", reason="the programs here are scripts")
async def test_what_a_program_knows_stands_on_the_card_and_it_is_asked_once(
    office: Any, reads: Any, tmp_path: Path
) -> None:
    log = tmp_path / "asked"
    program(office, f'cat >> {log}; echo >> {log}; echo \'{{"open orders": 2, "evil": "[red]x"}}\'')
    app = office.app()
    one, other = ref_of(office, 1), ref_of(office, 2)
    async with app.run_test(size=(150, 48)) as pilot:
        await at_story(app, pilot, reads, one)
        await reads(pilot, "orders: open orders 2 · evil [red]x")
        app._triage.open_ticket(other)
        await reads(pilot, f"▌{other} Kettle")
        await until(pilot, lambda: log.read_text(encoding="utf-8").count("\n") >= 2, "the second answer")
        app._triage.open_ticket(one)
        await reads(pilot, f"▌{one} Kettle")
        await reads(pilot, "orders: open orders 2")
        await pilot.pause(0.7)
    asked = log.read_text(encoding="utf-8").splitlines()
    assert len(asked) == 2
    assert f'"ticket": "{one}"' in asked[0]


@pytest.mark.skipif(os.name != "posix", reason="the programs here are scripts")
async def test_a_program_that_hangs_keeps_neither_the_screen_nor_the_end_waiting(
    office: Any, reads: Any
) -> None:
    program(office, "sleep 60")
    app = office.app()
    async with app.run_test(size=(150, 48)) as pilot:
        await at_story(app, pilot, reads, ref_of(office, 1))
        await pilot.pause(0.8)
        await pilot.press("g", "g")
        assert app._triage.timeline.cursor == 0
        await reads(pilot, "orders: it took too long")


async def test_what_may_not_be_shown_is_not_on_the_card(office: Any, reads: Any) -> None:
    office.session.home.config.write_text(
        '[desks.acme]\nprovider = "demo"\n[privacy]\ncard = ["tickets"]\n', encoding="utf-8"
    )
    office.session.settings = type(office.session).open(office.session.home).settings
    app = office.app()
    async with app.run_test(size=(150, 48)) as pilot:
        await at_story(app, pilot, reads, ref_of(office, 1))
        shown = await reads(pilot, "4 tickets")
        card = "\n".join(line.split("│")[0] for line in shown.splitlines()[:4])
        assert "Maria Lopez" in card
        for word in ("@x.example", "with us since", "30 days", "email"):
            assert word not in card


async def test_nobody_stands_above_a_story_that_is_not_here(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await reads(pilot, "Kettle 11", "zoë@x.example")
        app._triage.open_ticket("acme/999")
        await reads(pilot, "There is no ticket acme/999 here", "▌acme/999 ", gone="zoë@x.example")
