"""A workspace of any number of tickets, made once and kept: seeded, and spread as a help desk's tickets are.

Three years of tickets, the newest mostly live, all others mostly closed; customers who come back; subjects in many
scripts. Run it to make or to find one: python -m tests.bench.big_store 200000
"""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import accumulate
from pathlib import Path

from store import backlog, schema
from store.home import Home
from tests.bench import big_words

ENVIRONMENT = "HEARD_BENCH_STORES"
DESK = "big"
MADE = 2  # another number makes every kept store anew
EACH = 4  # messages a ticket
CHINESE, FILED = 25, 10  # each such message is in Chinese, or has a file
DAY = 86_400_000_000  # microseconds
NOW = 1_795_000_000_000_000  # a November night in 2026
SPAN = 1_000 * DAY
AGENTS, GROUPS = 60, 12
CONFIG = '[desks.big]\nprovider = "rt"\nurl = "https://127.0.0.1:9"\n'
_BATCH = 20_000
_FAST = (
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000; PRAGMA temp_store=MEMORY;"
    "PRAGMA locking_mode=EXCLUSIVE;"
)
TICKET = (
    "id", "ref", "desk", "remote_id", "subject", "status", "status_raw", "priority", "priority_raw", "channel",
    "requester_id", "assignee_id", "group_id", "organization_id", "tags", "fields", "created", "updated", "version",
    "token", "presence", "merged_into", "sla_due", "url", "waiting_since", "messages", "low_water", "thread_version",
)  # fmt: skip
MESSAGE = (
    "desk", "remote_id", "ticket_id", "customer_id", "kind", "channel", "role", "author", "author_ref", "created", "body",
    "marker", "files",
)  # fmt: skip
ATTACHMENT = ("desk", "remote_id", "message_id", "name", "size", "mime", "url", "sha256")


def folder() -> Path:
    """Where the stores are kept."""
    return Path(os.environ.get(ENVIRONMENT) or Path(tempfile.gettempdir()) / "heard-bench-stores")


@contextmanager
def borrowed(count: int) -> Iterator[Home]:
    """The workspace with `count` tickets, for one program at a time, as it was on its first day."""
    root = folder() / f"{count}-{schema.HEADS['mirror']}-{schema.HEADS['local']}-{MADE}"
    root.parent.mkdir(parents=True, exist_ok=True)
    with root.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "first.db").exists():
            _make(root, count)
        home = Home(root)
        for each in root.glob("local.db*"):
            each.unlink()
        shutil.copy2(root / "first.db", home.local_db)
        yield home


def _make(root: Path, count: int) -> None:
    """Build beside its place, so that a store that is there is whole."""
    started = time.perf_counter()
    shutil.rmtree(root, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=root.parent) as name:
        home = Home(Path(name) / "home")
        home.make()
        home.config.write_text(CONFIG, encoding="utf-8")
        home.config.chmod(0o600)
        schema.migrate(home.local_db, "local")
        with closing(sqlite3.connect(home.local_db)) as local, local:
            local.execute("INSERT INTO meta (key, value) VALUES ('baseline', ?)", (str(NOW - 2 * DAY),))
        home.local_db.rename(home.root / "first.db")
        schema.migrate(home.mirror_db, "mirror")
        _fill(home.mirror_db, count)
        home.root.rename(root)
    size = (root / "mirror.db").stat().st_size / 1e9
    print(f"{root}: {count:,} tickets, {size:.1f} GB, made in {time.perf_counter() - started:.0f} s")


