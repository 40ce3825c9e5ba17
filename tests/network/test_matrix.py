"""Every fault against every kind of request, over real sockets: nothing hangs, nothing is invented, nothing is repeated.

A part of the matrix that touches every fault and every kind runs with all tests; the whole is marked `network`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from demo.client import NOW
from network.faults import MAYBE, OK, Row, rows
from network.kinds import BEFORE, RT, UNWRITTEN, ZENDESK, Kind, outcome_of
from network.scene import DEADLINE_S, Behind, Scene, scene
from network.wire import Message
from support.clock import Clock

from store.errors import ThrottledError
from store.remotes import http_files

LONGEST_S = 10.0
EVERY = 8  # one case in so many runs with all tests
SHORTEST_PAUSE, LONGEST_PAUSE = 1, 3600
KINDS = [("zendesk", kind) for kind in ZENDESK] + [("rt", kind) for kind in RT]
ROWS = rows()


def expected(kind: Kind, row: Row) -> frozenset[str]:
    """What may come of it."""
    if row.fault.name in kind.other:
        return kind.other[row.fault.name]
    if kind.reads == "before":
        return _unwritten(row)
    if kind.reads == "after":
        return MAYBE | ({"applied"} if row.read & OK else set())
    if kind.file and not row.transport:
        return OK
    return row.write if kind.write else row.read


def _unwritten(row: Row) -> frozenset[str]:
    """The reading before a write failed: nothing was sent, whatever the reason."""
    if row.write == {"throttled"}:
        return row.write
    if row.fault.name in BEFORE:
        return BEFORE[row.fault.name]
    read_anyway = frozenset({"applied"} if row.read & OK else ())
    return UNWRITTEN | read_anyway | ({"forbidden"} if "RefusedError" in row.read else set())


def cases() -> Sequence[object]:
    """All of the matrix, the larger part of it marked."""
    found = []
    for column, (adapter, kind) in enumerate(KINDS):
        for line, row in enumerate(ROWS):
            if kind.file and not row.transport:
                continue  # a file may hold anything
            marks: list[Any] = [] if (line + column) % EVERY == 0 else [pytest.mark.network]
            found.append(pytest.param(adapter, kind, row, id=f"{adapter}-{kind}-{row}", marks=marks))
    return found


@pytest.mark.parametrize(("adapter", "kind"), KINDS, ids=str)
async def test_unharmed_every_kind_of_request_succeeds(adapter: str, kind: Kind, behind: Behind) -> None:
    async with scene(adapter, behind, Clock(NOW)) as there:
        word, value = await outcome_of(kind, there.remote, there.ids)
        assert word == ("applied" if kind.write else "ok"), value
        assert there.server.seen[kind.at].first.startswith(kind.asks)


@pytest.mark.parametrize(("adapter", "kind", "row"), cases())
async def test_a_fault_becomes_what_it_is(
    adapter: str, kind: Kind, row: Row, behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind.file and row.fault.then == "drip":
        monkeypatch.setattr(http_files, "DEADLINE_S", DEADLINE_S)
    async with scene(adapter, behind, Clock(NOW), fault=row.fault, at=kind.at) as there:
        async with asyncio.timeout(LONGEST_S):
            word, value = await outcome_of(kind, there.remote, there.ids)
        assert word in expected(kind, row), (word, value, [m.first for m in there.server.seen])
        if kind.write:
            check_write(kind, row, word, value, there)
        else:
            await check_read(kind, row, word, value, there)


def check_write(kind: Kind, row: Row, word: str, outcome: Any, there: Scene) -> None:
    """One request at most, none that cannot have been sent, and no success that the desk knows nothing of."""
    sent, taken = writes(there.server.seen), writes(there.server.taken)
    assert len(sent) <= 1
    if word == "applied":
        assert len(taken) == 1
    if kind.reads == "before" and word != "applied":
        assert sent == []
    if row.fault.dial:
        assert sent == [] or kind.reads == "after"
    if word == "throttled" and outcome.retry_after is not None:
        assert SHORTEST_PAUSE <= outcome.retry_after <= LONGEST_PAUSE


async def check_read(kind: Kind, row: Row, word: str, value: Any, there: Scene) -> None:
    """What was read in spite of the fault is what is read without it."""
    if word == "ThrottledError":
        assert isinstance(value, ThrottledError)
        assert SHORTEST_PAUSE <= value.after <= LONGEST_PAUSE
    if word == "ok" and row.fault.name not in kind.other:
        there.server.fault = None
        assert await outcome_of(kind, there.remote, there.ids) == ("ok", value)


def writes(messages: list[Message]) -> list[Message]:
    """The requests that would change something."""
    return [message for message in messages if message.method != "GET"]
