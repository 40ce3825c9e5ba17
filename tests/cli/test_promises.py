"""Promises from the command line: told without a question, listed by urgency, and never left open by what was taken back."""

from __future__ import annotations

from program import Heard, some_ref

WORDS = "I will call you by tomorrow afternoon. We will write within 2 hours."


def test_a_reply_tells_what_it_promises_and_keeps_it(heard: Heard) -> None:
    ref = some_ref(heard)
    done = heard("reply", ref, WORDS, "-o", "json")
    assert "you promise: 'by tomorrow afternoon' -> due" in done.err
    found = heard("promises", "-o", "json").json
    assert [p["phrase"] for p in found] == ["within 2 hours", "by tomorrow afternoon"]
    assert {(p["ref"], p["state"], p["op_id"], p["late"]) for p in found} == {
        (ref, "open", done.json["id"], False)
    }
    assert heard("list", "promise:open", "-o", "json").json[0]["ref"] == ref
    assert heard("history", "--ticket", ref, "--card").out.count("promised:   by ") == 2
    heard("undo")
    assert heard("promises", "-o", "json").json == []
    assert {p["state"] for p in heard("promises", "--all", "-o", "json").json} == {"dropped"}


def test_what_names_no_time_is_said_and_not_kept(heard: Heard) -> None:
    done = heard("reply", some_ref(heard), "We will get back to you soon.")
    assert "'soon' names no time to come, so nothing is kept" in done.err
    assert heard("promises", "-o", "json").json == []


def test_no_promises_keeps_none_and_asks_nothing(heard: Heard) -> None:
    done = heard("reply", some_ref(heard), WORDS, "--no-promises")
    assert "promise" not in done.err
    assert heard("promises", "-o", "json").json == []


def test_the_setting_keeps_none_either(heard: Heard) -> None:
    config = heard.home / "config.toml"
    config.write_text(config.read_text(encoding="utf-8") + "\n[heard]\npromises = false\n", encoding="utf-8")
    heard("reply", some_ref(heard), WORDS)
    assert heard("promises", "-o", "json").json == []


def test_due_and_late_say_so_by_the_exit_code(heard: Heard) -> None:
    heard("promises", "--due", "2h", code=0)
    heard("reply", some_ref(heard), WORDS)
    assert [p["phrase"] for p in heard("promises", "--due", "3h", "-o", "ndjson", code=1).lines] == [
        "within 2 hours"
    ]
    heard("promises", "--due", "1h", code=0)
    heard("promises", "--late", code=0)
    heard("promises", "--late", "--kept", code=18)
    heard("promises", "--due", "soon", code=18)


def test_kept_dropped_and_moved_by_hand(heard: Heard) -> None:
    heard("reply", some_ref(heard), WORDS)
    first, second = (p["id"] for p in heard("promises", "-o", "json").json)
    assert heard("promises", "keep", first[-8:], "-o", "json").json["state"] == "kept"
    moved = heard("promises", "move", second, "+3d", "-o", "json").json
    assert (moved["replaces"], moved["state"]) == (second, "open")
    assert (
        heard("promises", "drop", moved["id"], "called", "already", "-o", "json").json["kept_by"]
        == "called already"
    )
    assert [p["id"] for p in heard("promises", "--kept", "-o", "json").json] == [first]
    kinds = [e["kind"] for e in heard("tail", "--since", "0", "--no-follow", "-o", "ndjson").lines]
    assert [k for k in kinds if k in ("promised", "kept", "moved", "dropped")] == [
        "promised", "promised", "kept", "moved", "promised", "dropped",
    ]  # fmt: skip
    heard("promises", "keep", first, code=15)
    heard("promises", "keep", "nothing", code=4)


def test_people_see_the_team_and_no_one_person(heard: Heard) -> None:
    heard("reply", some_ref(heard), WORDS)
    done = heard("promises")
    assert "within 2 hours" in done.out
    assert "last 7 days: no promise has come due" in done.err
    assert "OWNER" not in done.out
