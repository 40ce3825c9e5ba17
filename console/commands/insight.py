"""Before an answer is written: the story in a few lines, what was done in tickets like this one, what the articles say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import shapes
from console.commands.door import Door

if TYPE_CHECKING:
    from console.knowledge import Article
    from console.knowledge import File as ArticleFile
    from console.nearest import NextSteps, Step
    from console.recap import Recap
    from console.session import Session
    from store.rows import Item

RecapWho = Annotated[
    list[str], typer.Argument(metavar="REF|WHO", help="A ticket, or a customer's name, address or number.")
]
RECAP = ("heading", "words", "message_id", "ref", "at", "role", "author", "time", "why")
NEXT = ("ref", "steps", "causes", "near")
ARTICLE = ("title", "heading", "steps", "path", "why")
FILE = ("path", "title", "tags", "queue", "problem")


def recap(door: Door, who: RecapWho) -> None:
    """Sum a story up in sentences of its messages: asked, tried, promised, open.

    Of a ticket the whole story of its customer is read; the ticket comes first, then what is not solved.
    """
    from console.recap import HEADINGS  # noqa: PLC0415  (commands load what they use)
    from console.recap import recap as sum_up  # noqa: PLC0415  (the same)

    with door.session(desks=True) as session:
        items, ref = _story(session, " ".join(who))
        found = sum_up(items, ref)
    if door.for_people:
        for line in _recap_lines(found):
            door.say(line)
        return
    rows = ({"heading": heading, **shapes.plain(line)} for heading in HEADINGS for line in found.of(heading))
    door.table(rows, RECAP)


def _story(session: Session, who: str) -> tuple[Sequence[Item], str]:
    """The story that is meant, and the ticket if one was named."""
    from console import history, triage  # noqa: PLC0415  (the same)
    from console.commands.people import named  # noqa: PLC0415  (the same)
    from store.errors import NotFoundError  # noqa: PLC0415  (the same)

    try:
        row = triage.ticket(session, who).row
    except NotFoundError:
        return history.story(session, named(session, who).id), ""
    person = row.requester_id
    items = history.story(session, person) if person else history.thread(session, row.ref)
    return items, row.ref


def _recap_lines(found: Recap) -> Iterator[str]:
    from console.recap import HEADINGS  # noqa: PLC0415  (the same)

    for heading in HEADINGS:
        for number, line in enumerate(found.of(heading)):
            head = heading if number == 0 else ""
            beside = ", ".join(filter(None, (shapes.minute(line.at), line.author, line.why)))
            yield f"{head:<9} {line.words}"
            yield f"{'':<9}   {line.ref} {line.message_id}: {beside}"
    if not any(found.of(heading) for heading in HEADINGS):
        yield "There is nothing to sum up."


def next_steps(
    door: Door,
    ref: Annotated[str, typer.Argument(metavar="REF", help="A ticket: desk/123, 123 or #123.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many solved tickets to look at.")] = 20,
) -> None:
    """Show what was done in the nearest solved tickets of others, and what was said to be the cause."""
    from console.nearest import next_steps as look  # noqa: PLC0415  (the same)

    with door.session(desks=True) as session:
        found = look(session, ref, limit)
    row: dict[str, object] = {
        "ref": found.ref,
        "steps": [shapes.plain(step) for step in found.steps],
        "causes": [shapes.plain(step) for step in found.causes],
        "near": [shapes.plain(near) for near in found.near],
    }
    door.one(row, lambda: _next_lines(found))


def _next_lines(found: NextSteps) -> Iterator[str]:
    if not found.near:
        yield "No solved ticket is like this one."
        return
    yield f"{len(found.near)} solved tickets are like {found.ref}"
    yield from _counted("done", found.steps, len(found.near))
    yield from _counted("cause", found.causes, len(found.near))
    for near in found.near[:5]:
        yield f"near   {near.share:.0%}  {near.ref}  {near.subject}"


def _counted(what: str, steps: Sequence[Step], of: int) -> Iterator[str]:
    for step in steps:
        yield f"{what:<6} {step.count} of {of}  {step.words}  ({', '.join(step.refs[:3])})"


def kb(
    door: Door,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="REF|WORDS", help="A ticket, or words; without, the files."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many articles at most.")] = 5,
) -> None:
    """Find steps in the team's own articles that fit a ticket, or that have some words; works without the network.

    The articles are Markdown files in the folder `knowledge` of the workspace, or where `[knowledge] folder` says.
    """
    from console import knowledge  # noqa: PLC0415  (the same)

    with door.session() as session:
        if not words:
            files = knowledge.files(session)
            door.table(map(_file, files), FILE)
            if door.for_people and not files:
                door.warn(f"There are no articles. Write one as {knowledge.folder(session) / 'NAME.md'}.")
            return
        found = _articles(session, words, limit)
    if not door.for_people:
        door.table((shapes.plain(each) for each in found), ARTICLE)
        return
    for line in _article_lines(found):
        door.say(line)


def _file(found: ArticleFile) -> dict[str, object]:
    return {**shapes.plain(found), "tags": found.tags.split()}


def _articles(session: Session, words: Sequence[str], limit: int) -> list[Article]:
    from console import knowledge  # noqa: PLC0415  (the same)
    from store.errors import NotFoundError  # noqa: PLC0415  (the same)

    if len(words) == 1 and any(letter.isdigit() for letter in words[0]):
        try:
            return knowledge.fitting(session, words[0], limit)
        except NotFoundError:
            if "/" in words[0] or words[0].startswith("#"):
                raise
    return knowledge.search(session, " ".join(words), limit)


def _article_lines(found: Sequence[Article]) -> Iterator[str]:
    for each in found:
        yield f"{each.title}  ({each.path}; {each.why})"
        yield from (f"    {line}" for line in (each.heading, *each.steps.splitlines()) if line)
        yield ""
    if not found:
        yield "No article fits."
