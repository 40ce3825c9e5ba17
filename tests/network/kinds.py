"""The kinds of request that an adapter makes, each as one call whose request number `at` meets the fault."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from network.faults import MAYBE, OFFLINE, OK

from store.errors import HeardError
from store.remotes import Absent, Address, AttachmentDoc, Outcome, Remote, Write

HIDDEN = {"403", "404", "410"}
Run = Callable[[Remote, "Ids"], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Ids:
    """What there is on the desk under test."""

    ticket: str
    customer: str
    attachment: AttachmentDoc


@dataclass(frozen=True, slots=True)
class Kind:
    """`asks` is how the request that meets the fault begins; `reads` marks a write's own reading before or after it."""

    name: str
    run: Run
    asks: str
    at: int = 0
    write: bool = False
    reads: str = ""
    other: Mapping[str, frozenset[str]] = field(default_factory=dict)
    file: bool = False

    def __str__(self) -> str:
        return self.name


async def outcome_of(kind: Kind, remote: Remote, ids: Ids) -> tuple[str, Any]:
    """A word for what came of the call, and its value or error."""
    try:
        value = await kind.run(remote, ids)
    except HeardError as error:
        return type(error).__name__, error
    if kind.write:
        outcome = value[0] if isinstance(value, tuple) else value
        assert isinstance(outcome, Outcome)
        return outcome.kind, outcome
    return ("Absent" if isinstance(value, Absent) else "ok"), value


def _write(**fields: Any) -> Run:
    def run(remote: Remote, ids: Ids) -> Awaitable[object]:
        ticket = "" if fields["kind"] == "create" else ids.ticket
        return remote.send(Write(op_id="01OP", ticket_id=ticket, **fields))

    return run


async def _feed(remote: Remote, _: Ids) -> object:
    return [ticket.id async for page in remote.feed(None) for ticket in page.tickets]


async def _listing(remote: Remote, _: Ids) -> object:
    return await remote.listing("")


async def _file(remote: Remote, ids: Ids) -> object:
    return b"".join([piece async for piece in remote.attachment(ids.attachment)])


async def _bulk(remote: Remote, ids: Ids) -> tuple[Any, str]:
    return await remote.send_bulk((Write("01OP", "set", ids.ticket, changes={"priority": "low"}),))


async def _job(remote: Remote, ids: Ids) -> object:
    return await remote.job((await _bulk(remote, ids))[1])


def _effect(**fields: Any) -> Run:
    return lambda remote, ids: remote.find_effect(Write(op_id="01OP", ticket_id=ids.ticket, **fields))


REPLY = _write(kind="reply", body="We send a new one.")
NOTE = _write(kind="note", body="Ask Bo.")
SET = _write(kind="set", changes={"priority": "high"})
TAGS = _write(kind="set", add_tags=("urgent",))
BOTH = _write(kind="set", changes={"priority": "high"}, add_tags=("urgent",))
CREATE = _write(
    kind="create", body="Hello", changes={"subject": "Kettle"}, requester=Address("email", "new@x.example")
)
WHOAMI: Run = lambda remote, _: remote.whoami()  # noqa: E731  (one of a table)
SCHEMA: Run = lambda remote, _: remote.schema()  # noqa: E731
TICKET: Run = lambda remote, ids: remote.ticket(ids.ticket)  # noqa: E731
THREAD: Run = lambda remote, ids: remote.thread(ids.ticket)  # noqa: E731
PEOPLE: Run = lambda remote, ids: remote.people((ids.customer,))  # noqa: E731

ABSENT = {status: frozenset({"Absent"}) for status in HIDDEN}
SKIPPED = dict.fromkeys(HIDDEN, OK)  # the answer is given without it
CLOSED = dict.fromkeys(("403", "404"), OK)  # not for us: another list stands in for it
UNWRITTEN = frozenset({"not_sent"})
BEFORE = {
    "400": frozenset({"forbidden"}), "401": frozenset({"auth"}), "403": frozenset({"forbidden"}), "404": frozenset({"gone"}),
    "410": frozenset({"gone"}),
}  # fmt: skip
READ_BACK = {
    "empty list": MAYBE | {"refused"}
}  # what RT says when it changed nothing, and the ticket proves it

