"""The outbox from the command line: who sends when several do, what can be decided, and what waits for nobody."""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from program import PROGRAM, Heard, some_ref
from support.terminal import Terminal

TO_DECIDE = (
    "INSERT INTO conflict (op_id, field, base, mine, theirs, theirs_by, theirs_at, resolution, resolved_by, resolved)"
    " VALUES (?, ?, ?, ?, ?, '', 0, '', '', 0)"
)


def in_conflict(heard: Heard) -> str:
    """An operation whose status and assignee somebody else has changed too."""
    made = heard("set", some_ref(heard), "status=hold", "-o", "json").json["id"]
    changes = {"status": "hold", "assignee": "1"}
    payload = json.dumps({"body": "", "changes": changes, "add_tags": [], "remove_tags": []})
    with closing(sqlite3.connect(heard.home / "local.db")) as connection, connection:
        connection.execute("UPDATE op SET state = 'conflict', payload = ? WHERE id = ?", (payload, made))
        connection.execute(TO_DECIDE, (made, "status", "open", "hold", "pending"))
        connection.execute(TO_DECIDE, (made, "assignee", "", "1", ""))
    return str(made)


def test_programs_that_push_at_once_all_learn_what_became_of_theirs(heard: Heard) -> None:
    rows = heard("list", "is:waiting", "--limit", "6", "-o", "json", "--fields", "ref").json
    started = [heard.start("note", row["ref"], "Looked at it.", "--push", "-o", "json") for row in rows]
    said = [each.communicate(timeout=120)[0] for each in started]
    assert [json.loads(each)["state"] for each in said] == ["done"] * len(rows)
    assert heard("outbox", "-o", "json").json == []


def test_a_push_beside_another_process_says_who_sends(heard: Heard) -> None:
    heard("note", some_ref(heard), "Looked at it.")
    with closing(sqlite3.connect(heard.home / "local.db")) as connection, connection:
        connection.execute("DELETE FROM lease")
        soon = (time.time_ns() // 1_000) + 30_000_000
        connection.execute(
            "INSERT INTO lease (desk, owner, fence, expires) VALUES ('demo', 'other', 9, ?)", (soon,)
        )
    assert "Another process is syncing demo; it sends what waits." in heard("outbox", "push").err


def test_a_conflict_is_settled_with_a_third_value_in_peoples_words(heard: Heard) -> None:
    op = in_conflict(heard)
    made = heard("resolve", op, "status=on-hold", "assignee=mei", "-o", "json").json
    assert (made["changes"]["status"], made["state"]) == ("hold", "queued")
    assert "Mei Tanaka" in made["what"]
    assert made["changes"]["assignee"].isdecimal()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("status=banana", "--theirs"), "status cannot be 'banana'"),
        (("assignee=nobody-here", "--mine"), "no agent 'nobody-here'"),
        (("--mine", "--theirs"), "It cannot be both."),
        (("status=mine",), "Nothing was said about assignee."),
    ],
)
def test_what_settles_nothing_is_refused_and_the_conflict_stays(
    heard: Heard, words: tuple[str, ...], told: str
) -> None:
    op = in_conflict(heard)
    assert told in heard("resolve", op, *words, code=18).err
    assert heard("outbox", "show", op, "-o", "json").json["state"] == "conflict"


def test_a_macro_that_is_sent_later_changes_nothing_before(heard: Heard) -> None:
    ref = some_ref(heard)
    before = heard("show", ref, "-o", "json").json["status"]
    change = f"status={'hold' if before == 'pending' else 'pending'}"
    (heard.home / "macros" / "bye.md").write_text(
        f'+++\ntitle = "Bye"\nchanges = ["{change}"]\n+++\nSee you.\n', encoding="utf-8"
    )
    heard("reply", ref, "--macro", "Bye", "--at", "+2h")
    waiting = heard("outbox", "-o", "json").json
    assert [o["kind"] for o in waiting] == ["reply", "set"]
    heard("outbox", "push")
    assert [o["state"] for o in heard("outbox", "-o", "json").json] == ["queued", "queued"]


def test_what_waits_for_a_desk_that_is_not_in_the_settings_is_said(heard: Heard) -> None:
    ref = some_ref(heard)
    config = heard.home / "config.toml"
    config.write_text('[desks.other]\nprovider = "rt"\nurl = "http://127.0.0.1:9"\n', encoding="utf-8")
    assert "demo is not in the settings" in heard("note", ref, "Who reads this?").err
    assert "demo is not in the settings" in heard("outbox").err
    assert "something waits for demo" in heard("doctor", code=1).out


