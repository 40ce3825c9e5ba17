"""Settling what two sides changed, and words whose ticket was merged away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands import shapes
from console.commands.door import Door
from console.commands.outbox import IdWord, told

if TYPE_CHECKING:
    from console.outbox import Disputed
    from console.session import Session

TEXT = ("field", "base", "mine", "theirs", "by", "at")
FIELDS = (*TEXT, "value_mine", "value_theirs")
DecisionWords = Annotated[
    list[str] | None,
    typer.Argument(metavar="FIELD=WHOSE", help="status=mine, priority=theirs, or another value."),
]


def resolve(
    door: Door,
    op: IdWord,
    decisions: DecisionWords = None,
    *,
    mine: Annotated[bool, typer.Option("--mine", help="Yours, for every field not named.")] = False,
    theirs: Annotated[bool, typer.Option("--theirs", help="Theirs, for every field not named.")] = False,
    merged: Annotated[
        bool,
        typer.Option(
            "--merged",
            help="Send the words to the ticket that theirs was merged into, or as a follow-up of a closed one.",
        ),
    ] = False,
) -> None:
    """Settle a conflict field by field; without a decision it is only shown: what it was, yours, theirs, who and when."""
    from console import outbox  # noqa: PLC0415  (commands load what they use)
    from console.changes import meaning  # noqa: PLC0415  (the same)
    from store.errors import InvalidInputError  # noqa: PLC0415  (the same)

    if mine and theirs:
        raise InvalidInputError(
            "It cannot be both.", "Give --mine or --theirs, and name the fields that differ."
        )
    deciding = bool(decisions or mine or theirs or merged)
    with door.session(answer=shapes.OPERATION if deciding else FIELDS) as session:
        if merged:
            told(door, outbox.retarget(session, op))
            return
        disputed = outbox.disputed(session, op)
        if not deciding:
            _show(door, session, disputed)
            return
        desk = outbox.find(session, op).desk
        values = decided(
            disputed,
            decisions or (),
            "mine" if mine else "theirs" if theirs else "",
            lambda name, word: meaning(session, desk, name, word),
        )
        made = outbox.resolve(session, op, values)
        if made is None:
            found = outbox.find(session, op)
            door.one(shapes.operation(found), lambda: [f"theirs stand: nothing is sent for {found.ref}"])
        else:
            told(door, made)


def decided(
    disputed: Sequence[Disputed], words: Sequence[str], rest: str, meaning: Callable[[str, str], str]
) -> Mapping[str, str]:
    """The value for each field in conflict; InvalidInputError for a word that is none, or a field left undecided.

    `meaning` is asked for a third value: what this word stands for in this field.
    """
    from store.errors import InvalidInputError  # noqa: PLC0415  (the same)

    said = dict.fromkeys((d.field for d in disputed), rest)
    for word in words:
        name, sign, whose = word.partition("=")
        if not sign or name not in said:
            known = ", ".join(said) or "none"
            raise InvalidInputError(
                f"{word!r} decides nothing.",
                f"Write FIELD=mine, FIELD=theirs or FIELD=VALUE; in conflict: {known}.",
            )
        said[name] = whose
    if undecided := [name for name, whose in said.items() if not whose]:
        raise InvalidInputError(
            f"Nothing was said about {', '.join(undecided)}.",
            "Decide about each field, or add --mine or --theirs.",
        )
    sides = {d.field: {"mine": d.value_mine, "theirs": d.value_theirs} for d in disputed}
    return {n: sides[n][whose] if whose in sides[n] else meaning(n, whose) for n, whose in said.items()}


def _show(door: Door, session: Session, disputed: Sequence[Disputed]) -> None:
    from console.times import ago  # noqa: PLC0415  (the same)

    rows = (shapes.plain(d) for d in disputed)
    if door.for_people:
        rows = ({**row, "at": ago(d.at, session.now())} for row, d in zip(rows, disputed, strict=True))
    door.table(rows, FIELDS, text=TEXT)
    if door.for_people:
        door.warn(
            "`heard resolve ID status=mine priority=theirs` settles it, or --mine, or --theirs."
            if disputed
            else "Nothing is in conflict there; `heard outbox show ID` says why it waits."
        )
