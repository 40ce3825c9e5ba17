"""What the outbox screen says about an operation, in plain words. Pure: no store, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from console.outbox import FOLLOW_UP
from screens.held import is_held
from store.rows import PROMISES, Item, Operation
from widgets import words
from widgets.keys_told import DEFAULT_KEYS, Keys
from widgets.prose import Paragraph
from widgets.table import Row
from widgets.words import STATUS_WORDS

if TYPE_CHECKING:
    from console.outbox import Disputed

MESSAGES = ("reply", "note")
_STATES = {
    "queued": ("queued", "text"),
    "sending": ("sending", "accent"),
    "unknown": ("unknown", "warn"),
    "conflict": ("NEEDS YOU", "bad"),
    "review": ("NEEDS YOU", "bad"),
    "rejected": ("REFUSED", "bad"),
}
_STANDING = {
    "sending": "on its way",
    "unknown": "no answer came; the desk is asked whether it has it",
    "review": "look at it before it leaves",
    "rejected": "the desk refused it",
}
_KINDS = {"reply": ("PUBLIC REPLY", "reply"), "note": ("INTERNAL NOTE", "note"), "set": ("change", "text")}
WIDE = (
    ("state", 10),
    ("ticket", 14),
    ("what", 13),
    ("how it stands", 0),
    ("change or words", 0),
    ("age", -4),
)
NARROW = (("state", 10), ("ticket", 12), ("what", 13), ("how it stands", 0))


def row(operation: Operation, now: int, *, wide: bool, behind: str = "", keys: Keys = DEFAULT_KEYS) -> Row:
    """One line of the list, for `WIDE` or `NARROW` columns; `behind` says what it waits behind."""
    state, ink = _STATES.get(operation.state, (operation.state, "text"))
    cells = (
        (state, ink),
        (operation.ref, "text"),
        _KINDS.get(operation.kind, (operation.kind, "text")),
        (standing(operation, now, behind, keys), "text" if is_held(operation, now) else "dim"),
    )
    if not wide:
        return cells
    said = " ".join(operation.body.split()) or operation.words()
    return (*cells, (said, "text"), (words.age(now, operation.created), "dim"))


def standing(operation: Operation, now: int, behind: str = "", keys: Keys = DEFAULT_KEYS) -> str:
    """How it stands with an operation, and what happens next."""
    if operation.state == "conflict":  # its error names ids, not people
        return f"somebody else changed it; {keys.first('settle')} settles it"
    if operation.state != "queued":
        told = _STANDING.get(operation.state, operation.state)
        return operation.error if operation.error and operation.state != "unknown" else told
    if operation.send_at > now:
        return f"leaves {words.day_time(operation.send_at)}"
    if is_held(operation, now):
        return (
            f"leaves in {words.seconds_left(operation.not_before, now)} s; {keys.first('drop')} takes it back"
        )
    if operation.attempts or operation.error:
        left = words.seconds_left(operation.not_before, now)
        again = f" (tries again in {words.span(left * words.SECOND)})" if left else ""
        return f"waits for the desk{': ' if operation.error else ''}{operation.error}{again}"
    return behind or "leaves by itself"


def behind(operations: Iterable[Operation]) -> dict[str, str]:
    """What a queued reply waits behind, by its id: an earlier reply on the same ticket that a person must look at."""
    stuck: set[str] = set()
    told = {}
    for each in sorted(operations, key=lambda o: o.seq):
        if each.kind == "reply" and each.state in ("review", "conflict"):
            stuck.add(each.ref)
        elif each.kind == "reply" and each.state == "queued" and each.ref in stuck:
            told[each.id] = "waits behind an earlier reply that needs you"
    return told


def nowhere(operations: Iterable[Operation], lost: Sequence[str]) -> dict[str, str]:
    """What a queued operation waits for, by its id, where its desk is one of those that the settings do not name."""
    return {o.id: f"waits: {o.desk} is not in the settings" for o in operations if o.desk in lost}


def labels(operation: Operation | None, into: str) -> dict[str, str]:
    """What the keys of the outbox do to this operation; those that do nothing are left out. `into` as for `why_not`."""
    acts = ("retry", "edit", "drop", "settle", "retarget")
    refused = {name: "" for name in (*acts, "open") if why_not(name, operation, into)}
    if operation is None or "retry" in refused:
        return refused
    held_back = operation.state == "review" and operation.kind == "reply" and not into
    again = "send anyway" if held_back else "retry"
    return refused | {"retry": "send now" if operation.state == "queued" else again}


def why_not(action_id: str, operation: Operation | None, into: str, keys: Keys = DEFAULT_KEYS) -> str:
    """Why an action cannot be carried out on this operation; "" when it can.

    `into` is the ticket that its own was merged into, "" where it was not.
    """
    if operation is None:
        return "the outbox is empty"
    state = operation.state
    gone = {"sending": "it is on its way just now", "unknown": "it may be out; the desk is being asked"}
    if action_id in ("retry", "edit", "drop", "retarget") and state in gone:
        return gone[state]
    settle = keys.first("settle")
    words_to_go = operation.kind in MESSAGES and into
    reasons = {
        "retry": f"somebody else changed the ticket; {settle} settles it" if state == "conflict" else "",
        "edit": "" if operation.kind in MESSAGES else "only a reply or a note has words to edit",
        "settle": "" if state == "conflict" else "nobody else changed what this changes",
        "retarget": "" if words_to_go else "its ticket was not merged into another one and takes replies",
    }
    return reasons.get(action_id, "")


def in_full(
    operation: Operation,
    now: int,
    *,
    subject: str = "",
    answer: Item | None = None,
    into: str = "",
    disputed: Sequence[Disputed] = (),
    behind: str = "",
    promise: str = "",
    keys: Keys = DEFAULT_KEYS,
) -> list[Paragraph]:
    """Everything about one operation: how it stands, the newest answer of somebody else, and all its words."""
    kind, ink = _KINDS.get(operation.kind, (operation.kind, "text"))
    told: list[Paragraph] = [(f"{kind} on {operation.ref}  {subject}".rstrip(), ink)]
    state, ink = _STATES.get(operation.state, (operation.state, "text"))
    told.append((f"{state}: {standing(operation, now, behind, keys)}", ink))
    if operation.state == "unknown" and operation.error:
        told.append((operation.error, "dim"))
    if operation.state in ("unknown", "review") and operation.kind in MESSAGES and promise in PROMISES:
        told.append((f"What this desk promises: {PROMISES[promise]}.", "dim"))
    told += [(_quarrel(each), "text") for each in disputed]
    sends = f"{keys.first('retarget')} sends the words"
    if into == FOLLOW_UP:
        told.append((f"Its ticket is closed; {sends} as a follow-up ticket.", "warn"))
    elif into:
        told.append((f"Its ticket was merged into {into}; {sends} there.", "warn"))
    if answer is not None:
        told += [("", "text"), (f"{answer.author or 'Somebody'} answered {words.age(now, answer.at)} ago:", "strong"), (answer.text, "text")]  # fmt: skip
        told += [("", "text"), ("Yours:", "strong")]
    else:
        told.append(("", "text"))
    told.append((operation.body or operation.words(), "text"))
    return told


def _quarrel(each: Disputed) -> str:
    shown = [
        STATUS_WORDS.get(v, v) if each.field == "status" else v for v in (each.base, each.mine, each.theirs)
    ]
    return "{}: was {}, yours {}, theirs {}".format(each.field, *shown) + (f" ({each.by})" if each.by else "")


def newest_answer(operation: Operation, items: Sequence[Item]) -> Item | None:
    """The newest public answer by others since the agent looked, for a reply that waits for a look; None without one."""
    if operation.kind != "reply" or operation.state != "review":
        return None
    known = [n for n, item in enumerate(items) if item.id == operation.low_water]
    later = items[known[-1] + 1 :] if known else [item for item in items if item.at > operation.created]
    answers = [i for i in later if i.kind == "message" and i.role == "agent"]
    named = [i for i in answers if i.author and i.author in operation.error]
    return (named or answers)[-1] if answers else None
