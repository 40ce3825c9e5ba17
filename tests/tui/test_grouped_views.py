"""Views whose tickets stand in groups, on the whole screen."""

from __future__ import annotations

import re
from typing import Any

from console import changes, headings
from screens.first import First, first_of, first_view
from widgets import curtain
from widgets.terminal import Terminal


def _view(office: Any, text: str) -> None:
    folder = office.session.home.root / "views"
    folder.mkdir()
    (folder / "k.toml").write_text(text, encoding="utf-8")


async def test_a_grouped_view_has_headings_and_follows_what_the_desk_says(
    office: Any, desk: Any, reads: Any
) -> None:
    _view(office, 'name = "Kettles"\nquery = "kettle"\nkey = "3"\ngroup = "status"\n')
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.press("3")
        before = await reads(pilot, "── new, ")
        counts = [int(n) for n in re.findall(r"── \S+, (\d+) ticket", before)]
        assert sum(counts) == 12
        pinned = app._triage.queue.pinned
        ref = app._triage.queue.row().ref
        changes.set_fields(office.session, ref, changes.parse(["status=solved"]))
        await reads(pilot, "── solved, 1 ticket ─")
        assert app._triage.queue.pinned == pinned
        desk.open(desk.customer("Nora Quist"), "Kettle 99 leaks", "Hello.")
        await office.sync()
        await reads(pilot, f"── new, {counts[0]} tickets ─")


async def test_the_order_is_chosen_with_groups_and_without(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.press("x")
        await reads(pilot, "There are no groups here")
        await pilot.press("S", *"by requester", "enter")
        await reads(pilot, "── Maria Lopez, 4 tickets ─", "── Zoë [/x] Ångström, 4 tickets ─")
        await pilot.press("g", "g", "x")
        await reads(pilot, "+─ Maria Lopez, 4 tickets, folded ─")
        await pilot.press("S", *"subject", "enter")
        await pilot.pause(0.3)
        assert app._triage.asked.sort == "requester/subject"
        await pilot.press("x")
        await reads(pilot, "── Maria Lopez, 4 tickets ─")
        await pilot.press("S", *"not", "enter")
        await reads(pilot, "Kettle", gone="── Maria")
        assert app._triage.asked.sort == "subject"


async def test_what_stands_there_before_the_interface_has_the_same_headings(office: Any) -> None:
    _view(office, 'name = "Kettles"\nquery = "kettle"\nkey = "1"\ngroup = "requester"\n')
    first = first_of(office.session, first_view(office.session))
    app = office.app(first=first)
    async with app.run_test(size=(130, 40)):
        painted = heads_of(app, first)
        terminal = Terminal.of({"TERM": "xterm"}, "utf-8")
        early = curtain.drawn(
            ("Kettles", "12"), first.rows, (130, 40), 0, terminal, headings=headings.words(first.groups)
        )
        assert [line for line in painted if line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", early)] == painted
        assert len(painted) == 3


def heads_of(app: Any, first: First) -> list[str]:
    assert first.groups is not None
    queue = app._triage.queue
    names = [headings.name(first.groups, g) for g in range(len(first.groups))]
    lines = [strip.text for strip in queue.render_lines(queue.size.region)]
    return [line[:40].rstrip() for line in lines if line.startswith("──") and any(n in line for n in names)]
