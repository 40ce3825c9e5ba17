"""Practice and review: past conversations to answer again, and replies that were sent, with notes on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import asking, shapes
from console.commands.asking import FileOption, TextWords, given
from console.commands.build import Group
from console.commands.door import Door

if TYPE_CHECKING:
    from console.checking import Checked
    from console.reviews import Reviewed
    from console.session import Session
    from console.standards import Standards
    from console.training import Compared, Task
    from store.reviews import Note

SeedOption = Annotated[
    str, typer.Option(metavar="WORD", help="Draw by this word; the same word draws the same.")
]
AgentOption = Annotated[str, typer.Option(metavar="NAME", help="Only this agent's.")]
NOTE = ("id", "ref", "message_id", "agent", "reviewer", "note", "created", "read", "on_desk")
REVIEWED = ("ref", "message_id", "agent", "at", "text", "steps", "checks", "outcome", "before")
TASK = ("id", "queue", "conversation")
TRAIN = (*TASK, "yours", "sent")


def train(
    door: Door,
    text: TextWords = None,
    *,
    file: FileOption = None,
    task: Annotated[
        str, typer.Option(metavar="ID", help="This task; otherwise one not practised on yet.")
    ] = "",
    seed: SeedOption = "",
    queue: Annotated[str, typer.Option(metavar="NAME", help="Only conversations of this queue.")] = "",
) -> None:
    """Answer a past conversation again: the real answer is shown beside yours once you have written it; nothing is sent."""
    from console import training  # noqa: PLC0415  (commands load what they use)

    with door.session(answer=TRAIN) as session:
        wanted = training.named(session, task) if task else training.task(session, seed=seed, queue=queue)
        words = given(door, text, file)
        if words is None and not (door.interactive and door.stdout.isatty()):
            door.one(_task(wanted), lambda: _task_lines(wanted))
            return
        if words is None:
            words = _written(door, session, wanted)
        compared = training.answer(session, _standards(session), wanted, words)
        door.one(_compared(compared), lambda: _compared_lines(compared, door.width))


def _written(door: Door, session: Session, wanted: Task) -> str:
    """What a person writes in his editor below the conversation, which is on the screen as well."""
    from console import editor  # noqa: PLC0415  (the same)

    for line in _task_lines(wanted):
        door.say(line)
    chosen = editor.command(door.environ, session.settings.ui.editor)
    below = "\n".join(_task_lines(wanted))
    return asking.edited(chosen, "", below, None, private=session.home.run_dir)


def _standards(session: Session) -> Standards:
    from console import standards  # noqa: PLC0415  (the same)

    return standards.load(session.home.root, session.settings.heard.muted)


def _task(wanted: Task) -> dict[str, object]:
    told = [{"role": i.role, "channel": i.channel, "at": i.at, "text": i.text} for i in wanted.before]
    return {"id": wanted.id, "queue": wanted.queue, "conversation": told}


def _task_lines(wanted: Task) -> Iterator[str]:
    yield f"{wanted.before[0].subject}  ({wanted.id})"
    yield from shapes.item_lines(wanted.before)


def _ladder(checked: Checked) -> dict[str, object]:
    from console import batch  # noqa: PLC0415  (the same)

    advice = checked.advice
    return {"text": checked.draft, "steps": batch.steps(advice), "checks": batch.checks(advice)}


def _compared(found: Compared) -> dict[str, object]:
    return {**_task(found.task), "yours": _ladder(found.yours), "sent": _ladder(found.sent)}


def _compared_lines(found: Compared, width: int) -> Iterator[str]:
    from console.commands.check_lines import check_lines  # noqa: PLC0415  (the same)
    from console.heard import LIMIT  # noqa: PLC0415  (the same)

    for title, each in (("Your answer", found.yours), ("The answer that was sent", found.sent)):
        yield from ("", f"== {title}")
        yield from check_lines(each, width, LIMIT)


def sample(
    door: Door,
    agent: AgentOption = "",
    count: Annotated[int, typer.Option("-n", "--count", help="How many replies.")] = 5,
    *,
    seed: SeedOption = "",
    days: Annotated[int, typer.Option(max=36_500, help="How far back, in days.")] = 30,
) -> None:
    """Draw replies that were sent, with their ladders and what came of them; the same seed draws the same replies."""
    from console import reviews  # noqa: PLC0415  (the same)

    with door.session() as session:
        found = reviews.sample(session, _standards(session), agent, count=count, seed=seed, days=days)
        if not door.for_people:
            door.table(map(_reviewed, found), REVIEWED)
            return
        for each in found:
            for line in _reviewed_lines(each, door.width):
                door.say(line)
        if not found:
            door.warn(f"No public reply was sent in the last {days} days.")


def _reviewed(each: Reviewed) -> dict[str, object]:
    from console import batch  # noqa: PLC0415  (the same)

    return {
        "ref": each.ref,
        "message_id": each.message.id,
        "agent": each.agent,
        "at": each.message.at,
        "text": each.message.text,
        "steps": batch.steps(each.advice),
        "checks": batch.checks(each.advice),
        "outcome": each.outcome,
        "before": [shapes.item(item) for item in each.before],
    }


def _reviewed_lines(each: Reviewed, width: int) -> Iterator[str]:
    from console.checking import Checked  # noqa: PLC0415  (the same)
    from console.commands.check_lines import check_lines  # noqa: PLC0415  (the same)
    from console.heard import LIMIT  # noqa: PLC0415  (the same)

    yield f"== {each.ref}, reply {each.message.id} by {each.agent}, {shapes.minute(each.message.at)}: {each.outcome}"
    last = [item for item in each.before if item.role == "customer"][-1:]
    yield from shapes.item_lines(last)
    yield ""
    yield from check_lines(Checked(each.message.text, each.advice, (), each.ref), width, LIMIT)
    yield ""


def note(
    door: Door,
    ref: Annotated[str, typer.Argument(metavar="REF", help="The ticket.")],
    message: Annotated[str, typer.Argument(metavar="MESSAGE", help="The id of the reply.")],
    text: TextWords = None,
    *,
    file: FileOption = None,
    private: Annotated[bool, typer.Option("--private", help="Keep it here; the desk never sees it.")] = False,
) -> None:
    """Leave a note on a reply for the agent who wrote it: an internal note of the ticket, or kept here alone."""
    from console import reviews  # noqa: PLC0415  (the same)
    from store.errors import NeedsTerminalError  # noqa: PLC0415  (the same)

    words = given(door, text, file)
    if words is None:
        raise NeedsTerminalError(
            "The note is missing.", '`heard review note REF MESSAGE "TEXT"`, or - for standard input.'
        )
    with door.session(answer=NOTE) as session:
        left = reviews.leave_note(session, ref, message, words, private=private)
        where = "kept here" if private else "in the outbox, for the ticket"
        door.one(_note(left), lambda: [f"A note for {left.agent} on {left.ref} is {where}."])


def _note(each: Note) -> dict[str, object]:
    from console.times import second  # noqa: PLC0415  (the same)

    return {**shapes.plain(each), "read": second(each.read) or None}


def notes(door: Door, agent: AgentOption = "") -> None:
    """List the notes that were left, newest first."""
    from console import reviews  # noqa: PLC0415  (the same)

    with door.session() as session:
        found = reviews.notes(session, agent)
        door.table(map(_note, found), NOTE, text=("ref", "agent", "reviewer", "note"))
        if door.for_people and not found:
            door.warn("No notes were left.")


def listed(door: Door, agent: AgentOption = "") -> None:
    """Review replies that were sent; without a command the notes are listed."""
    notes(door, agent)


REVIEW = Group(
    listed,
    {"Commands": {"sample": "review:sample", "note": "review:note", "notes": "review:notes"}},
)
