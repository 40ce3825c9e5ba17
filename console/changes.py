"""Changing tickets: what a person types, the plan that shows before and after, and putting it through the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from console.query import WORD_ALIASES
from console.session import Session
from console.triage import queue_ids, rows, ticket
from store import outbox, read
from store.errors import HeardError, InvalidInputError
from store.outbox import NewOperation
from store.rows import Operation, Ticket, change_words
from store.terms import PRIORITIES, STATUSES
from store.text import clean_line
from store.tickets import tag_of

NAMES = ("status", "priority", "assignee", "group", "subject")
ALIASES = {"queue": "group", "owner": "assignee"}
_TAGS = "Write +vip to add a tag and -vip to remove it."
SMALL_TAGS = frozenset({"zendesk", "demo"})  # desks that keep tags in small letters
MOST_NAMED = 10  # custom fields, where none was meant for sure
SO_ALREADY = "already so"  # why a ticket is left alone that has what is wanted


@dataclass(frozen=True, slots=True)
class Change:
    """What to change, in people's words: values are not yet looked up on a desk."""

    values: dict[str, str] = field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()

    def __str__(self) -> str:
        return change_words(self.values, self.add_tags, self.remove_tags)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One ticket of a plan: the touched fields before and after, or why it is left alone."""

    ref: str
    subject: str
    before: dict[str, str]
    after: dict[str, str]
    skipped: str = ""
    operation: NewOperation | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A change that has been worked out and not applied."""

    change: Change
    source: str  # the query, or the number of marked tickets
    lines: tuple[PlanLine, ...]

    @property
    def changed(self) -> int:
        """How many tickets would change."""
        return sum(not line.skipped for line in self.lines)

    @property
    def skipped(self) -> int:
        """How many are left alone."""
        return len(self.lines) - self.changed


def parse(words: Sequence[str]) -> Change:
    """Read "status=pending", "+vip", "-late", "assignee=ana", "field.product=Alpha"; InvalidInputError names the word."""
    values: dict[str, str] = {}
    add: list[str] = []
    remove: list[str] = []
    for word in words:
        name, sign, value = word.partition("=")
        if word.startswith("+") or name == "tag+":
            add.append(_tag(value if name == "tag+" else word[1:], word))
        elif word.startswith("-") or name == "tag-":
            remove.append(_tag(value if name == "tag-" else word[1:], word))
        elif sign:
            key = ALIASES.get(name.lower(), name)
            if values.setdefault(key, value) != value:
                raise InvalidInputError(
                    f"{key} cannot be both {values[key]!r} and {value!r}.", "Give it once."
                )
        else:
            raise InvalidInputError(
                f"{word!r} is not a change.", "Write status=pending, assignee=ana, +tag or -tag."
            )
    if not (values or add or remove):
        raise InvalidInputError(
            "There is nothing to change.", "Write for example status=pending +vip assignee=ana."
        )
    if both := set(add) & set(remove):
        raise InvalidInputError(f"{min(both)} cannot be added and removed at once.", "Leave one of them out.")
    return Change({k: _value(k, v) for k, v in values.items()}, tuple(add), tuple(remove))


def _tag(text: str, word: str) -> str:
    tag = tag_of(text)
    if not tag:
        raise InvalidInputError(f"{word!r} names no tag.", _TAGS)
    return tag


def _subject(value: str) -> str:
    """One line of words; a ticket without any is found by nobody."""
    words = " ".join(clean_line(value).split())
    if not words:
        raise InvalidInputError("The subject is empty.", "Write for example subject='Where is my order?'.")
    return words


def _value(name: str, value: str) -> str:
    known = {"status": STATUSES, "priority": PRIORITIES}.get(name)
    if known is None:
        if name not in NAMES and not name.startswith("field."):
            near = get_close_matches(name.lower(), NAMES, 1)
            hint = (
                f"Did you mean {near[0]}?"
                if near
                else f"Known: {', '.join(NAMES)}, and field.KEY for custom fields."
            )
            hint = _TAGS if name.lower() in ("tag", "tags") else hint
            raise InvalidInputError(f"{name} is not a field that can be set.", hint)
        return _subject(value) if name == "subject" else value
    word = WORD_ALIASES.get(value.lower(), value.lower())
    if word not in known:
        near = get_close_matches(word, known, 1)
        raise InvalidInputError(
            f"{name} cannot be {value!r}.",
            f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}.",
        )
    return word


def plan(session: Session, query: str, change: Change) -> Plan:
    """Work out a change for every ticket that matches; nothing is changed."""
    found = rows(session, queue_ids(session, query))
    return plan_refs(session, [row.ref for row in found], change, source=query or "all tickets")


