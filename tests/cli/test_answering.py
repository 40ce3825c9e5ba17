"""Answering, changing many, taking back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from program import Heard, some_ref

from console.reply import load_draft
from console.session import Session
from store.home import Home


def test_a_reply_waits_in_the_outbox_and_leaves_with_the_next_sync(heard: Heard) -> None:
    ref = some_ref(heard)
    made = heard("reply", ref, "It", "is", "on", "its", "way.", "-o", "json").json
    assert (made["state"], made["kind"], made["body"]) == ("queued", "reply", "It is on its way.")
    assert [o["id"] for o in heard("outbox", "-o", "json").json] == [made["id"]]
    assert heard("sync", "-o", "json").json[0]["sent"] == 0  # it can still be taken back
    assert heard("outbox", "push", "-o", "json").json[0]["sent"] == 1
    assert heard("outbox", "-o", "json").json == []
    last = heard("show", ref, "-o", "json").json["messages"][-1]
    assert (last["kind"], last["text"]) == ("message", "It is on its way.")


def test_whoever_else_gets_a_reply_is_named(heard: Heard) -> None:
    with closing(sqlite3.connect(heard.home / "mirror.db")) as mirror:
        (ref,) = mirror.execute("SELECT ref FROM ticket WHERE copied <> '' ORDER BY status").fetchone()
    others = heard("show", ref, "-o", "json").json["copied"]
    assert others
    assert not others[0].startswith("number")
    assert f"copied:     {others[0]}" in heard("show", ref).out
    assert f"{ref}: also goes to {others[0]}." in heard("reply", ref, "It is on its way.").err
    assert "also goes to" not in heard("note", ref, "For us.").err


def test_push_sends_at_once(heard: Heard) -> None:
    ref = some_ref(heard)
    made = heard("reply", ref, "Sent at once.", "--push", "-o", "json").json
    assert made["state"] == "done"
    assert heard("show", ref, "-o", "json").json["messages"][-1]["text"] == "Sent at once."


def test_text_comes_from_standard_input_or_a_file(heard: Heard, tmp_path: Path) -> None:
    ref = some_ref(heard)
    assert (
        heard("note", ref, "-", "-o", "json", text="line one\nline two\n").json["body"]
        == "line one\nline two"
    )
    file = tmp_path / "words.txt"
    file.write_text("from a file: ärger\n", encoding="utf-8")
    assert heard("note", ref, "--file", str(file), "-o", "json").json["body"] == "from a file: ärger"
    assert heard("note", ref, "two", "--file", str(file), code=18).err


def test_text_that_looks_like_options_is_text(heard: Heard) -> None:
    ref = some_ref(heard)
    made = heard("reply", ref, "-o", "json", "--", "--push -y").json
    assert made["body"] == "--push -y"
    assert heard("reply", ref, "- first\n- second", "-o", "json").json["body"] == "- first\n- second"


def test_a_note_is_never_public(heard: Heard) -> None:
    ref = some_ref(heard)
    heard("note", ref, "Only for us.", "--push")
    assert heard("show", ref, "-o", "json").json["messages"][-1]["kind"] == "note"
    assert "(internal note)" in heard("show", ref).out


def test_set_changes_fields_and_tags_in_one_line(heard: Heard) -> None:
    ref = some_ref(heard)
    heard("set", ref, "+vip", "+late", "--push")
    made = heard("set", ref, "status=pending", "-late", "priority=high", "-o", "json", "--push").json
    assert made["remove_tags"] == ["late"]
    found = heard("show", ref, "-o", "json").json
    assert (found["status"], found["priority"]) == ("pending", "high")
    assert "vip" in found["tags"]
    assert "late" not in found["tags"]


def test_a_tag_is_taken_away_in_either_spelling(heard: Heard) -> None:
    ref = some_ref(heard)
    heard("set", ref, "+one", "+two")
    assert heard("set", ref, "tag-=one", "-o", "json").json["remove_tags"] == ["one"]
    assert heard("set", ref, "-two", "-ojson").json["remove_tags"] == ["two"]


def test_what_is_so_already_is_no_change(heard: Heard) -> None:
    ref = some_ref(heard)
    status = heard("show", ref, "-o", "json").json["status"]
    assert "already so" in heard("set", ref, f"status={status}").out
    assert heard("outbox", "-o", "json").json == []


def test_bulk_is_shown_before_it_is_done_and_undone_as_one(heard: Heard) -> None:
    before = heard("list", "status:solved", "-o", "json", "--limit", "0").json
    preview = heard("bulk", "status:solved", "+checked", "-o", "json").json
    assert [p["ref"] for p in preview] == [r["ref"] for r in before]
    assert all("checked" in p["after"]["tags"] for p in preview)
    assert heard("outbox", "-o", "json").json == []
    assert heard("list", "tag:checked", "--count").out == "0\n"

    applied = heard("bulk", "status:solved", "+checked", "--apply", "--yes", "-o", "json").json
    assert len({p["bulk_id"] for p in applied}) == 1
    heard("sync")
    assert int(heard("list", "tag:checked", "--count").out) == len(before)

    undone = heard("undo", "-o", "json").json
    assert undone["reversed"] == len(before)
    heard("sync")
    assert heard("list", "tag:checked", "--count").out == "0\n"
    after = heard("list", "status:solved", "-o", "json", "--limit", "0", "--fields", "ref,tags").json
    assert sorted((r["ref"], r["tags"]) for r in after) == sorted((r["ref"], r["tags"]) for r in before)


@pytest.mark.parametrize("form", ["text", "json", "ndjson", "csv"])
def test_a_bulk_takes_the_tickets_that_a_list_prints(heard: Heard, form: str) -> None:
    found = heard("list", "status:solved", "--limit", "3", "--fields", "ref", "-o", form).out
    shown = heard("bulk", "-", "+piped", "-o", "json", text=found).json
    assert len(shown) == 3
    assert heard("list", "tag:piped", "--count").out == "0\n"
    heard("bulk", "-", "+piped", "--apply", text=found)
    assert heard("list", "tag:piped status:solved", "--count").out == "3\n"
    assert heard("undo", "-o", "json").json["cancelled"] == 3


def test_a_bulk_names_the_lines_that_are_no_ticket_and_changes_nothing(heard: Heard) -> None:
    ref = some_ref(heard)
    told = heard("bulk", "-", "+piped", "--apply", text=f"{ref}\n\nnonsense\n#999999\n", code=18).err
    assert "line 3 (nonsense) is no ticket here; line 4 (#999999) is no ticket here" in told
    assert heard("bulk", "-", "+piped", "--apply", "-o", "json", text="\n").json == []
    assert "names no ticket" in heard("bulk", "-", "+piped", "--apply", text="").err
    assert heard("outbox", "-o", "json").json == []


def test_the_last_changes_are_listed_and_taken_back_together(heard: Heard) -> None:
    ref = some_ref(heard)
    heard("set", ref, "+late")
    heard("snooze", ref, "2h")
    heard("follow", ref)
    listed = heard("undo", "9", "--dry-run", "-o", "json").json
    assert [each["what"].partition(" ")[0] for each in listed] == ["follow", "snooze", "+late"]
    assert all(each["created"].endswith("Z") for each in listed)
    assert heard("undo", "2", "-o", "json").json == listed[:2]
    assert heard("snooze", "-o", "json").json == []
    shown = heard("undo", "9", "--dry-run")
    assert "would be undone: +late on" in shown.out
    assert "Only 1 of 9: there is nothing else to undo." in shown.err
    assert "undone: +late on" in heard("undo", "1").out
    assert heard("undo", "2", "-o", "json", code=15).error["error"] == "conflict"
    assert "greater than or equal to 1" in heard("undo", "0", code=2).err


def test_undo_of_several_stops_at_what_has_left_and_says_so(heard: Heard) -> None:
    ref = some_ref(heard)
    heard("reply", ref, "Too early.", "--push")
    heard("snooze", ref, "2h")
    stopped = heard("undo", "2", code=15)
    assert "undone: snooze until" in stopped.out
    assert "on this machine alone" in stopped.out
    assert "a message that has left cannot be taken back" in stopped.err


def test_a_view_that_was_removed_comes_back(heard: Heard) -> None:
    heard("views", "add", "Late ones", "tag:late")
    heard("views", "remove", "late ones")
    assert "undone: view late ones removed (on this machine alone)" in heard("undo").out
    assert "Late ones" in [each["name"] for each in heard("views", "-o", "json").json]


def test_an_undo_says_beforehand_what_it_takes_back(heard: Heard) -> None:
    ref = some_ref(heard)
    heard("set", ref, "+late")
    heard("sync")
    heard("reply", ref, "Too early.")
    before = heard("undo", "--dry-run", "-o", "json").json
    assert before["what"] == f"reply on {ref}"
    assert [o["kind"] for o in heard("outbox", "-o", "json").json] == ["reply"]
    assert heard("undo", "-o", "json").json == before
    turned = heard("undo", "--dry-run", "-o", "json").json
    assert (turned["what"], turned["cancelled"], turned["reversed"]) == (f"+late on {ref}", 0, 1)
    assert heard("undo", "-o", "json").json == turned
    assert heard("undo", "--dry-run", "-o", "json", code=15).error["error"] == "conflict"


def test_a_script_says_it_with_apply_and_is_asked_nothing(heard: Heard) -> None:
    before = heard("list", "status:solved", "--count").out
    heard("bulk", "status:solved", "+checked", "--apply")
    assert heard("list", "tag:checked", "--count").out == before


def test_bulk_says_what_it_leaves_alone(heard: Heard) -> None:
    rows = heard("bulk", "status:closed", "+late", "-o", "json").json
    assert rows
    assert all("closed" in r["skipped"] for r in rows)
    assert "left alone" in heard("bulk", "status:closed", "+late").out


def test_an_operation_is_shown_dropped_and_comes_back_as_a_draft(heard: Heard) -> None:
    ref = some_ref(heard)
    made = heard("reply", ref, "Not yet.", "-o", "json").json
    short = made["id"][-8:].lower()
    assert "Not yet." in heard("outbox", "show", short).out
    assert heard("outbox", "drop", short, "-o", "json").json["state"] == "cancelled"
    assert heard("outbox", "-o", "json").json == []
    assert draft(heard, ref) == "Not yet."
    assert heard("outbox", "drop", short, code=15).err


def test_outbox_push_sends_everything(heard: Heard) -> None:
    refs = [r["ref"] for r in heard("list", "is:waiting", "--limit", "3", "-o", "json").json]
    for ref in refs:
        heard("note", ref, "Looked at.")
    assert heard("outbox", "push", "-o", "json").json[0]["sent"] == len(refs)
    assert heard("outbox", "list", "-o", "json").json == []


def test_undo_gives_an_unsent_reply_back(heard: Heard) -> None:
    ref = some_ref(heard)
    heard("reply", ref, "Too early.")
    undone = heard("undo", "-o", "json").json
    assert (undone["cancelled"], undone["reversed"]) == (1, 0)
    assert heard("undo", "-o", "json", code=15).error["error"] == "conflict"


def test_words_given_here_leave_the_draft_of_the_screen_alone(heard: Heard) -> None:
    """What somebody types in the console is not what a script sends."""
    ref = some_ref(heard)
    back = heard("reply", ref, "Half a thought.", "-o", "json").json
    heard("outbox", "drop", back["id"])  # its words are the ticket's draft now
    heard("reply", ref, "Done.")
    assert draft(heard, ref) == "Half a thought."
    heard("reply", ref, "Half a thought.")
    assert draft(heard, ref) == ""


def draft(heard: Heard, ref: str) -> str:
    with closing(Session.open(Home(heard.home))) as session:
        kept = load_draft(session, ref)
        return kept.text if kept else ""


# -- strict queues


OPEN = "It comes on [[date]]."


def wants_it_filled(heard: Heard) -> None:
    (heard.home / "standards.toml").write_text('[default]\nstrict = ["unfilled_hole"]\n')


def test_a_strict_queue_holds_a_reply_back_as_check_does_and_keeps_the_words(heard: Heard) -> None:
    wants_it_filled(heard)
    ref = some_ref(heard)
    error = heard("reply", ref, OPEN, "--push", "-o", "json", code=1).error
    assert (error["error"], error["exit"]) == ("strict", 1)
    assert "not met: unfilled_hole" in error["message"]
    assert heard("outbox", "-o", "json").json == []
    assert heard("check", "--ticket", ref, "-o", "json", code=1).json["missed"] == ["unfilled_hole"]


def test_what_a_strict_queue_wants_is_left_out_with_a_reason(heard: Heard) -> None:
    wants_it_filled(heard)
    ref = some_ref(heard)
    made = heard("reply", ref, OPEN, "--waive", "unfilled_hole=said on the phone", "-o", "json").json
    assert (made["state"], made["body"]) == ("queued", OPEN)
    log = heard("tail", "--since", "0", "--no-follow", "-o", "ndjson").lines
    assert [e["new"] for e in log if e["kind"] == "waived"] == ["unfilled_hole: said on the phone"]
    assert heard("reply", ref, OPEN, "--waive", "unfilled_hole", code=18).err
    assert heard("note", ref, "Called him.", "-o", "json").json["state"] == "queued"
