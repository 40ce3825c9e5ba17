"""The sweep: all tickets compared by id and version, because feeds do not tell of everything.

Deletion, spam, merges, lost permission and permission regained often leave no change behind. So every quarter of an
hour the whole listing is walked, a few pages a turn; what differs is fetched, what is missing is asked for one by one.
Where a large part is missing at once nothing is believed: the mirror stays, and a person is told (sync design, 4.1).
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from store import away, quarantine
from store.database import Database
from store.errors import (
    AuthError,
    HeardError,
    NotFoundError,
    OfflineError,
    RefusedError,
    SuspiciousError,
    ThrottledError,
)
from store.remotes import BadRecord, Listed, Listing, Remote
from store.sync.doubt import accepted, doubt
from store.sync.pull import Puller

EVERY_US = 900_000_000
PAGES_A_TURN = 20
FETCHES_A_TURN = 200
FEW = 20  # missing tickets that need no doubt
SHARE = 0.2  # of all tickets: more than this missing is not believed
ASK_AGAIN = 50  # tickets that we may not see: no listing tells whether they are still there

KNOWN = "SELECT remote_id FROM ticket WHERE desk = ? AND presence = 'present' AND status <> 'closed'"
FORBIDDEN = "SELECT remote_id FROM ticket WHERE desk = ? AND presence = 'forbidden' ORDER BY random() LIMIT ?"
STANDS = """SELECT remote_id, version FROM ticket WHERE desk = ? AND presence = 'present'
 AND remote_id IN (SELECT value FROM json_each(?))"""


@dataclass(slots=True)
class Walk:
    """One walk through the listing: where it stands and what it has seen (ids, ascending)."""

    after: str | None
    seen: array[int]
    started: int
    missing: list[str] | None = None  # known once the listing has ended


class Sweeper:
    """Compares one desk's tickets with the mirror."""

    def __init__(
        self, database: Database, desk: str, remote: Remote, pull: Puller, now: Callable[[], int]
    ) -> None:
        self._db = database
        self._desk = desk
        self._remote = remote
        self._pull = pull
        self._now = now
        self._walk: Walk | None = None
        self._next = 0

    def due(self) -> bool:
        """Whether there is something to do: a walk is under way, or it is time for the next."""
        return self._walk is not None or self._now() >= self._next

    def hurry(self) -> None:
        """Begin a walk with the next turn: the feed cannot be trusted just now."""
        if self._walk is None:
            self._next = 0

    async def step(self, pages: int = PAGES_A_TURN) -> int:
        """Some pages of the walk; returns how many tickets it had to bring home. SuspiciousError when too many are missing."""
        if self._walk is None:
            self._walk = Walk("", array("Q"), self._now())
        walk, mended = self._walk, 0
        for _ in range(pages):
            if walk.after is None:
                break
            page = await self._listing(walk.after)
            walk.seen.extend(int(t.id) for t in page.tickets)
            walk.after = page.after
            mended += await self._mend(page.tickets)
        if walk.after is None:
            mended += await self._end(walk)
        return mended

    async def _listing(self, after: str) -> Listing:
        try:
            return await self._remote.listing(after)
        except (RefusedError, NotFoundError):  # not for us: try again another time, not each turn
            self._walk = None
            self._next = self._now() + EVERY_US
            raise

    async def _mend(self, listed: Sequence[Listed]) -> int:
        """Fetch what is new, newer or back."""
        ids = json.dumps([t.id for t in listed])
        stands = dict(
            self._db.read(lambda r: r.execute(STANDS, (self._desk, ids)).fetchall(), overlaid=False)
        )
        other = [t.id for t in listed if stands.get(t.id, -1) < t.version]
        for each in other:
            await self._fetch(each, missed=True)
        return len(other)

    async def _fetch(self, remote_id: str, *, missed: bool = False) -> None:
        try:
            await self._pull.bring(remote_id, missed=missed)
        except (AuthError, OfflineError, ThrottledError):
            raise
        except HeardError as error:
            with self._db.write("mirror") as connection:
                quarantine.put_aside(
                    connection, self._desk, [BadRecord(remote_id, error.message)], self._now()
                )

    async def _end(self, walk: Walk) -> int:
        if walk.missing is None:
            walk.missing = [*self._missing(walk), *self._forbidden()]
        portion, walk.missing = walk.missing[:FETCHES_A_TURN], walk.missing[FETCHES_A_TURN:]
        for each in portion:
            await self._fetch(each)
        if not walk.missing:
            self._walk = None
            self._next = walk.started + EVERY_US
            self._fade()
        return len(portion)

    def _forbidden(self) -> list[str]:
        """Some of the tickets that we may not see, others each time: they may have been deleted since."""
        values = (self._desk, ASK_AGAIN)
        return self._db.read(lambda r: [f[0] for f in r.execute(FORBIDDEN, values)], overlaid=False)

    def _fade(self) -> None:
        """What we may not see for a day is hidden, for a week leaves."""
        now = self._now()
        if self._db.read(lambda r: away.due(r, self._desk, now), overlaid=False):
            with self._db.write("mirror") as connection:
                away.fade(connection, self._desk, now)

    def _missing(self, walk: Walk) -> list[str]:
        """What the mirror has and the listing has not; SuspiciousError where that is too much to believe."""
        known = self._db.read(lambda r: [f[0] for f in r.execute(KNOWN, (self._desk,))], overlaid=False)
        missing = [i for i in known if not _within(walk.seen, int(i))]
        much = len(missing) > FEW and len(missing) > SHARE * len(known)
        if missing and (much or not walk.seen) and not accepted(self._db, self._desk, len(missing)):
            self._walk = None
            self._next = walk.started + EVERY_US
            doubt(self._db, self._desk, missing=len(missing), known=len(known), now=self._now())
            raise SuspiciousError(
                f"{len(missing):,} of {len(known):,} tickets are missing from the desk's list all at once; nothing was removed here.",
                f"If they were really deleted: `heard desk accept {self._desk}`. Else look at the desk and at our rights there.",
            )
        doubt(self._db, self._desk, missing=0, known=len(known), now=self._now())
        return missing


def _within(seen: array[int], number: int) -> bool:
    place = bisect_left(seen, number)
    return place < len(seen) and seen[place] == number
