"""Recap, next steps and articles on the command line, on the demo company."""

from __future__ import annotations

from program import Heard, some_ref


def test_a_recap_quotes_the_messages_of_the_story(reading: Heard) -> None:
    ref = some_ref(reading)
    lines = reading("recap", ref, "-o", "json").json
    shown = {m["id"]: m["text"] for m in reading("show", ref, "-o", "json").json["messages"]}
    assert {line["heading"] for line in lines} <= {"asked", "tried", "promised", "open"}
    of_ticket = [line for line in lines if line["ref"] == ref]
    assert of_ticket
    for line in of_ticket:
        text = " ".join(shown[line["message_id"]].split())
        assert line["words"].removesuffix("\N{HORIZONTAL ELLIPSIS}") in text


def test_a_recap_of_a_customer_is_that_of_the_ticket(reading: Heard) -> None:
    ref = some_ref(reading)
    contact = reading("history", "--ticket", ref, "--card", "-o", "json").json
    address = contact["contacts"][0]["value"]
    whole = reading("recap", address, "-o", "json").json
    assert {line["words"] for line in whole} & {
        line["words"] for line in reading("recap", ref, "-o", "json").json
    }
    assert ref in reading("recap", address).out or whole


def test_nobody_to_sum_up_is_an_error(reading: Heard) -> None:
    assert reading("recap", "nobody-of-this-name", code=4).err


def test_next_steps_count_solved_tickets(reading: Heard) -> None:
    refs = [row["ref"] for row in reading("list", "status:live", "-o", "json", "--limit", "12").json]
    found = [reading("next-steps", ref, "-o", "json").json for ref in refs]
    steps = [step for one in found for step in one["steps"]]
    assert steps
    assert all(0 < step["count"] <= len(one["near"]) for one in found for step in one["steps"])
    solved = {
        row["ref"] for row in reading("list", "status:solved,closed", "-o", "json", "--limit", "0").json
    }
    assert {near["ref"] for one in found for near in one["near"]} <= solved
    assert "solved tickets are like" in "".join(reading("next-steps", ref).out for ref in refs[:4])


def test_articles_are_found_by_words_and_by_ticket(reading: Heard) -> None:
    files = reading("kb", "-o", "json").json
    assert len(files) >= 6
    assert not any(each["problem"] for each in files)
    assert all(isinstance(each["tags"], list) and each["tags"] for each in files)
    found = reading("kb", "spray", "arm", "-o", "json").json
    assert found[0]["path"] == "filters.md"
    assert found[0]["steps"].startswith("1. Press the two tabs")
    assert "No article fits." in reading("kb", "zebra").out
    refs = [row["ref"] for row in reading("list", "tag:noise", "-o", "json", "--limit", "5").json]
    assert not refs or any(reading("kb", ref, "-o", "json").json for ref in refs)
    assert reading("kb", "demo/999999", code=4).err
