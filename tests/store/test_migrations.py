"""Upgrades: every schema there ever was is brought to the newest one with all its words, or left whole."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import store_schemas
from faults.boundary import Boundaries
from faults.runs import dies
from support.clock import Clock
from support.desk import MemoryDesk

from console import outbox, reply, triage
from console.session import Session
from store import backup, schema
from store.database import Database
from store.errors import StoreDamagedError
from store.home import Home
from store.outbox import new_id
from store.rows import OP_STATES
from store.sync import Engine

KINDS: tuple[schema.Kind, ...] = ("local", "mirror")
TABLES = ("op", "draft", "conflict", "event", "seen", "cursor", "bulk", "attempt")
VERSIONS = [(kind, n) for kind in KINDS for n in range(1, schema.HEADS[kind] + 1)]
OP = (
    "INSERT INTO op (id, desk, lane, seq, bulk_id, undoes, kind, payload, base, base_token, low_water, state, owner, fence,"
    " attempts, first_sent, last_sent, not_before, error, status, result_id, result_token, actor, created, closed) VALUES"
    " (?, ?, ?, 1, '', '', 'reply', ?, '{}', '', '', ?, '', 0, 0, 0, 0, 0, '', 0, '', '', 'ana', 1, ?)"
)


def fill(path: Path, ref: str = "") -> dict[str, str]:
    """Put a row or more into every table that holds words: an operation in each state; returns their states."""
    made = {new_id(n * 1_000_000): state for n, state in enumerate(OP_STATES, 1)}
    with closing(sqlite3.connect(path)) as connection, connection:
        for n, (op_id, state) in enumerate(made.items()):
            payload = {"body": f"Words {n}, " * 50, "changes": {}, "add_tags": [], "remove_tags": []}
            lane = ref if ref and state == "queued" else f"other/{n}"
            name = lane.partition("/")[0]
            connection.execute(
                OP, (op_id, name, lane, json.dumps(payload), state, int(state in OP_STATES[5:]))
            )
            connection.execute("INSERT INTO attempt VALUES (?, 1, 1, 'x', 0, '')", (op_id,))
        connection.execute("INSERT INTO draft VALUES ('acme/9', 'note', 'A draft.', '', 5)")
        connection.execute(
            "INSERT INTO conflict VALUES (1, ?, 'status', 'a', 'b', 'c', '', 0, '', '', 0)",
            (next(iter(made)),),
        )
        connection.executemany(
            "INSERT INTO event VALUES (?, ?, 'acme/9', 'status', '', '', 'a', 'b', '', 1, 1)",
            [(n, f"key{n}") for n in range(1, 40)],
        )
        connection.execute("INSERT INTO seen VALUES ('acme/9', 1)")
        connection.execute("INSERT INTO cursor VALUES ('acme', 'tickets', '3', 'epoch', 1)")
        connection.execute("INSERT INTO bulk VALUES ('b', '{}', 1, 'ana', 1)")
    return made


def content(path: Path) -> dict[str, list[dict[str, object]]]:
    """Every row of the tables that hold words."""
    with closing(sqlite3.connect(path)) as connection:
        return {table: list(backup.rows_of(connection, table)) for table in TABLES}


def kept(before: dict[str, list[dict[str, object]]], after: dict[str, list[dict[str, object]]]) -> bool:
    """Whether every value of before is there after, in the same order."""
    return all(
        len(before[t]) == len(after[t]) and all(a | b == a for b, a in zip(before[t], after[t], strict=True))
        for t in TABLES
    )


def number(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return schema.version(connection)


@pytest.fixture
def old(home: Home) -> Path:
    """A local.db of the first schema with words in it."""
    store_schemas.load("local-1", home.local_db)
    fill(home.local_db)
    return home.local_db


@pytest.mark.parametrize(("kind", "number"), VERSIONS)
def test_every_schema_is_stored_and_the_migrations_still_make_it(
    tmp_path: Path, kind: schema.Kind, number: int
) -> None:
    """A migration that was given out is never changed, and none is added without `python -m store_schemas`."""
    path = tmp_path / f"{kind}.db"
    schema.migrate(path, kind, head=number)
    stored = store_schemas.FOLDER / f"{kind}-{number}.sql"
    assert stored.exists(), f"{stored} is missing: run PYTHONPATH=tests python -m store_schemas"
    assert store_schemas.dump(path) == stored.read_text(encoding="utf-8")


@pytest.mark.parametrize("number", range(1, schema.HEADS["local"] + 1))
def test_a_stored_file_is_opened_with_every_row_and_defaults_in_the_new_columns(
    home: Home, clock: Clock, number: int
) -> None:
    store_schemas.load(f"local-{number}", home.local_db)
    fill(home.local_db)
    before = content(home.local_db)
    Database(home, clock).close()
    after = content(home.local_db)
    assert kept(before, after)
    assert {(r["send_at"], r["agreed"], r["replaces"], r["job"]) for r in after["op"]} == {(0, "", "", "")}


async def test_what_waited_in_an_old_file_is_sent_exactly_once(
    home: Home, desk: MemoryDesk, clock: Clock
) -> None:
    ticket = desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    store_schemas.load("local-1", home.local_db)
    fill(home.local_db, f"acme/{ticket}")
    session = Session.open(home, clock)
    engine = Engine(session.db, "acme", desk, clock)
    for _ in range(4):
        clock.tick(10)
        assert (await engine.once()).error is None
    await engine.aclose()
    assert [m.text for m in desk.messages[ticket]] == ["It leaks.", "Words 0, " * 50]
    assert reply.load_draft(session, "acme/9") is not None
    assert len(outbox.operations(session, ("conflict",))) == 1
    session.close()


def test_an_old_mirror_is_set_aside_and_its_rows_survive_the_migrations_too(
    tmp_path: Path, home: Home, clock: Clock
) -> None:
    path = tmp_path / "mirror.db"
    for each in (path, home.mirror_db):
        store_schemas.load("mirror-1", each)
        with closing(sqlite3.connect(each)) as connection, connection:
            connection.execute("INSERT INTO customer VALUES (1, 'acme', 'c1', 'Maria', 0, '', '', '')")
            connection.execute("INSERT INTO meta VALUES ('epoch', 'before')")
    schema.migrate(path, "mirror")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM customer").fetchall() == [("Maria",)]
        assert connection.execute("SELECT count(*) FROM quarantine").fetchone() == (0,)
    session = Session.open(home, clock)
    assert triage.count(session, "") == 0
    epoch = session.db.read(lambda r: r.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone())
    assert epoch != ("before",)
    assert home.mirror_db.with_name("mirror.db.old").exists()
    session.close()


def test_an_upgrade_copies_the_file_and_writes_down_the_words_for_the_owner_alone(
    old: Path, home: Home, clock: Clock
) -> None:
    before = content(old)
    Database(home, clock).close()
    (copy,) = backup.copies(old)
    assert content(copy) == before
    assert number(copy) == 1
    lines = [json.loads(line) for line in copy.with_suffix(".jsonl").read_text().splitlines()]
    states = sorted(line["row"]["state"] for line in lines if line["table"] == "op")
    assert states == sorted({*OP_STATES} - {"done", "cancelled"})
    assert [line["row"]["body"] for line in lines if line["table"] == "draft"] == ["A draft."]
    assert {p.stat().st_mode & 0o777 for p in home.backup_dir.iterdir()} == {0o600}


NEXT = schema.HEADS["local"] + 1
FAILING = """from alembic import op
revision = "{number:04}"
down_revision = "{before:04}"
def upgrade() -> None:
    op.execute("ALTER TABLE op ADD COLUMN half VARCHAR DEFAULT '' NOT NULL")
    op.execute({statement!r})
