"""A damaged local.db: every word that can be read is saved, nothing is sent twice, and no damage comes as a surprise."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from store_damage.judge import Tally, one
from store_damage.template import Truth, make
from support.clock import Clock
from support.desk import MemoryDesk

import store.outbox
from console import outbox, reply
from console.commands.checkup_salvage import salvaged
from console.session import Session
from store import backup, database, schema
from store.carve_shapes import BY_TABLE, SHAPES
from store.database import Database
from store.errors import StoreBusyError, StoreDamagedError
from store.home import Home
from store.outbox import NewOperation
from store.rows import OP_STATES, Operation
from store.salvage import FROM_COPY, FROM_DOUBT, Salvaged, read, salvage
from store.sync import Engine

MUTATIONS = {"local": 91, "mirror": 52}  # `python -m store_damage --all` makes 1,000 of each


@pytest.fixture(scope="module")
def truth() -> Iterator[Truth]:
    where = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="heard-damage-", dir=where) as folder:
        yield make(Path(folder))


@pytest.mark.parametrize("kind", ["local", "mirror"])
def test_whatever_happens_to_a_file_the_words_are_there_or_the_damage_is_told_and_salvaged(
    truth: Truth, kind: str
) -> None:
    tally = Tally()
    for number in range(MUTATIONS[kind]):
        one(truth.clean.parent, truth, number, kind, tally)
    assert not tally.violations
    assert tally.outcomes["works"] > 20
    if kind == "local":
        assert tally.outcomes["StoreDamagedError"] > 20
        assert tally.saved >= 0.99 * tally.whole > 1000


def test_bare_pages_tell_what_sqlite_tells(truth: Truth) -> None:
    """The log is read as SQLite reads it, and rows that are longer than a page are put together."""
    for folder in (truth.clean, truth.killed):
        saved = read(folder / "local.db")
        copy = Path(tempfile.mkdtemp(dir=truth.clean.parent)) / "local.db"
        for ending in ("", "-wal"):
            if (log := folder / f"local.db{ending}").exists():
                shutil.copyfile(log, copy.with_name(log.name))
        assert not saved.doubtful
        with closing(sqlite3.connect(copy)) as connection:
            for table, columns in ((shape.table, shape.columns) for shape in SHAPES):
                rows = {row[columns[0]]: row for row in backup.rows_of(connection, table)}
                assert rows == saved.tables[table]
                names = [r[0] for r in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]
                assert tuple(names) == columns


@pytest.fixture
def worked(home: Home, clock: Clock) -> tuple[Home, dict[str, str]]:
    """A workspace with an operation in each state, and a copy that is older than the last four of them and the draft."""
    session = Session.open(home, clock)
    made: dict[str, str] = {}
    for n, state in enumerate(OP_STATES):
        if n == 4:
            backup.back_up(home.local_db)
        clock.tick(1)
        new = NewOperation("acme", f"acme/{n + 1}", "reply", f"Words {n}.")
        (made_id,) = store.outbox.enqueue(session.db, [new], "ana", clock())
        made[made_id] = state
        with session.db.write("local") as connection:
            connection.execute("UPDATE op SET state = ? WHERE id = ?", (state, made_id))
    reply.save_draft(session, "acme/99", "A draft.", "note")
    session.close()
    return home, made


def ruin(home: Home) -> None:
    """Overwrite the first page: SQLite cannot open what is left."""
    with home.local_db.open("r+b") as file:
        file.write(b"\xff" * 4096)


def found(home: Home, clock: Clock) -> dict[str, Operation]:
    session = Session.open(home, clock)
    operations = {o.id: o for o in outbox.operations(session, OP_STATES)}
    session.close()
    return operations


def test_what_was_being_sent_becomes_unknown_and_everything_else_stays_as_it_was(
    worked: tuple[Home, dict[str, str]], clock: Clock
) -> None:
    home, states = worked
    ruin(home)
    with pytest.raises(StoreDamagedError) as caught:
        Database(home, clock)
    assert "doctor --salvage" in caught.value.hint
    done = salvage(home.local_db, clock())
    assert (done.operations, done.drafts, done.older) == (8, 1, 0)
    expected = {key: "unknown" if state == "sending" else state for key, state in states.items()}
    after = found(home, clock)
    assert {key: o.state for key, o in after.items()} == expected
    assert sorted(o.body for o in after.values()) == [f"Words {n}." for n in range(8)]
    assert Path(done.damaged).read_bytes()[:16] == b"\xff" * 16
    lines = [json.loads(line) for line in Path(done.words).read_text().splitlines()]
    assert len([line for line in lines if line["table"] == "op"]) == 8
    assert Path(done.words).stat().st_mode & 0o777 == 0o600


ID = "01KA2Q3Z000000000000000000"
DECIDED: dict[str, tuple[object, ...]] = {
    "promise": (ID, "acme/1", "acme/7", ID, "I will call.", "tomorrow", 9, "", "ana", "open", "", "", 1, 0),
    "remedy": (
        ID,
        "acme/1",
        "acme/7",
        "",
        "refund",
        "Refund",
        100,
        "EUR",
        "granted",
        "",
        9,
        "ana",
        "",
        ID,
        "",
        0,
        1,
    ),
    "identity_link": (ID, "acme/7", "acme/8", "linked", "same phone", "[]", "ana", 1, 0, ""),
    "review": (ID, "acme/1", "m1", "ben", "ana", "Well said.", "7", 1, 0),
    "practice": (ID, "acme/1", "m1", "My words.", "ana", 1),
    "snooze": ("acme/1", 9, "time", "", "", "ana", 1, 0, ""),
    "follow": ("acme/1", "ana", 1),
    "fact_edit": (1, "acme/7", "order", "A-1", "A-2", "m1", "ana", 1),
    "skip": (1, "acme/1", "on a call", "ana", 1),
}


def test_what_people_decided_is_saved_with_the_words(home: Home, clock: Clock) -> None:
    """Promises, remedies and the rest are known by their shape, and are newer than those of the copy."""
    assert {*DECIDED, "op", "draft", "conflict", "event"} == {*BY_TABLE} == {*schema.KEPT}
    Database(home, clock).close()
    for state in ("open", "kept"):
        with closing(sqlite3.connect(home.local_db)) as connection, connection:
            for table, row in DECIDED.items():
                connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({','.join('?' * len(row))})", row)
            connection.execute("UPDATE promise SET state = ?", (state,))
        if state == "open":
            backup.back_up(home.local_db)
    ruin(home)
    salvage(home.local_db, clock())
    with closing(sqlite3.connect(home.local_db)) as connection:
        after = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in DECIDED}
    kept = tuple("kept" if value == "open" else value for value in DECIDED["promise"])
    assert after == {table: [row] for table, row in (DECIDED | {"promise": kept}).items()}


def test_what_only_an_older_copy_knows_as_waiting_is_for_a_person_to_look_at(
    worked: tuple[Home, dict[str, str]], clock: Clock
) -> None:
    home, states = worked
    home.local_db.write_bytes(b"nothing " * 2000)
    done = salvage(home.local_db, clock())
    assert (done.operations, done.older) == (0, 4)
    after = found(home, clock)
    assert {states[key]: (o.state, o.error) for key, o in after.items()} == {
        "queued": ("review", FROM_COPY),
        "sending": ("review", FROM_COPY),
        "unknown": ("review", FROM_COPY),
        "conflict": ("conflict", ""),
    }


def test_without_a_copy_the_saved_words_stand_in_a_new_file(
    worked: tuple[Home, dict[str, str]], clock: Clock
) -> None:
    home, states = worked
    for each in home.backup_dir.iterdir():
        each.unlink()
    ruin(home)
    assert salvage(home.local_db, clock()).copy == ""
    assert found(home, clock).keys() == states.keys()


def test_a_copy_that_is_damaged_itself_is_passed_over(
    worked: tuple[Home, dict[str, str]], clock: Clock
) -> None:
    home, _ = worked
    (good,) = backup.copies(home.local_db)
    (home.backup_dir / "local-2-later.db").write_bytes(good.read_bytes()[:8192])
    ruin(home)
    assert salvage(home.local_db, clock()).copy == str(good)


def test_a_salvage_done_twice_changes_nothing(worked: tuple[Home, dict[str, str]], clock: Clock) -> None:
    home, _ = worked
    ruin(home)
    salvage(home.local_db, clock())
    before = found(home, clock)
    clock.tick(5)
    salvage(home.local_db, clock())
    assert found(home, clock) == before


def test_a_damaged_log_makes_what_waits_doubtful(truth: Truth, tmp_path: Path, clock: Clock) -> None:
    """What stands as waiting may have been sent in the part of the log that is lost."""
    home = Home(tmp_path / "home")
    shutil.copytree(truth.killed, home.root)
    log = home.root / "local.db-wal"
    content = bytearray(log.read_bytes())
    content[40_000:40_100] = b"\xee" * 100
    log.write_bytes(content)
    with pytest.raises(StoreDamagedError, match="log"):
        Database(home, clock)
    assert log.exists()  # SQLite would have taken it away
    assert next(f.level for f in salvaged(home)) == "ok"  # the doctor sees it too, and puts it right
    after = found(home, clock)
    assert after.keys() == truth.operations.keys()
    assert {o.error for key, o in after.items() if truth.states[key] == "queued"} == {FROM_DOUBT}
    assert "queued" not in {o.state for o in after.values()}


def test_a_log_that_lost_its_file_is_no_empty_workspace(truth: Truth, tmp_path: Path, clock: Clock) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(truth.killed, home.root)
    home.local_db.unlink()
    with pytest.raises(StoreDamagedError, match="log is still there"):
        Database(home, clock)
    assert salvage(home.local_db, clock()).operations > 40
    Database(home, clock).close()


def test_a_log_that_ends_in_a_torn_commit_is_no_damage(truth: Truth, tmp_path: Path, clock: Clock) -> None:
    """So it looks when the machine goes down while something is written: nobody was told that it was kept."""
    home = Home(tmp_path / "home")
    shutil.copytree(truth.killed, home.root)
    log = home.root / "local.db-wal"
    log.write_bytes(log.read_bytes()[:-2000])
    Database(home, clock).close()


async def test_what_was_sent_before_the_damage_is_found_on_the_desk_and_not_sent_again(
    session: Session, desk: MemoryDesk, clock: Clock
) -> None:
    ticket = desk.open(desk.customer("Maria"), "Kettle", "It leaks.")
    engine = Engine(session.db, "acme", desk, clock)
    await engine.once()
    operation = reply.reply(session, ticket, "Sent just before.")
    clock.tick(10)
    assert engine._operations.claim(engine._fence, [operation.id])
    desk.says(ticket, "a1", operation.body, marker=operation.id)
    session.close()
    ruin(session.home)
    assert salvage(session.home.local_db, clock()).unknown == 1
    again = Session.open(session.home, clock)
    engine = Engine(again.db, "acme", desk, clock)
    for _ in range(3):
        clock.tick(40)
        assert (await engine.once()).error is None
    assert [m.text for m in desk.messages[ticket]].count("Sent just before.") == 1
    assert outbox.operations(again) == []
    again.close()


def test_nothing_is_salvaged_while_somebody_has_the_file_open(
    worked: tuple[Home, dict[str, str]], clock: Clock
) -> None:
    home, _ = worked
    opened = Database(home, clock)
    with pytest.raises(StoreBusyError, match="open"):
        salvage(home.local_db, clock())
    opened.close()


@pytest.mark.parametrize("at", range(1, 5))
def test_an_interrupted_salvage_is_finished_by_the_next_one(
    worked: tuple[Home, dict[str, str]], clock: Clock, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever rename or removal of the exchange was the last."""
    home, states = worked
    ruin(home)
    (home.root / "local.db-shm").write_bytes(b"x")
    with monkeypatch.context() as patch:
        left = [at]

        def counted(name: str) -> None:
            plain = getattr(Path, name)

            def step(self: Path, *args: object, **over: object) -> object:
                if self.parent == home.root and "part" not in self.name:
                    left[0] -= 1
                    if not left[0]:
                        raise KeyboardInterrupt
                return plain(self, *args, **over)

            patch.setattr(Path, name, step)

        for name in ("hardlink_to", "unlink", "replace"):
            counted(name)
        ended = True
        try:
            salvage(home.local_db, clock())
        except KeyboardInterrupt:
            ended = False
    if not ended:
        assert database.salvaged(home.local_db).exists()
        with pytest.raises(StoreDamagedError):
            Database(home, clock)
        assert isinstance(salvage(home.local_db, clock()), Salvaged)
    assert found(home, clock).keys() == states.keys()


def test_the_doctor_says_what_was_done(worked: tuple[Home, dict[str, str]]) -> None:
    home, _ = worked
    assert [f.what for f in salvaged(home)] == ["local.db is sound: there is nothing to save"]
    ruin(home)
    said = " ".join(f.what + " " + f.hint for f in salvaged(home))
    assert "8 operations and 1 drafts" in said
    assert "local.db.damaged-" in said
    assert "none is sent twice" in said
    assert [f.level for f in salvaged(home)] == ["ok"]


def test_a_salvaged_file_has_the_newest_schema_and_a_fence_above_all_others(
    worked: tuple[Home, dict[str, str]], clock: Clock
) -> None:
    home, _ = worked
    with closing(sqlite3.connect(home.local_db)) as connection, connection:
        connection.execute("UPDATE op SET fence = 7")
    ruin(home)
    salvage(home.local_db, clock())
    assert schema.is_current(home.local_db, "local")
    with closing(sqlite3.connect(home.local_db)) as connection:
        assert connection.execute("SELECT count(*) FROM lease WHERE fence < 7").fetchone() == (0,)
