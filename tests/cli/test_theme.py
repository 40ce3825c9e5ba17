"""A theme for one run: what is worn, and what is said of a name that no theme has."""

from __future__ import annotations

from pathlib import Path

import pytest
from program import CLEAN, PROGRAM, Heard
from support.terminal import Terminal

from console.commands import complete
from console.themes import BUILT_IN

BACKGROUNDS = {name: BUILT_IN[name].background for name in ("dark", "light")}


def code(colour: str) -> bytes:
    """What a terminal is told for this ground."""
    return ("48;2;" + ";".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))).encode()


def folder(heard: Heard, name: str, text: str) -> None:
    path = heard.home / "themes" / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


@pytest.mark.pty
@pytest.mark.parametrize("how", ["option", "variable"])
def test_the_screens_wear_it_and_the_settings_stay(empty: Heard, how: str) -> None:
    config = empty.home / "config.toml"
    empty("views")
    config.write_text('[ui]\ntheme = "dark"\n', encoding="utf-8")
    config.chmod(0o600)
    words, env = (["--theme", "light"], {}) if how == "option" else ([], {"HEARD_THEME": "light"})
    env |= {"COLORTERM": "truecolor", **{k: v for k, v in CLEAN.items() if k in ("HOME", "PYTHONPATH")}}
    terminal = Terminal([*PROGRAM, "--home", str(empty.home), *words], env=env)
    try:
        terminal.wait("heard")
        terminal.settle()
    finally:
        terminal.close()
    assert code(BACKGROUNDS["light"]) in terminal.raw
    assert code(BACKGROUNDS["dark"]) not in terminal.raw
    assert config.read_text() == '[ui]\ntheme = "dark"\n'


def test_a_name_that_no_theme_has_is_a_usage_mistake_with_the_nearest_and_all(empty: Heard) -> None:
    folder(empty, "sea", '[theme]\nbase = "light"\n')
    said = empty("--theme", "lihgt", code=2).err
    assert "There is no theme 'lihgt'. Did you mean light?" in said
    assert all(name in said for name in (*BUILT_IN, "sea"))
    assert "see" in empty("--home", str(empty.home), "demo", "--theme", "see", "--headless", code=2).err
    told = empty("-o", "json", env={"HEARD_THEME": "nosuch"}, code=2).error
    assert (told["error"], told["message"].split(":")[0]) == ("usage", "Invalid value for HEARD_THEME")


def test_one_that_is_known_passes(empty: Heard) -> None:
    folder(empty, "sea", '[theme]\nbase = "light"\n')
    assert "terminal" in empty("--theme", "sea", code=16).err
    assert "terminal" in empty("--theme", "mono", "demo", code=16).err


def test_a_file_of_that_name_that_cannot_be_used_is_told_with_its_line(empty: Heard) -> None:
    folder(empty, "sea", '[theme]\nbase = "lihgt"\n')
    assert "sea.toml, line 2" in empty("--theme", "sea", code=5).err


def test_commands_without_screens_have_no_theme(empty: Heard) -> None:
    assert "only the screens" in empty("--theme", "light", "list", code=2).err


def test_the_shell_completes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARD_HOME", str(tmp_path))
    folder(Heard(tmp_path), "calm", "")
    assert complete.themes("") == [*BUILT_IN, "calm"]
    assert complete.themes("c") == ["colour-blind", "calm"]
