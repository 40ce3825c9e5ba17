"""Going to a message of a story."""

from __future__ import annotations

from typing import Any

from widgets.timeline import Timeline


async def test_a_message_is_gone_to_on_its_own_desk(toy: Any, item: Any, now: int) -> None:
    """Two desks number their messages alike, and one person has written to both."""
    items = [
        item(1, ref="one/1", id="12", text="To the one"),
        item(2, ref="two/1", id="12", text="To the other"),
    ]
    timeline = Timeline(now=lambda: now)
    app = toy(timeline, pane="story", ready=lambda: timeline.set_items(items, "two/1"))
    async with app.run_test(size=(80, 24)):
        timeline.stand_at("12", "one/9")
        assert timeline.item == items[0]
        timeline.stand_at("12", "two/1")
        assert timeline.item == items[1]
        timeline.stand_at("13", "two/1")
        assert timeline.item == items[1], "what is not shown is not gone to"
