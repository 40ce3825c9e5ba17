"""Opening a long story: the store's read and the first paint of the pane, for 5,000 messages and for one ticket of 50,000."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from textual.app import App, ComposeResult

from console import history
from console.history import Place, Scope
from console.session import Session
from store.home import Home
from tests.bench.figure import Figure
from widgets.timeline import Timeline

NOW = 1_795_000_000_000_000
HOUR = 3_600_000_000
RUNS = 9
TARGET = 100.0  # ms
MANY, HUGE, EACH = 5_000, 50_000, 10  # messages of a person, of one ticket, and of each other ticket
WORDS = (
    "Hello, the kettle still leaks and I would like to know what happens now. " * 6
    + "\n\nOn Monday Bo wrote:\n> Please try again\n> and tell us\n"
)
ONE = "big/huge"
TICKET = (
    "INSERT INTO ticket (id, ref, desk, remote_id, subject, status, status_raw, priority, priority_raw, channel, requester_id,"
    " assignee_id, group_id, organization_id, tags, fields, created, updated, version, token, presence, merged_into, sla_due,"
    " url, waiting_since, messages, low_water, thread_version) VALUES (?, ?, 'big', ?, 'The kettle leaks', 'open', 'open',"
    " 'none', '', 'email', ?, 0, 0, 0, '', '{}', ?, ?, 1, '', 'present', '', 0, '', 0, ?, '', 1)"
)
MESSAGE = (
    "INSERT INTO message (desk, remote_id, ticket_id, customer_id, kind, channel, role, author, author_ref, created, body, marker,"
    " files) VALUES ('big', ?, ?, ?, ?, 'email', ?, 'Ada Abel', '', ?, ?, '', 0)"
)
PERSON = (
    "INSERT INTO customer (id, desk, remote_id, name, organization_id, time_zone, locale, notes)"
    " VALUES (?, 'big', ?, ?, 1, '', '', '')"
)
EVENT = (
    "INSERT INTO event (key, ref, kind, role, actor, old, new, message_id, occurred, recorded)"
    " VALUES (?, ?, 'status', 'agent', 'Bo', 'open', 'pending', '', ?, ?)"
)


def fill(session: Session) -> None:
    """Ada has 500 tickets of ten messages, Bea one of 50,000; every fifth message comes with a change. Both are of Acme."""
    tickets = [(n + 1, f"big/{n}", MANY // EACH, 1) for n in range(MANY // EACH)]
    with session.db.write("mirror") as c:
        c.execute("INSERT INTO organization (id, desk, remote_id, name) VALUES (1, 'big', 'o1', 'Acme')")
        c.executemany(PERSON, [(1, "c1", "Ada Abel"), (2, "c2", "Bea Bond")])
        rows = [(n, ref, ref[4:], 1, NOW, NOW, EACH) for n, ref, _, _ in tickets]
        c.executemany(TICKET, [*rows, (90_000, ONE, "huge", 2, NOW, NOW, HUGE)])
        c.executemany(MESSAGE, _messages())
    with session.db.write("local") as c:
        changed = [
            *((f"big/{n // EACH}", n) for n in range(0, MANY, 5)),
            *((ONE, n) for n in range(0, HUGE, 5)),
        ]
        c.executemany(EVENT, [(f"{ref}:{n}", ref, NOW + n * HOUR, NOW) for ref, n in changed])


def _messages() -> Iterator[tuple[object, ...]]:
    for n in range(MANY):
        role = "agent" if n % 3 == 0 else "customer"
        yield f"m{n}", n // EACH + 1, 1, "note" if n % 7 == 0 else "message", role, NOW + n * HOUR, WORDS
    for n in range(HUGE):
        yield f"h{n}", 90_000, 2, "message", "customer", NOW + n * HOUR, WORDS


class Pane(App[None]):
    """One story and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.timeline = Timeline(now=lambda: NOW + HUGE * HOUR)

    def compose(self) -> ComposeResult:
        yield self.timeline


async def opened(session: Session, scope: Scope, place: Place) -> float:
    """Milliseconds from asking the store to the painted pane."""
    pane = Pane()
    async with pane.run_test(size=(120, 50)):
        times = []
        for _ in range(RUNS):
            pane.timeline.set_items((), "")
            start = time.perf_counter()
            found = history.stretch(session, scope, place=place)
            pane.timeline.set_stretch(found.items, place.ref, beyond=(found.earlier, found.later))
            pane.timeline.render_lines(pane.timeline.size.region)
            times.append((time.perf_counter() - start) * 1000)
            assert "kettle" in pane.timeline.text()
    return statistics.median(times)


def opening(folder: Path) -> list[Figure]:
    """Each story at its end, at its beginning and in its middle."""
    home = Home(folder / "story")
    home.make()
    home.config.write_text('[desks.big]\nprovider = "rt"\nurl = "https://127.0.0.1:9"\n')
    home.config.chmod(0o600)
    session = Session.open(home)
    fill(session)
    ada, bea = history.of_person(session, 1), history.of_person(session, 2)
    wanted = {
        "history: 5,000 messages of one person": (ada, Place("big/499")),
        "history: a ticket of 50,000 messages": (bea, Place(ONE)),
        "history: the same at its first message": (bea, Place(first=True)),
        "history: the same around a message": (bea, Place(ONE, "h25000")),
        "history: everybody of their organization": (
            history.of_organization(session, 1)[0],
            Place("big/499"),
        ),
    }
    figures = [
        Figure(name, asyncio.run(opened(session, scope, place)), TARGET, "ms", "read and painted")
        for name, (scope, place) in wanted.items()
    ]
    session.close()
    return figures
