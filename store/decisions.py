"""What a person decides about operations that wait: take back, try again, send anyway, edit, settle a conflict, send elsewhere.

Each decision is one durable transaction on local.db. What may be out already is never cancelled and never repeated: what
waits to be sent again while its first request may still arrive is such a thing (`doubt`), until the worker knows better.
An operation whose words or values change is closed, and a new one takes its place and says so.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace

from store import promises
from store.database import Database
from store.errors import ConflictError, InvalidInputError, NotFoundError
from store.events import NewEvent, record
from store.outbox import COLUMNS, NewOperation, insert, operation_of
from store.rows import Clash, Operation, OpState

STANDING = {"conflict": "in conflict", "review": "in review"}
CANCELLABLE: tuple[OpState, ...] = ("queued", "conflict", "review", "rejected")


def cancel(database: Database, ids: Sequence[str], now: int, why: str = "") -> list[str]:
    """Cancel operations that have not left, and keep `why`; returns the ids that were cancelled, leaving alone what may be out already."""
    with database.write("local") as connection:
        done = [each for each in ids if _cancel(connection, each, now)]
        if why:
            connection.executemany("UPDATE op SET error = ? WHERE id = ?", [(why, each) for each in done])
        return done


def _cancel(connection: sqlite3.Connection, op_id: str, now: int) -> bool:
    places = ", ".join("?" * len(CANCELLABLE))
    found = connection.execute(
        f"UPDATE op SET state = 'cancelled', closed = ? WHERE id = ? AND state IN ({places})"
        " AND NOT (state = 'queued' AND doubt > 0) RETURNING lane, actor",
        (now, op_id, *CANCELLABLE),
    ).fetchone()
    if found:
        event = NewEvent(f"op:{op_id}:cancelled", found[0], "cancelled", "agent", found[1], now)
        record(connection, [event], now)
        promises.take_back(connection, op_id, found[1], now)
    return found is not None


def cancellable(found: Operation) -> bool:
    """Whether `cancel` would take an operation that stands like this: what may be out already it leaves alone."""
    return found.state in CANCELLABLE and not (found.state == "queued" and found.doubt)


def not_cancelled(found: Operation) -> ConflictError:
    """Why an operation cannot be taken back or changed any more."""
    if found.state in ("done", "cancelled"):
        already = "The desk has this already" if found.state == "done" else "This was taken back already"
        return ConflictError(
            f"{already}: {found.kind} on {found.ref}.", "`heard outbox` lists what still waits."
        )
    return ConflictError(
        f"The operation is {found.state}: it may already be out.",
        "`heard outbox` tells once the desk has answered.",
    )


def retry(database: Database, op_id: str, now: int) -> None:
    """Queue again what was rejected or waits for review, or send now what waits for its time; ConflictError when its state does not allow that."""
    with database.write("local") as connection:
        found = _load(connection, op_id)
        if found.state not in ("rejected", "review", "queued"):
            if found.state in ("done", "cancelled"):
                raise not_cancelled(found)
            raise ConflictError(
                f"The operation is {STANDING.get(found.state, found.state)}; only rejected ones and those in review can be tried again.",
                "A conflict is settled with `heard resolve`. An unknown outcome is settled by looking on the desk, so that nothing is sent twice.",
            )
        connection.execute(
            "UPDATE op SET state = 'queued', not_before = ?, send_at = 0, attempts = 0, error = '', closed = 0 WHERE id = ?",
            (now, op_id),
        )


def send_anyway(database: Database, op_id: str, seen: str, now: int) -> None:
    """Send a reply that waits for review although somebody has answered, or to whoever asks there now; `seen` is the newest message that the agent has read."""
    with database.write("local") as connection:
        connection.execute(
            "UPDATE op SET agreed = ?, base = json_remove(base, '$.requester') WHERE id = ? AND state = 'review'",
            (seen, op_id),
        )
    retry(database, op_id, now)


def release(database: Database, now: int) -> int:
    """End the pauses of what waits: in which a reply can be taken back, and after a try that failed; returns how many that were.

    What the desk itself asked to wait (429) goes on waiting, and so does what may have arrived already.
    """
    with database.write("local") as connection:
        return connection.execute(
            "UPDATE op SET not_before = ?1 WHERE state = 'queued' AND send_at <= ?1 AND not_before > ?1 AND doubt = 0"
            " AND status <> 429",
            (now,),
        ).rowcount


def may_edit(found: Operation) -> None:
    """Refuse an operation that has no words, or whose words may be out already: InvalidInputError, ConflictError."""
    if not found.body:
        raise InvalidInputError(
            "Only a reply or a note has words to edit.", "`heard resolve` settles a conflict of values."
        )
    if found.state not in CANCELLABLE:
        raise not_cancelled(found)


def edit(
    database: Database,
    op_id: str,
    body: str,
    now: int,
    *,
    not_before: int = 0,
    promised: tuple[promises.NewPromise, ...] = (),
    agreed: str = "",
) -> str:
    """Give a waiting message other words, and the promises that they make; returns the id of the operation that takes its place.

    `agreed` is the newest message that the agent has read, where the first words waited for a look at it.
    """
    with database.write("local") as connection:
        found = _load(connection, op_id)
        may_edit(found)
        again = replace(
            _again(found),
            body=body,
            not_before=not_before,
            promises=promised,
            agreed=agreed or found.agreed,
        )
        if found.state == "review":  # it was looked at
            again = replace(again, base={k: v for k, v in found.base.items() if k != "requester"})
        return _supersede(connection, found, again, now)


def retarget(database: Database, op_id: str, ref: str, now: int) -> str:
    """Send the words to the ticket that theirs was merged into; returns the id of the operation that takes its place."""
    with database.write("local") as connection:
        found = _load(connection, op_id)
        kept = promises.carried(connection, op_id)
        elsewhere = replace(
            _again(found), ref=ref, base_token="", low_water="", agreed="", base={}, promises=kept
        )
        return _supersede(connection, found, elsewhere, now)


def follow_up(database: Database, op_id: str, now: int) -> str:
    """Send the words of a reply as a new ticket that follows its closed one; returns the id of the operation that takes its place."""
    with database.write("local") as connection:
        found = _load(connection, op_id)
        apart = NewOperation(
            found.desk,
            found.ref,
            "create",
            found.body,
            check=False,
            replaces=found.id,
            promises=promises.carried(connection, op_id),
        )
        return _supersede(connection, found, apart, now)


def resolve(
    database: Database,
    op_id: str,
    values: Mapping[str, str],
    *,
    token: str,
    shown: Mapping[str, str],
    who: str,
    now: int,
) -> str:
    """Settle a conflict: `values` are what each disputed field shall be; returns the id of the new operation, "" when nothing is left to do.

    A field whose value is theirs needs no change. `shown` are names where a value is an id. The new operation is based on what the desk holds now (`token`), so that it
    overwrites exactly what the person has seen.
    """
    with database.write("local") as connection:
        found = _load(connection, op_id)
        open_clashes = {c.field: c for c in clashes(connection, op_id, "op", "conflict")}
        if found.state != "conflict" or not open_clashes:
            raise ConflictError(
                f"The operation is {found.state}; there is no conflict to settle.",
                "`heard outbox` lists what needs you.",
            )
        if unknown := values.keys() ^ open_clashes.keys():
            raise InvalidInputError(
                f"It is not said what is to become of {', '.join(sorted(unknown))}.",
                "Decide about each field in conflict.",
            )
        connection.executemany(
            "UPDATE conflict SET resolution = ?, resolved_by = ?, resolved = ? WHERE op_id = ? AND field = ? AND resolved = 0",
            [(value, who, now, op_id, name) for name, value in values.items()],
        )
        changes = {n: v for n, v in values.items() if v != open_clashes[n].theirs}
        if not changes and not found.add_tags and not found.remove_tags:
            _cancel(connection, op_id, now)
            return ""
        base = found.base | {n: c.theirs for n, c in open_clashes.items()}
        named = {n: name for n, name in shown.items() if n in changes}
        settled = replace(_again(found), changes=changes, shown=named, base=base, base_token=token)
        return _supersede(connection, found, settled, now)


def clashes(
    reader: sqlite3.Connection, op_id: str, op: str = "local.op", conflict: str = "local.conflict"
) -> list[Clash]:
    """The fields in conflict of an operation that are not settled yet."""
    rows = reader.execute(
        f"SELECT c.field, c.base, c.mine, c.theirs, c.theirs_by, c.theirs_at FROM {conflict} c JOIN {op} o ON o.id = c.op_id"
        " WHERE c.op_id = ? AND c.resolved = 0 ORDER BY c.id",
        (op_id,),
    )
    return [Clash(*r) for r in rows]


def _load(connection: sqlite3.Connection, op_id: str) -> Operation:
    found = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM op WHERE id = ?", (op_id,)).fetchone()
    if found is None:
        raise NotFoundError(f"There is no operation {op_id} in the outbox.", "`heard outbox` lists them.")
    return operation_of(found)


def _again(found: Operation) -> NewOperation:
    """The same intent, to be put into the outbox once more in place of the first."""
    return NewOperation(
        desk=found.desk,
        ref=found.ref,
        kind=found.kind,
        body=found.body,
        changes=found.changes,
        add_tags=found.add_tags,
        remove_tags=found.remove_tags,
        shown=found.shown,
        base=found.base,
        base_token=found.base_token,
        low_water=found.low_water,
        bulk_id=found.bulk_id,
        undoes=found.undoes,
        send_at=found.send_at,
        check=found.check,
        agreed=found.agreed,
        replaces=found.id,
    )


def _supersede(connection: sqlite3.Connection, found: Operation, made: NewOperation, now: int) -> str:
    if not _cancel(connection, found.id, now):
        raise not_cancelled(found)
    if made.ref != found.ref:
        return insert(connection, made, found.actor, now)
    # What was asked for later still leaves after it: the one that is closed gives its place in the lane away.
    behind = "(SELECT min(seq) - 1 FROM op WHERE lane = ?)"
    connection.execute(f"UPDATE op SET seq = {behind} WHERE id = ?", (found.ref, found.id))
    made_id = insert(connection, made, found.actor, now)
    connection.execute("UPDATE op SET seq = ? WHERE id = ?", (found.seq, made_id))
    return made_id


def split(
    connection: sqlite3.Connection, found: Operation, disputed: Sequence[str], token: str, now: int
) -> None:
    """Keep only the disputed fields in an operation; a new one takes the rest, based on the ticket as it stands now."""
    rest = {k: v for k, v in found.changes.items() if k not in disputed}
    named = {k: v for k, v in found.shown.items() if k in rest}
    apart = replace(_again(found), changes=rest, shown=named, base_token=token)
    if rest or found.add_tags or found.remove_tags:
        made = insert(connection, apart, found.actor, now)
        connection.execute("UPDATE op SET created = ? WHERE id = ?", (found.created, made))
    payload = json.loads(connection.execute("SELECT payload FROM op WHERE id = ?", (found.id,)).fetchone()[0])
    payload["changes"] = {k: v for k, v in found.changes.items() if k in disputed}
    shown = {k: v for k, v in found.shown.items() if k in disputed}
    payload |= {"add_tags": [], "remove_tags": [], "shown": shown}
    connection.execute(
        "UPDATE op SET payload = ? WHERE id = ?",
        (json.dumps(payload, ensure_ascii=False, sort_keys=True), found.id),
    )
