"""How late a desk's list of changes is, and how far each pull looks back for that.

A change that comes in a pull although the pull before it began after it was made had been missed then: the list tells
late. How late is measured by the desk's own clock, kept in the mirror beside the cursor, and half forgotten every six
hours. A pull looks back twice as far as that, two minutes at least and a quarter of an hour at most (sync design, 4).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from store.database import Database
from store.remotes import OVERLAP_S, TicketDoc
from store.sync.state import load_cursor, save_cursor

STREAM = "lag"  # the row beside the cursor
SECOND = 1_000_000
CEILING_S = 900  # what is told later than that, the sweep finds
NOISE_US = 3 * SECOND  # stamps are whole seconds, and the desk's clock is known about as well
BELIEVED_US = 2 * CEILING_S * SECOND  # older changes come with a permission or out of the archive, not late
HALF_LIFE_US = 6 * 3600 * SECOND

KNOWN = """SELECT remote_id, updated, presence FROM ticket WHERE desk = ?1 AND remote_id IN (SELECT value FROM json_each(?2))
 UNION ALL SELECT remote_id, 0, 'unread' FROM quarantine WHERE desk = ?1 AND remote_id IN (SELECT value FROM json_each(?2))"""


class Lag(msgspec.Struct, frozen=True, gc=False):
    """What is kept, in microseconds: the greatest lag met, when that was, and the newest change that a whole pull has seen."""

    greatest: int = 0
    met: int = 0
    high: int = 0

    def at(self, now: int) -> int:
        """What of the lag still counts."""
        return int(self.greatest * 0.5 ** (max(0, now - self.met) / HALF_LIFE_US))

    def overlap_s(self, now: int, least: int) -> int:
        """How far the next pull looks back, in seconds; `least` is the desk's own, with which it begins."""
        return max(least, min(CEILING_S, -(-2 * self.at(now) // SECOND)))


class Measured(NamedTuple):
    """The figures for people, in seconds: how late the desk's list has lately been, and how far a pull looks back."""

    lag_s: float
    overlap_s: int


def measured(database: Database, desk: str, now: int, least: int = OVERLAP_S) -> Measured:
    """How late a desk's list of changes has been, as every process can read it."""
    lag = load(database, desk)
    return Measured(lag.at(now) / SECOND, lag.overlap_s(now, least))


def load(database: Database, desk: str) -> Lag:
    """What is kept for a desk; nothing is known of a new one."""
    return _read(load_cursor(database, desk, STREAM))


def _read(text: str | None) -> Lag:
    try:
        return msgspec.json.decode(text, type=Lag) if text else Lag()
    except msgspec.DecodeError:
        return Lag()


class Lateness:
    """Measures one desk's list of changes; what it learns goes into the transaction of the page that taught it."""

    def __init__(self, database: Database, desk: str, server_now: Callable[[], int]) -> None:
        self._db = database
        self._desk = desk
        self._server_now = server_now
        self._lag: Lag | None = None  # as the file has it
        self._pulled = 0  # when the last whole pull of ours began
        self._began = 0
        self._newest = 0

    def begin(self, least: int) -> int:
        """A pull begins; returns how far it looks back, in seconds."""
        self._lag = load(self._db, self._desk)
        self._began, self._newest = self._server_now(), 0
        return self._lag.overlap_s(self._began, least)

    def page(self, connection: sqlite3.Connection, tickets: Iterable[TicketDoc], *, last: bool) -> None:
        """Learn from a page that is about to be stored; with the `last` one the pull is whole."""
        lag = self._late(connection, tickets)
        if last:
            high = min(self._newest, self._began)  # a stamp of the future is a mistake
            lag = msgspec.structs.replace(lag, high=max(lag.high, high))
        self._keep(connection, lag)

    def ended(self) -> None:
        """The pull is whole, and all of it is stored."""
        self._pulled = self._began

    def found(self, connection: sqlite3.Connection, ticket: TicketDoc) -> None:
        """Learn from a change that the sweep has found, about to be stored: the list should have told it."""
        self._lag = load(self._db, self._desk)
        self._keep(connection, self._late(connection, [ticket]))

    def _late(self, connection: sqlite3.Connection, tickets: Iterable[TicketDoc]) -> Lag:
        lag = self._lag or Lag()
        told = [t for t in tickets if t.presence == "present"]
        self._newest = max([self._newest, *(t.updated for t in told)])
        mark = max(lag.high, self._pulled) if lag.high else 0  # from the beginning everything is old
        old = [t for t in told if NOISE_US < mark - t.updated <= BELIEVED_US]
        late = mark - min((t.updated for t in _news(connection, self._desk, old)), default=mark)
        now = self._server_now()
        if late <= lag.at(now):
            return lag
        return msgspec.structs.replace(lag, greatest=late, met=now)

    def _keep(self, connection: sqlite3.Connection, lag: Lag) -> None:
        if lag != self._lag:
            text = msgspec.json.encode(lag).decode()
            save_cursor(connection, self._desk, STREAM, text, self._server_now())
            self._lag = lag


def _news(connection: sqlite3.Connection, desk: str, tickets: list[TicketDoc]) -> list[TicketDoc]:
    """Those with a change that the mirror has not got; not those that were away or could not be read, whose time is no lag."""
    if not tickets:
        return []
    ids = json.dumps([t.id for t in tickets])
    stored = list(connection.execute(KNOWN, (desk, ids)))
    away = {i for i, _, presence in stored if presence != "present"}
    known = {i: updated for i, updated, _ in stored}
    return [t for t in tickets if t.id not in away and known.get(t.id, -1) < t.updated]
