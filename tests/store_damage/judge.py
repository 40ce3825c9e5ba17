"""What must hold of a damaged workspace: it works with all that waits, or says that it is damaged and is salvaged."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import sqlite3
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from support.clock import Clock
from support.desk import MemoryDesk

from console import history, outbox, reply, search, tail, triage
from console.session import Session
from store import drafts
from store.database import MirrorDamagedError
from store.errors import ConfigError, HeardError, NotFoundError, StoreDamagedError
from store.home import Home
from store.rows import OP_STATES, OPEN_STATES
from store.salvage import salvage
from store.sync import Engine
from store_damage.mutations import FRAME, PAGE, WAYS, Touched, pages_of
from store_damage.template import Truth


@dataclass
class Tally:
    """What all mutations together came to."""

    outcomes: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    whole: int = 0  # operations and drafts whose pages were not touched, in files that had to be salvaged
    saved: int = 0  # of these, those that a salvage brought back
    altered: int = 0  # words that were changed by the damage and read as if they were right
    closed_lost: int = 0  # operations done or cancelled that are missing from a file that works


def one(folder: Path, truth: Truth, number: int, kind: str, tally: Tally) -> None:
    """Damage a copy of the workspace in the way of this number, and look."""
    chance = random.Random(number)
    way = WAYS[number % len(WAYS)]
    source = truth.killed if (number // len(WAYS)) % 2 else truth.clean
    home = Home(folder / "damaged")
    shutil.rmtree(home.root, ignore_errors=True)
    shutil.copytree(source, home.root)
    path = home.local_db if kind == "local" else home.mirror_db
    other = truth.killed / ("mirror.db-wal" if kind == "local" else "local.db-wal")
    shutil.copyfile(other, home.root / "other.db-wal")
    before = {e: _read(path.with_name(path.name + e)) for e in ("", "-wal")}
    touched = way(path, chance)
    label = f"{kind} {number} {way.__name__} of {source.name}"
    try:
        _judge(home, truth, _whole(before, touched, truth), tally, label)
    except HeardError as error:
        tally.violations.append(f"{label}: {type(error).__name__}: {error}")
    except Exception:  # noqa: BLE001  (whatever it is, it must not come out of a damaged file)
        tally.violations.append(f"{label}: {traceback.format_exc()[-900:]}")


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _whole(before: dict[str, bytes], touched: Touched, truth: Truth) -> set[str]:
    """The words of which no page was touched."""
    hurt = b"".join(
        before[e][32 + n * FRAME : 32 + (n + 1) * FRAME] if e else before[e][n * PAGE : (n + 1) * PAGE]
        for e, n in pages_of(touched)
    )
    words = {*truth.operations.values(), *truth.drafts.values()}
    # A word that lies in the log alone, behind a log that was replaced, has lost its page with it.
    return {word for word in words if word.encode() not in hurt}


def _judge(home: Home, truth: Truth, whole: set[str], tally: Tally, label: str) -> None:
    kind = label.split(maxsplit=1)[0]
    try:
        found = _used(home, kind)
    except (StoreDamagedError, ConfigError) as error:
        if kind == "mirror":
            raise
        tally.outcomes[type(error).__name__] += 1
        _salvaged(home, truth, whole, tally, label)
        return
    tally.outcomes["works"] += 1
    _compare(found, truth, tally, label)


def _used(home: Home, kind: str) -> Found:
    """Use it; what was found just before the mirror was made anew may be gone: then once more."""
    try:
        return _use(home)
    except NotFoundError:
        if kind == "local":
            raise
        return _use(home)


@dataclass
class Found:
    """What a program sees of the words."""

    operations: dict[str, tuple[str, str]]  # id: body, state
    drafts: dict[str, str]


def _use(home: Home) -> Found:
    """Everything that a program does, once."""
    clock = Clock()
    session = Session.open(home, clock)
    try:
        triage.rows(session, triage.queue_ids(session, ""))
        search.search(session, "text")
        history.find_customers(session, "surname")
        tail.tail(session)
        outbox.counts(session)
        found = _found(session)
        reply.save_draft(session, "acme/77", "One more.", "note")
        asyncio.run(_synced(session, clock))
        return found
    finally:
        session.close()


async def _synced(session: Session, clock: Clock) -> None:
    """A worker's turns: damage may come up late, and then the mirror is made anew and the next turn fetches again."""
    desk = MemoryDesk(clock)
    desk.open(desk.customer("Newest Customer"), "Newest", "Text.")
    engine = Engine(session.db, "second", desk, clock)
    for turn in range(4):
        clock.tick(40)
        error = (await engine.once()).error
        if error is not None and (turn or not isinstance(error, MirrorDamagedError)):
            raise error
        if turn and triage.count(session, "newest") == 1:
            break
    assert triage.count(session, "newest") == 1
    await engine.aclose()


def _found(session: Session) -> Found:
    operations = {o.id: (o.body, o.state) for o in outbox.operations(session, OP_STATES)}
    return Found(operations, {d.ref: d.text for d in session.db.read(drafts.all_drafts)})


def _compare(found: Found, truth: Truth, tally: Tally, label: str) -> None:
    for key, word in truth.operations.items():
        body = found.operations.get(key, ("", ""))[0]
        if body:
            tally.altered += any(w != word for w in body.split())
        elif truth.states[key] in OPEN_STATES:
            tally.violations.append(f"{label}: a waiting operation is gone without a word")
            return
        else:
            tally.closed_lost += 1
    if gone := truth.drafts.keys() - found.drafts.keys():
        tally.violations.append(f"{label}: {len(gone)} drafts are gone without a word")


def _salvaged(home: Home, truth: Truth, whole: set[str], tally: Tally, label: str) -> None:
    done = salvage(home.local_db, Clock()())
    for words in _lines(Path(done.words)):
        assert words
    found = _use(home)
    states = {key: state for key, (_, state) in found.operations.items()}
    bodies = {word for key, word in truth.operations.items() if word in found.operations.get(key, ("",))[0]}
    bodies |= {word for key, word in truth.drafts.items() if word in found.drafts.get(key, "")}
    tally.whole += len(whole)
    tally.saved += len(whole & bodies)
    if lost := whole - bodies:
        tally.outcomes[f"lost by {label.split()[2]} of {label.rsplit(maxsplit=1)[-1]}"] += len(lost)
    if "sending" in states.values():
        tally.violations.append(f"{label}: an operation is still being sent")
    for key, state in states.items():
        if state == "queued" and truth.states.get(key, "queued") != "queued":
            tally.violations.append(f"{label}: {key} was {truth.states[key]} and would be sent again")
    _sound(home, label, tally)


def _lines(path: Path) -> Iterator[dict[str, object]]:
    with path.open() as file:
        yield from (json.loads(line) for line in file)


def _sound(home: Home, label: str, tally: Tally) -> None:
    with closing(sqlite3.connect(home.local_db)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            tally.violations.append(f"{label}: what was salvaged is damaged")
