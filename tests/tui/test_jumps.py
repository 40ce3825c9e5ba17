"""A jump to tickets that were never read, and what is read before a view is first painted."""

from __future__ import annotations

from typing import Any

from textual.geometry import Region

from console import triage


def _paints(app: Any) -> list[str]:
    """What stood in the queue's last line at each paint of the whole queue from now on."""
    paints: list[str] = []
    paint = app.queue.render_lines

    def note(crop: Region) -> Any:
        strips = paint(crop)
        if crop.height > 1:
            paints.append(strips[-1].text)
        return strips

    app.queue.render_lines = note
    return paints


def _deaf(app: Any) -> Any:
    """The queue's app, whose rows come only when they are put."""
    known, app.rows = app.rows, {}
    app.queue.put_rows(known[n] for n in range(1, 129))
    return known


async def test_a_jump_is_painted_once_and_with_its_rows(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(1, 5001)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        known = _deaf(app)
        paints = _paints(app)
        app.queue.do_bottom()
        await pilot.pause(0.01)
        assert not paints
        app.queue.put_rows(known[n] for n in range(4970, 5001))
        await pilot.pause(0.1)
        assert len(paints) == 1
        assert "Parcel 5000 " in paints[0]


async def test_a_jump_whose_rows_do_not_come_is_painted_without_them(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(1, 5001)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        known = _deaf(app)
        paints = _paints(app)
        app.queue.do_bottom()
        await pilot.pause(0.2)
        assert "…" in paints[-1]
        app.queue.put_rows(known[n] for n in range(4970, 5001))
        await pilot.pause(0.1)
        assert "Parcel 5000 " in paints[-1]


async def test_rows_of_a_place_that_was_left_hold_nothing_up(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(1, 5001)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        _deaf(app)
        app.queue.do_bottom()
        paints = _paints(app)
        app.queue.do_top()
        await pilot.pause(0.02)
        assert "Parcel" in paints[-1]
        assert app.queue.row().ref == "demo/1"


async def test_what_the_next_keys_meet_is_asked_for_after_what_is_seen(queue: Any, row: Any) -> None:
    app = queue([row(n) for n in range(1, 5001)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.seen.clear()
        await pilot.press("G")
        await pilot.pause()
        first, *later = [list(m.ids) for m in app.seen if hasattr(m, "ids")]
        assert first == list(range(5001 - app.queue.page, 5001))
        assert any(4936 in ids for ids in later)


async def test_only_the_rows_that_a_screen_shows_are_read_first(office: Any) -> None:
    ids, rows, _ = triage.window(office.session, "", "updated", 128, 1)
    assert len(ids) > 1
    assert [row.id for row in rows] == [ids[0]]
