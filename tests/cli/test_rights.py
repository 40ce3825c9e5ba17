"""A workspace that may not be written: said as such, with what to do; nothing is taken for damage or set aside."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from program import CLEAN, PROGRAM, Heard, some_ref

# Who may do everything gives that up for these commands.
MODEST = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]


@dataclass(frozen=True)
class Modest:
    """The program without the rights of an administrator."""

    heard: Heard

    def __call__(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run a command, whatever its exit code."""
        before = MODEST if os.geteuid() == 0 else []
        env = {**CLEAN, "HEARD_HOME": str(self.heard.home)}
        return subprocess.run(
            [*before, *PROGRAM, *args], capture_output=True, text=True, env=env, timeout=60, check=False
        )


@pytest.fixture
def modest(heard: Heard) -> Iterator[Modest]:
    if os.name != "posix" or (os.geteuid() == 0 and shutil.which(MODEST[0]) is None):
        pytest.skip("SKIPPED FOR WANT OF MEANS: rights are taken away on POSIX, from root with setpriv only")
    yield Modest(heard)
    for path in (heard.home, *heard.home.glob("*.db*")):
        path.chmod(0o700 if path.is_dir() else 0o600)


@pytest.mark.parametrize("command", [("note", "Hello"), ("sync",), ("outbox", "push")])
def test_a_file_that_may_not_be_written_is_named_with_what_helps(
    modest: Modest, command: tuple[str, ...]
) -> None:
    name, *words = command
    args = (name, some_ref(modest.heard), *words) if name == "note" else command
    local = modest.heard.home / "local.db"
    local.chmod(0o400)
    done = modest(*args)
    assert (done.returncode, f"{local} may not be read and written by you" in done.stderr) == (5, True)
    assert f"chmod u+rw {local}" in done.stderr
    assert modest("list", "--limit", "1").returncode == 0  # it can still be read


@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_a_folder_that_is_barred_costs_nothing_but_the_use_of_it(modest: Modest, mode: int) -> None:
    home = modest.heard.home
    home.chmod(mode)
    said = [modest("list", "--limit", "1"), modest("doctor")]
    home.chmod(0o700)
    assert "has a fault" not in "".join(done.stdout + done.stderr for done in said)
    assert f"{home} may not be read and written by you" in said[1].stdout
    assert [*home.glob("*.corrupt-*")] == []
    assert modest("list", "--limit", "1").returncode == 0
    assert not (home / "log").exists()


@pytest.mark.parametrize("name", ["local.db", "mirror.db"])
def test_a_database_that_may_not_be_opened_is_named(modest: Modest, name: str) -> None:
    (modest.heard.home / name).chmod(0o000)
    done = modest("list", "--limit", "1")
    assert done.returncode == 5
    assert f"{name} may not be read and written by you" in done.stderr
    assert f"{name} may not be read and written by you" in modest("doctor").stdout


def test_programs_in_a_folder_that_is_closed_cost_one_line(modest: Modest) -> None:
    folder = modest.heard.home / "card.d"
    folder.mkdir(mode=0o000)
    done = modest("history", "--ticket", some_ref(modest.heard), "--card", "--lookups")
    folder.chmod(0o700)
    assert (done.returncode, done.stderr) == (0, "")
    assert "card.d cannot be read" in done.stdout
