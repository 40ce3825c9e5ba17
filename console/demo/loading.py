"""Write a scenario into a new desk file."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from console.demo import wire, wire_audit
from console.demo.database import FORMAT, SCHEMA, Value, connect
from console.demo.scenario_values import (
    SECOND,
    Agent,
    Customer,
    File,
    IdentityKind,
    Plain,
    Scenario,
    Ticket,
    Turn,
)
from console.demo.wire import Json, encode

IDENTITY_OF = {"phone": "phone_number", "sms": "phone_number", "social": "twitter", "messaging": "messaging"}
_TYPES = {"how_to": "question", "care_plan": "question", "descale_loop": "incident", "change_order": "task"}
_FIRST_ID = 510000000001
_COPIED = 3  # of so many mails of somebody with colleagues one has somebody in copy
_ROOM = 1_000  # ids left free after those of the scenario
Record = tuple[Value, ...]


def create(path: Path, scenario: Scenario, tokens: Mapping[int, str]) -> None:
    """Make the desk file of a scenario; `tokens` are the agents' API tokens by agent id.

    The file appears under its name only when it is complete, and only its owner can read it.
    """
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.new")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    connection = connect(unfinished)
    try:
        connection.executescript(SCHEMA)
        connection.execute("BEGIN")
        for table, rows in _Records(scenario).tables().items():
            if rows:
                marks = ",".join("?" * len(rows[0]))
                connection.executemany(f"INSERT INTO {table} VALUES({marks})", rows)
        connection.executemany(
            "INSERT INTO tokens VALUES(?, ?)", ((token, user) for user, token in tokens.items())
        )
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    unfinished.replace(path)


def file_token(seed: str, number: int) -> str:
    """The secret part of an attachment's address, the same for the same scenario."""
    return hashlib.blake2b(f"{seed}/{number}".encode(), digest_size=12).hexdigest()


