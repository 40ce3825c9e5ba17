"""Claiming, putting off, waking, following and the mentions inbox, as scripts do them."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from program import Heard, eventually


def refs(heard: Heard, query: str, *more: str) -> list[str]:
    return [row["ref"] for row in heard("list", query, "--limit", "0", "-o", "json", *more).json]


def test_a_ticket_is_claimed_once_and_a_colleagues_is_left(heard: Heard) -> None:
    free = refs(heard, "status:new,open is:unassigned")
    done = heard("claim", free[0], "-o", "json").json
    assert (done["ref"], done["state"], done["what"]) == (free[0], "queued", "assignee=Robin Hale")
    assert heard("claim", free[0]).out == f"{free[0]} is yours already\n"
    theirs = refs(heard, "status:open -assignee:none -assignee:me")[0]
    assert "has it." in heard("claim", theirs, code=15).err
    assert refs(heard, "is:pending") == [free[0]]


def test_a_query_goes_with_the_next_ticket_and_not_with_a_named_one(heard: Heard) -> None:
    free = refs(heard, "status:new,open is:unassigned")
    assert "Add --next" in heard("claim", free[0], "--query", "tag:nowhere", code=18).err
    assert refs(heard, "is:pending") == []


def test_the_next_free_ticket_is_claimed_until_none_is_left(heard: Heard) -> None:
    free = refs(heard, "status:new,open is:unassigned")
    best = heard("next", "status:new,open is:unassigned", "-o", "json").json[0]["ref"]
    assert heard("claim", "--next", "-o", "json").json["ref"] == best
    taken = {best}
    while len(taken) < len(free):
        taken.add(heard("claim", "--next", "-o", "json").json["ref"])
    assert taken == set(free)
    assert "no ticket that nobody has" in heard("claim", "--next", code=4).err
    heard("claim", code=18)


def test_a_snoozed_ticket_is_out_of_the_views_and_in_the_counts(heard: Heard) -> None:
    ref = refs(heard, "status:open")[0]
    before = {v["name"]: v["count"] for v in heard("views", "-o", "json").json}
    board = heard("board", "-o", "json").json
    done = heard("snooze", ref, "tomorrow", "9:00", "--why", "the courier", "-o", "json").json
    assert [(d["ref"], d["kind"], d["why"]) for d in done] == [(ref, "time", "the courier")]
    assert done[0]["until"].endswith("Z")
    after = {v["name"]: v["count"] for v in heard("views", "-o", "json").json}
    assert after["Live"] == before["Live"] - 1
    assert after["All"] == before["All"]
    assert heard("board", "-o", "json").json["by_status"] == board["by_status"]
    assert refs(heard, "is:snoozed") == [ref]
    assert "(the courier)" in heard("snooze").out
    assert heard("tail", "--no-follow", "-o", "ndjson").lines[-1]["kind"] == "snoozed"
    assert heard("wake", ref, "-o", "json").json[0]["woken_by"] == "by hand"
    assert "is not snoozed" in heard("wake", ref, code=4).err
    assert refs(heard, "is:snoozed") == []


def test_a_day_alone_puts_off_until_its_morning(heard: Heard) -> None:
    one, other = refs(heard, "status:open")[:2]
    (bare,) = heard("snooze", one, "tomorrow", "-o", "json").json
    (full,) = heard("snooze", other, "tomorrow 9:00", "-o", "json").json
    assert bare["until"] == full["until"]


def test_many_are_put_off_at_once_and_time_brings_them_back(heard: Heard) -> None:
    many = refs(heard, "status:pending")
    heard("snooze", "--query", "status:pending", "1s")
    assert eventually(lambda: not refs(heard, "is:snoozed"))
    woken = [
        e for e in heard("tail", "--no-follow", "--since", "0", "-o", "ndjson").lines if e["kind"] == "woke"
    ]
    assert sorted(e["ref"] for e in woken) == sorted(many)
    assert {e["new"][:6] for e in woken} == {"it is "}


def test_a_ticket_waits_for_another_or_for_the_customer(heard: Heard) -> None:
    one, other = refs(heard, "status:open")[:2]
    heard("snooze", one, "--until", other)
    heard("snooze", other, "--until-reply")
    assert {s["ref"]: s["awaits"] for s in heard("snooze", "-o", "json").json} == {one: other, other: ""}
    assert "Say one thing" in heard("snooze", one, "1h", "--until-reply", code=18).err
    assert "Say until when" in heard("snooze", one, code=18).err
    assert "Nothing is promised" in heard("snooze", one, "--until-promise", code=1).err


def test_following(heard: Heard) -> None:
    ref = refs(heard, "status:open")[0]
    heard("follow", ref)
    assert [f["ref"] for f in heard("follow", "-o", "json").json] == [ref] == refs(heard, "is:followed")
    heard("follow", ref, "--off")
    assert heard("follow", "-o", "json").json == []


def test_a_note_that_names_me_is_listed(heard: Heard) -> None:
    assert "No note names you" in heard("mentions").err
    ref = refs(heard, "status:open")[0]
    with closing(sqlite3.connect(heard.home / "mirror.db")) as mirror, mirror:
        number = mirror.execute(
            "INSERT INTO message (desk, remote_id, ticket_id, customer_id, kind, channel, role, author, author_ref, created,"
            " body, marker, files) SELECT desk, 'n1', id, requester_id, 'note', 'email', 'agent', 'Piotr', 'p', updated,"
            " '@robin, please', '', 0 FROM ticket WHERE ref = ?",
            (ref,),
        ).lastrowid
        mirror.execute("INSERT INTO message_fts (rowid, body) VALUES (?, '@robin, please')", (number,))
    (found,) = heard("mentions", "--new", "-o", "json").json
    assert (found["ref"], found["author"], found["text"], found["fresh"]) == (
        ref,
        "Piotr",
        "@robin, please",
        True,
    )
    assert found["at"].endswith("Z")
    assert refs(heard, "is:mentioned") == [ref]
    assert "@robin, please" in heard("mentions").out
