"""A workspace with words in it, once as a program leaves it that ends cleanly, and once as one that is killed."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from support.clock import Clock
from support.desk import MemoryDesk

from console import reply
from console.session import Session
from store import outbox
from store.database import Database
from store.home import Home
from store.outbox import NewOperation
from store.rows import OP_STATES
from store.sync import Engine

DESK = "acme"
OPERATIONS = 96
DRAFTS = 24


@dataclass(frozen=True, slots=True)
class Truth:
    """What was in the files: the words of each operation and draft, and the states."""

    clean: Path
    killed: Path
    operations: dict[str, str]  # id: the word that its text repeats
    states: dict[str, str]
    drafts: dict[str, str]  # ref: the word


def make(folder: Path) -> Truth:
    """Make both workspaces below `folder`."""
    clock = Clock()
    home = Home(folder / "live")
    home.make()
    session = Session.open(home, clock)
    desk = MemoryDesk(clock)
    for number in range(40):
        customer = desk.customer(f"Customer{number} Surname")
        desk.open(customer, f"Subject {number}", f"Text {number}. " * (5 + number * 7))
    engine = Engine(session.db, DESK, desk, clock)
    asyncio.run(_pulled(engine, clock))
    operations = _fill(session.db, clock, 0)
    drafts = _drafts(session, 0)
    _checkpoint(home)
    operations |= _fill(session.db, clock, 1)  # these lie in the log
    drafts |= _drafts(session, 1)
    killed = folder / "killed"
    shutil.copytree(home.root, killed)
    session.close()
    clean = folder / "clean"
    shutil.copytree(home.root, clean)
    with sqlite3.connect(home.local_db) as connection:
        states = dict(connection.execute("SELECT id, state FROM op").fetchall())
    connection.close()
    return Truth(clean, killed, operations, states, drafts)


async def _pulled(engine: Engine, clock: Clock) -> None:
    for _ in range(3):
        clock.tick(10)
        await engine.once()


def _fill(database: Database, clock: Clock, part: int) -> dict[str, str]:
    """Operations in every state; each repeats one word, so that every page which holds a part of it can be told."""
    made = {}
    for n in range(part * OPERATIONS // 2, (part + 1) * OPERATIONS // 2):
        clock.tick(1)
        word = f"word{n:04}op"
        body = f"{word} " * (3 + (n % 9) ** 3)
        new = NewOperation(DESK, f"{DESK}/{1000 + n // 2}", "reply", body)
        (made_id,) = outbox.enqueue(database, [new], "ana", clock())
        made[made_id] = word
        state = OP_STATES[n % len(OP_STATES)]
        with database.write("local") as connection:
            connection.execute(
                "UPDATE op SET state = ?, attempts = ?, fence = 1, owner = '1-x' WHERE id = ?",
                (state, int(state != "queued"), made_id),
            )
    return made


def _drafts(session: Session, part: int) -> dict[str, str]:
    made = {}
    for n in range(part * DRAFTS // 2, (part + 1) * DRAFTS // 2):
        made[f"{DESK}/{n}"] = f"word{n:04}dr"
        reply.save_draft(session, f"{DESK}/{n}", f"word{n:04}dr " * (3 + n * 30), "reply")
    return made


def _checkpoint(home: Home) -> None:
    connection = sqlite3.connect(home.local_db)
    connection.execute("PRAGMA wal_checkpoint(FULL)")
    connection.close()