"""


def following(tmp_path: Path, statement: str) -> Path:
    """The migrations, and one more."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.FOLDER / "local", folder / "local", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "local" / "versions" / f"{NEXT:04}_more.py").write_text(
        FAILING.format(statement=statement, number=NEXT, before=NEXT - 1)
    )
    return folder


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("INSERT INTO nowhere VALUES (1)", "no such table"),
        ("DELETE FROM draft", "1 rows of draft would become 0"),
        ("UPDATE op SET lane = 'one', seq = 1", "UNIQUE"),
    ],
)
def test_a_migration_that_fails_or_loses_rows_leaves_the_file_as_it_was(
    tmp_path: Path, old: Path, home: Home, statement: str, why: str
) -> None:
    schema.migrate(old, "local")
    before = content(old), store_schemas.dump(old)
    folder = following(tmp_path, statement)
    with pytest.raises(StoreDamagedError, match=why) as caught:
        schema.migrate(old, "local", folder, NEXT)
    assert "left as it was" in caught.value.hint
    assert str(backup.copies(old)[0]) in caught.value.hint
    assert (content(old), store_schemas.dump(old)) == before
    session = Session.open(home)
    reply.save_draft(session, "acme/9", "It still works.", "note")
    session.close()


def test_rows_that_would_point_nowhere_stop_an_upgrade(
    tmp_path: Path, old: Path, home: Home, clock: Clock
) -> None:
    Database(home, clock).close()
    folder = following(tmp_path, "CREATE TABLE younger AS SELECT 1 AS a")
    script = folder / "local" / "versions" / f"{NEXT:04}_more.py"
    made = "CREATE TABLE child (a VARCHAR REFERENCES op(id))", "INSERT INTO child VALUES ('x')"
    script.write_text(script.read_text() + "".join(f"    op.execute({each!r})\n" for each in made))
    with pytest.raises(StoreDamagedError, match="not there"):
        schema.migrate(old, "local", folder, NEXT)
    assert number(old) == schema.HEADS["local"]