ZENDESK = (
    Kind("whoami", WHOAMI, "GET /api/v2/users/me"),
    Kind("schema: agents", SCHEMA, "GET /api/v2/users.json?role=agent"),
    Kind("schema: groups", SCHEMA, "GET /api/v2/groups", at=2),
    Kind("schema: fields", SCHEMA, "GET /api/v2/ticket_fields", at=3, other=CLOSED),
    Kind("feed: export", _feed, "GET /api/v2/incremental/tickets/cursor", at=1, other=CLOSED),
    Kind("feed: newest", _feed, "GET /api/v2/tickets.json", at=3),
    Kind("listing", _listing, "GET /api/v2/tickets.json"),
    Kind("ticket", TICKET, "GET /api/v2/tickets/", other=ABSENT),
    Kind("thread", THREAD, "GET /api/v2/tickets/", other=CLOSED),
    Kind("people", PEOPLE, "GET /api/v2/users/show_many"),
    Kind("find a reply", _effect(kind="reply", body="x"), "GET /api/v2/tickets/", other=CLOSED),
    Kind("find tags", _effect(kind="set", add_tags=("x",)), "GET /api/v2/tickets/", other=SKIPPED),
    Kind("find a create", _effect(kind="create", body="x"), "GET /api/v2/tickets.json?external_id"),
    Kind("job", _job, "GET /api/v2/job_statuses/", at=1),
    Kind("file", _file, "GET /attachments/token/", file=True, other={"302 to another port": OFFLINE}),
    Kind("reply", REPLY, "PUT /api/v2/tickets/", write=True),
    Kind("note", NOTE, "PUT /api/v2/tickets/", write=True),
    Kind("set", SET, "PUT /api/v2/tickets/", write=True),
    Kind("tags", TAGS, "PUT /api/v2/tickets/", write=True),
    Kind("set and tags", BOTH, "PUT /api/v2/tickets/", at=1, write=True),
    Kind("set and tags: look first", BOTH, "GET /api/v2/tickets/", write=True, reads="before"),
    Kind("create", CREATE, "POST /api/v2/tickets", write=True),
    Kind("bulk", _bulk, "PUT /api/v2/tickets/update_many", write=True),
)

RT_API = "/rt/REST/2.0"
RT = (
    Kind("whoami: server", WHOAMI, f"GET {RT_API}/rt"),
    Kind(
        "whoami: user",
        WHOAMI,
        f"GET {RT_API}/user/40",
        at=1,
        other=dict.fromkeys(HIDDEN, frozenset({"AuthError"})),
    ),
    Kind("schema: queues", SCHEMA, f"GET {RT_API}/queues/all", at=2),
    Kind("schema: queue", SCHEMA, f"GET {RT_API}/queue/3", at=3),
    Kind("feed: tickets", _feed, f"GET {RT_API}/tickets", at=2),
    Kind("listing", _listing, f"GET {RT_API}/tickets"),
    Kind("ticket", TICKET, f"GET {RT_API}/ticket/7", other=ABSENT),
    Kind("ticket: requester", TICKET, f"GET {RT_API}/user/", at=1, other=SKIPPED),
    Kind("thread: history", THREAD, f"GET {RT_API}/ticket/7/history"),
    Kind("thread: texts", THREAD, f"GET {RT_API}/attachments", at=1),
    Kind("people", PEOPLE, f"GET {RT_API}/user/", other=SKIPPED),
    Kind(
        "find a reply",
        _effect(kind="reply", body="x", low_water="1"),
        f"GET {RT_API}/ticket/7",
        at=2,
        other=SKIPPED,
    ),
    Kind(
        "find a reply: history",
        _effect(kind="reply", body="x", low_water="1"),
        f"GET {RT_API}/ticket/7/history",
        at=5,
    ),
    Kind("find a create", _effect(kind="create", body="x"), f"GET {RT_API}/tickets", at=4),
    Kind("file", _file, f"GET {RT_API}/attachment/"),
    Kind("reply", REPLY, f"POST {RT_API}/ticket/7/correspond", at=1, write=True),
    Kind("reply: look first", REPLY, f"GET {RT_API}/ticket/7", write=True, reads="before"),
    Kind("note", NOTE, f"POST {RT_API}/ticket/7/comment", at=1, write=True),
    Kind("set", SET, f"PUT {RT_API}/ticket/7", at=1, write=True, other=READ_BACK),
    Kind("set: look again", SET, f"GET {RT_API}/ticket/7", at=2, write=True, reads="after"),
    Kind("tags", TAGS, f"PUT {RT_API}/ticket/7", at=1, write=True, other=READ_BACK),
    Kind("create", CREATE, f"POST {RT_API}/ticket", at=2, write=True),
    Kind("create: look first", CREATE, f"GET {RT_API}/queues/all", write=True, reads="before"),
)
