"""The one thing to say next."""

from __future__ import annotations

from collections.abc import Sequence

from console.heard import rulebook
from console.heard.values import CHECKS, Check, CheckName, Repeat, Step

_FIRST: frozenset[CheckName] = frozenset(
    {"unfilled_hole", "wrong_name", "attachment_missing", "reask", "macro_misfit"}
)
_HURTS: frozenset[CheckName] = frozenset({"tone"})  # wrong to send, too, but for thanks with many marks
_REPEATED = frozenset({"hear", "empathize"})
_QUOTE = ': "{quote}"'  # left out where the customer has no sentence, such as under a row of smileys
_QUOTED = 80  # characters of the customer's sentence that a suggestion shows


def suggestion(
    steps: Sequence[Step], checks: Sequence[Check], repeat: Repeat, quote: str, *, small: bool = False
) -> str:
    """What would be wrong to send comes first, then the steps in their order, then the wording; "" is a good end.

    A draft that is small talk is only kept from being wrong.
    """
    ordered = sorted(
        (one for one in checks if one.name != "next_step_time"),
        key=lambda one: (CHECKS.index(one.name), one.span.start),
    )
    first = _FIRST if small else _FIRST | _HURTS
    urgent = next((one.say for one in ordered if one.name in first), "")
    if urgent or small:
        return urgent
    policy = any(one.name == "policy_defence" for one in ordered)
    for state in ("not_seen", "partly"):
        for step in steps:
            if step.state == state:
                return _to_do(step, repeat, quote, policy=policy)
    return next((one.say for one in ordered), "")


def _to_do(step: Step, repeat: Repeat, quote: str, *, policy: bool) -> str:
    say = rulebook.packaged()["say"].table
    key: str = step.name
    if step.name in _REPEATED and repeat.line():
        key = f"{step.name}_repeat"
    elif step.name == "resolve" and policy:
        key = "resolve_policy"
    words = say[key] if quote else say[key].replace(_QUOTE, ".")
    return words.replace("{repeat}", repeat.line()).replace("{quote}", _short(quote))


def _short(quote: str) -> str:
    whole = " ".join(quote.split())
    return whole if len(whole) <= _QUOTED else whole[: _QUOTED - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
