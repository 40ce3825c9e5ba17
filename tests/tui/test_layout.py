"""Panes that a person moves and resizes, kept for the next start; density, motion, and a window that is very small."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from console.settings import load
from console.triage import queue_ids, rows
from screens.kept_layout import keep, kept
from screens.panes import Layout, arrange, grown, moved
from widgets import curtain
from widgets.terminal import Terminal

LAYOUTS = st.builds(
    Layout,
    st.sampled_from(["left", "right", "top", "bottom"]),
    st.sampled_from(["left", "right", "top", "bottom"]),
    st.integers(0, 100),
    st.integers(0, 100),
)


async def settled(pilot: Pilot[Any]) -> None:
    for _ in range(4):
        await pilot.pause(0.03)


def with_ui(office: Any, line: str) -> None:
    path = office.session.home.config
    path.write_text(path.read_text() + f"[ui]\n{line}\n", encoding="utf-8")
    office.session.settings = load(path.parent)


@given(
    st.integers(1, 400),
    st.integers(1, 120),
    st.sampled_from(["queue", "story", "composer"]),
    st.booleans(),
    LAYOUTS,
)
def test_whatever_was_kept_no_pane_that_is_shown_is_squeezed_away(
    width: int,
    height: int,
    pane: str,
    zoomed: bool,  # noqa: FBT001  (made up by hypothesis)
    layout: Layout,
) -> None:
    made = arrange(width, height, pane, zoomed=zoomed, layout=layout)
    assert {"queue": made.queue, "story": made.story, "composer": made.response}[pane]
    for pair in (made.shares, made.parts):
        assert min(pair) / sum(pair) >= 0.15
    if made.queue and made.work and not made.across:
        assert width * made.shares[0] / sum(made.shares) >= 23
        assert width * made.shares[1] / sum(made.shares) >= 23
    if width < 100:
        assert not (made.queue and made.work)


def test_a_pane_grows_into_its_neighbour_and_not_out_of_the_screen() -> None:
    layout = Layout()
    widths = []
    for _ in range(30):
        made = arrange(200, 50, "queue", layout=layout)
        widths.append(made.shares[0] / sum(made.shares))
        layout = grown(layout, made, "queue", "width", 4) or layout
    assert widths == sorted(widths)
    assert widths[0] < 0.4
    assert 0.8 < widths[-1] <= 0.85
    made = arrange(200, 50, "story")
    assert grown(Layout(), made, "story", "width", 4).response < 44  # type: ignore[union-attr]
    assert grown(Layout(), made, "composer", "width", 4).response > 44  # type: ignore[union-attr]
    assert grown(Layout(), made, "composer", "height", 4) is None
    alone = arrange(80, 24, "queue")
    assert grown(Layout(), alone, "queue", "width", 4) is None


def test_moving_the_story_moves_the_response_the_other_way() -> None:
    assert moved(Layout(), "story", "right").response_side == "left"
    assert moved(Layout(), "composer", "bottom").response_side == "bottom"
    assert moved(Layout(queue=70), "queue", "top") == Layout(queue_side="top")
    assert moved(Layout(queue=70), "queue", "right") == Layout(queue_side="right", queue=70)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"queue": "much", "queue_side": 7}', '{"queue": 1e9}', "[" * 9000]
)
def test_a_kept_layout_that_cannot_be_read_is_the_usual_one(home: Any, text: str) -> None:
    home.make()
    (home.run_dir / "layout.json").write_text(text, encoding="utf-8")
    assert kept(home) == Layout()


def test_a_layout_is_kept_and_forgotten(home: Any) -> None:
    home.make()
    keep(home, Layout("top", "left", 30, 60))
    assert kept(home) == Layout("top", "left", 30, 60)
    keep(home, Layout())
    assert list(home.run_dir.glob("layout*")) == []


# -- on the screen ------------------------------------------------------------------------------------------------


def places(app: Any) -> dict[str, Any]:
    triage = app._triage
    found = {"queue": triage.left, "story": triage.story, "response": triage.response}
    return {name: widget.region for name, widget in found.items() if widget.display and widget.region}


async def test_panes_are_resized_and_moved_by_keys_and_stay_so(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(200, 50)) as pilot:
        await reads(pilot, "Hello, kettle")
        before = places(app)
        await pilot.press("alt+right", "alt+right")
        await settled(pilot)
        wider = places(app)
        assert wider["queue"].width > before["queue"].width + 10
        assert wider["response"].right == before["response"].right == 200
        await pilot.press("ctrl+w", "<")
        await settled(pilot)
        assert before["queue"].width < places(app)["queue"].width < wider["queue"].width
        await pilot.press("ctrl+w", "l")
        await settled(pilot)
        assert places(app)["queue"].right == 200
        assert places(app)["story"].x == 0
        await pilot.press("alt+shift+up")
        await settled(pilot)
        top = places(app)
        assert top["queue"].width == 200
        assert top["queue"].bottom == top["story"].y == top["response"].y
        await pilot.press("alt+down", "r")
        await settled(pilot)
        assert places(app)["queue"].height < top["queue"].height
        await pilot.press("alt+shift+left", *"Hi")
        await settled(pilot)
        assert places(app)["response"].x == 0
        assert app._triage.composer.area.text == "Hi"
        await pilot.press("alt+up", "alt+right")
        await settled(pilot)
        last = places(app)
        await app._triage.keep_draft()
    again = office.app()
    async with again.run_test(size=(200, 50)) as pilot:
        await reads(pilot, "Hello, kettle")
        await settled(pilot)
        assert places(again) == last
        await pilot.press("ctrl+w", "=")
        await settled(pilot)
        assert places(again) == before
    third = office.app()
    async with third.run_test(size=(200, 50)) as pilot:
        await reads(pilot, "Hello, kettle")
        await settled(pilot)
        assert places(third) == before


async def test_an_edge_can_be_dragged(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(200, 50)) as pilot:
        await reads(pilot, "Hello, kettle")
        story = places(app)["story"]
        await pilot.mouse_down(offset=(story.x - 1, 20))
        await pilot.hover(offset=(120, 20))
        await pilot.mouse_up(offset=(120, 20))
        await settled(pilot)
        assert abs(places(app)["story"].x - 120) <= 3
        assert app.mouse_captured is None
        response = places(app)["response"]
        await pilot.mouse_down(offset=(response.x - 1, 20))
        await pilot.mouse_up(offset=(response.x - 7, 20))
        await settled(pilot)
        assert abs(places(app)["response"].x - (response.x - 6)) <= 3
        await pilot.click(offset=(30, 8))
        assert app._triage.queue.cursor == 5  # a click elsewhere is a click
    assert kept(office.session.home).queue > 50


async def test_a_click_on_an_edge_moves_nothing_and_views_below_are_still_clicked(
    office: Any, reads: Any
) -> None:
    keep(office.session.home, Layout("bottom", "bottom"))
    app = office.app()
    async with app.run_test(size=(130, 50)) as pilot:
        await reads(pilot, "Hello, kettle")
        await settled(pilot)
        before = places(app)
        assert before["queue"].y == before["response"].bottom
        assert before["response"].y == before["story"].bottom
        await pilot.click(offset=(60, before["response"].y))
        await settled(pilot)
        assert places(app) == before
        await pilot.click(offset=(12, before["queue"].y))
        await reads(pilot, "Mine: 0 tickets")
        await pilot.mouse_down(offset=(60, before["response"].y))
        await pilot.hover(offset=(60, before["response"].y - 6))
        await pilot.mouse_up(offset=(60, before["response"].y - 6))
        await settled(pilot)
        assert abs(places(app)["response"].y - before["response"].y + 6) <= 1


def test_what_is_painted_before_the_screens_come_has_the_same_rows(row: Any) -> None:
    terminal = Terminal(color=False, unicode=True, ssh=False, tmux=False)
    rows = [row(1), row(2)]
    drawn = curtain.drawn(("Live", "2 tickets"), rows, (80, 24), 0, terminal, tall=2).split("\r\n")
    assert ["Parcel 1" in line for line in drawn[3:7]] == [True, False, False, False]
    assert "Bo" in drawn[4]
    assert "Parcel 2" in drawn[5]
    assert len(curtain.drawn(("Live", "2 tickets"), rows, (80, 24), 0, terminal).split("\r\n")) == 5


async def test_under_a_hundred_columns_one_pane_has_the_screen_whatever_was_kept(
    office: Any, reads: Any
) -> None:
    keep(office.session.home, Layout("top", "left", 30, 60))
    app = office.app()
    async with app.run_test(size=(99, 30)) as pilot:
        await reads(pilot, "Kettle 11")
        await settled(pilot)
        assert list(places(app)) == ["queue"]
        await pilot.press("alt+right")
        await reads(pilot, "Nothing stands beside this pane")
        await pilot.resize_terminal(100, 30)
        await settled(pilot)
        assert set(places(app)) == {"queue", "story"}


# -- a window that is very small --------------------------------------------------------------------------------------


async def test_in_twenty_by_five_it_starts_says_so_and_grows_again(office: Any, reads: Any) -> None:
    app = office.app()
    async with app.run_test(size=(20, 5)) as pilot:
        shown = await reads(pilot, "20x5 is too small")
        assert "Kettle" in await reads(pilot, "Kettle"), shown
        for keys in (["enter"], ["r"], [*"Hi"], ["escape"], ["escape"], ["?"], ["escape"], ["s"], ["escape"], ["ctrl+p"],
                     ["escape"], ["L"], ["O"], ["P"], ["T"], ["/"], ["escape"]):  # fmt: skip
            await pilot.press(*keys)
            await settled(pilot)
        await pilot.resize_terminal(7, 2)
        await settled(pilot)
        await pilot.resize_terminal(1, 1)
        await settled(pilot)
        await pilot.resize_terminal(130, 40)
        shown = await reads(pilot, "Kettle 11", gone="too small")
        assert "Hello, kettle" in await reads(pilot, "Hello, kettle")


# -- density and motion -------------------------------------------------------------------------------------------


async def test_a_comfortable_queue_tells_each_ticket_in_two_lines(office: Any, reads: Any) -> None:
    with_ui(office, 'density = "comfortable"')
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        shown = (await reads(pilot, "Kettle 11")).splitlines()
        at = next(n for n, line in enumerate(shown) if "Kettle 11" in line)
        assert "nobody · Support · ✉ email · acme/35" in shown[at + 1]
        assert "Zoë" not in shown[at + 1]  # there is a column for that
        assert "Kettle 10" in shown[at + 2]
        queue = app._triage.queue
        assert queue.page == (queue.size.height - queue.head_height) // 2
        await pilot.press("G")
        shown = (await reads(pilot, "Kettle 0 ")).splitlines()
        at = next(n for n, line in enumerate(shown) if "Kettle 0 " in line)
        await pilot.click(queue, offset=(10, at - queue.region.y - 1))
        assert queue.cursor == 10  # the second line of the ticket above
        await pilot.press("g", "g", "pagedown")
        assert queue.cursor == queue.page


@pytest.mark.parametrize(
    ("setting", "tty", "level"),
    [
        ("auto", "", "full"),
        ("auto", "/dev/pts/1", "none"),
        ("full", "/dev/pts/1", "full"),
        ("reduced", "", "none"),
    ],
)
async def test_nothing_moves_over_ssh_or_where_the_person_wants_it_so(
    office: Any, monkeypatch: pytest.MonkeyPatch, setting: str, tty: str, level: str
) -> None:
    for name in ("SSH_TTY", "SSH_CONNECTION", "TMUX"):
        monkeypatch.delenv(name, raising=False)
    if tty:
        monkeypatch.setenv("SSH_TTY", tty)
    with_ui(office, f'motion = "{setting}"')
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await settled(pilot)
        await settled(pilot)
        assert app.animation_level == level
        await pilot.press("r")
        await settled(pilot)
        assert app.focused.cursor_blink == (level == "full")
        await pilot.press("escape", "s")
        await settled(pilot)
        assert app.focused.cursor_blink == (level == "full")


@pytest.mark.parametrize("height", [12, 16, 20, 24])
def test_a_reply_below_the_story_keeps_its_whole_frame(height: int) -> None:
    made = arrange(60, height, "composer")
    lines = (height - 2) * made.parts[1] // sum(made.parts)
    assert lines - made.ladder >= 4 or made.ladder == 0


async def test_the_frame_of_a_reply_is_whole_on_a_small_terminal(office: Any, reads: Any) -> None:
    async with office.app().run_test(size=(60, 20)) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.press("r")
        await reads(pilot, "PUBLIC REPLY to ", "^s send", "━┛")


async def test_a_response_pane_that_comes_back_is_about_the_ticket_whose_story_stands_beside_it(
    office: Any, reads: Any
) -> None:
    app = office.app()
    async with app.run_test(size=(200, 40)) as pilot:
        await reads(pilot, "Kettle 11", "PUBLIC REPLY to")
        composer = app._triage.composer
        before = composer.ref
        found = rows(office.session, queue_ids(office.session, "status:live"))
        other = next(row.ref for row in found if row.ref != before)
        await pilot.press("enter", "z")
        await reads(pilot, gone="PUBLIC REPLY")
        app._triage.open_ticket(other)
        await reads(pilot, f"▌{other}")
        await pilot.press("z")
        await reads(pilot, f"({other})")
        assert composer.ref == other
