"""Finding and reading tickets from the command line."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from program import SIZE, Heard, some_ref


def test_list_counts_what_it_lists(reading: Heard) -> None:
    assert reading("list", "--count").out == f"{SIZE}\n"
    assert reading("list", "--count", "-o", "json").json == {"count": SIZE}
    assert len(reading("list", "--limit", "0", "-o", "ndjson").lines) == SIZE


def test_list_shows_fifty_and_says_that_there_are_more(reading: Heard) -> None:
    done = reading("list")
    assert len(done.out.splitlines()) == 51
    assert f"50 of {SIZE}" in done.err


def test_words_of_a_query_may_be_one_argument_or_several(reading: Heard) -> None:
    several = reading("list", "status:open", "channel:email", "--count")
    assert reading("list", "status:open channel:email", "--count").out == several.out
    assert int(several.out) > 0


def test_a_negated_word_is_not_taken_for_an_option(reading: Heard) -> None:
    every = int(reading("list", "--count").out)
    spam = int(reading("list", "status:solved", "--count").out)
    assert int(reading("list", "-status:solved", "--count").out) == every - spam
    assert int(reading("list", "--count", "--", "-status:solved").out) == every - spam


def test_a_value_with_a_space_stays_one_value(reading: Heard) -> None:
    row = reading("list", "is:waiting", "--limit", "1", "-o", "json").json[0]
    found = reading(
        "list", "is:waiting", f"customer:{row['requester']}", "-o", "ndjson", "--fields", "ref"
    ).lines
    assert {"ref": row["ref"]} in found


def test_list_sorts(reading: Heard) -> None:
    subjects = [r["subject"] for r in reading("list", "--sort", "subject", "--limit", "0", "-o", "json").json]
    assert subjects == sorted(subjects, key=str.lower) or len(set(subjects)) > 100  # NOCASE folds ASCII only
    assert subjects != [r["subject"] for r in reading("list", "--limit", "0", "-o", "json").json]


def test_an_empty_answer_says_so_to_people_and_nothing_to_scripts(reading: Heard) -> None:
    assert "No ticket matches" in reading("list", "customer:nobodyatall").err
    done = reading("list", "customer:nobodyatall", "-o", "json")
    assert (done.json, done.err) == ([], "")


def test_show_has_the_ticket_and_its_messages(reading: Heard) -> None:
    ref = some_ref(reading)
    ticket = reading("show", ref, "-o", "json").json
    assert ticket["ref"] == ref
    assert ticket["messages"][0]["role"] == "customer"
    for line in ticket["messages"][0]["text"].splitlines():
        assert line in reading("show", ref).out


def test_a_ticket_is_found_by_its_number_alone(reading: Heard) -> None:
    ref = some_ref(reading)
    number = ref.partition("/")[2]
    for word in (number, f"#{number}"):
        assert reading("show", word, "-o", "json", "--fields", "ref").json == {"ref": ref}


def test_history_is_the_whole_person_in_order(reading: Heard) -> None:
    items = reading("history", "--ticket", some_ref(reading), "-o", "json").json
    times = [i["at"] for i in items if i["kind"] != "outbox"]
    assert times == sorted(times)
    card = reading("history", "--ticket", some_ref(reading), "--card", "-o", "json").json
    assert len({i["ref"] for i in items}) <= card["tickets"]
    assert card["name"] in reading("history", card["contacts"][0]["value"]).out


def test_a_name_that_many_bear_is_answered_with_a_choice(reading: Heard) -> None:
    done = reading("history", "example", code=18)
    assert "Name one by its ref or an address" in done.err
    ref, told = done.err.splitlines()[2].strip().split(": ", 1)
    assert told.split(",")[0] in reading("history", ref, "--card").out


def test_search_finds_words_of_a_message(reading: Heard) -> None:
    text = reading("show", some_ref(reading, "channel:email"), "-o", "json").json["messages"][0]["text"]
    word = max((w for w in text.split() if w.isalpha()), key=len)
    hits = reading("search", word, "-o", "json").json
    assert any(word.lower() in h["excerpt"].lower() for h in hits)


def test_views_hold_as_many_as_their_query_finds(reading: Heard) -> None:
    for view in reading("views", "-o", "json").json:
        assert view["count"] == int(reading("list", view["query"], "--count").out), view["name"]


def test_board_agrees_with_the_list(reading: Heard) -> None:
    board = reading("board", "-o", "json").json
    assert sum(board["by_status"].values()) == SIZE
    assert board["unassigned"] == int(reading("list", "status:live is:unassigned", "--count").out)
    assert board["oldest_unanswered"]["ref"] == some_waiting(reading)
    assert "oldest unanswered" in reading("board").out


def some_waiting(reading: Heard) -> str:
    return str(
        reading("list", "is:waiting", "--sort", "waiting", "--limit", "1", "-o", "json").json[0]["ref"]
    )


def test_attachments_are_listed_and_saved_under_a_safe_name(heard: Heard) -> None:
    files = heard("attachments", "1112", "-o", "json").json
    evil = next(f for f in files if f["name"] == "../../.profile")
    target = heard.home / "saved"
    target.mkdir()
    path = heard("attachments", "1112", evil["id"], "--to", str(target)).out.strip()
    assert [str(p) for p in target.iterdir()] == [path]
    assert not path.endswith("/.profile")


def test_a_ticket_without_files_says_so(reading: Heard) -> None:
    told = reading("attachments", "1001")
    assert (told.out, told.err) == ("", "heard: 1001 has no attachments.\n")


def test_of_files_with_one_name_it_is_said_which_is_saved(heard: Heard) -> None:
    assert "ID" not in heard("attachments", "1112").out.splitlines()[0].split()
    with closing(sqlite3.connect(heard.home / "mirror.db")) as mirror, mirror:
        mirror.execute("UPDATE attachment SET name = 'image001.png'")
    ids = [str(f["id"]) for f in heard("attachments", "1112", "-o", "json").json]
    assert all(ident in heard("attachments", "1112").out for ident in ids)
    assert (
        f"by id: {', '.join(ids)}."
        in heard("attachments", "1112", "image001.png", "--to", str(heard.home)).err
    )
    assert heard("attachments", "1112", ids[0], "--to", str(heard.home)).err == ""


def test_the_log_is_printed_after_a_cursor(reading: Heard) -> None:
    every = reading("tail", "--since", "0", "-o", "ndjson").lines
    seqs = [e["seq"] for e in every]
    assert seqs == sorted(set(seqs))
    rest = reading("tail", "--since", str(seqs[-6]), "-o", "ndjson").lines
    assert [e["seq"] for e in rest] == seqs[-5:]
    assert len(reading("tail").out.splitlines()) == 20


def test_the_log_of_some_tickets_only(reading: Heard) -> None:
    ref = some_ref(reading)
    events = reading("tail", f"ref:{ref}", "--since", "0", "-o", "ndjson").lines
    assert {e["ref"] for e in events} == {ref}
