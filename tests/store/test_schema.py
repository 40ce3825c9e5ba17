"""Schema and files: migrations make what the models say, damage is survived, and newer files are refused."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import create_engine
from support.clock import Clock

from store import drafts, read, schema
from store.database import Database, MirrorDamagedError
from store.errors import ConfigError, StoreDamagedError
from store.filters import Filter
from store.home import Home
from store.overlay import Overlay

KINDS: tuple[Literal["mirror", "local"], ...] = ("mirror", "local")

NEXT, NEXT_MIRROR = (schema.HEADS[kind] + 1 for kind in ("local", "mirror"))  # a newer program's


@pytest.mark.parametrize("kind", KINDS)
def test_the_migrations_make_what_the_models_say(tmp_path: Path, kind: Literal["mirror", "local"]) -> None:
    schema.migrate(tmp_path / "migrated.db", kind)
    engine = create_engine(f"sqlite:///{tmp_path / 'models.db'}")
    schema.metadata(kind).create_all(engine)
    engine.dispose()
    assert _definitions(tmp_path / "migrated.db") == _definitions(tmp_path / "models.db")


def _definitions(path: Path) -> dict[str, object]:
    """The columns and indexes of every table, without the full-text ones and the triggers, which SQLModel cannot express."""
    connection = sqlite3.connect(path)
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%_fts%' AND name <> 'alembic_version'"
    ).fetchall()
    found: dict[str, object] = {}
    for (table,) in tables:
        columns = connection.execute(
            'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?)', (table,)
        )
        found[table] = sorted(columns.fetchall())
    for name, sql in connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ):
        found[name] = " ".join(sql.split())
    unique = "SELECT m.name, x.seqno, x.name FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_xinfo(i.name) x"
    keys = connection.execute(
        f"{unique} WHERE i.\"unique\" AND m.type = 'table' AND m.name NOT LIKE '%_fts%' AND x.key"
    ).fetchall()
    found["unique"] = sorted(k for k in keys if k[0] != "alembic_version")
    connection.close()
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_head_is_the_newest_migration(tmp_path: Path, kind: Literal["mirror", "local"]) -> None:
    scripts = sorted((schema.FOLDER / kind / "versions").glob("0*.py"))
    assert schema.HEADS[kind] == len(scripts) == int(scripts[-1].name[:4])
    assert not schema.is_current(tmp_path / "none.db", kind)


def test_every_column_of_the_read_path_exists(database: Database) -> None:
    assert list(database.read(lambda r: read.queue_ids(r, Filter(), "updated"))) == []
    assert database.read(lambda r: read.rows(r, [1])) == []
    for sort in ("created", "oldest", "sla", "waiting", "priority", "subject"):
        assert len(database.read(lambda r, s=sort: read.queue_ids(r, Filter(), s))) == 0


def test_both_files_are_private_and_durable(database: Database, home: Home) -> None:
    for path in (home.local_db, home.mirror_db):
        assert path.stat().st_mode & 0o077 == 0
    with database.write("local") as connection:
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_the_event_log_cannot_be_rewritten(database: Database) -> None:
    with database.write("local") as connection:
        connection.execute(
            "INSERT INTO event (key, ref, kind, role, actor, old, new, message_id, occurred, recorded)"
            " VALUES ('k', 'd/1', 'created', '', '', '', '', '', 1, 1)"
        )
    with pytest.raises(sqlite3.IntegrityError, match="append-only"), database.write("local") as connection:
        connection.execute("DELETE FROM event")


def test_a_damaged_mirror_is_set_aside_and_made_again(home: Home, clock: Clock) -> None:
    Database(home, clock).close()
    home.mirror_db.write_bytes(b"not a database" * 500)
    opened = Database(home, clock)
    assert "set aside" in opened.rebuilt
    assert opened.read(lambda r: read.count(r, Filter())) == 0
    assert list(home.root.glob("mirror.db.corrupt-*"))
    opened.close()


def test_a_mirror_that_breaks_while_open_is_made_again(home: Home, clock: Clock) -> None:
    opened = Database(home, clock)
    opened.close()
    content = bytearray(home.mirror_db.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    home.mirror_db.write_bytes(content)
    again = Database(home, clock)
    assert again.read(lambda r: read.count(r, Filter())) == 0
    assert "set aside" in again.rebuilt
    again.close()


def test_a_damaged_local_file_is_never_touched(home: Home, clock: Clock) -> None:
    Database(home, clock).close()
    home.local_db.write_bytes(b"words of an agent" * 500)
    with pytest.raises(StoreDamagedError) as caught:
        Database(home, clock)
    assert "backup" in caught.value.hint
    assert home.local_db.read_bytes().startswith(b"words of an agent")


def pretend(path: Path, version: int, **least: str) -> None:
    """Let a file say that a newer program wrote it, and what older ones may do; "" says nothing."""
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version={version}")
        for name, value in least.items():
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (name, value))
    connection.close()


@pytest.mark.parametrize("least", [str(NEXT), "99", "", "soon"])
def test_a_file_of_a_newer_program_is_refused(home: Home, clock: Clock, least: str) -> None:
    Database(home, clock).close()
    pretend(home.local_db, NEXT, min_reader=least, min_writer=least)
    before = home.local_db.read_bytes()
    with pytest.raises(ConfigError, match=rf"newer heard .schema {NEXT}.*this one knows {NEXT - 1}"):
        Database(home, clock)
    assert home.local_db.read_bytes() == before


@pytest.mark.parametrize("least", ["1", str(NEXT - 1)])
def test_a_file_of_a_newer_program_that_only_added_is_used(home: Home, clock: Clock, least: str) -> None:
    Database(home, clock).close()
    pretend(home.local_db, NEXT, min_reader="1", min_writer=least)
    with sqlite3.connect(home.local_db) as connection:
        connection.execute("ALTER TABLE draft ADD COLUMN mood VARCHAR DEFAULT 'calm' NOT NULL")
    connection.close()
    opened = Database(home, clock)
    drafts.save(opened, "d/1", "Words.", mode="reply", low_water="", now=clock())
    assert opened.read(lambda r: r.execute("SELECT body, mood FROM local.draft").fetchall()) == [
        ("Words.", "calm")
    ]
    opened.close()
    with sqlite3.connect(home.local_db) as connection:
        assert schema.version(connection) == NEXT  # it stays the newer program's
    connection.close()


def test_a_file_that_older_programs_may_only_read_can_be_read_and_not_written(
    home: Home, clock: Clock
) -> None:
    opened = Database(home, clock)
    drafts.save(opened, "d/1", "Words.", mode="reply", low_water="", now=clock())
    opened.close()
    pretend(home.local_db, NEXT + 1, min_reader=str(NEXT - 1), min_writer=str(NEXT))
    opened = Database(home, clock)
    kept = opened.read(lambda r: drafts.load(r, "d/1"))
    assert kept is not None
    assert kept.text == "Words."
    for _ in range(2):
        with pytest.raises(ConfigError, match=f"that knows schema {NEXT} is needed") as caught:
            drafts.save(opened, "d/1", "", mode="reply", low_water="", now=clock())
    assert "Update" in caught.value.hint
    assert opened.read(lambda r: drafts.load(r, "d/1")) is not None
    assert "newer heard" in opened.read_only
    opened.close()


def test_a_new_file_says_who_may_read_and_write_it(home: Home, database: Database) -> None:
    least = database.read(lambda r: dict(r.execute("SELECT key, value FROM local.meta").fetchall()))
    assert (least["min_reader"], least["min_writer"]) == ("1", "1")
    assert schema.standing(home.local_db, "local") == "current"


def test_a_mirror_of_a_newer_program_is_shared_where_it_allows_that_and_made_anew_where_not(
    home: Home, clock: Clock
) -> None:
    Database(home, clock).close()
    pretend(home.mirror_db, NEXT_MIRROR, min_reader="1", min_writer="1")
    Database(home, clock).close()
    assert not list(home.root.glob("mirror.db*.old"))
    pretend(home.mirror_db, NEXT_MIRROR, min_reader=str(NEXT_MIRROR), min_writer=str(NEXT_MIRROR))
    Database(home, clock).close()
    assert list(home.root.glob("mirror.db*.old"))


def test_a_damaged_local_file_seen_by_a_reader_costs_no_mirror(home: Home, clock: Clock) -> None:
    """A reader has both files open: which one is damaged is found out before anything is made anew."""
    Database(home, clock).close()
    opened = Database(home, clock)
    content = bytearray(home.local_db.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    home.local_db.write_bytes(content)
    with pytest.raises(StoreDamagedError):
        opened.read(drafts.all_drafts)
    assert not opened.rebuilt
    assert not list(home.root.glob("mirror.db.corrupt-*"))
    opened.close()


def test_a_mirror_that_turns_out_damaged_when_it_is_written_is_made_again(home: Home, clock: Clock) -> None:
    """The turn that met it fails; the next one fetches everything."""
    Database(home, clock).close()
    content = bytearray(home.mirror_db.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    home.mirror_db.write_bytes(content)
    opened = Database(home, clock)
    with pytest.raises(MirrorDamagedError), opened.write("mirror") as connection:
        connection.execute(_TICKET)
    assert "set aside" in opened.rebuilt
    with opened.write("mirror") as connection:
        connection.execute(_TICKET)
    assert opened.read(lambda r: read.count(r, Filter())) == 1
    opened.close()


def test_a_fault_of_ours_is_not_taken_for_damage(database: Database) -> None:
    for work in (lambda r: r.execute("SELECT nothing FROM ticket"), lambda _r: int("words")):
        with pytest.raises((sqlite3.OperationalError, ValueError)):
            database.read(work)
    assert not database.rebuilt


def test_an_upgrade_of_local_db_copies_it_first(home: Home, clock: Clock) -> None:
    Database(home, clock).close()
    kept = [schema.back_up(home.local_db) for _ in range(7)]
    assert len(list(kept[0].parent.glob("local-*.db"))) == 5
    assert kept[-1].stat().st_mode & 0o777 == 0o600


def test_the_overlay_follows_the_outbox(database: Database) -> None:
    with database.write("mirror") as connection:
        connection.execute(_TICKET)
    assert not database.read(lambda r: r.execute("SELECT count(*) FROM temp.overlay").fetchone()[0])
    assert Overlay.__doc__
    _queue(
        database, '{"changes": {"status": "solved", "size": "XL"}, "add_tags": ["a"], "remove_tags": ["b"]}'
    )
    row = database.read(
        lambda r: r.execute("SELECT status, tags, fields, pending FROM temp.overlay").fetchone()
    )
    assert row == ("solved", " a ", '{"size":"XL"}', 1)


_TICKET = (
    "INSERT INTO ticket (ref, desk, remote_id, subject, status, status_raw, priority, priority_raw, channel, requester_id,"
    " assignee_id, group_id, organization_id, tags, fields, created, updated, version, token, presence, merged_into, sla_due,"
    " url, waiting_since, messages, low_water, thread_version) VALUES ('d/1', 'd', '1', 's', 'open', '', 'none', '', 'email',"
    " 0, 0, 0, 0, ' b ', '{}', 1, 1, 1, '', 'present', '', 0, '', 0, 0, '', 0)"
)


def _queue(database: Database, payload: str) -> None:
    with database.write("local") as connection:
        connection.execute(
            "INSERT INTO op (id, desk, lane, seq, bulk_id, undoes, kind, payload, base, base_token, low_water, state, owner,"
            " fence, attempts, first_sent, last_sent, not_before, error, status, result_id, result_token, actor, created,"
            " closed) VALUES ('x', 'd', 'd/1', 1, '', '', 'set', ?, '{}', '', '', 'queued', '', 0, 0, 0, 0, 0, '', 0, '',"
            " '', '', 1, 0)",
            (payload,),
        )
