"""The lines of a batch: how the two sides become one conversation, and that no line whatever raises."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.batch import answers, story_of
from console.batch_lines import LONGEST, Line, lines
from console.standards import Standards

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
OBJECTS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("id", "customer", "agent_before", "draft", "name"), JSON)
)


@pytest.mark.parametrize(
    ("customer", "agent", "told"),
    [
        ("", "", ""),
        ("a", "", "a"),
        ("ab", "x", "axb"),
        ("abc", "x", "axbc"),
        ("abc", "xy", "axbyc"),
        ("ab", "xy", "axyb"),
        ("ab", "xyz", "axyzb"),
        ("a", "xy", "axy"),
        ("", "xy", "xy"),
    ],
)
def test_the_two_sides_take_turns_and_the_customer_has_the_last_word(
    customer: str, agent: str, told: str
) -> None:
    story = story_of(Line(1, tuple(customer), tuple(agent), "draft"))
    assert "".join(item.text for item in story) == told
    assert all((item.role == "customer") is (item.text in customer) for item in story)
    assert [item.at for item in story] == sorted({item.at for item in story})


@given(line=st.one_of(JSON, OBJECTS).map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_line_has_one_answer(line: bytes) -> None:
    line = line.replace(b"\n", b" ")
    found = list(answers(io.BytesIO(line + b"\n"), Standards()))
    assert len(found) == (1 if line.strip() else 0)
    for answer in found:
        assert ("error" in answer) is ("steps" not in answer)


def test_a_line_that_is_too_long_is_cut_and_the_next_one_is_whole() -> None:
    stream = io.BytesIO(b"x" * (LONGEST * 2 + 70_000) + b"\nnext\n" + b"y" * LONGEST + b"\nlast")
    assert [len(one) for one in lines(stream)] == [LONGEST + 1, 5, LONGEST + 1, 4]
