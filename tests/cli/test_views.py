"""`heard views` and `heard list --view`, as people and scripts use them."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from program import Heard

from console.commands import complete


def test_a_view_is_added_listed_used_and_removed(heard: Heard) -> None:
    heard("views", "add", "Not new", "-status:new", "sort:sla", "--key", "4", "--columns", "ref,sla")
    rows = {row["name"]: row for row in heard("views", "-o", "json").json}
    assert (rows["Not new"]["key"], rows["Not new"]["columns"], rows["Not new"]["source"]) == (
        "4",
        ["ref", "sla"],
        "own",
    )
    assert heard("list", "--view", "not NEW", "--count").out == f"{rows['Not new']['count']}\n"
    narrowed = heard("list", "--view", "Not new", "status:solved", "--count").out
    assert narrowed == heard("list", "status:solved", "--count").out
    assert heard("views", "add", "Not new", "x", code=18).out == ""
    heard("views", "remove", "not new")
    assert "Not new" not in heard("views").out
    heard("views", "remove", "not new", code=4)
    heard("list", "--view", "not new", code=4)


def test_people_see_the_groups_of_a_view_and_scripts_do_not(heard: Heard) -> None:
    heard("views", "add", "Grouped", "-tag:none", "--group", "status")
    rows = heard("list", "--view", "Grouped", "--limit", "0", "-o", "json").json
    counts = Counter("on-hold" if row["status"] == "hold" else row["status"] for row in rows)
    lines = heard("list", "--view", "Grouped", "--limit", "0").out.splitlines()
    heads = [line for line in lines if line.startswith("-- ")]
    assert heads == [f"-- {name}, {n} ticket{'' if n == 1 else 's'}" for name, n in counts.items()]
    assert lines[0].startswith("REF ")
    assert lines[1] == heads[0]
    assert [line.split()[0] for line in lines[1:] if line not in heads] == [row["ref"] for row in rows]
    cut = heard("list", "--view", "Grouped", "--limit", "1").out.splitlines()
    assert cut[1] == heads[0]  # all of the group are counted, one is shown
    assert len(cut) == 3
    assert "-- " not in heard("list", "--view", "Grouped", "--fields", "ref").out
    assert heard("list", "--view", "Grouped", "-o", "csv").out.count("\n") == min(len(rows), 50) + 1
    assert "-- " not in heard("list", "--view", "Grouped", "--sort", "sla").out
    assert heard("list", "--view", "Grouped", "ref:0").out == ""


def test_a_bad_file_is_told_and_only_check_fails(heard: Heard) -> None:
    assert heard("views", "check").code == 0
    (heard.home / "views").mkdir()
    (heard.home / "views" / "bad.toml").write_text('\nquery = "status:opn"\n', encoding="utf-8")
    done = heard("views")
    assert "bad.toml, line 2" in done.err
    assert "Live" in done.out
    (problem,) = heard("views", "check", "-o", "json", code=1).json
    assert (problem["line"], problem["file"].endswith("bad.toml")) == (2, True)


def test_a_mistake_in_a_query_is_not_saved(heard: Heard) -> None:
    done = heard("views", "add", "Bad", "status:opn", code=3)
    assert "status:opn\n         ^" in done.err
    assert not (heard.home / "views").exists()


def test_views_are_imported_and_what_is_lost_is_told(heard: Heard) -> None:
    conditions = {
        "all": [
            {"field": "status", "operator": "is", "value": "open"},
            {"field": "x", "operator": "is", "value": "1"},
        ]
    }
    file = heard.home / "export.json"
    file.write_text(json.dumps({"views": [{"title": "Theirs", "conditions": conditions}]}), encoding="utf-8")
    assert (
        "Theirs: status:open\n    left out: x is 1\n" in heard("views", "import", str(file), "--dry-run").out
    )
    assert "Theirs" not in heard("views").out
    heard("views", "import", str(file))
    assert heard("list", "--view", "Theirs", "--count").out == heard("list", "status:open", "--count").out
    (again,) = heard("views", "import", str(file), "-o", "json").json
    assert any("not saved" in warning for warning in again["warnings"])


def test_views_are_imported_from_standard_input(heard: Heard) -> None:
    conditions = {"all": [{"field": "status", "operator": "is", "value": "open"}]}
    export = json.dumps({"views": [{"title": "Piped", "conditions": conditions}]})
    assert heard("views", "import", "-", text=export).out == "Piped: status:open\n"
    assert heard("list", "--view", "Piped", "--count").out == heard("list", "status:open", "--count").out
    assert "not JSON" in heard("views", "import", "-", text="", code=18).err


def test_a_number_key_that_changes_hands_is_told(heard: Heard) -> None:
    assert "4 opened Waiting until now." in heard("views", "add", "Bees", "tag:b", "--key", "4").err
    assert heard("views", "add", "Bees", "tag:bee", "--key", "4", "--replace").err == ""
    assert "4 goes on opening Bees" in heard("views", "add", "Cats", "tag:c", "--key", "4").err
    heard("views", "add", "Mine", "assignee:me")  # without a key, in the place of the one that had 2
    assert heard("views", "add", "Dogs", "tag:d", "--key", "2").err == ""


def test_a_query_is_explained(reading: Heard) -> None:
    found = reading("list", "status:open (tag:vip or waiting>4h)", "--explain", "-o", "json").json
    assert found["words"][:2] == ["every ticket that", "  has status open"]
    assert found["count"] == int(reading("list", "status:open (tag:vip or waiting>4h)", "--count").out)
    assert found["plan"]
    assert "vip" not in found["sql"]


def test_the_shell_completes_fields_values_and_views(reading: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARD_HOME", str(reading.home))
    assert complete.query("stat") == ["status:"]
    assert complete.query("-status:op") == ["-status:open"]
    assert "sort:sla" in complete.query("sort:s")
    assert complete.view_names("UN") == ["Unassigned", "Unseen"]


@pytest.mark.parametrize(
    ("words", "at", "found"),
    [
        ("heard list status : o", "4", "open"),
        ("heard\nlist\ntag\n:\nx\nstatus\n:\nso", "7", "solved"),
        ("heard list promise :", "3", "open\nlate\nnone"),
        ("heard list tag:x stat", "3", "status:"),
    ],
)
def test_bash_that_splits_words_at_colons_is_answered_with_what_follows_the_colon(
    reading: Heard, words: str, at: str, found: str
) -> None:
    asked = {"_HEARD_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": at}
    assert reading(env=asked).out.strip() == found
