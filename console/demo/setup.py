"""Make the demo desk's file once, and know how to sign in to it."""

from __future__ import annotations

import secrets
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from console.demo.database import FORMAT, Database
from console.demo.loading import create
from console.demo.scenario import DEFAULT_SIZE, build
from store.errors import NotFoundError

__all__ = ["DEFAULT_SEED", "DEFAULT_SIZE", "DemoDesk", "forget", "prepare"]
DEFAULT_SEED = 7


@dataclass(frozen=True, slots=True)
class DemoDesk:
    """A desk file and the credentials of two of its agents: the admin, and one without admin rights."""

    path: Path
    seed: int
    size: int
    admin_email: str
    admin_token: str
    agent_email: str
    agent_token: str


def prepare(
    folder: Path, seed: int = DEFAULT_SEED, size: int = DEFAULT_SIZE, now: int | None = None
) -> DemoDesk:
    """The desk of this seed and size in `folder`; if it is not there, it is made as of `now` (microseconds; None: the time of day).

    Tokens are drawn afresh for every new file, so that nobody can sign in who has not read it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"desk-{seed}-{size}.db"
    if not _usable(path, seed, size):
        forget(path)
        scenario = build(seed, size, time.time_ns() // 1_000 if now is None else now)
        create(path, scenario, {agent.id: secrets.token_urlsafe(24) for agent in scenario.agents})
    with Database(path) as database:
        admin, agent = _credentials(database, "admin"), _credentials(database, "agent")
    return DemoDesk(path, seed, size, *admin, *agent)


def forget(path: Path) -> None:
    """Remove a desk file and what SQLite keeps beside it; nothing happens where there is none."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _usable(path: Path, seed: int, size: int) -> bool:
    """Whether the file holds this scenario in today's format."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path)) as connection:
            held = dict(connection.execute("SELECT key, value FROM meta").fetchall())
    except sqlite3.DatabaseError:
        return False
    return (held.get("format"), held.get("seed"), held.get("size")) == (FORMAT, str(seed), str(size))


def _credentials(database: Database, role: str) -> tuple[str, str]:
    """E-mail address and token of the first agent with this role; NotFoundError in a file without one."""
    sql = "SELECT email, token FROM tokens JOIN users ON users.id = user_id WHERE role = ? ORDER BY users.id"
    row = database.row(sql, role)
    if row is None:
        message = f"{database.path} knows no {role}"
        raise NotFoundError(message, "remove the file; it is made again")
    return row["email"], row["token"]
