"""What a strict queue wants of a reply before it leaves, for whoever writes without the screens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from console import standards, triage
from console.checking import Checked, Going, check_reply
from console.reply import load_draft, save_draft
from console.session import Session
from console.settings_table import CHECKS
from console.standards import Queue
from console.waiving import leave_out
from store.errors import ConfigError, HeardError, InvalidInputError
from store.text import clean


class StrictError(HeardError):
    """A strict queue held a reply back: nothing was sent."""


def waivers(words: list[str]) -> dict[str, str]:
    """What is to be left out, by its name, from words such as "apologize=said on the phone"; InvalidInputError names a mistake."""
    found: dict[str, str] = {}
    for word in words:
        name, _, reason = (part.strip() for part in word.partition("="))
        if name not in CHECKS:
            raise InvalidInputError(
                f"{name or word!r} is no step and no check.", f"There are: {', '.join(CHECKS)}."
            )
        if not reason:
            raise InvalidInputError(
                f"There is no reason to leave {name} out.", f'Write it: --waive {name}="said on the phone".'
            )
        found[name] = reason
    return found


def pass_or_hold(
    session: Session, ref: str, text: str, waive: Mapping[str, str], *, solving: bool = False
) -> None:
    """Let a reply go on where its queue is not strict, or nothing strict is missing that `waive` has no reason for.

    What is left out stands in the log with its reason. Otherwise StrictError says what is missing and what to do; the words
    are then the ticket's draft. So they are where standards.toml cannot be read (ConfigError): nobody knows what is strict.
    """
    row = triage.ticket(session, ref).row
    try:
        known = standards.load(session.home.root, session.settings.heard.muted)
    except ConfigError:
        _keep(session, row.ref, text)
        raise
    queue = known.of(row.group)
    if not queue.strict or not text.strip():
        return
    checked = check_reply(session, known, row.ref, text, going=Going(solving=solving))
    left = {name: waive[name] for name in checked.missed if name in waive and name in queue.waive}
    missed = [name for name in checked.missed if name not in left]
    if missed:
        raise _held(checked, queue, missed, _keep(session, row.ref, text))
    for reason in dict.fromkeys(left.values()):
        leave_out(session, row.ref, [name for name, why in left.items() if why == reason], reason)


def _keep(session: Session, ref: str, text: str) -> bool:
    """Make the words the draft of the ticket, above what was typed there; not where that is an internal note."""
    words, since = clean(text).strip(), load_draft(session, ref)
    if not words or (since is not None and words in since.text):
        return True
    if since is not None and since.mode == "note":
        return False
    save_draft(session, ref, "\n\n".join([words, *([since.text] if since else [])]), "reply")
    return True


def _held(checked: Checked, queue: Queue, missed: list[str], kept: bool) -> StrictError:  # noqa: FBT001  (what became of it)
    where = f" in {checked.queue}" if checked.queue else ""
    return StrictError(
        f"Not sent. Strict{where}, and not met: {', '.join(missed)}.",
        "\n".join(_advice(checked, queue, missed, kept=kept)),
    )


def _advice(checked: Checked, queue: Queue, missed: list[str], *, kept: bool) -> Iterator[str]:
    says: dict[str, str] = {check.name: check.say for check in checked.advice.checks}
    says |= {step.name: step.why for step in checked.advice.steps}
    yield from (f"{name}: {says[name]}" for name in missed if says.get(name))
    if kept:
        yield f"The words are the draft of {checked.ref}: `heard check --ticket {checked.ref}` shows what is missing where."
    else:
        yield f"An internal note is being written on {checked.ref}, so the words were not kept as its draft."
    fixed = [name for name in missed if name not in queue.waive]
    if fixed:
        yield f"{', '.join(fixed)} cannot be left out here: write it."
    else:
        ways = " ".join(f'--waive {name}="..."' for name in missed)
        yield f"Write it, or send without it and say why: {ways}."
