"""The query grammar: what it means, and where it says that a mistake is."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.clock import SECOND, START

from console.query import parse
from store.errors import QueryError
from store.filters import Term

HOUR = 3600 * SECOND


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("status:open", (Term("status", ("open",)),)),
        ("status:open,PENDING", (Term("status", ("open", "pending")),)),
        ("status:on-hold", (Term("status", ("hold",)),)),
        ("-tag:vip assignee:me", (Term("tag", ("vip",), negated=True), Term("assignee", ("me",)))),
        ('assignee:"Ana Silva"', (Term("assignee", ("Ana Silva",)),)),
        ("kettle leaks", (Term("words", ("kettle leaks",)),)),
        ('"kettle leaks" -late', (Term("phrase", ("kettle leaks",)), Term("words", ("late",), negated=True))),
        ("waiting>4h", (Term("waiting", (str(START - 4 * HOUR),), "<"),)),
        ("updated<30m", (Term("updated", (str(START - HOUR // 2),), ">"),)),
        ("sla<1h", (Term("sla", (str(START + HOUR),), "<"),)),
        ("owner:none queue:Billing", (Term("assignee", ("none",)), Term("group", ("Billing",)))),
        ("field.product:Alpha", (Term("field.product", ("Alpha",)),)),
        (
            "assignee:“Ana Silva” «gift card»",
            (Term("assignee", ("Ana Silva",)), Term("phrase", ("gift card",))),
        ),
        ('"say “hi” now"', (Term("phrase", ("say “hi” now",)),)),
        ("owner:Nobody,ME queue:None", (Term("assignee", ("none", "me")), Term("group", ("none",)))),
        ("agent:me state:new", (Term("assignee", ("me",)), Term("status", ("new",)))),
        ("> & | :", (Term("words", ("> & | :",)),)),
        ("#12 ref:#12", (Term("ref", ("12",)), Term("words", ("#12",)))),
    ],
)
def test_what_is_typed_is_what_is_meant(text: str, terms: tuple[Term, ...]) -> None:
    assert parse(text, START).terms == terms


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("statis:open", 0, "Did you mean status:?"),
        ("tag:x status:opn", 13, "Did you mean open?"),
        ("tag:x -wobble:1", 7, "Known:"),
        ("status:", 7, "For example"),
        ('words "not closed', 6, 'Add a "'),
        ("waiting>soon", 8, "waiting>4h"),
        ("tag:x -created:2026-01,2026-13", 23, "created:2026-01"),
        ("told:2,two", 7, "told>2"),
        ("status>open", 0, "can be compared"),
        ("a - b", 2, "For example"),
        ("tag:x waiting > 4h", 14, "Write waiting>4h"),
        ("status :open", 7, "Write status:open"),
        ("tag:x status!=open", 6, "Write -status:open"),
        ("!tag:vip", 0, "Write -tag:vip"),
        ("tag:a | tag:b", 6, "Write or."),
        ("(tag:a && tag:b)", 7, "side by side"),
        ("is:open", 3, "Write status:open."),
        ("tag:x -status：open", 6, "Write -status:open"),  # noqa: RUF001  (as a Chinese keyboard has it)
        ("tag:x --status:open", 6, "Write -status:open or status:open"),
        ("tag:x priority≥high", 6, "Write priority>=high"),
        ("presence:shown", 9, "spam"),
        ("age>2d", 0, "created>2d or updated>2d"),
    ],
)
def test_a_mistake_is_shown_at_its_place(text: str, at: int, says: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text, START)
    assert caught.value.at == at
    assert says in caught.value.hint
    assert caught.value.caret() == f"{text}\n{' ' * at}^"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        parse(text, START)
    except QueryError as error:
        assert 0 <= error.at <= len(text)


@pytest.mark.parametrize(
    "typed",
    [
        "2023-11-14T22:13:20Z",
        "2023-11-14T23:13:20+01:00",
        "2023-11-14t22:13:20z",
        "2023-11-14T17:13:20-05:00",
        "2023-11-14T22:13:20.000Z",
        "2023-11-14T22:13:20.987654+00:00",
        "2023-11-15T00:13:20+0200",
        '"2023-11-14 22:13:20+00:00"',
    ],
)
def test_a_moment_that_a_command_printed_is_that_very_second(typed: str) -> None:
    at = 1_700_000_000 * SECOND
    zone = timezone(timedelta(hours=9))
    assert parse(f"updated>={typed}", START, zone) == parse(f"updated>={typed}", START)
    assert parse(f"updated>={typed}", START).terms == (Term("updated", (str(at),), ">="),)
    assert parse(f"updated>{typed}", START).terms == (Term("updated", (str(at + SECOND),), ">="),)
    with pytest.raises(QueryError):
        parse("updated>2023-11-14T22:13:20+99:00", START)
