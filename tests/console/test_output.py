"""One table of rows in four forms, safe to look at, to parse and to open in a spreadsheet."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.output import Form, Row, choose, emit, emit_error
from store.errors import HeardError, InvalidInputError, NotFoundError, QueryError, ThrottledError
from store.text import clean, width

ROWS: list[Row] = [
    {"ref": "acme/1", "subject": "Where is my order?", "messages": 3, "updated": 1_700_000_000_000_000, "unseen": True},
    {"ref": "acme/22", "subject": "日本語の件名", "messages": 12, "updated": 0, "unseen": False},
]  # fmt: skip
COLUMNS = ["ref", "subject", "messages", "updated", "unseen"]


def printed(rows: Sequence[Row], form: Form, columns: Sequence[str] = (), cells: int = 0) -> str:
    out = io.StringIO()
    emit(iter(rows), columns or list(rows[0] if rows else COLUMNS), form, out, width=cells)
    return out.getvalue()


def refused(error: HeardError, form: Form) -> str:
    err = io.StringIO()
    emit_error(error, form, err)
    return err.getvalue()


def test_a_page_given_in_the_place_of_a_name_is_not_said_again_to_people() -> None:
    error = NotFoundError(f"There is no ticket {'a' * 100_000} here.", "Find it.")
    shown = refused(error, "text")
    assert len(shown) < 500
    assert shown.startswith("heard: There is no ticket aaa")
    assert shown.endswith("aaa here.\n  Find it.\n")
    assert json.loads(refused(error, "json"))["message"] == error.message


def test_text_is_a_table_aligned_by_cells_with_figures_to_the_right() -> None:
    assert printed(ROWS, "text").splitlines() == [
        "REF      SUBJECT             MESSAGES  UPDATED               UNSEEN",
        "acme/1   Where is my order?         3  2023-11-14T22:13:20Z  yes",
        "acme/22  日本語の件名              12                        no",
    ]


@pytest.mark.parametrize("cells", range(1, 80))
def test_text_never_exceeds_the_terminal(cells: int) -> None:
    lines = printed(ROWS, "text", cells=cells).splitlines()
    assert len(lines) == 3
    assert max(map(width, lines)) <= cells


def test_the_widest_column_is_cut_first_and_says_so() -> None:
    lines = printed(ROWS, "text", ["ref", "subject"], cells=20).splitlines()
    assert lines == ["REF      SUBJECT", "acme/1   Where is m…", "acme/22  日本語の件…"]


def test_on_a_narrow_terminal_what_names_a_row_can_still_be_typed() -> None:
    rows: list[Row] = [{"id": "01M82DBFY82P", "ref": "acme/123456", "words": "It is on its way."}]
    header, line = printed(rows, "text", ["id", "ref", "words"], cells=32).splitlines()
    assert header.split() == ["ID", "REF", "WORDS"]
    cut, ref, _ = line.split("  ")
    assert ref == "acme/123456"
    assert cut.startswith("…")
    assert len(cut) > 5
    assert "01M82DBFY82P".endswith(cut[1:])


def test_a_cut_leaves_no_mark_without_its_letter() -> None:
    rows: list[Row] = [{"name": "e\u0316\u0348" * 10}, {"name": "👩\u200d🚀" * 10}]
    assert printed(rows, "text", cells=5).splitlines()[1:] == ["e\u0316\u0348" * 4 + "…", "👩\u200d🚀…"]


def test_json_is_one_array_of_objects_with_iso_times() -> None:
    shown = json.loads(printed(ROWS, "json"))
    assert shown[0] == {**ROWS[0], "updated": "2023-11-14T22:13:20Z"}
    assert shown[1]["updated"] is None
    assert list(shown[0]) == COLUMNS


def test_ndjson_is_one_object_a_line_and_does_not_wait_for_the_next() -> None:
    out = io.StringIO()

    def slowly() -> Iterator[Row]:
        yield ROWS[0]
        assert out.getvalue().count("\n") == 1
        yield ROWS[1]

    emit(slowly(), COLUMNS, "ndjson", out, width=0)
    assert [json.loads(line)["ref"] for line in out.getvalue().splitlines()] == ["acme/1", "acme/22"]


def test_csv_has_a_header_and_quotes_everything() -> None:
    text = printed(ROWS, "csv")
    assert text.splitlines()[:2] == [
        '"ref","subject","messages","updated","unseen"',
        '"acme/1","Where is my order?","3","2023-11-14T22:13:20Z","true"',
    ]
    quoted: list[Row] = [{"a": 'say "x",\ny'}]
    assert list(csv.reader(io.StringIO(printed(quoted, "csv")))) == [["a"], ['say "x",\ny']]


@pytest.mark.parametrize(
    ("form", "text"), [("text", ""), ("json", "[\n]\n"), ("ndjson", ""), ("csv", '"ref"\n')]
)
def test_nothing_found_is_still_well_formed(form: Form, text: str) -> None:
    assert printed([], form, ["ref"]) == text


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "|calc", "\t=1", "\n=1", "\r=1", "  =1", "\u3000=1", "\xa0@x", "\uff1d1+1",
     "\uff0b1+1", "\uff0d1+1", "\uff20x", "\uff5cx", "\ufe661", "\u200b=1", "-1+1|cmd", "+49 170 123"],
)  # fmt: skip
def test_csv_cells_that_could_be_formulas_begin_with_a_quote(cell: str) -> None:
    rows = list(csv.reader(io.StringIO(printed([{"a": cell}], "csv"))))
    assert rows[1][0] == "'" + clean(cell)


@pytest.mark.parametrize("cell", ["-1", "+4.50", "-1e6", "12", "a=b", "", "e-mail", "#1", "'=1", 'say "=1"'])
def test_csv_cells_that_are_numbers_or_words_stay(cell: str) -> None:
    assert list(csv.reader(io.StringIO(printed([{"a": cell, "b": "x"}], "csv"))))[1] == [cell, "x"]


def test_figures_below_zero_stay_figures_in_csv() -> None:
    assert printed([{"a": -5, "b": -1.5}], "csv").splitlines()[1] == '"-5","-1.5"'


HOSTILE = "\x1b]52;c;eA==\x07\u202eabc\x9b\ud800\r\nd"


@pytest.mark.parametrize("form", ["text", "json", "ndjson", "csv"])
def test_whatever_is_printed_passes_the_cleaning_door(form: Form) -> None:
    @dataclass
    class Deep:
        inner: dict[str, list[str]]

    text = printed([{"a": HOSTILE, "b": Deep({HOSTILE: [HOSTILE]})}], form)
    assert text == clean(text)
    assert "\u202e" not in text
    assert "␛]52" in text


@pytest.mark.parametrize("form", ["text", "json"])
def test_errors_pass_the_cleaning_door(form: Form) -> None:
    text = refused(QueryError(HOSTILE, HOSTILE, 3, HOSTILE), form)
    assert text == clean(text)


@given(st.text(st.characters(exclude_categories=()), max_size=30), st.sampled_from(["json", "ndjson"]))
def test_json_carries_any_text(text: str, form: Form) -> None:
    shown = json.loads(printed([{"a": text}], form))
    assert (shown[0] if form == "json" else shown)["a"] == clean(text)


def test_values_of_many_kinds_are_carried() -> None:
    class Short(NamedTuple):
        ref: str
        created: int

    @dataclass(frozen=True)
    class Person:
        name: str
        since: int

    row: Row = {
        "tags": ("a", "b"),
        "row": Short("x/1", 1_000_000),
        "who": [Person("Ana", 0)],
        "at": datetime(2024, 1, 2, 3, tzinfo=timezone(timedelta(hours=1))),
        "share": 0.5,
        "none": None,
        "path": Path("/x"),
        "count": 10**15,
    }
    assert json.loads(printed([row], "json"))[0] == {
        "tags": ["a", "b"],
        "row": {"ref": "x/1", "created": "1970-01-01T00:00:01Z"},
        "who": [{"name": "Ana", "since": None}],
        "at": "2024-01-02T02:00:00Z",
        "share": 0.5,
        "none": None,
        "path": "/x",
        "count": 10**15,
    }
    assert (
        printed([{"tags": ("a", "b"), "fields": {"plan": "pro", "seats": 3}}], "text").splitlines()[1]
        == "a, b  plan=pro, seats=3"
    )


def test_fields_select_and_order_the_columns() -> None:
    assert choose("subject, ref,subject", COLUMNS) == ("subject", "ref")
    assert choose("", COLUMNS) == tuple(COLUMNS)
    with pytest.raises(InvalidInputError, match="no field titel, x") as caught:
        choose("ref,titel,x", COLUMNS)
    assert caught.value.hint == "Fields: ref, subject, messages, updated, unseen."


def test_an_error_for_people_names_the_next_step() -> None:
    assert refused(NotFoundError("There is no ticket 5.", "List them.\nOr search."), "text") == (
        "heard: There is no ticket 5.\n  List them.\n  Or search.\n"
    )
    assert refused(NotFoundError("No."), "csv") == "heard: No.\n"


def test_a_query_error_points_at_the_place_below_wide_letters_too() -> None:
    query = "件名\tstat:open"
    assert refused(QueryError("Unknown field.", query, query.index("stat")), "text").splitlines() == [
        "heard: Unknown field.",
        "  件名 stat:open",
        "       ^",
    ]


def test_of_a_long_query_people_see_the_line_around_the_mistake_and_scripts_all_of_it() -> None:
    query = "word " * 9_000 + "stat:open" + " word" * 9_000
    error = QueryError("Unknown field.", query, query.index("stat"))
    _, shown, caret = refused(error, "text").splitlines()
    assert width(shown) <= 80
    assert shown.startswith("  …")
    assert shown.endswith("…")
    assert shown[caret.index("^") :].startswith("stat:open word")
    assert "word word" in shown[: caret.index("^")]
    assert json.loads(refused(error, "json"))["query"] == query


@given(st.text("ab 件é\u0301", max_size=200), st.text("cd 名\u0301", max_size=200), st.integers(10, 120))
def test_the_caret_stays_under_its_place_however_narrow_the_line(before: str, after: str, room: int) -> None:
    err = io.StringIO()
    emit_error(QueryError("Bad.", f"{before}!{after}", len(before)), "text", err, width=room)
    _, shown, caret = err.getvalue().splitlines()[:3]
    assert max(width(shown), width(caret)) <= room
    at = shown.index("!")
    assert width(shown[:at]) == caret.index("^")
    assert shown[2:at].lstrip("…") in clean(before)
    assert shown[at + 1 :].rstrip("…") in clean(f"!{after}")


def test_an_error_for_scripts_is_one_object_with_its_exit_code() -> None:
    assert json.loads(refused(QueryError("Bad.", "a:b", 2, "Try."), "json")) == {
        "error": "query", "message": "Bad.", "hint": "Try.", "exit": 3, "query": "a:b", "position": 2,
    }  # fmt: skip
    assert json.loads(refused(ThrottledError("Wait.", 2.5), "ndjson"))["after"] == 2.5


@pytest.mark.parametrize("form", ["text", "json", "ndjson", "csv"])
def test_a_terminal_without_unicode_gets_what_it_can_show(form: Form) -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii", newline="")
    emit([{"name": "Zoë 👍"}], ["name"], form, out, width=0)
    out.flush()
    text = raw.getvalue().decode("ascii")
    if form in {"json", "ndjson"}:
        assert "Zoë 👍" in str(json.loads(text))
    else:
        assert "Zo? ?" in text


def test_nothing_heavy_is_imported_for_a_table() -> None:
    code = "import console.output, sys; print(sorted({'rich', 'textual', 'msgspec', 'sqlmodel', 'httpx', 'keyring', 'tomlkit'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_times_are_utc_in_every_zone() -> None:
    assert (
        printed([{"at": datetime(2024, 1, 1, tzinfo=UTC)}], "csv").splitlines()[1] == '"2024-01-01T00:00:00Z"'
    )
