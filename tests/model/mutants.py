"""Engines that are known to be bad. Each must be caught: by a short story here, and by the machine where that is measured.

From the project's root:
    PYTHONPATH=tests python -m model.mutants                    which story catches which mutant, and by which invariant
    PYTHONPATH=tests python -m model.mutants --machine 150      and how many examples of the machine it takes, at most 150
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from faults.desk import Class

from model import scenarios, world
from model.run import first_violation
from model.world import Violation
from store import upsert
from store.remotes import Caps, Effect, Outcome, Page
from store.rows import Operation
from store.sync import lag, operations, pull, push, sweep, verdicts
from store.sync.operations import Operations, write_of
from store.sync.state import load_cursor, save_cursor
from store.sync.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Patch:
    """One name that means something else for a while."""

    where: Any
    name: str
    value: Any

    @contextmanager
    def applied(self) -> Iterator[None]:
        """For the time of a `with`."""
        before = vars(self.where)[self.name]
        setattr(self.where, self.name, self.value)
        try:
            yield
        finally:
            setattr(self.where, self.name, before)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A bad engine, and the story that catches it."""

    name: str
    caught_by: Callable[[], None]
    patches: tuple[Patch, ...]
    cls: Class = "A"  # the desk on which the machine looks for it

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The bad engine, for the time of a `with`."""
        with ExitStack() as stack:
            for each in self.patches:
                stack.enter_context(each.applied())
            yield

    def caught(self) -> str:
        """What its story says of it; "" when it gets away."""
        with self.applied():
            return verdict_on(self.caught_by)


def verdict_on(story: Callable[[], None]) -> str:
    """The invariant that a story finds broken, "" for none."""
    try:
        story()
    except Violation as violation:
        return str(violation)
    except sqlite3.IntegrityError as refused:
        return f"I9: the database refuses: {refused}"
    return ""


# after the answer


def blind(kind: str, attempts: int, outcome: Outcome, _left: int = 0) -> Verdict:
    """Whatever is not known is sent again."""
    found = verdicts.after_sending(kind, attempts, outcome)
    return replace(found, state="queued", pause=0) if found.state == "unknown" else found


def fatal(kind: str, attempts: int, outcome: Outcome, _left: int = 0) -> Verdict:
    """A server error is a refusal."""
    found = verdicts.after_sending(kind, attempts, outcome)
    return replace(found, state="rejected") if outcome.status >= 500 else found


def settling(share: float) -> Callable[..., Verdict]:
    """Only a part of the time in which a late request can commit is waited for."""

    def looked(kind: str, tries: int, effect: Effect, caps: Caps, *, doubt_left: int, **rest: Any) -> Verdict:
        left = doubt_left - int(caps.settle_s * (1 - share)) * 1_000_000
        return verdicts.after_looking(kind, tries, effect, caps, doubt_left=left, **rest)

    return looked


async def trusting(_self: push.Pusher, _operation: Operation) -> bool:
    """An earlier request is forgotten."""
    return True


def nowhere(_self: push.Pusher, _operation: Operation) -> bool:
    """What has come home is not looked at."""
    return False


def queued_again(self: Operations) -> None:
    """What was in flight when the worker died is simply sent again."""
    with self._db.write("local") as connection:
        connection.execute("UPDATE op SET state = 'queued' WHERE state = 'sending'")


# before the request


async def refetched(self: push.Pusher, operation: Operation) -> Outcome:
    """The token is fetched just before the write, so that every check passes."""
    theirs = await self._remote.ticket(write_of(operation).ticket_id)
    return await SEND(self, replace(operation, base_token=getattr(theirs, "token", "")))


async def acknowledged(self: push.Pusher, operation: Operation) -> Outcome:
    """Done before the desk has answered."""
    self._operations.settle(operation, Outcome("applied"), Verdict("done"))
    return await self._remote.send(write_of(operation))


async def unseen(_self: push.Pusher, _operation: Operation) -> bool:
    """Nobody looks at the ticket before the reply leaves."""
    return True


async def unheard(_self: pull.Puller) -> None:
    """What leaves first leaves before the desk has told its time."""


SEND = push.Pusher._send
LANE = operations.READY[operations.READY.index(" AND NOT EXISTS") :]


def without(text: str, part: str) -> str:
    """SQL that has lost a condition, which must have been there."""
    if part not in text:
        raise ValueError(f"there is no {part!r} to lose")
    return text.replace(part, "1" if part.startswith("o.") else "")


def hurried(sql: str) -> str:
    """Nothing waits for its time."""
    return without(sql, "o.not_before <= :now")


def lawless(sql: str) -> str:
    """An operation does not wait for the one before it."""
    name = "local.op" if "local.op p" in sql else "op"
    return without(sql, LANE.format(op=name))


def without_index(cls: Class, *rest: Any, **how: Any) -> world.World:
    """The database does not guard the lanes either."""
    made = BEGUN(cls, *rest, **how)
    with made.session.db.write("local") as connection:
        connection.execute("DROP INDEX op_one_in_flight")
    return made


BEGUN = world.begun


def dropped(
    connection: sqlite3.Connection, found: Operation, disputed: Sequence[str], _token: str, _now: int
) -> None:
    """What nobody disputes is not sent."""
    kept = {k: v for k, v in found.changes.items() if k in disputed}
    connection.execute(
        "UPDATE op SET payload = json_set(payload, '$.changes', json(?)) WHERE id = ?",
        (json.dumps(kept), found.id),
    )


# pull and sweep


def local_clock(self: pull.Puller, page: Page, _at: str | None) -> int | None:
    """The cursor is our own time."""
    at = load_cursor(self._db, self._desk, pull.STREAM)
    return KEEP(self, replace(page, cursor=f"{self._now()}:0"), at)


def cursor_first(self: pull.Puller, page: Page, _at: str | None) -> int | None:
    """The cursor is kept before the page."""
    with self._db.write("mirror") as connection:
        save_cursor(connection, self._desk, pull.STREAM, page.cursor or "", self._now())
    return KEEP(self, page, load_cursor(self._db, self._desk, pull.STREAM))


KEEP = pull.Puller._keep
SQL = upsert._sql


def younger(*args: Any) -> str:
    """A row of the same version is not written."""
    return SQL(*args).replace(">= ticket.version", "> ticket.version")


def unguarded(*args: Any) -> str:
    """Whatever comes is written."""
    return SQL(*args).replace("excluded.version >= ticket.version AND ", "")


async def unmended(_self: sweep.Sweeper, _listed: object) -> int:
    """The sweep only looks for what is gone."""
    return 0


def looking_back(seconds: int) -> tuple[Patch, ...]:
    """Each pull looks back so far on a desk whose list lags a minute, however late it was seen to be."""
    return (Patch(lag.Lag, "overlap_s", lambda *_: seconds),)


def in_sql(change: Callable[[str], str]) -> tuple[Patch, ...]:
    """Another condition for what may leave."""
    return tuple(Patch(operations, n, change(getattr(operations, n))) for n in ("FIRST", "CLAIM"))


PUSHER = push.Pusher
# Else the second look, and the message that has come home, would make up for the missing first look.
FORGETFUL = (Patch(PUSHER, "_disproved", trusting), Patch(PUSHER, "_stands_here", nowhere))
MUTANTS = (
    Mutant("blind retry", scenarios.lost, (Patch(push, "after_sending", blind), *FORGETFUL), "B"),
    Mutant("no settling", scenarios.late, (Patch(push, "after_looking", settling(0)), *FORGETFUL), "B"),
    Mutant(
        "settling for half the delay",
        scenarios.late,
        (Patch(push, "after_looking", settling(1 / 3)), *FORGETFUL),
        "B",
    ),
    Mutant("no overlap", scenarios.lagging_feed, looking_back(0), "B"),
    Mutant("overlap of half the lag", scenarios.lagging_feed, looking_back(30), "B"),
    Mutant("cursor from our clock", scenarios.crash_in_pull, (Patch(pull.Puller, "_keep", local_clock),)),
    Mutant("cursor before the page", scenarios.crash_in_pull, (Patch(pull.Puller, "_keep", cursor_first),)),
    Mutant("newer instead of not older", scenarios.back_in_silence, (Patch(upsert, "_sql", younger),)),
    Mutant("token fetched before the write", scenarios.quicker, (Patch(PUSHER, "_send", refetched),)),
    Mutant(
        "recovery queues again",
        scenarios.crash_in_push,
        (Patch(Operations, "recover", queued_again), *FORGETFUL),
        "B",
    ),
    Mutant("done before the answer", scenarios.never_left, (Patch(PUSHER, "_send", acknowledged),)),
    Mutant("no lane guard", scenarios.behind_a_doubt, in_sql(lawless), "B"),
    Mutant(
        "no lane guard, no index",
        scenarios.behind_a_doubt,
        (*in_sql(lawless), Patch(scenarios, "begun", without_index)),
        "B",
    ),
    Mutant("no version guard", scenarios.stale_page, (Patch(upsert, "_sql", unguarded),), "B"),
    Mutant("sweep without came back", scenarios.back_in_silence, (Patch(sweep.Sweeper, "_mend", unmended),)),
    Mutant("server error is a refusal", scenarios.error, (Patch(push, "after_sending", fatal),)),
    Mutant("reply sent unseen", scenarios.answered, (Patch(PUSHER, "_look_first", unseen),), "B"),
    Mutant("desk's time not asked for", scenarios.wrong_clock, (Patch(pull.Puller, "meet", unheard),), "B"),
    Mutant("undo-send ignored", scenarios.taken_back, in_sql(hurried)),
    Mutant("split drops the undisputed", scenarios.quicker, (Patch(operations, "split", dropped),)),
)


def main() -> int:
    """Print the table; 1 when a mutant gets away."""
    parser = argparse.ArgumentParser(prog="model.mutants", description=__doc__)
    parser.add_argument("--machine", type=int, default=0, metavar="N", help="examples of the machine at most")
    most = parser.parse_args().machine
    away = 0
    for each in MUTANTS:
        begun = time.perf_counter()
        found = each.caught()
        away += not found
        took = time.perf_counter() - begun
        line = f"{each.name:32} {found.partition(':')[0] or 'NOT CAUGHT':10} {each.caught_by.__name__:16} {took:5.2f} s"
        if most:
            with each.applied():
                line += f"  machine {each.cls}: {first_violation(each.cls, most)}"
        print(line, flush=True)
    return int(bool(away))


if __name__ == "__main__":
    sys.exit(main())
