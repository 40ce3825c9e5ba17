"""How a text is cut for the rules, with its places kept."""

from __future__ import annotations

import pytest

from console.heard import prose


def sentences(text: str) -> list[str]:
    """The sentences, in lower case."""
    return [one.text for one in prose.read(text).sentences]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("One. Two! Three?", ["one.", "two!", "three?"]),
        ("Update to 11.1 now.", ["update to 11.1 now."]),
        ("Dr. Lind is here.", ["dr. lind is here."]),
        ("Hi Ana,\nit is late", ["hi ana,", "it is late"]),
        ("It costs 4, would you like it?", ["it costs 4", "would you like it?"]),
        ("See https://example.com/a.b?c Thanks", ["see link", "thanks"]),
        ("> quoted\nmine", ["mine"]),
        ("mine\n-- \nAna Lind, Sales", ["mine"]),
        ("On Monday Ana wrote:\n> old\nmine", ["mine"]),
        ("... !!! ", []),
        ("", []),
    ],
)
def test_sentences(text: str, cut: list[str]) -> None:
    assert sentences(text) == cut


def test_a_line_broken_by_an_editor_is_one_sentence() -> None:
    text = "This is a line that an editor broke at its margin\nso that it goes on here."
    assert len(sentences(text)) == 1


def test_questions_are_known_with_and_without_their_mark() -> None:
    asked = [
        one.asks for one in prose.read("Is it late? It is. Could you restart it. Which one is it").sentences
    ]
    assert asked == [True, False, True, True]


def test_places_are_places_of_the_text() -> None:
    text = "\u0130stanbul \u2019tis late.  @ana Please wait \U0001f600 a little."
    read = prose.read(text)
    assert len(read.low) == len(text)
    for one in read.sentences:
        assert (
            prose.lower(text[one.start : one.end]).replace("\u2019", "'").replace("@ana", "    ") == one.text
        )


def test_only_the_first_part_of_a_huge_text_is_read() -> None:
    read = prose.read("word " * 50_000)
    assert len(read.low) == prose.LIMIT
    assert max(one.end - one.start for one in read.sentences) <= prose.LONGEST
