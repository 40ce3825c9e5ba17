"""Keys that arrive together, as over a slow line, are done in the order in which they were typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from widgets.draft_area import DraftArea
from widgets.query_bar import QueryBar


def _burst(app: Any, *keys: str) -> None:
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        ((*"hello", "backspace", "backspace", *"XYZ"), "helXYZ"),
        ((*"abc", "left", "left", *"Q"), "aQbc"),
        ((*"12345", "ctrl+u", *"678"), "678"),
        ((*"ab", "home", *"x", "end", *"y"), "xaby"),
    ],
)
async def test_what_is_typed_after_a_key_of_the_field_stands_after_it(
    toy: Any, reads: Callable[..., Any], keys: tuple[str, ...], left: str
) -> None:
    bar = QueryBar()
    app = toy(bar, pane="query")
    async with app.run_test(size=(80, 10)) as pilot:
        bar.open("")
        _burst(app, *keys)
        await reads(pilot, f"query / {left} ")
        assert bar.query_one(Input).value == left


async def test_so_it_is_in_a_reply(toy: Any, reads: Callable[..., Any]) -> None:
    area = DraftArea()
    app = toy(area, pane="composer")
    async with app.run_test(size=(80, 10)) as pilot:
        area.focus()
        await pilot.pause()
        _burst(app, *"ab", "backspace", *"c", "enter", *"de", "up", "end", *"!")
        await reads(pilot, "ac!")
        assert area.text == "ac!\nde"
