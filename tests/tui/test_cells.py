"""Letters take as many cells as every terminal gives them, and none is lost where lines are broken."""

from __future__ import annotations

from unicodedata import category, east_asian_width

import pytest
from rich.cells import cell_len
from wcwidth import wcwidth

from widgets.cells import fit, visible, wrap


@pytest.mark.parametrize(
    "text", ["", "short", "a long line of words " * 9, "x" * 200, "日本語" * 60, "a\tb", "👩‍👩‍👧" * 40]
)
@pytest.mark.parametrize("width", [1, 2, 7, 30])
def test_wrapping_loses_no_letter(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(visible(text.expandtabs(4)).split())
    assert all(len(fit(line, max(width, 2))) for line in lines if line)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("👩\u200d👩\u200d👧", "👩👩👧"),
        ("🏳\ufe0f\u200d🌈", "🏳🌈"),
        ("🇩🇪", "DE"),
        ("✌🏽", "✌"),
        ("1\ufe0f\u20e3", "1"),
        ("क\u094d\u200dष", "क\u094dष"),
        ("☰", "≡"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("a\x1bb\ud800", "a␛b�"),
    ],
)
def test_pictures_that_terminals_measure_differently_are_taken_apart(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_every_terminal_counts_the_same_cells_as_we_do() -> None:
    letters = "".join(
        chr(code) for code in range(0x20, 0x1FB00) if not 0xD800 <= code < 0xE000 and chr(code).isprintable()
    )
    for start in range(0, len(letters), 7):
        part = visible(letters[start : start + 7] + "\ufe0f\u200d👩🏽")
        assert sum(map(_cells, part)) == sum(cell_len(letter) for letter in part) == cell_len(part)


def _cells(letter: str) -> int:
    """What tmux, xterm and those of VTE count: a vowel sign beside its letter has a cell of its own."""
    if category(letter) == "Mc":
        return 1 + (east_asian_width(letter) == "W")
    return max(wcwidth(letter), 0)


@pytest.mark.parametrize("text", ["मैंने ऑर्डर किया", "আমার অর্ডার কোথায়", "எனது ஆர்டர் எங்கே"])
def test_a_row_in_a_script_with_vowel_signs_is_as_wide_as_any_other(text: str) -> None:
    assert [sum(map(_cells, fit(text, room))) for room in (30, 9)] == [30, 9]
