"""A beginning that was spelled out finds what it found as it was typed."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from hypothesis import example, given
from hypothesis import strategies as st

from store.beginnings import MOST, spelled_out
from store.conditions import match

# Few letters, so that words begin alike; é and É are e to the index, đ is a letter of its own.
WORDS = st.text(alphabet="abeéÉđ1A_", min_size=1, max_size=9)
TEXTS = st.lists(st.lists(WORDS, max_size=6).map(" ".join), min_size=1, max_size=12)
TYPED = st.lists(st.text(alphabet="abeđ1AB-", min_size=1, max_size=8), min_size=1, max_size=3).map(" ".join)


def store(texts: list[str]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE text_fts USING fts5(text, prefix='2 3 4', tokenize='unicode61 remove_diacritics 2')"
    )
    connection.executemany("INSERT INTO text_fts VALUES (?)", [(text,) for text in texts])
    return connection


def found(connection: sqlite3.Connection, query: str) -> list[int]:
    sql = "SELECT rowid FROM text_fts WHERE text_fts MATCH ? ORDER BY rowid DESC"
    return [row[0] for row in connection.execute(sql, (query,))]


@given(TEXTS, TYPED)
@example(["abeab abeabb", "abeéb", "ABEAB1"], "abeab")
@example(["abeab_a abeab", "x abeaba"], "a abeab")
def test_nothing_is_found_that_was_not_and_nothing_is_missed(texts: list[str], typed: str) -> None:
    with closing(store(texts)) as connection:
        query = match(typed)
        assert found(connection, spelled_out(connection, "text_fts", query)) == found(connection, query)


def test_only_long_beginnings_of_few_words_are_spelled_out() -> None:
    many = [f"number{n}" for n in range(MOST + 1)]
    with closing(store([*many, "Refunds", "refunded", "refuse"])) as connection:

        def spelled(query: str) -> str:
            return spelled_out(connection, "text_fts", query)

        assert spelled('("refun"* OR "refunđ"*)') == '(("refunded" OR "refunds") OR "refunđ"*)'
        for kept in ('"refu"*', '"number"*', '"nobody"*', '"two words"*', '"a-refund"*'):
            assert spelled(kept) == kept
        assert spelled('"number4"*') == '("number4" OR "number40")'
