"""The tickets that stand on the terminal before Textual does."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from rich.cells import cell_len

from screens.first import FIRST, first_of, first_view, show_early
from widgets import curtain
from widgets.terminal import Terminal

UTF8 = {"TERM": "xterm-256color"}
CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def _lines(text: str) -> list[str]:
    return CODES.sub("", text).split("\r\n")


@pytest.mark.parametrize("size", [(20, 10), (42, 40), (80, 24), (200, 50)])
def test_no_line_is_wider_than_its_pane_and_the_foot_is_left_free(
    row: Any, now: int, size: tuple[int, int]
) -> None:
    rows = [row(n, subject="👩‍👩‍👧 日本語 طلب " * 9, requester="علي بن محمد") for n in range(1, 99)]
    lines = _lines(curtain.drawn(("Live", "98 tickets"), rows, size, now, Terminal.of(UTF8, "utf-8")))
    assert len(lines) == size[1] - 2
    assert max(cell_len(line) for line in lines) <= size[0]
    assert "HEARD" in lines[0]


def test_hostile_subjects_write_no_codes_of_their_own(row: Any, now: int) -> None:
    text = curtain.drawn(
        ("Live", "1"), [row(1, subject="\x1b]52;c;x\x07\x9b31m")], (90, 24), now, Terminal.of(UTF8, "utf-8")
    )
    assert "\x1b]" not in text
    assert "\x07" not in text
    assert "\x9b" not in text


def test_no_color_leaves_no_colour(row: Any, now: int) -> None:
    plain = Terminal.of({**UTF8, "NO_COLOR": "1"}, "utf-8")
    text = curtain.drawn(("Live", "1"), [row(1, priority="urgent", sla_due=1)], (120, 24), now, plain)
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", text)


async def test_the_app_begins_with_the_tickets_that_were_found_before_it(office: Any, reads: Any) -> None:
    first = first_of(office.session, first_view(office.session))
    assert 0 < len(first.ids) < FIRST
    app = office.app(first=first)
    async with app.run_test(size=(120, 40)) as pilot:
        assert app._triage.queue.row().ref == first.rows[0].ref
        await reads(pilot, "Kettle 11 leaks")
        assert app._triage.queue.title == "Live"


def test_without_a_terminal_nothing_is_written(office: Any) -> None:
    out = io.StringIO()
    assert show_early(office.session, out, UTF8) is None
    assert out.getvalue() == ""
