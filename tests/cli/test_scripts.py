"""What a script may rely on: an answer that fails changes nothing, streams may be missing, fields and times are the same everywhere."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import IO

import pytest
from program import CLEAN, PROGRAM, Heard, some_ref

FULL = Path("/dev/full")


@pytest.mark.parametrize(
    "words",
    [
        ("reply", "REF", "Hello."),
        ("note", "REF", "Hello."),
        ("set", "REF", "+late"),
        ("bulk", "is:waiting", "+late", "--apply"),
        ("claim", "--next"),
        ("undo",),
    ],
)
def test_a_field_that_there_is_none_of_is_refused_before_anything_is_changed(
    heard: Heard, words: tuple[str, ...]
) -> None:
    ref = some_ref(heard)
    heard("set", ref, "+first")
    before = heard("outbox", "-o", "json").json
    done = heard(*(word.replace("REF", ref) for word in words), "--fields", "nope", code=18)
    assert "There is no field nope" in done.err
    assert heard("outbox", "-o", "json").json == before


def test_what_is_so_already_answers_with_the_fields_of_a_change(heard: Heard) -> None:
    ref = some_ref(heard)
    changed = heard("set", ref, "+late", "-o", "csv").out.splitlines()[0]
    again = heard("set", ref, "+late", "-o", "csv").out.splitlines()[0]
    assert changed == again == heard("outbox", "-o", "csv").out.splitlines()[0]
    assert heard("set", ref, "+late", "--fields", "id,state", "-o", "json").json == {
        "id": None,
        "state": "unchanged",
    }
    about = heard("set", ref, "+late", "-o", "json").json
    queued = heard("outbox", "-o", "ndjson").lines[0]
    kinds = {name: type(value) for name, value in queued.items() if value is not None and name != "id"}
    assert {name: type(about[name]) for name in kinds if about[name] is not None} == {
        name: kind for name, kind in kinds.items() if name != "created"
    }


def test_every_time_of_an_operation_is_iso_or_null(heard: Heard) -> None:
    made = heard("reply", some_ref(heard), "Hello.", "--at", "+2h", "-o", "json").json
    assert made["send_at"] == made["not_before"]
    assert made["send_at"].endswith("Z")
    assert heard("note", some_ref(heard), "Hello.", "-o", "json").json["send_at"] is None


@pytest.mark.parametrize(
    "words", [("tail", "--since", "0"), ("outbox",), ("snooze",), ("desk",), ("promises",)]
)
def test_every_time_has_one_form_which_can_be_sorted_as_text(heard: Heard, words: tuple[str, ...]) -> None:
    ref = some_ref(heard)
    heard("reply", ref, "I will call you by tomorrow 15:00.")
    heard("snooze", ref, "90m")
    found = re.findall(r'"(\d{4}-\d\d-\d\dT[^"]*)"', heard(*words, "-o", "ndjson").out)
    assert found
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", each) for each in found)


def test_a_bulk_that_finds_nothing_left_to_do_is_done(heard: Heard) -> None:
    assert heard("bulk", "tag:nowhere", "+late", "--apply", "-o", "json").json == []
    heard("bulk", "is:waiting", "+late", "--apply")
    again = heard("bulk", "is:waiting", "+late", "--apply", "-o", "ndjson").lines
    assert {line["skipped"] for line in again} == {"already so"}
    shown = heard("bulk", "is:waiting", "+later", "-o", "ndjson").lines
    assert all(line["after"]["tags"] == [*line["before"]["tags"], "later"] for line in shown)
    heard("bulk", "status:closed", "status=open", "--apply", code=18)


def test_a_query_that_came_out_empty_changes_nothing(heard: Heard) -> None:
    for query in (" ", " sort:oldest"):
        told = heard("bulk", query, "+everywhere", "--apply", code=18).err
        assert "matches all" in told
        assert "--yes" in told
        assert "every ticket" in heard("snooze", "--query", query, "2h", code=18).err
    assert heard("list", "tag:everywhere", "-o", "json").json == []
    assert heard("snooze", "-o", "json").json == []
    assert len(heard("bulk", "", "+everywhere", "--apply", "--yes", "-o", "json").json) > 1


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("words", [("list",), ("show", "--help"), ("--version",), ("sweep", "-o", "json")])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_answer_that_finds_no_room_is_told_as_a_full_disk(
    reading: Heard, words: tuple[str, ...], unbuffered: str
) -> None:
    with FULL.open("w") as full:
        done = _run(reading, words, stdout=full, env={"PYTHONUNBUFFERED": unbuffered})
    assert done.returncode == 12
    assert b"No space left" in done.stderr
    assert b"fault" not in done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
def test_an_error_that_cannot_be_told_keeps_its_exit_code(reading: Heard) -> None:
    with FULL.open("w") as full:
        assert _run(reading, ("list", "nope:1"), stderr=full).returncode == 3
        assert _run(reading, ("list", "--nope"), stderr=full).returncode == 2
        assert _run(reading, ("list", "--limit", "1"), stderr=full).returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="only a POSIX shell closes streams")
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("list <&- >&- 2>&-", 0),
        ("list nope:1 2>&-", 3),
        ("reply 1 <&-", 16),
        ("desk remove demo <&-", 16),
        ("<&-", 16),
    ],
)
def test_a_stream_that_is_closed_is_an_empty_one(reading: Heard, line: str, code: int) -> None:
    shell = ["sh", "-c", f'"$@" {line}', "sh", *PROGRAM]
    done = subprocess.run(shell, env=_env(reading), capture_output=True, timeout=60, check=False)
    assert done.returncode == code
    assert b"fault" not in done.stderr


def test_words_that_are_not_in_the_encoding_reach_no_customer(heard: Heard) -> None:
    ref = some_ref(heard)
    wrong = b"gr\xfc\xdfe"
    for words in (
        ("reply", ref, wrong),
        ("set", ref, b"subject=" + wrong),
        ("show", wrong),
        ("history", wrong),
        ("history", "--ticket", wrong),
        ("outbox", "show", wrong),
        ("snooze", ref, "2h", "--why", wrong),
        ("search", "kettle", wrong),
    ):
        done = subprocess.run(
            [*PROGRAM, *words],
            env={**_env(heard), "PYTHONUTF8": "1"},
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 18
        assert b"encoding" in done.stderr
    assert heard("outbox", "-o", "json").json == []


@pytest.mark.parametrize(
    "words",
    [
        ("list", "--limit", "9" * 20),
        ("tail", "--since", "9" * 20),
        ("mentions", "--limit", "9" * 20),
        ("dupes", "--days", "999999999"),
        ("sweep", "--stale", "1e300"),
        ("review", "sample", "--days", "999999999"),
        ("next-steps", "1", "--limit", "101"),
    ],
)
def test_a_number_beyond_all_reason_is_refused(reading: Heard, words: tuple[str, ...]) -> None:
    assert f"{words[-2]}" in reading(*words, code=2).err


def test_a_number_of_more_digits_than_can_be_read_is_refused(reading: Heard) -> None:
    assert "--limit" in reading("list", "--limit", "9" * 5_000, code=2).err


def test_a_search_for_a_whole_page_is_refused_at_once(reading: Heard) -> None:
    assert "at most 100 words" in reading("search", "a " * 5_000, code=18).err


def test_a_desk_that_was_never_fetched_is_no_empty_queue(heard: Heard) -> None:
    for name in ("mirror.db", "local.db"):
        (heard.home / name).unlink()
    for words in (
        ("list",), ("sweep",), ("search", "order"), ("list", "--count"), ("bulk", "is:live", "+x"), ("dupes",), ("board",),
        ("promises", "--late"), ("snooze", "--query", "is:live", "2h"), ("mentions",),
    ):  # fmt: skip
        assert "demo has not been fetched yet" in heard(*words, "-o", "json").err
    heard("sync")
    assert "fetched" not in heard("list", "tag:nowhere", "-o", "json").err


def test_a_mirror_that_was_deleted_is_no_empty_queue(heard: Heard) -> None:
    (heard.home / "mirror.db").unlink()
    for words in (("list",), ("list", "--count"), ("search", "order"), ("sweep",)):
        assert "demo has not been fetched yet" in heard(*words, "-o", "json").err
    heard("sync")
    assert "fetched" not in heard("list", "tag:nowhere", "-o", "json").err


def test_no_desk_at_all_is_no_kept_promise(empty: Heard) -> None:
    assert empty("promises", "--late", "-o", "json", code=17).out == ""


def test_a_file_in_the_place_of_the_workspace_is_named_as_that(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    heard = Heard(tmp_path / "file")
    assert "is no folder" in heard("doctor", "--offline", code=1).out
    assert "chmod" not in heard("config", "check", code=5).err


def test_the_tail_of_a_query_is_that_of_its_tickets(heard: Heard) -> None:
    ref = some_ref(heard)
    heard("set", ref, "+first")
    heard("bulk", "status:solved,closed", "+many", "--apply")
    told = heard("tail", f"ref:{ref}", "-o", "ndjson").lines
    assert told[-1]["new"] == "+first"
    assert len(told) <= 20


@pytest.mark.parametrize("name", ["Bad Name", "demo"])
def test_a_name_that_no_desk_can_have_is_refused_before_its_token_goes_anywhere(
    reading: Heard, name: str
) -> None:
    done = reading(
        "desk", "add", name, "--provider", "rt", "--url", "http://127.0.0.1:9", "--token-stdin", code=18
    )
    assert name in done.err


def _env(heard: Heard) -> dict[str, str]:
    return {**CLEAN, "HEARD_HOME": str(heard.home)}


def _run(
    heard: Heard,
    words: tuple[str, ...],
    *,
    stdout: int | IO[str] = subprocess.PIPE,
    stderr: int | IO[str] = subprocess.PIPE,
    env: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """The program with its streams put elsewhere."""
    return subprocess.run(
        [*PROGRAM, *words],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        env={**_env(heard), **(env or {})},
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "words",
    [
        ("reply", "REF", "Hello.", "--at", ""),
        ("reply", "REF", "Hello.", "--at="),
        ("--home", "", "list"),
        ("list", "--home", ""),
        ("list", "--view", ""),
        ("promises", "--due", ""),
        ("claim", "--next", "--query", ""),
        ("next", "--skip", ""),
        ("snooze", "", "2h"),
        ("snooze", "REF", ""),
        ("history", ""),
        ("note", "REF", "--file", ""),
        ("attachments", "REF", "photo.png", "--to", ""),
        ("recap", ""),
        ("follow", "REF", ""),
        ("wake", ""),
        ("set", "REF", "+late", ""),
        ("sync", ""),
        ("desk", "remove", "", "--yes"),
    ],
)
def test_a_variable_that_was_never_set_is_refused_and_not_read_as_nothing_asked(
    heard: Heard, words: tuple[str, ...]
) -> None:
    ref = some_ref(heard)
    told = heard(*(ref if word == "REF" else word for word in words), code=2)
    assert "it is empty" in told.err
    assert heard("outbox", "-o", "json").json == []


def test_what_may_be_empty_is_as_if_it_were_not_there(heard: Heard) -> None:
    counted = heard("list", "--count").out
    assert heard("list", "", "--sort", "", "--count").out == counted
    assert heard("set", some_ref(heard), "+late", "--fields", "", "-o", "json").json["state"] == "queued"


@pytest.mark.parametrize(
    "words",
    [
        ("snooze", "--until-reply"),
        ("snooze", "--until-promise"),
        ("snooze", "--until", "REF"),
        ("snooze", "--why", "holiday"),
        ("follow", "--off"),
        ("attachments", "REF", "--to", "."),
        ("next", "--why", "not mine"),
        ("history", "Somebody", "--ticket", "REF"),
        ("history", "--ticket", "REF", "--organization", "Acme"),
        ("history", "--org-of", "REF", "Somebody"),
    ],
)
def test_an_option_that_speaks_of_nothing_or_of_something_else_is_refused(
    reading: Heard, words: tuple[str, ...]
) -> None:
    ref = some_ref(reading)
    told = reading(*(ref if word == "REF" else word for word in words), "-o", "json", code=18)
    assert told.out == ""
    assert told.error["error"] == "invalid_input"


@pytest.mark.parametrize("form", [("-ojson",), ("-o", "json"), ("--output=ndjson",), ("--output", "ndjson")])
def test_a_mistake_of_the_command_line_has_the_form_that_was_asked_for(
    reading: Heard, form: tuple[str, ...]
) -> None:
    assert reading("list", "--bogus", *form, code=2).error["error"] == "usage"


def test_a_word_that_is_called_like_a_form_asks_for_none(reading: Heard) -> None:
    assert reading("list", "json", "--bogus", code=2).err.startswith("heard: ")