def _fill(path: Path, count: int) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as c:
        c.executescript(_FAST)
        indexes = c.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> ''"
        ).fetchall()
        for name, _ in indexes:
            c.execute(f"DROP INDEX {name}")
        dice = random.Random(count)
        customers = max(count // 3, 1)
        c.execute("BEGIN")
        _people(c, dice, customers)
        _insert(c, "ticket", TICKET, _tickets(dice, count, customers), count)
        _insert(c, "message", MESSAGE, _messages(c, dice), count * EACH)
        _insert(c, "attachment", ATTACHMENT, _attachments(count * EACH), count * EACH // FILED)
        for table in ("ticket_fts", "message_fts"):
            c.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")
        backlog.rebuild(c)
        for _, sql in indexes:
            c.execute(sql)
        c.execute("COMMIT")
        c.execute("PRAGMA locking_mode=NORMAL")
        c.execute("PRAGMA journal_mode=WAL")


def _insert(
    c: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    rows: Iterator[tuple[object, ...]],
    count: int,
) -> None:
    del count
    c.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", rows
    )


def _people(c: sqlite3.Connection, dice: random.Random, customers: int) -> None:
    organizations = max(customers // 20, 1)
    names = [big_words.name(dice) for _ in range(customers)]
    c.executemany(
        "INSERT INTO agent (id, desk, remote_id, name, email, active, is_me) VALUES (?, ?, ?, ?, ?, 1, ?)",
        [
            (n, DESK, f"a{n}", big_words.name(dice), f"a{n}@desk.example", int(n == 1))
            for n in range(1, AGENTS + 1)
        ],
    )
    c.executemany(
        "INSERT INTO grp (id, desk, remote_id, name) VALUES (?, ?, ?, ?)",
        [(n, DESK, f"g{n}", big_words.GROUPS[n - 1]) for n in range(1, GROUPS + 1)],
    )
    c.executemany(
        "INSERT INTO organization (id, desk, remote_id, name) VALUES (?, ?, ?, ?)",
        [(n, DESK, f"o{n}", f"{big_words.word(dice).title()} Ltd") for n in range(1, organizations + 1)],
    )
    c.executemany(
        "INSERT INTO customer (id, desk, remote_id, name, organization_id, time_zone, locale, notes)"
        " VALUES (?, ?, ?, ?, ?, 'Europe/Berlin', 'en', '')",
        [(n, DESK, f"c{n}", name, n % organizations + 1) for n, name in enumerate(names, 1)],
    )
    c.executemany(
        "INSERT INTO address (customer_id, kind, value) VALUES (?, 'email', ?)",
        [(n, f"c{n}@people.example") for n in range(1, customers + 1)],
    )
    c.executemany(
        "INSERT INTO customer_fts (rowid, names) VALUES (?, ?)",
        [(n, f"{name} c{n}@people.example") for n, name in enumerate(names, 1)],
    )
    c.executemany("INSERT INTO tag (desk, name) VALUES (?, ?)", [(DESK, tag) for tag in big_words.TAGS])


def _tickets(dice: random.Random, count: int, customers: int) -> Iterator[tuple[object, ...]]:
    """In the order in which they were opened. Every third comes from one customer in fifty: those who come often."""
    often = max(customers // 50, 1)
    rnd = dice.random
    for n in range(1, count + 1):
        age = 1 - n / count
        created = NOW - int(SPAN * age) - int(rnd() * DAY)
        live = rnd() < (0.6 if age < 0.05 else 0.005)
        status = dice.choices(*(big_words.LIVE if live else big_words.OVER))[0]
        updated = min(created + int(rnd() ** 4 * 60 * DAY), NOW - int(rnd() * DAY / 4))
        customer = int(rnd() * (often if rnd() < 1 / 3 else customers)) + 1
        assignee = 0 if rnd() < (0.25 if live else 0.02) else int(rnd() * AGENTS) + 1
        tags = sorted({dice.choice(big_words.TAGS) for _ in range(int(rnd() * 4))})
        yield (
            n, f"{DESK}/{n}", DESK, str(n), big_words.subject(dice), status, status,
            dice.choices(*big_words.PRIORITIES)[0], "", dice.choices(*big_words.CHANNELS)[0], customer, assignee,
            int(rnd() * GROUPS) + 1, customer % max(customers // 20, 1) + 1, f" {' '.join(tags)} " if tags else "",
            '{"plan":"basic"}' if n % 10 else '{"plan":"gold","order":"4711"}', created, updated, updated, str(updated),
            "present" if rnd() < 0.99 else dice.choice(("merged", "spam", "gone")), "",
            NOW + int((rnd() * 5 - 2) * DAY) if live and rnd() < 0.6 else 0, f"https://big.example/{n}",
            updated if live and rnd() < 0.5 else 0, EACH, str(n * EACH), updated,
        )  # fmt: skip


def _messages(c: sqlite3.Connection, dice: random.Random) -> Iterator[tuple[object, ...]]:
    """Four a ticket, shared out so that one in eight has none and others have many; in the order of their tickets."""
    shares = array("B", (0, 2, 3, 4, 4, 5, 6, 8))
    openings, endings = big_words.phrases(dice), big_words.phrases(dice)
    chinese = big_words.chinese(dice)
    number = 0
    for ticket, customer, channel, created, updated in c.execute(
        "SELECT id, requester_id, channel, created, updated FROM ticket ORDER BY id"
    ).fetchall():
        share = shares[ticket % 8]
        for place, step in enumerate(accumulate([0] + [(updated - created) // max(share, 1)] * (share - 1))):
            if place >= share:
                break
            number += 1
            agent = place % 2
            body = f"{openings[int(dice.random() * 4000)]} {endings[int(dice.random() * 4000)]}"
            if number % CHINESE == 0:
                body = chinese[number // CHINESE % len(chinese)]
            if number == CHINESE:
                body = f"{big_words.SEEN_ONCE}{body}"
            yield (
                DESK, str(number), ticket, customer, "note" if agent and number % 7 == 0 else "message", channel,
                "agent" if agent else "customer", "Bo" if agent else "", "", created + step, body, "", int(number % FILED == 0),
            )  # fmt: skip


def _attachments(messages: int) -> Iterator[tuple[object, ...]]:
    for number in range(FILED, messages + 1, FILED):
        yield DESK, f"f{number}", number, big_words.file_name(number // FILED), 1_000, "", "", ""


if __name__ == "__main__":
    with borrowed(int(sys.argv[1])) as made:
        print(made.root)
