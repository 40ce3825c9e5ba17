"""What remedies.toml may not say, how remedies are worded, and amounts of money read and written to the cent."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import money
from console.remedies_read import Catalogue, load, load_or_built_in
from console.remedies_table import BUILT_IN, Frame
from console.remedy_words import paragraph
from store.errors import (
    ConfigError,
    HeardError,
    InvalidInputError,
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[remedies.x]\nlabel = 'X'\n", "line 1: remedies.x has no text"),
        (
            "[remedies.x]\nlabel = 'X'\ntext = 'x'\namount = '1.5.5'\n",
            "line 4: remedies.x.amount is not an amount",
        ),
        (
            "[remedies.x]\nlabel = 'X'\ntext = 'x'\namount = 'ask'\n",
            "line 3: remedies.x.text does not say the amount",
        ),
        ("[remedies.x]\nlabel = 'X'\ntext = '{name}'\n", "line 3: remedies.x.text holds {name}"),
        ("[authority]\nlimit = 2000.0\n", "line 2: authority.limit must be text in quotes"),
        ("[authority]\nlimit = '200 USD'\n", "line 2: authority.limit is not a limit"),
        ("[authority]\ncurrency = 'Euro'\n", "line 2: authority.currency is not the code"),
        ("[authority]\nlimits = { usd = '1' }\n", "line 2: authority.limits.usd is not the code"),
        ("[authority.roles.junior]\nlimt = '1'\n", "line 2: authority.roles.junior.limt is not a setting"),
        ("[authority.roles.junior]\nlimit = 'x'\n", "line 2: authority.roles.junior.limit is not a limit"),
        ("[authority.roles]\njunior = '1'\n", "line 2: authority.roles.junior must be a table"),
        ("[authority.agents]\nana = 'boss'\n", "line 2: authority.agents.ana is not one of the roles"),
        ("[frames.xx]\n", "line 1: frames.xx is not a language"),
        ("[frames.en]\none = 'x'\n", "line 2: frames.en.one does not say"),
        ("[x]\n", "line 1: x is not a setting"),
        ("[remedies", "this is not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_the_built_in_ones_hold(
    tmp_path: Path, text: str, told: str
) -> None:
    (tmp_path / "remedies.toml").write_text(text, encoding="utf-8")
    (tmp_path / "remedies.toml").chmod(0o600)
    with pytest.raises(ConfigError) as error:
        load(tmp_path)
    assert told in error.value.message
    known, said = load_or_built_in(tmp_path)
    assert known == Catalogue()
    assert known.kinds == BUILT_IN
    assert "built-in remedies and limits hold" in said


def test_without_a_file_the_built_in_ones_hold_in_silence(tmp_path: Path) -> None:
    assert load_or_built_in(tmp_path) == (Catalogue(), "")


# -- words and amounts --------------------------------------------------------------------------------------------


def test_one_remedy_is_a_sentence_and_several_are_choices() -> None:
    assert paragraph(Frame(), ["a refund of 1.00 EUR"]) == "We can offer you a refund of 1.00 EUR."
    assert paragraph(Frame(), ["We refund 1.00 EUR to your card."]) == "We refund 1.00 EUR to your card."
    assert paragraph(Frame(), ["a refund.", "a credit"]) == (
        "We can offer you:\n- a refund;\n- a credit.\nWhich do you prefer?"
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("49", (4_900, "EUR")), ("49.9", (4_990, "EUR")), ("1,240.00", (124_000, "EUR")), ("1.240,50", (124_050, "EUR")),
        ("49,90", (4_990, "EUR")), ("€50", (5_000, "EUR")), ("50 usd", (5_000, "USD")), ("GBP 7.05", (705, "GBP")),
    ],
)  # fmt: skip
def test_amounts_are_read_to_the_cent(typed: str, meant: tuple[int, str]) -> None:
    assert money.amount(typed, "EUR") == meant


@pytest.mark.parametrize(
    "typed", ["", "0", "-1", "1.999", "1e3", "nan", "٣", "5.50 JPY", "1,99,9", "$5", "9" * 16]
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInputError):
        money.amount(typed, "EUR")


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_amounts(typed: str) -> None:
    try:
        cents, code = money.amount(typed, "EUR")
    except HeardError:
        return
    assert money.amount(money.shown(cents, code), "EUR") == (cents, code)


@given(st.integers(1, 10**12), st.sampled_from(("", " ", ".")))
def test_an_amount_is_found_again_in_the_words_that_were_made_of_it(cents: int, after: str) -> None:
    text = f"a refund of {money.shown(cents, 'EUR')}{after}"
    assert money.named_in(text, cents)
    assert not money.named_in(text, cents + 1)
    assert not money.named_in(text, cents * 10)
