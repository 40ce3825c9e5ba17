"""The language model from the command line: drafts and a summary to read; nothing is sent to a customer or changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands.asking import from_file, from_stdin
from console.commands.build import Group
from console.commands.door import Door
from console.commands.queue import RefWord
from store.errors import InvalidInputError

if TYPE_CHECKING:
    from console.model.asking import Question
    from console.model.values import Summary, Words

DRAFT = ("use", "ref", "model", "label", "text", "cut", "messages", "of")
SUMMARY = ("use", "ref", "model", "label", "sentences", "sources", "left_out", "cut", "messages", "of")
STATE = ("endpoint", "model", "timeout", "characters", "notes")
SENT = ("method", "url", "headers", "body")

DryOption = Annotated[
    bool, typer.Option("--dry-run", help="Print exactly what would be sent, and send nothing.")
]


def state(door: Door) -> None:
    """Ask a language model for words to read; without a command, say which model is set up."""
    from console import settings  # noqa: PLC0415  (commands load what they use)
    from console.model.endpoint import Target  # noqa: PLC0415  (the same)

    found = settings.load(door.home.root)
    target, given = Target.of(found), found.model
    row = {
        "endpoint": target.url,
        "model": target.model,
        "timeout": given.timeout,
        "characters": given.characters,
        "notes": given.notes,
    }
    door.one(row, lambda: _state_lines(row))


def _state_lines(row: dict[str, object]) -> Iterator[str]:
    yield f"{row['model']} at {row['endpoint']}"
    notes = "with internal notes" if row["notes"] else "without internal notes"
    yield f"  told at most {row['characters']:,} characters of a story, {notes}; asked only when you ask"


def rewrite(
    door: Door,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The draft, or - for standard input, the default.")
    ] = "",
    *,
    dry_run: DryOption = False,
) -> None:
    """Print a draft in plainer words; only the draft goes to the model."""
    from console import settings  # noqa: PLC0415  (the same)
    from console.model import asking  # noqa: PLC0415  (the same)
    from console.model.endpoint import Target  # noqa: PLC0415  (the same)

    found = settings.load(door.home.root)
    Target.of(found)  # before anything is waited for on standard input
    _draft(door, asking.rewrite(found, _given(door, file)), dry_run=dry_run)


def _given(door: Door, file: str) -> str:
    if file not in {"", "-"}:
        return from_file(Path(file))
    if door.stdin.isatty() and not file:
        raise InvalidInputError("There is no draft.", "Name a file, or - for standard input.")
    return from_stdin(door)


def propose(door: Door, ref: RefWord, *, dry_run: DryOption = False) -> None:
    """Print a reply that a model proposes for a ticket, from the person's messages and the facts in them."""
    from console.model import asking  # noqa: PLC0415  (the same)

    with door.session(desks=True) as session:
        question = asking.propose(session, ref)
    _draft(door, question, dry_run=dry_run)


def summary(door: Door, ref: RefWord, *, dry_run: DryOption = False) -> None:
    """Print a summary of the person's story; a sentence that names no message as its source is left out."""
    from console.model import asking  # noqa: PLC0415  (the same)
    from console.model.citing import cited  # noqa: PLC0415  (the same)

    with door.session(desks=True) as session:
        question = asking.summary(session, ref)
    if dry_run:
        _dry(door, question)
        return
    said = _answered(question)
    found = cited(said.text, question.asked.sources)
    row = _about(question, said) | {
        "sentences": [
            {"text": each.text, "sources": [source.label for source in each.sources]}
            for each in found.sentences
        ],
        "sources": [
            {"label": each.label, "ref": each.item.ref, "message_id": each.item.id, "at": each.item.at}
            for each in found.sources()
        ],
        "left_out": found.left_out,
    }
    door.one({name: row[name] for name in SUMMARY}, lambda: _summary_lines(question, said, found))


def _draft(door: Door, question: Question, *, dry_run: bool) -> None:
    if dry_run:
        _dry(door, question)
        return
    said = _answered(question)
    row = _about(question, said) | {"text": said.text}
    door.one({name: row[name] for name in DRAFT}, lambda: [*_head(question, said), "", said.text])


def _answered(question: Question) -> Words:
    import asyncio  # noqa: PLC0415  (the same)

    from console.model import asking  # noqa: PLC0415  (the same)

    return asyncio.run(asking.answer(question))


def _about(question: Question, said: Words) -> dict[str, object]:
    asked = question.asked
    return {
        "use": asked.use,
        "ref": asked.ref,
        "model": said.model,
        "label": said.label,
        "cut": said.cut,
        "messages": len(asked.sources),
        "of": asked.told,
    }


def _head(question: Question, said: Words) -> Iterator[str]:
    sent = question.asked.sent()
    yield f"-- {said.label}" + (f" (from {sent})" if sent else "")
    if said.cut:
        yield "-- the model stopped before it was done"


def _summary_lines(question: Question, said: Words, found: Summary) -> Iterator[str]:
    from console.commands import shapes  # noqa: PLC0415  (the same)

    yield from _head(question, said)
    yield ""
    yield from (each.text for each in found.sentences)
    if not found.sentences:
        yield "No sentence named its source."
    if found.missing():
        yield f"({found.missing()})"
    yield ""
    for each in found.sources():
        item = each.item
        yield f"{each.label:<4} {shapes.minute(item.at)}  {item.ref}  {item.author or item.role}"


def _dry(door: Door, question: Question) -> None:
    from console.model import asking  # noqa: PLC0415  (the same)

    request, bearer = asking.shown(question)
    headers = {**request.headers, **({"Authorization": bearer} if bearer else {})}
    row = {"method": "POST", "url": request.url, "headers": headers, "body": request.body.decode()}

    def lines() -> Iterator[str]:
        yield f"POST {request.url}"
        yield from (f"{name}: {value}" for name, value in headers.items())
        yield ""
        yield request.body.decode()

    door.one({name: row[name] for name in SENT}, lines)


MODEL = Group(
    state,
    {"Commands": {"rewrite": "model:rewrite", "propose": "model:propose", "summary": "model:summary"}},
)
