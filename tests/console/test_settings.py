"""The settings file: what it may say, how it says no, and how a desk is added without losing a comment."""

import json
import os
import stat
import subprocess
import sys
import tomllib
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.heard import values
from console.settings import DeskSettings, Settings, ViewSettings, add_desk, load, remove_desk, sample, schema
from console.settings_table import CHECKS, SECTIONS
from store.errors import ConfigError, HeardError, NotFoundError

DESK = DeskSettings("rt", "https://rt.example", "ana", ("pass", "show", "rt desk"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    made.mkdir(mode=0o700)
    return made


def write(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_without_a_file_everything_has_its_default(folder: Path) -> None:
    settings = load(folder)
    assert settings == Settings()
    assert settings.sync.interval == 15
    assert not settings.desks


def test_a_whole_file_becomes_values(folder: Path) -> None:
    write(
        folder,
        """
        [desks.acme]
        provider = "zendesk"
        url = "https://acme.zendesk.com"
        user = "ana@acme.example"
        credential_command = ["pass", "show", "acme"]

        [sync]
        interval = 30

        [ui]
        mouse = false
        editor = ["vim", "-n"]

        [views."Over due"]
        query = "sla<0m"
        sort = "sla"
        key = "1"


        [heard]
        muted = ["jargon", "tone"]
        """,
    )
    settings = load(folder)
    assert settings.desks["acme"] == DeskSettings(
        "zendesk", "https://acme.zendesk.com", "ana@acme.example", ("pass", "show", "acme")
    )
    assert settings.sync.interval == 30
    assert (settings.ui.mouse, settings.ui.editor) == (False, ("vim", "-n"))
    assert settings.views == {"Over due": ViewSettings("sla<0m", "sla", "1")}
    assert settings.heard.muted == ("jargon", "tone")


def test_settings_cannot_be_changed_in_place(folder: Path) -> None:
    write(folder, '[desks.a]\nprovider = "demo"')
    settings = load(folder)
    with pytest.raises(FrozenInstanceError):
        settings.sync.interval = 1  # type: ignore[misc]  # that it is refused is the point
    with pytest.raises(TypeError):
        settings.desks["b"] = DESK  # type: ignore[index]  # the same


MISTAKES = [
    ("[sync]\nintervall = 5", "line 2: sync.intervall is not a setting", "Did you mean interval? Known here: interval"),
    ("\n[synk]\n", "line 2: synk is not a setting", "Did you mean sync?"),
    ("top = 1", "line 1: top is not a setting", "Known here: desks, sync, ui"),
    ('[desks.a]\nprovider="demo"\nprovder="x"', "line 3: desks.a.provder is not a setting", "Did you mean provider?"),
    ('[desks.a]\nprovider="rt"\nurl="https://x"\ntoken="hunter2"', "line 4: desks.a.token is not a setting", "Secrets do not belong"),
    ("[desks.a]\nurl='https://x'", "line 1: desks.a has no provider", "Which kind"),
    ('[desks.a]\nprovider="rt"', "line 1: desks.a has no url", "Where it is"),
    ('[desks.a]\nprovider="zendsk"', "line 2: desks.a.provider is not one of its values", "Did you mean zendesk?"),
    ('[desks.a]\nprovider="rt"\nurl="rt.example"', "line 3: desks.a.url is not a web address", "https://"),
    ('[desks.a]\nprovider="rt"\nurl="https://u:p@x"', "line 3: desks.a.url holds more than", "Secrets do not belong"),
    ('[desks.a]\nprovider="rt"\nurl="https://x/?token=1"', "line 3: desks.a.url holds more than", "Secrets do not belong"),
    ('[desks.a]\nprovider="rt"\nurl="https://[x"', "line 3: desks.a.url is not a web address", ""),
    ('[desks.a]\nprovider="demo"\ncredential_command="pass show"', "must be a list of texts, not text", '["pass"'),
    ('[desks.a]\nprovider="demo"\ncredential_command=["pass", 1]', "must be a list of texts, not of a whole number", ""),
    ("desks = 3", "line 1: desks must be a table, not a whole number", "Write [desks]"),
    ("[[desks]]", "line 1: desks must be a table, not a list", ""),
    ("[desks]\na = 'x'", "line 2: desks.a must be a table, not text", "[desks.a]"),
    ('[desks."a\\u001bb"]', "is not a name that can be shown", ""),
    ('[sync]\ninterval = "5"', "line 2: sync.interval must be a whole number, not text", "Seconds between"),
    ("[sync]\ninterval = true", "must be a whole number, not true or false", ""),
    ("[sync]\ninterval = 15.5", "must be a whole number, not a fraction", ""),
    ("[sync]\ninterval = 2024-01-01", "must be a whole number, not a date", ""),
    ("[sync]\ninterval = 1", "line 2: sync.interval must be from 2 to 3600", ""),
    ("[ui]\nmouse = 1", "line 2: ui.mouse must be true or false, not a whole number", ""),
    ('[ui]\ntheme = "a\\u001b[31m"', "line 2: ui.theme holds characters that cannot be seen", ""),
    ('[ui]\ntheme = "a\\u202e"', "line 2: ui.theme holds characters that cannot be seen", ""),
    ('[views.a]\nsort="sla"', "line 1: views.a has no query", ""),
    ('[views.a]\nquery=""\nkey="10"', "line 3: views.a.key is not one of its values", "It may be: 1, 2, 3"),
    ('[views.a]\nquery=""\nkey="1"\n[views.b]\nquery=""\nkey="1"', "line 6: views.b.key is the key of a already", ""),
    ('[heard]\nmuted=["jargn"]', "line 2: heard.muted is not one of its values", "Did you mean jargon?"),
    ("[sync\ninterval=1", "line 1: this is not TOML", "brackets"),
    ("[sync]\ninterval=", "this is not TOML", ""),
    ("a = 1\na = 2", "line 2: this is not TOML", ""),
    ('"\\ud800" = 1', "this is not TOML", ""),
    ("x = " + "[" * 5_000, "nested too deeply", ""),
    ("[sync]\ninterval = " + "9" * 5_000, "this is not TOML", ""),
    ("#" * 1_100_000, "larger than 1 MB", ""),
    ('[ui]\n# mouse\ntheme = """\nmouse = 1\n"""\nmouse = 1', "ui.theme holds characters that cannot be seen", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem", "hint"), MISTAKES)
def test_a_mistake_is_named_with_file_line_and_key(folder: Path, text: str, problem: str, hint: str) -> None:
    path = write(folder, text)
    with pytest.raises(ConfigError) as caught:
        load(folder)
    assert str(path) in caught.value.message
    assert problem in caught.value.message
    assert hint in caught.value.hint
    assert "hunter2" not in caught.value.message + caught.value.hint


@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            ["[desks.a]", "[", "]", "\n", "=", '"', "'", "ui", "mouse", "true", "1", ".", "#", " "]
        )
    ).map("".join)
)
def test_no_file_brings_a_stack_trace(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "config.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    (folder / "config.toml").chmod(0o600)
    try:
        load(folder)
    except HeardError as error:
        assert error.message


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_to_is_refused_with_the_command_to_run(folder: Path, mode: int) -> None:
    path = write(folder, "", mode)
    with pytest.raises(ConfigError, match="by others") as caught:
        load(folder)
    assert caught.value.hint == f"Run: chmod 600 {path}"


def test_what_is_not_a_file_of_text_is_refused(folder: Path) -> None:
    path = folder / "config.toml"
    path.mkdir()
    with pytest.raises(ConfigError, match="is not a file"):
        load(folder)
    path.rmdir()
    os.mkfifo(path, 0o600)
    with pytest.raises(ConfigError, match="is not a file"):
        load(folder)
    path.unlink()
    path.write_bytes(b"# \xff")
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="not UTF-8 text, from byte 2"):
        load(folder)


def test_a_file_saved_by_another_system_is_read(folder: Path) -> None:
    path = folder / "config.toml"
    path.write_bytes("\ufeff[sync]\r\ninterval = 20\r\n".encode())
    path.chmod(0o600)
    assert load(folder).sync.interval == 20


def test_a_desk_added_to_nothing_makes_a_file_for_the_owner_alone(folder: Path) -> None:
    add_desk(folder, "acme", DESK)
    assert load(folder).desks == {"acme": DESK}
    assert stat.S_IMODE((folder / "config.toml").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["config.toml"]


TYPED = [
    "# top\n",
    "[ui]\nmouse = false # I like it so\n# the end",
    '[desks.a]\nprovider="demo"\n\n# how it looks\n[ui]\nmouse=false\n[desks.b]\nprovider="demo" # b\n',
    '[desks]\n[desks.a]\nprovider="demo"\n',
    'desks.a.provider="demo"\n',
    '[desks]\na = {provider="demo"}\n',
    '[desks]\r\n[desks.a] # mine\r\nprovider="demo"\r\n',
    '[views.a]\nquery = """\\\n  status:open\\\n  """\n',
]


@pytest.mark.parametrize("typed", TYPED)
def test_adding_and_removing_a_desk_leaves_every_line_as_it_was_typed(folder: Path, typed: str) -> None:
    path = write(folder, "")
    path.write_bytes(typed.encode())
    add_desk(folder, "new", DESK)
    assert path.read_bytes().decode().startswith(typed)
    assert load(folder).desks["new"] == DESK
    remove_desk(folder, "new")
    assert path.read_bytes().decode().rstrip("\n") == typed.rstrip("\n")


@pytest.mark.parametrize("typed", [each for each in TYPED if "demo" in each])
def test_removing_a_desk_keeps_the_comments_of_the_others(folder: Path, typed: str) -> None:
    write(folder, typed)
    before = load(folder)
    remove_desk(folder, "a")
    left = (folder / "config.toml").read_text()
    assert set(load(folder).desks) == set(before.desks) - {"a"}
    assert load(folder).ui == before.ui
    for comment in ("# how it looks", "# b"):
        assert (comment in left) == (comment in typed)


def test_a_header_within_a_text_is_not_taken_for_one(folder: Path) -> None:
    write(folder, "[desks.a]\nprovider = 'demo'\nuser = '''[desks.b]'''\n[desks.b]\nprovider = 'demo'\n")
    remove_desk(folder, "b")
    assert load(folder).desks == {"a": DeskSettings("demo", user="[desks.b]")}


def test_adding_a_desk_again_replaces_it(folder: Path) -> None:
    add_desk(folder, "acme", DESK)
    add_desk(folder, "acme", DeskSettings("demo"))
    assert load(folder).desks == {"acme": DeskSettings("demo")}


@pytest.mark.parametrize("name", ["acme-eu", "a.b", 'quo"te', "日本"])
def test_names_of_desks_are_quoted_where_they_must_be(folder: Path, name: str) -> None:
    add_desk(folder, name, DESK)
    assert load(folder).desks == {name: DESK}
    remove_desk(folder, name)
    assert not load(folder).desks


@pytest.mark.parametrize("desk", [DeskSettings("rt", "not an address"), DeskSettings("rt")])
def test_a_desk_that_would_not_load_is_not_written(folder: Path, desk: DeskSettings) -> None:
    path = write(folder, "# mine\n")
    with pytest.raises(ConfigError):
        add_desk(folder, "bad", desk)
    assert path.read_text() == "# mine\n"
    assert [each.name for each in folder.iterdir()] == ["config.toml"]


def test_a_file_with_a_mistake_or_open_to_others_is_not_edited(folder: Path) -> None:
    for text, mode in (("[sync]\nnope = 1\n", 0o600), ("", 0o666)):
        path = write(folder, text, mode)
        with pytest.raises(ConfigError):
            add_desk(folder, "acme", DESK)
        assert path.read_text() == text


def test_desks_written_in_one_line_are_not_guessed_at(folder: Path) -> None:
    write(folder, 'desks = {a = {provider = "demo"}}\n')
    with pytest.raises(ConfigError, match="in one line"):
        add_desk(folder, "acme", DESK)


def test_a_desk_that_is_not_there_cannot_be_removed(folder: Path) -> None:
    with pytest.raises(NotFoundError, match="no desk acme"):
        remove_desk(folder, "acme")


def test_a_linked_file_stays_a_link(folder: Path, tmp_path: Path) -> None:
    real = write(tmp_path, "# dotfiles\n")
    (folder / "config.toml").symlink_to(real)
    add_desk(folder, "acme", DESK)
    assert (folder / "config.toml").is_symlink()
    assert real.read_text().startswith("# dotfiles\n\n[desks.acme]")


def test_a_folder_that_cannot_be_written_to_is_explained(folder: Path) -> None:
    (folder / "config.toml").symlink_to(folder / "gone" / "config.toml")
    with pytest.raises(ConfigError, match="was not changed: No such file"):
        add_desk(folder, "acme", DESK)


def test_the_table_and_the_values_say_the_same() -> None:
    assert list(SECTIONS) == [field.name for field in fields(Settings)]
    for section in SECTIONS.values():
        assert list(section.fields) == [field.name for field in fields(section.make)]
        assert all(each.help.endswith(".") and each.help[0].isupper() for each in section.fields.values())
    assert set(CHECKS) == {*values.STEPS, *values.CHECKS}


def test_the_schema_knows_every_key_its_bounds_and_its_default() -> None:
    found = json.loads(json.dumps(schema()))
    desk = found["properties"]["desks"]["additionalProperties"]
    assert desk["required"] == ["provider"]
    assert desk["properties"]["provider"]["enum"] == ["zendesk", "rt", "demo"]
    assert desk["additionalProperties"] is False
    interval = found["properties"]["sync"]["properties"]["interval"]
    assert (interval["type"], interval["minimum"], interval["maximum"], interval["default"]) == (
        "integer",
        2,
        3600,
        15,
    )
    assert found["properties"]["heard"]["properties"]["muted"]["items"]["enum"] == list(CHECKS)


def test_the_sample_loads_to_the_defaults_with_and_without_its_comment_signs(folder: Path) -> None:
    write(folder, sample())
    assert load(folder) == Settings()
    spoken = [line.removeprefix("# ") for line in sample().splitlines()]
    keys = [line for line in spoken if "=" in line or line.startswith("[")]
    everything = "\n".join(keys).replace('provider = "..."', 'provider = "demo"')
    write(folder, everything)
    assert load(folder).sync == Settings().sync
    assert tomllib.loads(everything)["views"]["NAME"]["query"] == "..."
    assert load(folder).desks["NAME"] == DeskSettings("demo")


def test_nothing_heavy_is_imported_to_read_settings() -> None:
    code = "import console.settings, sys; print(sorted({'pydantic', 'tomlkit', 'difflib', 'sqlmodel', 'httpx', 'keyring'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
