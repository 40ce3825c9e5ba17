"""A story in a few lines: every line is a sentence of a message, under the heading that it belongs to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.recap import HEADINGS, MOST, recap
from console.sentences import TRIM, of_agent, of_customer, shortened
from store.rows import Item

HOUR = 3_600_000_000
NOW = 1_772_000_000_000_000


def item(number: int, role: Any, text: str, ref: str = "demo/1", status: str = "open", **more: Any) -> Item:
    given: dict[str, Any] = {"kind": "message", "channel": "email", "author": role, "state": ""} | more
    return Item(
        ref, "Kettle", role=role, at=NOW + number * HOUR, text=text, id=f"m{number}", status=status, **given
    )


KETTLE = [
    item(
        0,
        "customer",
        "Hello,\n\nmy kettle leaks since Monday. I have replaced the seal twice.\n\nCan you send me a new one?",
    ),
    item(
        1, "agent", "Hello Ana,\n\nplease descale it and try again. I will call you tomorrow by 15:00.\n\nBo"
    ),
    item(
        2,
        "customer",
        "It still leaks. When does somebody come?\n\n> please descale it and try again\n> I will call you",
    ),
]


def words(found: Any, heading: Any) -> list[str]:
    return [line.words for line in found.of(heading)]


def test_the_story_of_one_ticket() -> None:
    found = recap(KETTLE)
    assert words(found, "asked") == [
        "my kettle leaks since Monday.",
        "When does somebody come?",
        "Can you send me a new one?",
    ]
    assert words(found, "tried") == ["please descale it and try again.", "I have replaced the seal twice."]
    assert words(found, "promised") == ["I will call you tomorrow by 15:00."]
    assert words(found, "open")[0] == "When does somebody come?"


def test_a_line_leads_to_its_message_and_says_when_a_promise_falls_due() -> None:
    found = recap(KETTLE)
    promise = found.promised[0]
    assert (promise.message_id, promise.ref, promise.role, promise.time) == (
        "m1",
        "demo/1",
        "agent",
        "tomorrow by 15:00",
    )
    assert found.open[0].message_id == "m2"
    assert found.open[0].why == "not answered yet"


def test_what_was_quoted_is_not_said_again() -> None:
    assert not any("descale" in one.words for one in of_customer(KETTLE[2].text))


def test_a_promise_is_open_until_we_wrote_again() -> None:
    promised = recap(KETTLE)
    kept = recap([*KETTLE, item(3, "agent", "I have sent the new kettle to you today.")])
    assert "I will call you tomorrow by 15:00." in words(promised, "open")
    assert "I will call you tomorrow by 15:00." not in words(kept, "open")


def test_a_customer_who_is_content_leaves_nothing_open() -> None:
    assert not recap([*KETTLE[:2], item(2, "customer", "Thank you, it works now.")]).open


def test_a_solved_ticket_has_no_open_promise() -> None:
    over = [
        item(0, "customer", "My kettle leaks."),
        item(1, "agent", "I will send a new one today.", status="solved"),
    ]
    assert not recap(over).open


def test_what_we_asked_waits_for_the_customer() -> None:
    asked = [
        item(0, "customer", "My kettle leaks."),
        item(1, "agent", "Which model of the kettle do you have?"),
    ]
    assert [line.why for line in recap(asked).open] == ["we asked, no answer yet"]


def test_the_ticket_at_hand_comes_first_and_solved_ones_are_left_out() -> None:
    story = [
        item(0, "customer", "The old toaster burns everything.", "demo/2", "closed"),
        item(1, "customer", "My kettle leaks on the table.", "demo/1"),
        item(2, "customer", "The oven door is broken.", "demo/3"),
    ]
    assert [line.ref for line in recap(story, "demo/1").asked] == ["demo/1", "demo/3"]
    assert [line.ref for line in recap(story).asked] == ["demo/3", "demo/1", "demo/2"]


def test_a_reply_in_the_outbox_is_ours_and_a_note_is_not() -> None:
    waiting = item(3, "agent", "I will bring it on Friday by 12:00.", kind="outbox", state="queued")
    note = item(4, "agent", "I will never call him tomorrow by 9:00.", kind="note", channel="note")
    found = recap([*KETTLE, waiting, note])
    assert words(found, "promised")[0] == "I will bring it on Friday by 12:00."
    assert not any("never" in line.words for line in found.promised)


def test_links_and_handles_stay_in_the_sentence() -> None:
    steps = [
        one.words for one in of_agent("@ana please try the steps at https://x.example/a?b=1 and restart it.")
    ]
    assert steps == ["please try the steps at https://x.example/a?b=1 and restart it."]
    assert of_customer("I wish @acme would not ship with @slow, it is late again.")[0].words.count("@") == 2


def test_an_empty_story_has_no_lines() -> None:
    assert recap([]) == recap([item(0, "system", "Merged.", kind="change")])


def said_in(words: str, text: str) -> bool:
    """Whether a line stands in its message: only white space and what was quoted may lie between its words."""
    place = 0
    for word in words.removesuffix("\N{HORIZONTAL ELLIPSIS}").split():
        place = text.find(word, place)
        if place < 0:
            return False
        place += len(word)
    return True


PIECES = st.sampled_from(
    [
        "I have tried it. ",
        "Can you send it?",
        "\n> quoted line\n",
        "@ana ",
        "https://x.example/y ",
        "\n-- \nAna\n",
        "we will call you tomorrow by 9:00. ",
        "please restart it ",
        "\u00a0",
        "\u2019s ",
        "it is broken!! ",
        "<link>",
        "On Monday Ana wrote:\n",
        "é́ ",
        "\u202e",
        "1. press it\n",
    ]
)
TEXT = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=14).map("".join))


@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["customer", "agent"]), TEXT), max_size=6))
def test_any_text_gives_lines_whose_words_stand_in_their_message(turns: list[tuple[str, str]]) -> None:
    items = [item(number, role, text) for number, (role, text) in enumerate(turns)]
    found = recap(items)
    assert found == recap(items)
    texts = {each.id: each.text for each in items}
    for heading in HEADINGS:
        assert len(found.of(heading)) <= MOST
        for line in found.of(heading):
            assert len(line.words) <= TRIM
            assert said_in(line.words, texts[line.message_id]), line


@pytest.mark.parametrize("words", ["", "a" * 500, "word " * 100, "\N{HORIZONTAL ELLIPSIS}" * 300])
def test_what_is_cut_fits(words: str) -> None:
    assert len(shortened(words.strip())) <= TRIM
