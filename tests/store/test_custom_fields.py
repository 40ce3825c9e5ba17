"""Custom fields as they are kept: cleaned one by one, however many of them were clean already."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.text import clean_line
from store.tickets import Lines, _fields

PIECES = st.sampled_from(
    [
        "red",
        " ",
        "  ",
        '"',
        "\\",
        "\x7f",
        "\x1b[31m",
        "\n",
        "é",
        "e\u0301",
        "\u202e",
        "\ud800",
        "日本",
        "x" * 1_100,
    ]
)
TEXTS = st.lists(PIECES, max_size=5).map("".join)


@given(st.dictionaries(TEXTS, TEXTS, max_size=6))
def test_every_key_and_value_is_cleaned_whatever_stands_beside_it(fields: dict[str, str]) -> None:
    kept = json.loads(_fields(fields, Lines()))
    assert kept == {clean_line(key): clean_line(value) for key, value in fields.items()}


@pytest.mark.parametrize("value", ["", "plain", "two words", 'a "quoted" word', "north_west", "SN-000001"])
def test_what_is_clean_stays_as_it_is_in_the_order_of_the_keys(value: str) -> None:
    assert _fields({"size": value, "colour": "red"}, Lines()) == json.dumps(
        {"colour": "red", "size": value}, separators=(",", ":")
    )