def test_two_programs_that_start_at_once_upgrade_once(old: Path, home: Home) -> None:
    before = content(old)
    code = (
        "import sys; from pathlib import Path; from store.database import Database; from store.home import Home\n"
        "import alembic.command, sqlmodel; print('ready', flush=True); sys.stdin.readline()\n"
        "Database(Home(Path(sys.argv[1]))).close()"
    )
    root = Path(schema.__file__).parents[1]
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(home.root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=root,
        )
        for _ in range(2)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("\n")
        child.stdin.flush()
    said = [child.communicate(timeout=60)[1] for child in children]
    assert [child.returncode for child in children] == [0, 0], said
    assert kept(before, content(old))
    assert len(backup.copies(old)) == 1


def test_a_program_killed_at_any_statement_of_an_upgrade_leaves_the_old_file_or_the_new_one(
    old: Path, home: Home, clock: Clock, tmp_path: Path
) -> None:
    """After each death every word is there, and the next start ends the upgrade."""
    import alembic.command  # noqa: PLC0415  (in the parent, so that each child need not)

    assert alembic.command.upgrade
    schema.migrate(tmp_path / "warm.db", "local")
    before = content(old)
    template = tmp_path / "template"
    shutil.copytree(home.root, template)
    points, killed, versions = 0, True, set()
    while killed:
        points += 1
        shutil.rmtree(home.root)
        shutil.copytree(template, home.root)
        killed = dies(lambda _boundary: schema.migrate(old, "local"), Boundaries(points, every=True))
        versions.add(number(old))
        assert kept(before, content(old))
        Database(home, clock).close()
        assert number(old) == schema.HEADS["local"]
        assert kept(before, content(old))
    assert points > 25
    assert versions == {1, schema.HEADS["local"]}


def test_a_copy_is_made_once_a_week(home: Home, clock: Clock) -> None:
    Database(home, clock).close()
    first = backup.back_up_weekly(home.local_db, 0)
    assert first is not None
    made = first.stat().st_mtime_ns // 1_000
    assert backup.back_up_weekly(home.local_db, made + backup.WEEK_US - 1) is None
    assert backup.back_up_weekly(home.local_db, made + backup.WEEK_US) is not None
