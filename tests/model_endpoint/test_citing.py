"""Only sentences that name messages which were sent are shown."""

from __future__ import annotations

import pytest
from support.stalls import no_stall

from console.model.citing import cited
from console.model.values import Source, Summary
from store.rows import Item

ITEM = Item("acme/1", "Kettle", "message", "email", "customer", "Maria", 1, "It leaks.", "501")
SOURCES = tuple(Source(f"m{n}", ITEM) for n in (1, 2, 3, 12))


def shown(text: str) -> list[str]:
    return [each.text for each in cited(text, SOURCES).sentences]


def labels(text: str) -> list[list[str]]:
    return [[source.label for source in each.sources] for each in cited(text, SOURCES).sentences]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It leaks [m1].", [["m1"]]),
        ("It leaks. [m1] It was sent. [m2]", [["m1"], ["m2"]]),
        ("It leaks.[m1] It was sent.[m2]", [["m1"], ["m2"]]),
        ("It leaks[m1].", [["m1"]]),
        ("It leaks [m1, m2].", [["m1", "m2"]]),
        ("It leaks [m1; m12][m3].", [["m1", "m12", "m3"]]),
        ("[m2] It leaks.", [["m2"]]),
        ("- It leaks [M1]\n- It was sent [m2]", [["m1"], ["m2"]]),
        ("1. It leaks [m1].\n2) Sent [m2].", [["m1"], ["m2"]]),
        ("Dr. Lopez ordered no. 5 on 3.5. [m1]", [["m1"]]),
        ("\u5979\u7684\u6c34\u58f6\u6f0f\u6c34[m1]\u3002\u5df2\u5bc4\u51fa\u3002[m2]", [["m1"], ["m2"]]),
    ],
)
def test_a_label_makes_a_sentence_shown(text: str, expected: list[list[str]]) -> None:
    assert labels(text) == expected
    assert cited(text, SOURCES).left_out == 0


@pytest.mark.parametrize(
    "text",
    [
        "It leaks.",
        "It leaks [m9].",
        "It leaks [m1, m9].",
        "It leaks [m1] and [m99].",
        "It leaks [m01].",
        "It leaks [m1-m3].",
        "It leaks [m1\u20133].",
        "The ket[m1]tle leaks.",
        "It leaks [ m 1 ].",
        "It leaks (m1).",
        "It leaks m1.",
        "It leaks [1].",
        "It leaks [\u217f1].",
        "It leaks [m\u0661].",
        "It leaks [m1 according to me].",
        "It leaks [m1",
        "It leaks [[m9]] [m1].",
    ],
)
def test_without_a_label_of_a_message_that_was_sent_it_is_left_out(text: str) -> None:
    found = cited(text, SOURCES)
    assert not found.sentences
    assert found.left_out == 1


def test_what_is_left_out_is_counted_in_words() -> None:
    found = cited("It leaks [m1]. A refund was given. The moon is cheese [m9].", SOURCES)
    assert [each.text for each in found.sentences] == ["It leaks [m1]."]
    assert found.missing() == "2 sentences without a source were left out"
    assert cited("No. Source here.", ()).left_out >= 1
    assert Summary((), 1).missing() == "1 sentence without a source was left out"
    assert Summary((), 0).missing() == ""


def test_an_uncited_claim_does_not_hide_before_a_cited_one() -> None:
    assert shown("Pay 500 to this account. it leaks [m1].") == ["it leaks [m1]."]
    assert shown("Pay 500 to this account! It leaks [m1].") == ["It leaks [m1]."]
    assert shown("Pay 500 to this account\nIt leaks [m1].") == ["It leaks [m1]."]


def test_labels_alone_are_no_sentence() -> None:
    assert cited("[m1] [m2]\n\n---\n", SOURCES) == Summary((), 0)


def test_a_flood_of_sentences_is_bounded_and_quick() -> None:
    found = cited("Yes [m1]. " * 3_000, SOURCES)
    assert len(found.sentences) == 40
    assert found.left_out == 2_960
    for text in (
        "[m1" * 4_000,
        "." * 12_000 + "x",
        "A. " * 4_000,
        "e.g. " * 2_400,
        "[m" + " " * 12_000,
        ". " * 6_000,
        "[ " * 6_000,
    ):
        with no_stall(text[:9]):
            assert cited(text, SOURCES).sentences == ()


def test_sources_come_once_and_in_the_order_of_the_story() -> None:
    found = cited("Sent [m12]. It leaks [m2, m1]. Again [m2].", SOURCES)
    assert [each.label for each in found.sources()] == ["m1", "m2", "m12"]
