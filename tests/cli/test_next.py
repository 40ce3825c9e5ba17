"""`heard next`: one ticket, and why it."""

from __future__ import annotations

from program import Heard


def test_the_next_ticket_is_named_with_a_sum_that_adds_up(reading: Heard) -> None:
    found = reading("next", "-n", "5", "-o", "json").json
    assert len(found) == 5
    scores = [each["score"] for each in found]
    assert scores == sorted(scores, reverse=True)
    for each in found:
        assert each["score"] == sum(part["points"] for part in each["parts"])
    told = reading("next").out
    assert told.startswith(found[0]["ref"])
    assert reading("next", "--ticket", found[3]["ref"], "-o", "json").json[0]["parts"] == found[3]["parts"]


def test_a_ticket_that_is_passed_over_needs_a_reason_the_third_time(heard: Heard) -> None:
    ref = heard("next", "-o", "json").json[0]["ref"]
    heard("next", "--skip", ref)
    heard("next", "--skip", ref)
    assert "Say why" in heard("next", "--skip", ref, code=18).err
    assert heard("next", "--skip", ref, "--why", "waits for the courier", "-o", "json").json[0]["ref"] != ref


def test_nothing_left_is_said_and_has_its_exit_code(reading: Heard) -> None:
    assert "Nothing is left" in reading("next", "nosuchwordanywhere", code=1).err