def plan_refs(session: Session, refs: Sequence[str], change: Change, source: str = "") -> Plan:
    """Work out a change for these tickets; nothing is changed."""
    lookups: dict[str, Lookup] = {}
    waiting = _waiting(session)
    lines = []
    for ref in refs:
        found = ticket(session, ref)
        if found.desk not in lookups:
            lookups[found.desk] = _lookup(session, found.desk)
        lines.append(
            _line(
                found, change, lookups[found.desk], _current(session, found, waiting.get(found.row.ref, {}))
            )
        )
    return Plan(change, source or f"{len(refs)} marked", tuple(lines))


@dataclass(frozen=True, slots=True)
class Lookup:
    """The names that one desk knows."""

    agents: dict[str, str]  # id to name
    me: str
    groups: dict[str, str]
    fields: dict[str, tuple[str, ...]]
    several: frozenset[str] = frozenset()  # of these, those that take more than one value
    small_tags: bool = False

    def one_of(self, key: str, value: str) -> str:
        """The value of a custom field that takes only some, as this desk keeps several of them; "" where it does not take it."""
        allowed = self.fields[key]
        if value in allowed or key not in self.several:
            return value if value in allowed else ""
        words = value.replace(",", " ").split() if self.small_tags else [p.strip() for p in value.split(",")]
        return (" " if self.small_tags else ", ").join(words) if set(words) <= set(allowed) else ""

    def tags(self, words: Sequence[str]) -> tuple[str, ...]:
        """Tags as this desk keeps them."""
        return tuple(dict.fromkeys(w.lower() if self.small_tags else w for w in words))


def _lookup(session: Session, desk: str) -> Lookup:
    agents = session.db.read(lambda r: read.agents(r, desk))
    known = session.settings.desks.get(desk)
    return Lookup(
        agents={i: n for i, n, _ in agents},
        me=next((i for i, _, me in agents if me), ""),
        groups=dict(session.db.read(lambda r: read.groups(r, desk))),
        fields=session.db.read(lambda r: read.custom_fields(r, desk)),
        several=session.db.read(lambda r: read.fields_of_several(r, desk)),
        small_tags=known is not None and known.provider in SMALL_TAGS,
    )


def cannot_change(found: Ticket) -> str:
    """Why no field of a ticket can be changed, "" where they can."""
    if found.presence != "present":
        return f"the desk shows it as {found.presence}"
    return "closed tickets cannot be changed" if found.row.status == "closed" else ""


def _line(found: Ticket, change: Change, lookup: Lookup, now: dict[str, str]) -> PlanLine:
    row = found.row
    if why := cannot_change(found):
        return PlanLine(row.ref, row.subject, {}, {}, why)
    try:
        wanted = {_key(k): _find(k, v, lookup) for k, v in change.values.items()}
    except InvalidInputError as error:
        return PlanLine(row.ref, row.subject, {}, {}, error.message)
    wanted = {k: v for k, v in wanted.items() if now.get(k, "") != v}
    tags, wished = row.tags.split(), lookup.tags(change.add_tags)
    if both := set(wished) & set(lookup.tags(change.remove_tags)):
        return PlanLine(row.ref, row.subject, {}, {}, f"{min(both)} cannot be added and removed at once")
    add = tuple(t for t in wished if t not in tags)
    # However its letters are written, as in a query.
    meant = dict.fromkeys(way for t in change.remove_tags for way in (t, t.lower()))
    remove = tuple(t for t in meant if t in tags and t not in wished)
    if not (wanted or add or remove):
        return PlanLine(row.ref, row.subject, {}, {}, SO_ALREADY)
    before = {k: _shown(k, now.get(k, ""), lookup) for k in wanted}
    after = {k: _shown(k, v, lookup) for k, v in wanted.items()}
    if add or remove:
        before["tags"] = " ".join(tags)
        after["tags"] = " ".join([t for t in tags if t not in remove] + list(add))
    operation = NewOperation(
        desk=found.desk,
        ref=row.ref,
        kind="set",
        changes=wanted,
        add_tags=add,
        remove_tags=remove,
        shown={k: after[k] for k in wanted if k in ("assignee", "group")},
        base={k: now.get(k, "") for k in wanted} | ({"tags": row.tags} if add or remove else {}),
        base_token=found.token,
        low_water=found.low_water,
    )
    return PlanLine(row.ref, row.subject, before, after, "", operation)


def _key(name: str) -> str:
    return name.removeprefix("field.")


