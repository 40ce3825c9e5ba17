"""A reply whose fate nobody told us: the engine finds out, and the customer gets it once, whatever broke and when."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from demo.client import NOW
from network.faults import MAYBE, rows
from network.rt_desk import RtDesk
from network.scene import Behind, Scene, scene
from network.server import Fault
from network.stories import PAUSE_S, Story, story
from support.clock import Clock

from console import changes, reply, triage
from console.demo.desk import create_app
from console.demo.setup import prepare
from console.session import Session

TEXT = "A new kettle is on its way to you."
CLASSES = ("A", "B", "C")
ROUND_TRIP: tuple[Fault, ...] = tuple(
    row.fault for row in rows() if row.write <= MAYBE and not row.fault.unread and (row.fault.commit or row.fault.then != "close")
)  # fmt: skip
SHORT_LIST = {
    "reset after commit",
    "reset before commit",
    "502 after commit",
    "body shorter than told",
    "portal page",
}
KNOWN_STATES = {"A": {"done"}, "B": {"done"}, "C": {"done", "review"}}


@dataclass
class Counted:
    """A story on one desk, and how many messages with a text stand on it."""

    story: Story
    there: Scene
    said: Callable[[str], int]

    def state(self) -> str:
        """What became of the only operation."""
        (operation,) = self.story.operations()
        return operation.state


Desks = Callable[[str], AbstractAsyncContextManager[Counted]]


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def small(tmp_path: Path, clock: Clock) -> Iterator[Behind]:
    """A desk of a few tickets, by the same clock as everything else."""
    made = prepare(tmp_path / "desk", seed=3, size=12, now=clock())
    app = create_app(made.path, clock=clock)
    yield Behind(made, app)
    app.state.database.close()


@asynccontextmanager
async def counted(promise: str, session: Session, clock: Clock, behind: Behind) -> AsyncIterator[Counted]:
    """A desk of one class of promise, all of it pulled."""
    rt = RtDesk(clock, marks=promise == "B")
    adapter = "zendesk" if promise == "A" else "rt"

    def said(text: str) -> int:
        if adapter == "rt":
            return rt.said(text)
        sql = "SELECT count(*) AS n FROM audits WHERE CAST(body AS TEXT) LIKE ?"
        return int(behind.app.state.database.row(sql, f"%{text}%")["n"])

    async with scene(adapter, behind, clock, rt=rt) as there, story(session, there.remote, clock) as told:
        assert there.remote.caps.promise == promise
        yield Counted(told, there, said)


@pytest.fixture
def desk_of(session: Session, clock: Clock, small: Behind) -> Desks:
    return lambda promise: counted(promise, session, clock, small)


def open_ticket(told: Counted) -> str:
    return told.story.refs("status:new,open")[0]


def lost_answers(names: Collection[str] = ()) -> Sequence[object]:
    """Every fault, or those named, for every class; one in three runs with all tests."""
    chosen = [fault for fault in ROUND_TRIP if not names or fault.name in names]
    return [
        pytest.param(
            promise,
            fault,
            id=f"{promise}-{fault}",
            marks=[] if (line + column) % 3 == 0 else [pytest.mark.network],
        )
        for column, promise in enumerate(CLASSES)
        for line, fault in enumerate(chosen)
    ]


@pytest.mark.parametrize(("promise", "fault"), lost_answers())
async def test_a_reply_arrives_once_when_its_answer_is_lost(
    promise: str, fault: Fault, desk_of: Desks
) -> None:
    async with desk_of(promise) as told:
        reply.reply(told.story.session, open_ticket(told), TEXT)
        told.there.arm(fault)
        await told.story.quiesce()
        (operation,) = told.story.operations()
        assert operation.state in KNOWN_STATES[promise], operation
        assert told.said(TEXT) == 1 or (operation.state == "review" and not told.said(TEXT))
        assert operation.body == TEXT


@pytest.mark.parametrize(("promise", "fault"), lost_answers(SHORT_LIST))
async def test_a_note_and_a_change_are_settled_too(promise: str, fault: Fault, desk_of: Desks) -> None:
    async with desk_of(promise) as told:
        session, ref = told.story.session, open_ticket(told)
        reply.note(session, ref, TEXT)
        told.there.arm(fault)
        await told.story.quiesce()
        changes.set_fields(session, ref, changes.parse(["priority=low"]))
        told.there.arm(fault)
        await told.story.quiesce()
        assert {operation.state for operation in told.story.operations()} <= {"done", "review"}
        assert told.said(TEXT) == 1 or (promise == "C" and told.said(TEXT) == 0)
        assert triage.ticket(session, ref).row.priority == "low"


@pytest.mark.parametrize("late_s", [0, 1, 10, 60, 80, 89, 91, 120, 600])
async def test_a_guarded_reply_arrives_once_however_late_the_first_request_commits(
    late_s: float, desk_of: Desks
) -> None:
    async with desk_of("A") as told:
        await commits_late(told, late_s)
        assert (told.state(), told.said(TEXT)) == ("done", 1)


@pytest.mark.parametrize("late_s", [0, 1, 10, 60, 80, 89])
async def test_a_marked_reply_arrives_once_if_it_commits_before_the_desk_counts_as_settled(
    late_s: float, desk_of: Desks
) -> None:
    async with desk_of("B") as told:
        assert told.there.remote.caps.settle_s > late_s
        await commits_late(told, late_s)
        assert (told.state(), told.said(TEXT)) == ("done", 1)


@pytest.mark.parametrize("late_s", [0, 60, 89, 91, 600])
async def test_a_reply_without_a_marker_is_never_sent_a_second_time_by_itself(
    late_s: float, desk_of: Desks
) -> None:
    async with desk_of("C") as told:
        await commits_late(told, late_s)
        assert told.said(TEXT) == 1
        assert told.state() in {"done", "review"}


async def commits_late(told: Counted, late_s: float) -> None:
    """Send a reply that the desk takes `late_s` seconds after we gave up waiting for it."""
    reply.reply(told.story.session, open_ticket(told), TEXT)
    told.there.arm(next(f for f in ROUND_TRIP if f.name == "silence before commit"))
    await told.story.turn()
    while late_s >= PAUSE_S:
        await told.story.turn()
        late_s -= PAUSE_S
    told.story.clock.tick(late_s)
    assert told.there.server.late
    await told.there.server.commit_late()
    await told.story.quiesce()


@pytest.mark.parametrize("promise", CLASSES)
async def test_what_could_not_leave_leaves_once_as_soon_as_the_desk_answers(
    promise: str, desk_of: Desks
) -> None:
    async with desk_of(promise) as told:
        reply.reply(told.story.session, open_ticket(told), TEXT)
        told.there.arm(Fault("refused", dial="refused"))
        await told.story.engine.push()
        assert (told.state(), told.said(TEXT)) == ("queued", 0)
        await told.story.turn()
        assert (told.state(), told.said(TEXT)) == ("done", 1)
        await told.story.quiesce()
        assert (told.state(), told.said(TEXT)) == ("done", 1)
        assert [message.method for message in told.there.server.taken if message.method != "GET"] != []
