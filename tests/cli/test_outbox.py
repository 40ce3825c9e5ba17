"""The outbox from the command line: who sends when several do, what can be decided, and what waits for nobody."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from program import Heard, some_ref

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
    done = heard("reply", ref, "It is on its way.", "--push", "-o", "json", code=7)
    assert (done.json["state"], done.json["body"]) == ("queued", "It is on its way.")
    config.write_text(
        config.read_text(encoding="utf-8").replace('["echo", "x"]', '["false"]'), encoding="utf-8"
    )
    assert heard("note", ref, "Called him.", "--push", code=6).out.startswith("queued: note on ")
    assert [o["body"] for o in heard("outbox", "-o", "json").json] == ["It is on its way.", "Called him."]
