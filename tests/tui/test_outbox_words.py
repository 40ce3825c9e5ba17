"""The words of the outbox: how an operation stands, and which keys do something to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from screens import outbox_words
from store.rows import Operation

HOUR = 3_600_000_000
NOW = 1_772_000_000_000_000  # Wed 25 Feb 2026, 06:13 UTC


def operation(**over: Any) -> Operation:
    made = Operation(
        id="1",
        desk="acme",
        ref="acme/4",
        seq=1,
        kind="reply",
        body="Sorry",
        changes={},
        add_tags=(),
        remove_tags=(),
        base={},
        state="queued",
        error="",
        attempts=0,
        created=NOW,
        not_before=0,
    )
    return replace(made, **over)


@pytest.mark.parametrize(
    ("over", "told"),
    [
        ({"not_before": NOW + 6_100_000}, "leaves in 7 s; D takes it back"),
        ({"send_at": NOW + HOUR, "not_before": NOW + HOUR}, "leaves Wed 25 Feb 07:13"),
        (
            {"attempts": 2, "error": "connection refused", "not_before": NOW + 90_000_000},
            "waits for the desk: connection refused (tries again in 1m)",
        ),
        ({"state": "sending"}, "on its way"),
        (
            {"state": "unknown", "error": "read timed out"},
            "no answer came; the desk is asked whether it has it",
        ),
        ({"state": "rejected", "error": "this cannot be"}, "this cannot be"),
        ({"not_before": NOW - 1}, "leaves by itself"),
    ],
)
@pytest.mark.usefixtures("greenwich")
def test_how_it_stands(over: dict[str, Any], told: str) -> None:
    assert outbox_words.standing(operation(**over), NOW) == told


def test_what_may_be_out_is_neither_sent_again_nor_taken_back() -> None:
    for state in ("sending", "unknown"):
        shown = outbox_words.labels(operation(state=state), "")
        assert shown == dict.fromkeys(("retry", "edit", "drop", "settle", "retarget"), "")


def test_a_reply_says_that_it_waits_behind_one_that_needs_a_person() -> None:
    first = operation(id="1", seq=1, state="review")
    mine, note, other = (
        operation(id="2", seq=2),
        operation(id="3", seq=3, kind="note"),
        operation(id="4", seq=4, ref="acme/9"),
    )
    assert list(outbox_words.behind([other, note, mine, first])) == ["2"]
