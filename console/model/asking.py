"""Put a question to the model that the settings name, and hand its words back; nothing is sent to a desk or changed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from console.model import fence, wording
from console.model.endpoint import Target
from console.model.values import Asked, Outgoing, Words
from store.clock import wall_clock
from store.secrets import HIDDEN, Secret, redact

if TYPE_CHECKING:
    import httpx

    from console.heard import Fact
    from console.session import Session
    from console.settings_values import Settings
    from store.remotes.http_body import Answer
    from store.rows import Item, TicketRow

HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": "heard-console",
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the model that it is for."""

    target: Target
    asked: Asked


def rewrite(settings: Settings, draft: str, nonce: Callable[[], str] = fence.new_nonce) -> Question:
    """Ask for `draft` in plainer words. ConfigError without a model, InvalidInputError for a draft that will not do."""
    target = Target.of(settings)
    return Question(target, wording.rewrite(draft, nonce(), settings.model.characters))


def propose(session: Session, ref: str, nonce: Callable[[], str] = fence.new_nonce) -> Question:
    """Ask for a reply on `ref`. ConfigError without a model, NotFoundError without such a ticket or its messages."""
    target, given = Target.of(session.settings), session.settings.model
    row, story = _looked_up(session, ref)
    facts = _accepted(session, row, story)
    asked = wording.propose(row, story, facts, nonce(), limit=given.characters, notes=given.notes)
    return Question(target, asked)


def _accepted(session: Session, row: TicketRow, story: Sequence[Item]) -> list[Fact]:
    """What the person told, as agents corrected it, without what they put away."""
    from console import facts  # noqa: PLC0415  (a rewrite needs no facts)

    found = facts.fields(story, facts.edits(session, row.requester_id))
    return [replace(each.fact, value=each.value) for each in found if not each.away]


def summary(session: Session, ref: str, nonce: Callable[[], str] = fence.new_nonce) -> Question:
    """Ask for a summary of the story of the person behind `ref`. Raises as `propose` does."""
    target, given = Target.of(session.settings), session.settings.model
    row, story = _looked_up(session, ref)
    return Question(target, wording.summary(row, story, nonce(), limit=given.characters, notes=given.notes))


def _looked_up(session: Session, ref: str) -> tuple[TicketRow, list[Item]]:
    """The ticket, and its person's story; without a person, the ticket's own thread and no more."""
    from console import history, triage  # noqa: PLC0415  (the same)

    row = triage.ticket(session, ref).row
    if row.requester_id:
        return row, history.story(session, row.requester_id)
    return row, history.thread(session, row.ref)


def outgoing(question: Question, token: Secret | None, env: Mapping[str, str] = os.environ) -> Outgoing:
    """The request to the letter, without the header that carries the token.

    Secrets that we know, the token and those in the environment, are blacked out should anybody have written them.
    """
    import msgspec  # noqa: PLC0415  (not for those who only ask whether there is a model)

    known = [Secret(value) for name, value in env.items() if _is_secret(name) and value.strip()]
    known += [token] if token else []
    asked = question.asked
    body = {
        "model": question.target.model,
        "messages": [
            {"role": "system", "content": asked.system},
            {"role": "user", "content": redact(asked.user, known)},
        ],
        "stream": False,
    }
    return Outgoing(question.target.url, HEADERS, msgspec.json.encode(body))


def _is_secret(name: str) -> bool:
    return name.startswith("HEARD_") and name.endswith("_TOKEN")


def shown(question: Question) -> tuple[Outgoing, str]:
    """What `answer` would send, and the header that it would add, without the token; nothing is sent."""
    token = question.target.token()
    return outgoing(question, token), f"Bearer {HIDDEN}" if token else ""


async def answer(question: Question) -> Words:
    """Send the question and return the model's words. Raises the errors of `store.errors`, each with what to do."""
    from console.model.answers import words  # noqa: PLC0415  (only when something is sent)

    token = await asyncio.to_thread(question.target.token)
    got = await _posted(question, token)
    secrets = [token] if token else []
    return words(got, question.target.model, question.asked.nonce, wall_clock(), secrets)


async def _posted(question: Question, token: Secret | None) -> Answer:
    """The only way out."""

    def ready() -> tuple[httpx.AsyncClient, Outgoing]:
        """The client, and the request as it will leave."""
        from console.model.wire import client_for  # noqa: PLC0415  (httpx is heavy: beside the screen)

        return client_for(question.target, token), outgoing(question, token)

    client, request = await asyncio.to_thread(ready)
    from console.model.wire import post  # noqa: PLC0415  (the same)

    async with client:
        return await post(client, question.target, request)