def _waiting(session: Session) -> dict[str, dict[str, str]]:
    """By ticket, the values of fields that the mirror does not show yet; not those that are to be set at a time to come."""
    values: dict[str, dict[str, str]] = {}
    for operation in session.db.read(outbox.laid):
        if not operation.later:
            values.setdefault(operation.ref, {}).update(operation.changes)
    return values


def _current(session: Session, found: Ticket, waiting: dict[str, str]) -> dict[str, str]:
    """The fields as the agent sees them: what the desk said, with the outbox laid over it."""
    values = session.db.read(lambda r: read.remote_state(r, found.row.ref))
    values |= {k: v for k, v in found.fields.items() if k not in NAMES}
    values |= {"status": found.row.status, "priority": found.row.priority, "subject": found.row.subject}
    return values | waiting


def _find(name: str, value: str, lookup: Lookup) -> str:
    if name == "assignee":
        return lookup.me if value == "me" and lookup.me else _id_of("agent", value, lookup.agents)
    if name == "group":
        return _id_of("group", value, lookup.groups)
    allowed = None if _key(name) in NAMES else lookup.fields.get(_key(name))
    if name.startswith("field.") and allowed is None:
        known = sorted(lookup.fields.keys() - {*NAMES})
        near = get_close_matches(_key(name), known, 1)
        meant = (
            f"; did you mean field.{near[0]}?"
            if near
            else f"; it has {', '.join(known[:MOST_NAMED])}" * bool(known)
        )
        raise InvalidInputError(f"the desk has no custom field {_key(name)}{meant}")
    if not allowed or not value:
        return value
    if found := lookup.one_of(_key(name), value):
        return found
    raise InvalidInputError(f"{_key(name)} takes only {', '.join(allowed)}")


def meaning(session: Session, desk: str, name: str, value: str) -> str:
    """What a person's word means as the value of an operation's field: names become ids; InvalidInputError where it means nothing."""
    asked = name if name in NAMES else f"field.{name}"
    word = _value(asked, value)
    try:
        return _find(asked, word, _lookup(session, desk))
    except InvalidInputError as error:
        raise InvalidInputError(
            f"{name} cannot be {value!r}: {error.message}.", "`heard set --help` tells what can be set."
        ) from None


def _id_of(what: str, value: str, names: dict[str, str]) -> str:
    if value.lower() in ("none", "nobody", ""):
        return ""
    if value in names:
        return value
    wanted = value.lower()
    exact = [i for i, n in names.items() if n.lower() == wanted]
    found = exact or [i for i, n in names.items() if n.lower().startswith(wanted)]
    if len(found) == 1:
        return found[0]
    raise InvalidInputError(f"the desk has {'no' if not found else 'more than one'} {what} {value!r}")


def _shown(name: str, value: str, lookup: Lookup) -> str:
    names = {"assignee": lookup.agents, "group": lookup.groups}.get(name)
    return (names.get(value, value) if names else value) or "none"


def apply(session: Session, plan: Plan, *, check: bool = True) -> str:
    """Put a plan through the outbox as one bulk; returns its id, by which it can be undone.

    Without `check` the fields are set whatever anybody else sets meanwhile, which lets a desk that has a bulk call take
    many tickets in one request.
    """
    made = [line.operation for line in plan.lines if line.operation is not None]
    if not made:
        raise InvalidInputError("Nothing would change.", "Every ticket is skipped; the preview says why.")
    bulk_id = outbox.new_id(session.now())
    spec = {"source": plan.source, "change": str(plan.change)}
    outbox.record_bulk(session.db, bulk_id, spec, total=len(made), actor=session.actor, now=session.now())
    in_bulk = [replace(operation, bulk_id=bulk_id, check=check) for operation in made]
    outbox.enqueue(session.db, in_bulk, session.actor, session.now())
    return bulk_id


def set_fields(session: Session, ref: str, change: Change, *, send_at: int = 0) -> Operation | None:
    """Change one ticket, at `send_at` (microseconds; 0: now); None when it is already so; InvalidInputError when it cannot be done."""
    line = plan_refs(session, [ref], change).lines[0]
    if line.operation is None:
        if line.skipped == SO_ALREADY:
            return None
        raise InvalidInputError(
            f"{line.ref} was not changed: {line.skipped}.", "`heard show` tells how the ticket stands."
        )
    timed = replace(line.operation, send_at=send_at)
    op_id = outbox.enqueue(session.db, [timed], session.actor, session.now())[0]
    found = session.db.read(lambda r: outbox.operation(r, op_id))
    if found is None:
        raise HeardError(f"Operation {op_id} is gone.")
    return found
