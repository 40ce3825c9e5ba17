"""`heard keys`: the sheet, the table, and the mistakes under [keys]."""

from __future__ import annotations

import csv
import io

from program import Heard

from widgets.actions import ACTIONS


def config(heard: Heard, text: str) -> None:
    heard.home.mkdir(mode=0o700, exist_ok=True)
    path = heard.home / "config.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


def test_the_sheet_has_every_action_in_lines_that_fit_a_page(empty: Heard) -> None:
    lines = empty("keys").out.splitlines()
    assert max(map(len, lines)) <= 100
    words = {word for line in lines for word in line.split()}
    assert {action.id for action in ACTIONS} <= words
    assert "  g g  home            top                   To the first row, or the first contact." in lines


def test_the_sheet_can_be_markdown_and_for_one_pane(empty: Heard) -> None:
    said = empty("keys", "--markdown").out
    assert "| `g g` `home` | top | To the first row, or the first contact. |" in said
    assert "\n## Write\n" in said
    said = empty("keys", "--pane", "outbox").out
    assert "retry" in said
    assert "discard" not in said
    assert "There is no pane 'outbx'" in empty("keys", "--pane", "outbx", code=18).err


def test_programs_get_the_keys_beside_the_defaults(empty: Heard) -> None:
    config(empty, '[keys]\nreply = ["f9", "ctrl+x r"]\nundo = ""\n')
    found = {each["action"]: each for each in empty("keys", "-o", "json").json}
    assert set(found) == {action.id for action in ACTIONS}
    assert (found["reply"]["keys"], found["reply"]["default"]) == (["f9", "ctrl+x r"], ["r"])
    assert found["undo"]["keys"] == []
    assert found["undo"]["panes"][0] == "queue"
    rows = list(csv.DictReader(io.StringIO(empty("keys", "-o", "csv").out)))
    assert next(row for row in rows if row["action"] == "reply")["keys"] == "f9, ctrl+x r"
    shown = {each["key"]: each for each in empty("config", "-o", "json").json}
    assert shown["keys.reply"]["value"] == ["f9", "ctrl+x r"]


def test_each_mistake_is_named_with_its_line_by_both_checks(empty: Heard) -> None:
    config(empty, '[keys]\nreply = "f9"\nrepy = "x"\n\nnote = "q"\nsend = "s"\n')
    done = empty("keys", "check", code=5)
    told = [line for line in done.out.splitlines() if not line.startswith(" ")]
    path = empty.home / "config.toml"
    assert [line.split(": ")[0] for line in told] == [f"{path}:{n}" for n in (3, 5, 6)]
    assert "Did you mean reply?" in done.out
    assert "q means both" in told[1]
    assert [each["line"] for each in empty("config", "check", "-o", "json", code=5).json] == [3, 5, 6]
    assert "repy is not an action" in empty("keys").err  # and the sheet is printed all the same


def test_keys_that_can_be_used_are_said_to_be(empty: Heard) -> None:
    assert "The keys can be used." in empty("keys", "check").err
    config(empty, '[keys]\nreply = "f9"\n')
    assert "The keys can be used." in empty("keys", "check").err


def test_a_key_that_is_no_text_is_refused_with_its_line(empty: Heard) -> None:
    config(empty, "[keys]\nreply = 5\n")
    assert "line 2: keys.reply must be a text" in empty("keys", "check", code=5).err
    found = empty("config", "check", "-o", "json", code=5).json
    assert [(each["line"], "must be a text" in each["problem"]) for each in found] == [(2, True)]


def test_themes_are_checked_with_the_rest(empty: Heard) -> None:
    config(empty, '[ui]\ntheme = "see"\n')
    folder = empty.home / "themes"
    folder.mkdir()
    for name, text in (("sea", '[colours]\naccent = "#08f"\n'), ("mud", '[colours]\n\naccent = "brown"\n')):
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        (folder / f"{name}.toml").chmod(0o600)
    found = empty("config", "check", "-o", "json", code=5).json
    assert [(each["file"].rpartition("/")[2], each["line"]) for each in found] == [
        ("config.toml", 2),
        ("mud.toml", 3),
    ]
    assert "sea" in found[0]["hint"]
    assert empty("config", "schema", "theme").json["properties"]["colours"]["properties"]["accent"]


def test_views_in_files_are_checked_with_the_rest(empty: Heard) -> None:
    config(empty, "[sync]\ninterval = 20\n")
    folder = empty.home / "views"
    folder.mkdir(mode=0o700)
    (folder / "good.toml").write_text('query = "status:open"\n', encoding="utf-8")
    (folder / "bad.toml").write_text('name = "Bad"\nquery = "nope:x"\n', encoding="utf-8")
    found = empty("config", "check", "-o", "json", code=5).json
    assert [(each["file"].rpartition("/")[2], each["line"]) for each in found] == [("bad.toml", 2)]


def test_a_ticket_reads_line_by_line_without_boxes_and_says_who_speaks(reading: Heard) -> None:
    ref = reading("list", "is:waiting", "--limit", "1", "-o", "json", "--fields", "ref").json[0]["ref"]
    said = reading("show", ref).out
    assert not any(0x2500 <= ord(letter) <= 0x259F for letter in said)
    heads = [line for line in said.splitlines() if line.startswith("-- ")]
    assert any("(customer, " in line for line in heads)
    assert [word for word in ("status:", "requester:", "channel:") if f"  {word}" not in said] == []
