"""What becomes of an operation: pure rules over what the desk answered and what is known of the past.

An outcome that is not known is a state and is left only by proof: the effect found on the desk, a conditional retry
with the token that the agent's screen was based on, or absence after the time in which a late request can still
commit (sync design, sections 3 and 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from store.remotes import A_PAGE, CLOSED, Caps, Effect, Outcome
from store.rows import OpState

FIRST_PAUSE_US = 2_000_000
LONGEST_PAUSE_US = 300_000_000
LOOK_AGAIN_US = 5_000_000
MOST_TRIES = 8  # requests that may have happened, before a person is asked

MESSAGES = ("reply", "note")

# What an outcome leads to; those that are not here may have happened, and are unknown.
NEXT: dict[str, OpState] = {
    "applied": "done",
    "not_sent": "queued",
    "auth": "queued",
    "throttled": "queued",
    "refused": "rejected",
    "gone": "rejected",
    "forbidden": "review",
    "merged": "review",
}


# What the desk says of the ticket itself.
GONE = {"gone": "gone", "forbidden": "forbidden", "merged": "merged"}


@dataclass(frozen=True, slots=True)
class Policy:
    """What the settings decide. `stale_reply` is what to do when a colleague has answered since the agent looked."""

    stale_reply: Literal["hold", "send"] = "hold"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The next state of an operation, how long it then rests (microseconds), and why, in words."""

    state: OpState
    pause: int = 0
    why: str = ""


def unclear(outcome: Outcome) -> bool:
    """Whether a write that came to this may have happened, or may still happen."""
    return outcome.kind not in NEXT and outcome.kind != "conflict"


def after_sending(kind: str, attempts: int, outcome: Outcome, doubt_left: int = 0) -> Verdict:
    """What the answer to one write request leads to; for `doubt_left` microseconds an earlier one may still arrive."""
    state = NEXT.get(outcome.kind, "unknown")
    if outcome.code == CLOSED and kind == "reply":
        state = "review"  # a follow-up ticket can take the words
    if outcome.kind == "busy" and kind == "set":
        state = "queued"  # a field set twice is set once
    why = (
        outcome.detail
        or outcome.code
        or (f"the desk answered HTTP {outcome.status}" if outcome.status else "")
    )
    if outcome.code == CLOSED and kind != "reply":
        why = "the ticket is closed for good"  # a follow-up is a public message: nothing else can go there
    if outcome.kind == "forbidden" and outcome.status:  # it was not looked at whether the ticket is shown
        why = f"the desk does not let us do this: {why}"
    elif outcome.kind in GONE and outcome.code != A_PAGE:
        why = absent(GONE[outcome.kind], outcome.merged_into, maybe_sent=doubt_left > 0).why
    if state in ("rejected", "review") and doubt_left > 0:
        return Verdict(
            "unknown", doubt_left, why
        )  # this request was refused, which says nothing about the first
    if state == "unknown":
        return Verdict(state, LOOK_AGAIN_US, why)
    if state != "queued":
        return Verdict(state, 0, why)
    if outcome.kind == "throttled" and outcome.retry_after:
        return Verdict(state, int(outcome.retry_after * 1_000_000), why)
    return Verdict(state, pause_after(attempts), why)


def pause_after(attempts: int) -> int:
    """How long to wait after so many attempts, microseconds."""
    return min(LONGEST_PAUSE_US, FIRST_PAUSE_US << min(attempts, 10))


def conditional(kind: str, token: str | None, caps: Caps) -> bool:
    """Whether a repetition with `token` is refused by the desk if the first request did arrive."""
    return bool(token) and (caps.cas_on_reply if kind in MESSAGES else caps.cas != "none")


def after_looking(
    kind: str, tries: int, effect: Effect, caps: Caps, *, token: str | None, doubt_left: int, why: str
) -> Verdict:
    """What a look on the desk leads to; for `doubt_left` microseconds a request may still arrive."""
    if effect.kind == "found":
        return Verdict("done")
    if effect.kind == "cannot_tell" and kind != "set":
        return Verdict("unknown", LOOK_AGAIN_US, why)  # a field set twice is set once, a message is not
    again = conditional(kind, token, caps)
    if not again and doubt_left > 0:
        return Verdict("unknown", LOOK_AGAIN_US, why)
    if kind in MESSAGES and not again and caps.promise == "C":
        return Verdict(
            "review", 0, "no answer came, and the desk does not show it; look there before you send it again"
        )
    if tries >= MOST_TRIES:
        return Verdict("review", 0, f"tried {tries} times without a clear answer: {why}")
    return Verdict("queued", 0, "not found on the desk")


def absent(presence: str, merged_into: str | None, *, maybe_sent: bool = False) -> Verdict:
    """What becomes of an operation whose ticket the desk does not show any more; its words are kept."""
    doubt = "; it may have been sent" if maybe_sent else ""
    if presence == "gone":
        return Verdict("rejected", 0, f"the ticket was deleted on the desk{doubt}")
    if presence == "merged":
        where = f" into {merged_into}" if merged_into else ""
        return Verdict("review", 0, f"the ticket was merged{where}{doubt}")
    return Verdict("review", 0, f"the desk does not show us the ticket any more ({presence}){doubt}")