class _Records:
    """The rows of all tables of a scenario; audits, events, files and identities share one row of ids."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.ids = itertools.count(_FIRST_ID)
        self.people: dict[int, Customer | Agent] = {person.id: person for person in scenario.customers}
        self.people |= {agent.id: agent for agent in scenario.agents}
        self.colleagues: dict[int, list[int]] = defaultdict(list)
        for person in scenario.customers:
            self.colleagues[person.organization_id or 0].append(person.id)
        self.audits: list[Record] = []
        self.attachments: list[Record] = []

    def tables(self) -> dict[str, list[Record]]:
        """Every table with its rows, in an order in which they can be stored."""
        scenario = self.scenario
        start = min((person.created for person in scenario.customers), default=scenario.now)
        tickets = [self._ticket(ticket) for ticket in scenario.tickets]
        return {
            "groups": [(group.id, group.name, start) for group in scenario.groups],
            "organizations": [(firm.id, firm.name, firm.domain, start) for firm in scenario.organizations],
            "users": [
                *(_agent(agent, start, scenario.now) for agent in scenario.agents),
                *(_customer(person) for person in scenario.customers),
            ],
            "identities": [*self._identities(start)],
            "tickets": tickets,
            "audits": self.audits,
            "attachments": self.attachments,
            "meta": [*self._meta()],
        }

    def _meta(self) -> Iterator[Record]:
        """The settings of the file."""
        scenario = self.scenario
        yield ("format", FORMAT)
        yield ("seed", str(scenario.seed))
        yield ("size", str(scenario.size))
        yield ("made", str(scenario.now))
        yield ("company", scenario.company)
        yield ("domain", scenario.domain)
        yield ("next_id", str(next(self.ids) + _ROOM))

    def _identities(self, start: int) -> Iterator[Record]:
        """The addresses of everybody; the first of each kind is the main one."""
        for agent in self.scenario.agents:
            yield (next(self.ids), agent.id, "email", agent.email, 1, 1, start)
        for person in self.scenario.customers:
            seen: set[IdentityKind] = set()
            for kind, value in person.identities:
                yield (
                    next(self.ids),
                    person.id,
                    kind,
                    value,
                    int(kind not in seen),
                    int(kind == "email"),
                    person.created,
                )
                seen.add(kind)

    def _ticket(self, ticket: Ticket) -> Record:
        """A ticket as a row; its audits and files are noted on the way."""
        for n, turn in enumerate(ticket.turns):
            self._audit(ticket, turn, first=n == 0)
        last = [turn for turn in ticket.turns if turn.public and (turn.text or turn.html)][-1]
        help_address = f"help@{self.scenario.domain}" if ticket.channel == "email" else None
        way = self._way(ticket.channel, ticket.requester_id)
        return (
            *(ticket.id, ticket.subject, ticket.turns[0].text, ticket.channel, encode(way).decode()),
            *(ticket.status, ticket.priority, ticket.requester_id, ticket.requester_id, ticket.assignee_id),
            *(ticket.organization_id, ticket.group_id, encode(ticket.tags).decode(), ticket.order),
            *(
                ticket.product,
                ticket.plan,
                _TYPES.get(ticket.about.theme) if ticket.about else None,
                None,
                help_address,
                ticket.created,
                ticket.updated,
            ),
            *(ticket.updated // SECOND, ticket.waiting_since, int(ticket.replied), last.at),
            *("customer" if last.author_id == ticket.requester_id else "agent", None, None, ticket.language),
            encode(ticket.about).decode() if ticket.about else None,
            self._rating(ticket),
            encode(self._copied(ticket)).decode(),
        )

    def _copied(self, ticket: Ticket) -> list[int]:
        """Of some mails a colleague of whoever asks gets a copy."""
        at_work = self.colleagues[ticket.organization_id] if ticket.organization_id else []
        others = [number for number in at_work if number != ticket.requester_id]
        if ticket.channel != "email" or ticket.id % _COPIED or not others:
            return []
        return [others[ticket.id % len(others)]]

    def _rating(self, ticket: Ticket) -> str | None:
        """The rating as the ticket bears it; None where there is none."""
        given = [turn.rating for turn in ticket.turns if turn.rating is not None]
        return wire.rating(next(self.ids), given[-1]) if given else None

    def _audit(self, ticket: Ticket, turn: Turn, *, first: bool) -> None:
        """One turn as an audit."""
        number = next(self.ids)
        events: list[Json] = []
        if turn.text or turn.html:
            ids = (next(self.ids), number)
            files = [self._file(file) for file in turn.files]
            events.append(
                wire_audit.comment(ids, turn.author_id, turn.text, turn.html, files, public=turn.public)
            )
        if first:
            events += [wire_audit.created(next(self.ids), name, value) for name, value in _beginnings(ticket)]
        events += [
            wire_audit.change(next(self.ids), change.field, change.old, change.new) for change in turn.changes
        ]
        if turn.rating is not None:
            ids = (next(self.ids), next(self.ids))
            before: list[str] = [t.rating.score for t in ticket.turns if t.rating and t.at < turn.at]
            events += wire_audit.rating(ids, turn.rating, ticket.assignee_id, (before or ["offered"])[-1])
        head = wire_audit.Head(number, ticket.id, turn.at, turn.author_id)
        body = wire_audit.audit(head, self._way(ticket.channel, turn.author_id), events, {})
        spoken = "" if not (turn.text or turn.html) else "public" if turn.public else "note"
        self.audits.append((number, ticket.id, turn.at, turn.author_id, spoken, len(turn.files), body))

    def _file(self, file: File) -> Json:
        """A file, noted for its table and described for the audit."""
        number = next(self.ids)
        token = file_token(str(self.scenario.seed), number)
        self.attachments.append((number, token, file.name, file.mime, file.size))
        return wire_audit.attachment(number, token, file)

    def _way(self, channel: str, author_id: int) -> Json:
        """How a message of this author came in on `channel`; only the desk itself is nobody."""
        person = self.people.get(author_id)
        if person is None:
            return wire_audit.rule("Close solved tickets")
        if isinstance(person, Agent):
            return wire_audit.via("web")
        kind = IDENTITY_OF.get(channel, "email")
        address = next((value for known, value in person.identities if known == kind), "")
        return wire_audit.via(channel, person.name, address, f"help@{self.scenario.domain}")


def _agent(agent: Agent, start: int, now: int) -> Record:
    """An agent as a row of users."""
    first, last = agent.name.split(" ", 1)
    return (
        *(
            agent.id,
            agent.name,
            first,
            last,
            agent.email,
            None,
            agent.role,
            agent.group_id,
            None,
            "en-GB",
            "en",
        ),
        *("Europe/London", "", "", None, agent.warmth, agent.craft, start, now, now // SECOND),
    )


def _customer(person: Customer) -> Record:
    """A customer as a row of users."""
    phone = person.identity("phone_number") or None
    return (
        *(
            person.id,
            person.name,
            person.first,
            person.last,
            person.identity("email"),
            phone,
            "end-user",
            None,
        ),
        *(person.organization_id, person.locale, person.language, person.zone, person.city, person.street),
        *(person.notes, None, None, person.created, person.created, person.created // SECOND),
    )


def _beginnings(ticket: Ticket) -> list[tuple[str, Plain]]:
    """The fields that a ticket has from its first message on."""
    first: dict[str, Plain] = {}
    for turn in reversed(ticket.turns):
        for change in turn.changes:
            first[change.field] = change.old
    return [
        ("subject", ticket.subject),
        ("requester_id", ticket.requester_id),
        ("status", "new"),
        ("priority", first.get("priority", ticket.priority)),
        ("group_id", first.get("group_id", ticket.group_id)),
        ("tags", ticket.tags),
    ]
