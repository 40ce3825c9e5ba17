"""All processes share one file of budgets, and nothing that happens to it stops a request."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from remotes.gate_world import World, run

from store.errors import OfflineError, ThrottledError
from store.remotes.budget import Limits
from store.remotes.budget_file import BudgetFile
from store.remotes.gate import Ask, Told

LIMITS = Limits(100)  # twenty at once
EMPTY_IT = """
import asyncio, sys
from pathlib import Path
from store.remotes.budget import Limits
from store.remotes.gate import Ask, shared_gate
gate = shared_gate(Path(sys.argv[1]), "acme", limits=Limits(100), now=lambda: int(sys.argv[2]))
async def work():
    for _ in range(int(sys.argv[3])):
        await gate.enter(Ask("send", write=True))
asyncio.run(work())
"""


def path_in(folder: Path) -> Path:
    return folder / "run" / "budget.db"


def world_on(path: Path) -> World:
    world = World(LIMITS)
    world.budgets = BudgetFile(path, world.clock)
    world.gate = world.another()
    return world


def pass_until_empty(world: World) -> int:
    count = 0
    while not world.naps:
        run(world.gate.enter(Ask("send", write=True)))
        count += not world.naps
    return count


def test_two_gates_on_one_file_share_one_bucket(tmp_path: Path) -> None:
    one, other = world_on(path_in(tmp_path)), world_on(path_in(tmp_path))
    for _ in range(8):
        run(one.gate.enter(Ask("send")))
    assert pass_until_empty(other) == 12


def test_another_process_takes_from_the_same_bucket(tmp_path: Path) -> None:
    world = world_on(path_in(tmp_path))
    argv = [sys.executable, "-c", EMPTY_IT, str(path_in(tmp_path)), str(world.clock.now), "15"]
    subprocess.run(argv, check=True, timeout=60, cwd=Path(__file__).parents[2])
    assert pass_until_empty(world) == 5


def test_pauses_breaker_and_limits_are_shared(tmp_path: Path) -> None:
    one, other = world_on(path_in(tmp_path)), world_on(path_in(tmp_path))
    one.gate.told(run(one.gate.enter(Ask())), Told(429, retry_after=90))
    with pytest.raises(ThrottledError, match="90 s"):
        run(other.gate.enter(Ask()))
    one.clock.tick(90)
    one.gate.told(run(one.gate.enter(Ask())), Told(200))
    for _ in range(5):
        one.gate.told(run(one.gate.enter(Ask())), Told(500))
    with pytest.raises(OfflineError, match="HTTP 500"):
        run(other.gate.enter(Ask()))


def test_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    run(world_on(path_in(tmp_path)).gate.enter(Ask()))
    modes = {each.name: each.stat().st_mode & 0o777 for each in path_in(tmp_path).parent.iterdir()}
    assert modes == {"budget.db": 0o600, "budget.db-wal": 0o600, "budget.db-shm": 0o600}


def garbage(path: Path) -> None:
    path.write_bytes(b"not a database" * 500)


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 4096)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def changed(sql: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with sqlite3.connect(path, isolation_level=None) as connection:
            connection.executescript(sql)
        connection.close()

    return change


def read_only(path: Path) -> None:
    path.chmod(0o400)


DAMAGE = [
    garbage, torn, emptied, read_only, changed("DROP TABLE budget"), changed("PRAGMA user_version=99"),
    changed("UPDATE budget SET state='[1'"), changed("UPDATE budget SET state=x'ff00'"),
    changed("DROP TABLE budget; CREATE TABLE budget (desk PRIMARY KEY, state); INSERT INTO budget VALUES ('acme', 7)"),
    changed("UPDATE budget SET state='{\"told\": \"many\"}'"), changed("ALTER TABLE budget RENAME state TO s"),
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    path = path_in(tmp_path)
    before = world_on(path)
    run(before.gate.enter(Ask("send")))
    before.gate.close()
    damage(path)
    world, other = world_on(path), world_on(path)
    run(world.gate.enter(Ask("send")))
    assert 18 <= pass_until_empty(other) <= 19  # the new file is shared again


def test_a_file_that_is_damaged_under_an_open_gate_does_not_stop_it(tmp_path: Path) -> None:
    world = world_on(path_in(tmp_path))
    world.gate.told(run(world.gate.enter(Ask())), Told(429, retry_after=90))
    for each in path_in(tmp_path).parent.iterdir():
        each.write_bytes(b"\xff" * 40_000)
    with pytest.raises(ThrottledError):  # and what it knows is not forgotten
        run(world.gate.enter(Ask()))
    with pytest.raises(ThrottledError):
        run(world_on(path_in(tmp_path)).gate.enter(Ask()))


def test_a_file_that_was_taken_away_is_made_anew_with_what_is_known(tmp_path: Path) -> None:
    world = world_on(path_in(tmp_path))
    for _ in range(8):
        run(world.gate.enter(Ask("send")))
    for each in path_in(tmp_path).parent.iterdir():
        each.unlink()
    run(world.gate.enter(Ask("send")))
    assert pass_until_empty(world_on(path_in(tmp_path))) == 11


def test_where_no_file_can_be_the_gate_goes_on_in_memory(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("in the way")
    assert pass_until_empty(world_on(path_in(tmp_path))) == 20
    path_in(tmp_path / "b").mkdir(parents=True)
    assert pass_until_empty(world_on(path_in(tmp_path / "b"))) == 20


def test_a_file_that_is_held_is_left_alone_and_taken_up_again_later(tmp_path: Path) -> None:
    world = world_on(path_in(tmp_path))
    run(world.gate.enter(Ask("send")))
    holder = sqlite3.connect(path_in(tmp_path), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    for _ in range(18):
        run(world.gate.enter(Ask("send")))
    holder.execute("ROLLBACK")
    holder.close()
    assert pass_until_empty(world_on(path_in(tmp_path))) == 19  # nobody deleted it, nobody wrote to it
    world.clock.tick(31)
    run(world.gate.enter(Ask("send")))
    late = world_on(path_in(tmp_path))
    late.clock.now = world.clock.now
    assert pass_until_empty(late) == 19
