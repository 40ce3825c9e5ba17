"""Every kind of failure has its own exit code, one clear line, and a hint; scripts get the same as JSON."""

from __future__ import annotations

from types import TracebackType

import pytest
from program import Heard, some_ref

from console.commands.door import Door
from console.commands.failures import CrashReport


def test_no_such_ticket(reading: Heard) -> None:
    done = reading("show", "999999", code=4)
    assert done.err.startswith("heard: There is no ticket 999999 here.\n  ")
    assert done.out == ""
    error = reading("show", "999999", "-o", "json", code=4).error
    assert (error["error"], error["exit"]) == ("not_found", 4)
    assert error["hint"]


def test_a_query_that_cannot_be_read_has_a_caret_under_the_place(reading: Heard) -> None:
    lines = reading("list", "tag:vip", "status:opne", code=3).err.splitlines()
    assert lines[1] == "  tag:vip status:opne"
    assert lines[2].index("^") == lines[1].index("opne")
    assert "Did you mean open?" in lines[3]
    error = reading("list", "status:opne", "-o", "ndjson", code=3).error
    assert (error["query"], error["position"]) == ("status:opne", 7)


def test_a_setting_that_there_is_none_of(heard: Heard) -> None:
    config = heard.home / "config.toml"
    config.write_text(config.read_text() + "\n[sync]\nintervall = 5\n")
    done = heard("list", code=5)
    assert "intervall" in done.err
    assert "interval" in done.err.splitlines()[-1]


@pytest.mark.parametrize(
    "words",
    [("list",), ("show", "1"), ("sync",), ("sync", "--watch"), ("undo",), ("search", "x"), ("board",)],
)
def test_no_desk_is_never_shown_as_an_empty_queue(empty: Heard, words: tuple[str, ...]) -> None:
    done = empty(*words, "-o", "json", code=17)
    assert (done.out, done.error["error"]) == ("", "no_desk")


def test_an_unknown_desk(reading: Heard) -> None:
    assert reading("sync", "acme", "-o", "json", code=4).error["hint"] == "Known: demo."


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("shw",), "Did you mean 'show'?"),
        (("outbox", "dorp"), "Did you mean 'drop'?"),
        (("list", "--colour"), "--colour"),
        (("list", "--limit"), "requires an argument"),
        (("list", "--limit", "many"), "--limit"),
        (("list", "-o", "xml"), "xml"),
        (("show",), "REF"),
    ],
)
def test_a_command_line_that_cannot_be_read(reading: Heard, words: tuple[str, ...], told: str) -> None:
    done = reading(*words, code=2)
    assert told in done.err
    assert "--help" in done.err.splitlines()[-1]


def test_a_mistake_is_one_line_and_names_the_help_of_its_own_command(reading: Heard) -> None:
    for words, own in (
        (("list", "--limit"), "list"),
        (("desk", "add", "x"), "desk add"),
        (("views", "--fields"), "views"),
    ):
        assert reading(*words, code=2).err.splitlines()[1:] == [f"  See `heard {own} --help`."]


def test_usage_is_told_to_scripts_as_json(reading: Heard) -> None:
    assert reading("list", "--limit", "many", "-o", "json", code=2).error["error"] == "usage"
    assert reading("--output=ndjson", "shw", code=2).error["exit"] == 2
    wrong = reading("list", "-o", "xml", code=2).err
    assert wrong.startswith("heard: Invalid value for '-o' / '--output': 'xml' is not one of 'text', 'json'")


def test_a_change_that_there_is_none_of(reading: Heard) -> None:
    ref = some_ref(reading)
    assert "Did you mean pending?" in reading("set", ref, "status=pendign", code=18).err
    assert reading("set", ref, "nonsense", code=18).err
    assert reading("list", "--sort", "size", code=18).err
    assert reading("reply", ref, "  ", code=18).err


def test_nothing_to_undo_is_a_conflict(reading: Heard) -> None:
    assert reading("undo", "-o", "json", code=15).error["error"] == "conflict"


@pytest.mark.parametrize("words", [(), ("demo",), ("reply", "1112"), ("note", "1112")])
def test_without_a_terminal_nobody_is_asked(reading: Heard, words: tuple[str, ...]) -> None:
    error = reading("-o", "json", *words, code=16).error
    assert error["error"] == "needs_terminal"
    assert error["hint"]


def test_a_damaged_local_file_is_left_as_it_is(heard: Heard) -> None:
    path = heard.home / "local.db"
    for beside in heard.home.glob("local.db-*"):
        beside.unlink()
    path.write_bytes(b"this is no database at all, and long enough to be read as one" * 40)
    before = path.read_bytes()
    assert heard("list", "-o", "json", code=13).error["error"] == "store_damaged"
    assert path.read_bytes() == before


def test_a_damaged_mirror_is_rebuilt_and_said(heard: Heard) -> None:
    for beside in heard.home.glob("mirror.db-*"):
        beside.unlink()
    (heard.home / "mirror.db").write_bytes(
        b"this is no database at all, and long enough to be read as one" * 40
    )
    assert "set aside" in heard("list").err
    heard("sync")
    assert heard("list", "--count").out == "120\n"


def test_a_fault_of_ours_is_one_line_without_anybodys_words(
    empty: Heard, capfd: pytest.CaptureFixture[str]
) -> None:
    door = Door(environ={"HEARD_HOME": str(empty.home)})
    words = "the customer's secret words"
    trace = _trace(words)
    CrashReport(door)(RuntimeError, RuntimeError(words), trace)
    shown = capfd.readouterr().err
    report = empty.home / "log" / "crash.txt"
    kept = report.read_text()
    assert shown.count("\n") == 1
    assert str(report) in shown
    assert "test_exit_codes.py" in kept
    assert words not in shown + kept
    assert report.stat().st_mode & 0o077 == 0


def _trace(words: str) -> TracebackType | None:
    with pytest.raises(ValueError, match="invalid literal") as caught:
        int(words)
    return caught.tb
