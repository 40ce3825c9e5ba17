"""The same rows as a table, JSON, one object a line, and CSV."""

from __future__ import annotations

import csv
import io
import subprocess

import pytest
from program import CLEAN, PROGRAM, Heard


def test_global_options_stand_before_or_after_the_command(reading: Heard, empty: Heard) -> None:
    home = str(reading.home)
    before = empty("--home", home, "-o", "json", "--fields", "ref", "list", "--limit", "3")
    after = empty("list", "--limit", "3", "--output=json", "--fields", "ref", "--home", home)
    group = empty("outbox", "list", "--home", home, "-o", "json")
    assert before.json == after.json
    assert len(before.json) == 3
    assert group.json == []


def test_fields_choose_and_order_the_columns(reading: Heard) -> None:
    assert list(reading("list", "--limit", "1", "-o", "ndjson", "--fields", "subject,ref").lines[0]) == [
        "subject",
        "ref",
    ]
    head = reading("list", "--limit", "1", "--fields", "subject,ref").out.splitlines()[0]
    assert head.split() == ["SUBJECT", "REF"]
    done = reading("list", "--fields", "colour", code=18)
    assert "subject" in done.err


def test_csv_is_what_a_spreadsheet_reads(reading: Heard) -> None:
    text = reading("list", "--limit", "0", "-o", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    listed = reading("list", "--limit", "0", "-o", "json").json
    assert [r["ref"] for r in rows] == [r["ref"] for r in listed]
    assert not any(
        value[:1] in "=+-@" for r in rows for value in r.values() if value and not value.lstrip("-").isdigit()
    )


def test_times_are_iso_and_flags_are_flags(reading: Heard) -> None:
    row = reading("list", "is:waiting", "--limit", "1", "-o", "json").json[0]
    assert row["created"].endswith("Z")
    assert row["sla_due"] is None or row["sla_due"].endswith("Z")
    assert isinstance(row["unseen"], bool)
    assert isinstance(row["tags"], list)


@pytest.mark.parametrize("query", ["", "is:waiting"])
def test_no_form_lets_an_escape_through(reading: Heard, query: str) -> None:
    for form in ("text", "json", "ndjson", "csv"):
        done = reading("list", query, "--limit", "0", "-o", form)
        assert "\x1b" not in done.out + done.err, form
    for ref in (r["ref"] for r in reading("list", "--limit", "0", "-o", "json").json[-15:]):
        assert "\x1b" not in reading("show", ref).out


def test_a_reader_that_has_enough_is_no_error(reading: Heard) -> None:
    argv = [*PROGRAM, "--home", str(reading.home), "tail", "--since", "0", "-o", "ndjson"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=CLEAN) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait(20) == 0
