"""The cleaning door: what comes out can only be shown, whatever went in."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.hostile import NAUGHTY, escape_sequences

from store.text import LINE_LIMIT, MARKS_PER_BASE, clean, clean_line, width

# Written down apart from the code under test: what may never come out.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ud800-\udfff"
    "\u200b\u2028\u2029\u2060\ufeff\U000e0000-\U000e0fff\ufdd0-\ufdef\ufffe\uffff]"
)

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
TROUBLE = st.text(
    st.sampled_from(
        "ae \n\t\r\x85\x1b\x9b\x07\x7f\u2028\u0301\u0316\u0344\u0958\u200b\u200c\u200d\u202e\ufe0f\ufe00\u1100\u1161\u11a8"
        "\u1160\u3164\ud83d\ude00\ufdd0\U0001f468\U0001d15e\U000e0041\u3099\uff76\xa0\u3000"
    ),
    max_size=60,
)


def piles(text: str) -> int:
    """The most combining marks on one base."""
    most = run = 0
    for char in text:
        run = run + 1 if unicodedata.category(char)[0] == "M" or char in "\u200c\u200d" else 0
        most = max(most, run)
    return most


def assert_safe(text: str) -> None:
    once = clean(text)
    assert not FORBIDDEN.search(once), ascii(once)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert piles(once) <= MARKS_PER_BASE
    line = clean_line(text)
    assert not FORBIDDEN.search(line)
    assert not re.search(r"[\n\t]|  |^\s|\s$", line)
    assert clean_line(line) == line


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT)
def test_any_text_of_unicode_comes_out_safe_and_stays_as_it_is(text: str) -> None:
    assert_safe(text)


@settings(max_examples=400, deadline=None)
@given(TROUBLE)
def test_every_mixture_of_troublemakers_comes_out_safe(text: str) -> None:
    assert_safe(text)


@pytest.mark.parametrize("text", NAUGHTY, ids=ascii)
def test_naughty_strings_come_out_safe(text: str) -> None:
    assert_safe(text)


def test_no_escape_sequence_survives_and_none_is_lost() -> None:
    corpus = list(escape_sequences())
    assert len(corpus) > 1_000
    for sequence in corpus:
        assert_safe(f"before{sequence}after")
        shown = clean(sequence)
        for char in sequence:
            if char >= " " and char != "\x7f" and not "\x80" <= char <= "\x9f":
                assert char in shown
        assert shown.count("\u241b") == sequence.count("\x1b")


def test_every_single_character_is_kept_replaced_or_removed_for_good() -> None:
    """All of Unicode, one by one: the ranges in the code against what the Unicode tables say."""
    kept_format = "\u200c\u200d"
    for char in map(chr, range(0x110000)):
        category = unicodedata.category(char)
        result = clean(char)
        if category == "Cf":
            assert result == (char if char in kept_format else ""), ascii(char)
        elif category == "Cs" or "\x80" <= char <= "\x9f" or ord(char) & 0xFFFE == 0xFFFE:
            assert result in {"\ufffd", "\n"}, ascii(char)
        elif category[0] in "LNPSZ" and char not in "\u2028\u2029" and result:
            assert result == unicodedata.normalize("NFC", char), ascii(char)
        assert not FORBIDDEN.search(result)


def test_controls_become_pictures_and_line_ends_become_line_feeds() -> None:
    assert clean("a\x1b[31mred\x07\x00\x7f") == "a␛[31mred␇␀␡"
    assert clean("1\r\n2\r3\x854\u20285\u20296\n\t7") == "1\n2\n3\n4\n5\n6\n\t7"
    assert clean("a\x0bb\x0cc") == "a␋b␌c"


def test_what_cannot_be_shown_is_replaced_and_what_hides_is_removed() -> None:
    assert clean("\x9b31m\ud800\uffff") == "\ufffd31m\ufffd\ufffd"
    assert clean("pay\u202epal\u200b\u2066\U000e0041\ufe01") == "paypal"


@pytest.mark.parametrize(
    "text", ["👨‍👩‍👧‍👦", "❤️ ☺︎", "می‌خواهم", "नमस्ते", "Ångström", "한국어", "  two  spaces\n\n\n"]
)
def test_text_of_honest_people_is_left_alone(text: str) -> None:
    assert clean(text) == text


def test_decomposed_text_is_composed() -> None:
    assert clean("Cafe\u0301") == "Café"
    assert clean("\u1112\u1161\u11ab") == "한"


def test_a_pile_of_marks_is_cut_even_when_joiners_stand_between() -> None:
    assert len(clean("a" + "\u0316" * 100)) == 1 + MARKS_PER_BASE
    assert len(clean("a" + "\u0316\u200d" * 100)) == 1 + MARKS_PER_BASE


@pytest.mark.parametrize("over", [1, 9, 10, 66, 67, 970, 5_000_000])
def test_too_long_a_text_is_cut_and_says_by_how_much(over: int) -> None:
    text = clean("x" * (2_000 + over), limit=2_000)
    note = re.search(r"\n\[… ([\d,]+) more characters cut\]$", text)
    assert note
    assert len(text) <= 2_000
    assert text.count("x") + int(note[1].replace(",", "")) == 2_000 + over
    assert clean(text, limit=2_000) == text


@given(TROUBLE, st.integers(0, 40))
def test_no_limit_is_exceeded_and_cut_text_is_stable(text: str, limit: int) -> None:
    for door in (clean, clean_line):
        cut = door(text, limit)
        assert len(cut) <= limit
        assert door(cut, limit) == cut


def test_a_text_at_its_limit_is_not_cut() -> None:
    assert clean("x" * 2_000, limit=2_000) == "x" * 2_000


def test_a_line_is_one_line() -> None:
    assert clean_line("  Re:\tyour\r\n\r\n order\u2028 #12 ") == "Re: your order #12"
    assert len(clean_line("word " * 10_000)) <= LINE_LIMIT
    assert clean_line("word " * 10_000).endswith("more characters cut]")


def test_hidden_megabytes_in_front_of_a_line_are_owned_up_to() -> None:
    assert clean_line("\u200b" * 50_000 + "subject") == "[… 38,007 more characters cut]"


@pytest.mark.parametrize(
    ("text", "cells"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("👍", 2), ("नि", 2), ("", 0), ("naïve", 5)]
)
def test_width_counts_cells(text: str, cells: int) -> None:
    assert width(text) == cells
