"""What changes seldom on a Request Tracker: queues, custom fields, agents, and which of our own fields there are.

An agent without administrator's rights is shown neither groups nor custom fields. His queues still tell the names of
their custom fields; agents he can only find among all users, one by one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence

from store.errors import NotFoundError, RefusedError
from store.remotes import DeskSchema, FieldDoc, NamedDoc, PersonDoc
from store.remotes import rt_map as to
from store.remotes import rt_wire as wire
from store.remotes.rt_read import Reader
from store.remotes.rt_write import Creation
from store.terms import SEVERAL

AT_ONCE = 4
MOST_CANDIDATES = 300
GLANCE = 5  # queues; the field is mostly one for all of them
KINDS = {"Select": "select", "Date": "date", "DateTime": "date", "Text": "text", "Wikitext": "text"}


class Desk:
    """What was found out about one desk; `marks` and `tags` are None while unknown.

    `unmarked` are the queues whose transactions cannot carry our operation's id.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.queues: tuple[wire.Queue, ...] | None = None
        self.marks: bool | None = None
        self.tags: bool | None = None
        self.unmarked: set[str] = set()

    async def explore(self) -> tuple[wire.Queue, ...]:
        """Read all queues that we see, each with the names of its custom fields. Raises as reads do."""
        pages = await self._reader.every("/queues/all", wire.Queues, (("fields", "Name,Disabled"),))
        ids = [to.text(q.id) for page in pages for q in page.items if to.text(q.disabled) != "1"]
        read = self._reader.alone
        queues = tuple([await read(f"/queue/{ident}", wire.Queue) for ident in ids if to.number(ident)])
        for queue in queues:
            names = {to.text(f.id): to.text(f.name) for f in to.several(queue.ticket_custom_fields)}
            self._reader.memory.fields.update(names)
        self.marks = any(to.CLIENT_REF in field_names(queue) for queue in queues)
        self.tags = any(to.TAGS in field_names(queue) for queue in queues)
        self.unmarked = {to.text(q.id) for q in queues if to.CLIENT_REF not in field_names(q)}
        self.queues = queues
        return queues

    async def glance(self) -> None:
        """Look into a few queues for the field that carries our operation's id, until one has it; once is enough."""
        if self.marks is not None:
            return
        try:
            page = await self._reader.page("/queues/all", wire.Queues, (("fields", "Name,Disabled"),), 1)
            ids = [to.text(q.id) for q in page.items if to.text(q.disabled) != "1" and to.number(q.id)]
            for ident in ids[:GLANCE]:
                if to.CLIENT_REF in field_names(await self._reader.alone(f"/queue/{ident}", wire.Queue)):
                    self.marks = True
                    return
        except (NotFoundError, RefusedError):  # whoever sees no queue is promised least
            return

    async def known(self) -> Creation:
        """What a create needs to know; asked for once."""
        queues = await self.explore() if self.queues is None else self.queues
        numbers = sorted(to.number(q.id) for q in queues if may_create(q))
        first = str(numbers[0]) if numbers else ""
        keyed = frozenset(to.text(q.id) for q in queues if to.CLIENT_KEY in field_names(q))
        return Creation(first, self._reader.memory.fields, keyed)

    async def schema(self, email: str) -> DeskSchema:
        """Agents, groups and custom fields; `email` is our own address, whose domain agents may share."""
        queues = await self.explore()
        groups = tuple(NamedDoc(to.text(q.id), to.text(q.name)) for q in queues)
        agents = await self._members() or await self._candidates(email)
        return DeskSchema(agents, groups, await self._fields(queues))

    async def _members(self) -> tuple[PersonDoc, ...]:
        """The members of RT's own group of privileged users; () where we may not see it."""
        only = json.dumps(
            [{"field": "Domain", "value": "SystemInternal"}, {"field": "Name", "value": "Privileged"}]
        )
        groups = await self._reader.every("/groups", wire.Users, (("query", only),))
        ident = next((to.text(g.id) for page in groups for g in page.items), "")
        if not to.number(ident):
            return ()
        try:
            pages = await self._reader.every(f"/group/{ident}/members", wire.Users, (("users", "1"),))
        except (NotFoundError, RefusedError):
            return ()
        return await people(self._reader, [to.text(u.id) for page in pages for u in page.items])

    async def _candidates(self, email: str) -> tuple[PersonDoc, ...]:
        """The privileged among those users whose login name is no mail address, or one of our own domain."""
        pages = await self._reader.every("/users", wire.Users, (("fields", "id,Name"),))
        domain = email.rpartition("@")[2].lower()
        likely = [to.text(u.id) for page in pages for u in page.items if _may_be_agent(u, domain)]
        found = await people(self._reader, likely[:MOST_CANDIDATES])
        return tuple(person for person in found if person.role == "agent")

    async def _fields(self, queues: Sequence[wire.Queue]) -> tuple[FieldDoc, ...]:
        names = {to.text(f.id): to.text(f.name) for q in queues for f in to.several(q.ticket_custom_fields)}
        found, shown = [], True
        for ident, name in names.items():
            if name in {to.TAGS, to.CLIENT_KEY}:
                continue
            field = wire.CustomField()
            try:
                field = (
                    await self._reader.alone(f"/customfield/{ident}", wire.CustomField) if shown else field
                )
            except (NotFoundError, RefusedError):
                shown = False
            options = tuple(to.text(_option(value)) for value in to.several(field.values))
            kind = KINDS.get(to.text(field.type), "text")
            kind = SEVERAL if kind == "select" and to.text(field.most) not in {"", "1"} else kind
            found.append(FieldDoc(ident, to.key_of(name), name, kind, options))
        return tuple(found)


def _may_be_agent(user: wire.User, domain: str) -> bool:
    name, _, host = to.text(user.name).rpartition("@")
    return to.user_id(user) is not None and (not name or host.lower() == domain)


def _option(value: object) -> object:
    return value.get("name") if isinstance(value, dict) else value


def may_create(queue: wire.Queue) -> bool:
    """Whether RT offers us to create a ticket in a queue."""
    return any(link.ref == "create" for link in to.several(queue.links))


def field_names(queue: wire.Queue) -> set[str]:
    """The names of a queue's custom fields, those of tickets and those of transactions."""
    both = (queue.ticket_custom_fields, queue.ticket_transaction_custom_fields)
    return {to.text(field.name) for some in both for field in to.several(some)}


async def people(reader: Reader, ids: Iterable[str]) -> tuple[PersonDoc, ...]:
    """The users with these numbers, a few at a time, each once; those that we are not shown are left out."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(ident: str) -> PersonDoc | None:
        """The person of this id; None for RT's own users, and where there is none."""
        async with gate:
            user = await reader.user(ident)
        if user is None or to.text(user.name) in {to.NOBODY, to.SYSTEM}:
            return None
        return to.person(user, "agent" if to.number(user.privileged) else "customer", ident)

    wanted = [ident for ident in dict.fromkeys(ids) if to.number(ident)]
    found = await asyncio.gather(*(one(ident) for ident in wanted), return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException):  # raised only once all of them have come to rest
            raise each
    return tuple(each for each in found if isinstance(each, PersonDoc))
