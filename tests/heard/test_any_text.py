"""Whatever is typed or was written: nothing raises, places lie inside, and the same gives the same."""

from __future__ import annotations

import pytest
from heard_scene import NOW, PLAIN, advice, answered, wrote
from hypothesis import given, settings
from hypothesis import strategies as st

from console.heard import CHECKS, STEPS, Advice, HeardSettings, advise

PIECES = """
sorry apologise for any inconvenience that your parcel is late because the van broke down please restart it could you
send us order number A-10427 {{name}} T2 ticket by Friday soon policy not allowed attached I will call you
@ana https://example.com ?? !!! 12 EUR <link> [[fill]] Dr. 3.5 > --
"""
WORDS = st.sampled_from(
    [*PIECES.split(), "\n> quoted\n", "\n\n", "\n-- \n", "\U0001f621", "\u0130", "\u2019", "\ud83d"]
)
TEXTS = st.one_of(
    st.text(st.characters(), max_size=400),
    st.lists(WORDS, max_size=60).map(" ".join),
    st.text(st.characters(categories=["Cs", "Co", "Cn", "So", "Mn", "Zs", "Cc", "Lo"]), max_size=100),
)


def whole(heard: Advice, draft: str) -> None:
    """Every place lies inside the draft, and nothing is unknown."""
    assert tuple(step.name for step in heard.steps) == STEPS
    spans = [span for step in heard.steps for span in step.spans] + [check.span for check in heard.checks]
    assert all(0 <= span.start < span.end <= len(draft) for span in spans)
    assert all(check.name in CHECKS and check.say for check in heard.checks)
    assert all(step.why for step in heard.steps)
    assert all(not step.spans or step.state in ("seen", "partly") for step in heard.steps)


@given(draft=TEXTS, customer=TEXTS, answer=TEXTS)
@settings(max_examples=150, deadline=None)
def test_any_text(draft: str, customer: str, answer: str) -> None:
    story = (wrote(customer, 3), answered(answer, 2), wrote(customer[::-1], 1, ref="acme/2"))
    heard = advise(draft, story, HeardSettings(glossary={draft[:9]: "x"}), NOW)
    whole(heard, draft)
    assert heard == advise(draft, list(story), HeardSettings(glossary={draft[:9]: "x"}), NOW)
    for fact in heard.facts:
        assert fact.value.strip() == fact.value != ""


@pytest.mark.parametrize(
    "draft",
    [
        "a" * 200_000,
        "sorry " * 34_000,
        "?" * 200_000,
        "\n" * 200_000,
        "> " * 100_000,
        "please restart it, " * 10_000,
        "{{" * 100_000,
        "\U0001f600" * 200_000,
        "\ud800" * 200_000,
        "A-1" * 66_000,
        "I " * 100_000,
        "sorry to hear that you " * 9_000,
        "\u0130" * 200_000,
        "12" * 100_000,
        "@a " * 66_000,
        "(" * 200_000,
        "hello there, " * 15_000,
        "ok so, and but yes, " * 10_000,
        "not been very really so " * 9_000,
        "what is the order or the " * 8_000,
    ],
    ids=lambda draft: repr(draft[:8]),
)
def test_two_hundred_thousand_characters_are_bounded(draft: str) -> None:
    """A pattern with too many ways through such a text would never come back."""
    whole(advise(draft, [wrote(draft), answered(draft)], PLAIN, NOW), draft)


def test_what_lies_beyond_the_limit_is_left_unread() -> None:
    assert (
        advice("x " * 50_000 + "I am sorry that it is late.", "It is late!").step("apologize").state
        == "not_seen"
    )
