"""`heard config`: what holds, what is wrong with the files, and the schema that editors read."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from program import Heard

from console.settings_table import SECTIONS


def write(heard: Heard, name: str, text: str) -> None:
    heard.home.mkdir(mode=0o700, exist_ok=True)
    path = heard.home / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


def test_each_value_is_shown_with_where_it_comes_from(empty: Heard) -> None:
    write(
        empty,
        "config.toml",
        '[sync]\nundo_send = 30\n[desks.acme]\nprovider = "rt"\nurl = "https://rt.example"\n',
    )
    found = {each["key"]: each for each in empty("config", "-o", "json").json}
    assert (found["sync.undo_send"]["value"], found["sync.undo_send"]["source"]) == (30, "file")
    assert (found["sync.interval"]["value"], found["sync.interval"]["source"]) == (15, "default")
    assert found["desks.acme.url"]["value"] == "https://rt.example"
    assert found["heard.muted"]["value"] == []
    assert all(each["help"].endswith((".", "shell.")) for each in found.values())


def test_every_file_with_a_mistake_is_named_with_line_and_what_to_do(empty: Heard) -> None:
    write(empty, "config.toml", '[sync]\ninterval = "often"\n')
    write(empty, "standards.toml", '[default]\n\nstrict = ["hear", "smile"]\n')
    write(empty, "remedies.toml", "[authority]\nlimit = 5\n")
    done = empty("config", "check", code=5)
    told = done.out.splitlines()
    assert [line.split(":")[1] for line in told if not line.startswith(" ")] == ["2", "3", "2"]
    assert any("whole number" in line for line in told)
    found = empty("config", "check", "-o", "json", code=5).json
    assert [each["line"] for each in found] == [2, 3, 2]
    assert all(each["hint"] for each in found)


def test_files_in_order_are_said_to_be_and_none_is_in_order_too(empty: Heard) -> None:
    assert "can be used" in empty("config", "check").err
    write(empty, "config.toml", empty("config", "sample").out)
    assert "can be used" in empty("config", "check").err


def test_the_sample_says_nothing_but_the_defaults(empty: Heard) -> None:
    said = empty("config", "sample").out
    assert tomllib.loads(said) == {name: {} for name in tomllib.loads(said)}
    blocks = [
        block for block in said.split("\n\n") if "\n# [" not in block
    ]  # those of named tables stay examples
    plain = re.sub(r"^# (?=\w+ = )", "", "\n\n".join(blocks), flags=re.MULTILINE)
    before = empty("config", "-o", "json", "--fields", "key,value").json
    write(empty, "config.toml", plain)
    assert empty("config", "-o", "json", "--fields", "key,value").json == before


def test_the_page_lists_every_table_with_its_keys() -> None:
    page = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `\[(\w+)(?:\.NAME)?\]` \| (.+) \|$", page, re.MULTILINE))
    for name, section in SECTIONS.items():
        told = re.findall(r"`(\w+)`", rows.pop(name))
        assert told == [*section.fields, *section.beside], f"the row [{name}] of docs/cli.md"
    assert not rows


def test_the_schema_knows_every_setting_with_its_default(empty: Heard) -> None:
    schema = empty("config", "schema").json
    for each in empty("config", "-o", "json").json:
        section, _, key = each["key"].partition(".")
        rule = schema["properties"][section]["properties"][key]
        assert (rule["description"], rule["default"]) == (each["help"], each["value"])
    for name in ("standards", "glossary"):
        assert empty("config", "schema", name).json["properties"]


def test_what_can_be_read_but_not_used_is_told_line_by_line(empty: Heard) -> None:
    write(
        empty,
        "config.toml",
        '[views.big]\nquery = "statsu:open"\n[views.deep]\nquery = "(a or b"\n[contact]\n'
        'hours = ["mon-fri 17:00-9:00"]\n[model]\nendpoint = "http://example.org/v1"\nmodel = "x"\n'
        '[keys]\ncancel = []\nreply = "g r"\n',
    )
    done = empty("config", "check", code=5)
    told = [line for line in done.out.splitlines() if not line.startswith(" ")]
    assert [line.split(":")[1] for line in told] == ["2", "4", "6", "8", "11"]
    assert "Did you mean status:?" in done.out
    assert "must have a key" in told[-1]


MANY = """[sync]
interval = 1
undo_sned = 5
[desks.a]
provider = "zendsk"
url = "rt.example"
per_minute = "many"
[desks.b]
provider = "rt"
[heard]
muted = ["smile", "jargn", "hear"]
[views.a]
query = "statsu:open"
[synk]
[keys]
reply = 5
cancel = []
[ui]
theme = "drak"
[contact]
hours = ["mon-fri 17:00-9:00"]
holidays = ["soon"]
"""


def test_every_mistake_of_a_file_is_told_at_once_and_none_that_follows_from_another(empty: Heard) -> None:
    write(empty, "config.toml", MANY)
    found = empty("config", "check", "-o", "json", code=5).json
    assert [each["line"] for each in found] == [2, 3, 5, 6, 7, 8, 11, 13, 14, 16, 17, 19, 21, 22]
    said = {each["line"]: each["problem"] for each in found}
    assert "has no url" in said[8]
    assert "smile, jargn" in said[11]


def test_a_folder_that_is_named_and_not_there_is_told(empty: Heard) -> None:
    write(
        empty, "config.toml", '[macros]\nfolder = "macros"\nshared = "gone"\n[knowledge]\nfolder = "away"\n'
    )
    found = empty("config", "check", "-o", "json", code=5).json
    assert [each["line"] for each in found] == [3, 5]
    assert all("not there" in each["problem"] for each in found)
    assert "There are no articles" in empty("kb").err


def test_a_folder_in_an_unknown_home_is_a_mistake_of_the_settings(empty: Heard) -> None:
    write(empty, "config.toml", '[macros]\nfolder = "~nobody-of-this-name/macros"\n')
    for words in (("macros",), ("kb",), ("views",), ("config", "check")):
        done = empty(*words, code=5)
        assert "~nobody-of-this-name" in done.out + done.err


def test_a_file_that_cannot_be_read_at_all_is_named_as_a_file(empty: Heard) -> None:
    write(empty, "config.toml", "")
    (empty.home / "config.toml").chmod(0o666)
    write(empty, "glossary.toml", "")
    (empty.home / "glossary.toml").write_bytes(b"\xff")
    found = empty("config", "check", "-o", "json", code=5).json
    assert [(Path(each["file"]).name, each["line"]) for each in found] == [
        ("config.toml", 0),
        ("glossary.toml", 0),
    ]
    assert empty("config", "check", code=5).out.startswith(str(empty.home / "config.toml: can be written"))


def test_each_of_the_other_files_tells_all_of_its_mistakes_too(empty: Heard) -> None:
    write(
        empty,
        "standards.toml",
        '[default]\nstrict = ["smile"]\n[queues.Post]\nmuted = ["hear"]\nstrict = ["hear"]\n',
    )
    write(empty, "glossary.toml", '[terms.all]\n"a b c d e f g h i j" = "x"\n"!" = "y"\nz = 3\n')
    write(empty, "remedies.toml", '[authority]\nlimit = "much"\ncurrency = 5\n')
    (empty.home / "themes").mkdir()
    write(empty, "themes/own.toml", '[colours]\nerror = "red"\naccent = "blue"\ngrund = "#000000"\n')
    (empty.home / "views").mkdir(mode=0o700)
    write(empty, "views/mine.toml", 'query = "statsu:open"\nsort = "size"\nkey = 4\n')
    found = empty("config", "check", "-o", "json", code=5).json
    lines: dict[str, list[int]] = {}
    for each in found:
        lines.setdefault(Path(each["file"]).name, []).append(each["line"])
    assert {name: sorted(each) for name, each in lines.items()} == {
        "standards.toml": [2, 4],
        "glossary.toml": [2, 3, 4],
        "remedies.toml": [2, 3],
        "own.toml": [2, 3, 4],
        "mine.toml": [1, 2, 3],
    }