def test_a_push_that_fails_says_that_the_words_are_kept(heard: Heard) -> None:
    ref = some_ref(heard)
    config = heard.home / "config.toml"
    config.write_text(
        '[desks.demo]\nprovider = "rt"\nurl = "http://127.0.0.1:9"\ncredential_command = ["echo", "x"]\n',
        encoding="utf-8",
    )
    heard("desk", "same", "demo")
    done = heard("reply", ref, "It is on its way.", "--push", "-o", "json", code=7)
    assert (done.json["state"], done.json["body"]) == ("queued", "It is on its way.")
    config.write_text(
        config.read_text(encoding="utf-8").replace('["echo", "x"]', '["false"]'), encoding="utf-8"
    )
    assert heard("note", ref, "Called him.", "--push", code=6).out.startswith("queued: note on ")
    assert [o["body"] for o in heard("outbox", "-o", "json").json] == ["It is on its way.", "Called him."]


def test_what_is_pushed_behind_another_says_what_it_waits_for(heard: Heard) -> None:
    ref = some_ref(heard)
    first = heard("reply", ref, "First.", "-o", "json").json["id"]
    assert f"waits for reply ({first[-6:]})" in heard("reply", ref, "Second.", "--push").out
    assert f"waits for reply ({first[-6:]})" in heard("set", ref, "+vip", "--push").out
    heard("outbox", "push")
    assert heard("outbox", "-o", "json").json == []


def test_dropping_says_where_the_words_are(heard: Heard) -> None:
    ref = some_ref(heard)
    first, second = (heard("reply", ref, words, "-o", "json").json["id"] for words in ("First.", "Second."))
    assert f"The words for {ref} are its draft again." in heard("outbox", "drop", first).err
    assert f"`heard outbox show {second[-6:]}`" in heard("outbox", "drop", second).err
    assert "Second." in heard("outbox", "show", second[-6:]).out


def test_the_old_id_of_an_edited_reply_says_that_another_will_leave(heard: Heard) -> None:
    ref = some_ref(heard)
    first = heard("reply", ref, "First words.", "--at", "+2h", "-o", "json").json["id"]
    second = heard("outbox", "edit", first, "Second words.", "-o", "json").json["id"]
    third = heard("outbox", "edit", second, "Third words.", "-o", "json").json["id"]
    for command in ("drop", "retry", "edit"):
        told = heard("outbox", command, first, *(["Words."] if command == "edit" else []), code=15).err
        assert f"`heard outbox show {third[-6:]}` has it" in told
    heard("outbox", "drop", third)
    assert "taken back already" in heard("outbox", "drop", first, code=15).err


@pytest.mark.pty
def test_an_editor_gives_a_reply_other_words_beside_its_ticket_and_leaves_the_draft_alone(
    heard: Heard, tmp_path: Path
) -> None:
    ref = some_ref(heard)
    made = heard("reply", ref, "We look into it.", "-o", "json").json["id"]
    assert "kept as a draft" in write_with(heard, tmp_path, "Half a", 1, "reply", ref)
    assert "queued: reply" in write_with(heard, tmp_path, "We know more", 0, "outbox", "edit", made)
    assert ref in (tmp_path / "seen.txt").read_text().partition("everything from this line on")[2]
    (waiting,) = heard("outbox", "-o", "json").json
    assert waiting["body"] == "We know more:We look into it."
    with closing(sqlite3.connect(heard.home / "local.db")) as connection:
        assert connection.execute("SELECT body FROM draft").fetchall() == [("Half a:",)]


@pytest.mark.pty
def test_words_for_a_reply_that_left_while_they_were_typed_are_kept(heard: Heard, tmp_path: Path) -> None:
    ref = some_ref(heard)
    made = heard("reply", ref, "We look into it.", "-o", "json").json["id"]
    drop = f"import subprocess; subprocess.run({[*PROGRAM, '--home', str(heard.home), 'undo']!r}); "
    shown = write_with(heard, tmp_path, "Better", 2, "outbox", "edit", made, first=drop)
    assert f"kept as the draft of {ref}" in shown
    assert "taken back already" in heard("outbox", "edit", made, "Again", code=15).err
    with closing(sqlite3.connect(heard.home / "local.db")) as connection:
        assert connection.execute("SELECT body FROM draft").fetchall() == [
            ("Better:We look into it.\n\nWe look into it.",)
        ]


def write_with(heard: Heard, folder: Path, words: str, code: int, *args: str, first: str = "") -> str:
    """Run a command whose editor puts words first and ends with this code; returns what the terminal showed."""
    editor = folder / "editor.py"
    editor.write_text(
        f"{first}import sys; from pathlib import Path; p = Path(sys.argv[1]); t = p.read_text();"
        f"Path({str(folder / 'seen.txt')!r}).write_text(t); p.write_text({words + ':'!r} + t); sys.exit({code % 2})"
    )
    env = {"EDITOR": f"{sys.executable} {editor}"}
    terminal = Terminal([*PROGRAM, "--home", str(heard.home), *args], env=env)
    try:
        return str(terminal.wait(("queued: ", "kept as a draft", "kept as the draft")[code]))
    finally:
        terminal.close()
