"""How the words of a command line are told from its options, and how they become a query."""

from __future__ import annotations

import pytest
from program import Heard

from console.commands.build import sort_words
from console.commands.shapes import query_of

KNOWN = {"-o", "--output", "-f", "--follow", "--home", "-h", "--help"}
VALUED = {"-o", "--output", "--home"}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12 -late +vip -o json", "-o json -- 12 -late +vip"),
        ("-ojson -old", "-ojson -- -old"),
        ("-o json -- -o json", "-o json -- -o json"),
        ("-tag:spam -f", "-f -- -tag:spam"),
        ("--home -odd x", "--home -odd -- x"),
        ("- -", "-- - -"),
        ("--nonsense -fo", "--nonsense -- -fo"),
        ("a --output", "--output"),
        ("-h", "-h --"),
        ("", "--"),
    ],
)
def test_options_come_first_and_everything_else_is_a_word(typed: str, read: str) -> None:
    assert sort_words(typed.split(), KNOWN, VALUED) == read.split()


def test_a_dash_that_begins_a_sentence_is_no_option() -> None:
    assert sort_words(["-- best wishes", "--- 8< ---"], KNOWN, VALUED) == [
        "--",
        "-- best wishes",
        "--- 8< ---",
    ]


@pytest.mark.parametrize(
    ("words", "query"),
    [
        (None, ""),
        (["status:open tag:vip"], "status:open tag:vip"),
        (["status:open", "tag:vip"], "status:open tag:vip"),
        (["is:waiting", "customer:ana maria"], 'is:waiting customer:"ana maria"'),
        (["is:waiting", "-group:second line"], 'is:waiting -group:"second line"'),
        (["is:waiting", "not arrived"], 'is:waiting "not arrived"'),
        (["is:waiting", '"not arrived"'], 'is:waiting "not arrived"'),
        (["(tag:a or tag:b)", "is:waiting"], "(tag:a or tag:b) is:waiting"),
        (["-(a b)", "not (c or d)", "is:waiting"], "-(a b) not (c or d) is:waiting"),
    ],
)
def test_words_that_the_shell_kept_together_stay_together(words: list[str] | None, query: str) -> None:
    assert query_of(words) == query


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("review", "--agent", "Ana", "sample"), "--agent"),
        (("promises", "--late", "keep", "X"), "--late"),
        (("keys", "--pane", "queue", "check"), "--pane"),
        (("demo", "--size", "5", "serve"), "--size"),
    ],
)
def test_an_option_before_a_command_that_does_not_hear_it_is_refused(
    reading: Heard, words: tuple[str, ...], option: str
) -> None:
    assert f"{option}: it says nothing to" in reading(*words, code=2).err
    assert reading("review", "-o", "json", "notes").json == []
