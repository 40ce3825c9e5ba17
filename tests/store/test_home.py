"""The folder of a workspace: where it is looked for, and who may write to it."""

import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store.database import Database
from store.errors import ConfigError
from store.home import Home
from store.read import desk_states


@pytest.fixture
def _open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_command_line_goes_before_the_environment_and_that_before_the_platform(tmp_path: Path) -> None:
    env = {"HEARD_HOME": str(tmp_path / "env")}
    assert Home.find(tmp_path / "option", env).root == tmp_path / "option"
    assert Home.find(None, env).root == tmp_path / "env"
    assert Home.find(None, {}).root.name == "heard"
    assert Home.find(None, {"HEARD_HOME": ""}).root == Home.find(None, {}).root


def test_a_home_is_absolute_and_knows_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Home.find(Path("here"), {}).root == tmp_path / "here"
    assert Home.find(Path("~/mine"), {}).root == tmp_path / "mine"


def test_everything_lies_inside_the_home(tmp_path: Path) -> None:
    home = Home(tmp_path)
    inside = [
        home.local_db,
        home.mirror_db,
        home.config,
        home.run_dir,
        home.backup_dir,
        home.blobs_dir,
        home.log,
    ]
    assert {path.parent for path in inside} == {tmp_path}
    assert len(set(inside)) == 7


@pytest.mark.usefixtures("_open_umask")
def test_what_is_made_is_for_the_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    home = Home(tmp_path / "deep" / "home")
    home.make()
    home.make()
    for folder in (home.root.parent, home.root, home.run_dir, home.backup_dir, home.blobs_dir):
        assert mode(folder) == 0o700
    assert os.umask(0) == 0


@pytest.mark.parametrize("loose", [0o770, 0o777, 0o702])
def test_a_home_that_others_can_write_to_is_refused_with_the_command_to_run(
    tmp_path: Path, loose: int
) -> None:
    root = tmp_path / "my home"
    root.mkdir()
    root.chmod(loose)
    with pytest.raises(ConfigError, match="by others") as caught:
        Home(root).make()
    assert caught.value.hint == f"Run: chmod 700 '{root}'"
    assert mode(root) == loose


def test_a_loose_folder_inside_is_refused_too(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    home.blobs_dir.chmod(0o733)
    with pytest.raises(ConfigError, match="blobs"):
        home.make()


def test_a_home_that_others_can_only_read_is_closed(tmp_path: Path) -> None:
    root = tmp_path / "home"
    root.mkdir(mode=0o755)
    root.chmod(0o755)
    Home(root).make()
    assert mode(root) == 0o700


def test_a_file_in_the_way_is_left_alone_and_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("mine")
    for root in (tmp_path / "home", tmp_path / "home" / "below"):
        with pytest.raises(ConfigError, match="a file is in the way"):
            Home(root).make()
    assert (tmp_path / "home").read_text() == "mine"


@pytest.mark.parametrize("name", ["desk #2", "why?", "100%41", os.fsdecode(b"caf\xe9"), 'it\'s; a "home"'])
def test_a_home_may_have_any_name(tmp_path: Path, name: str) -> None:
    home = Home(tmp_path / name)
    home.make()
    with closing(Database(home)) as database:
        assert database.read(desk_states) == {}
    assert list(tmp_path.iterdir()) == [home.root]
