"""Never mention a step or a check again: for one agent in config.toml, for a queue in standards.toml."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from console.session import Session
from console.settings import FILE, load, source
from console.settings_edit import changed_list, mute, with_list, write_whole
from console.settings_read import tables
from console.standards import STANDARDS_FILE
from console.standards import load as load_standards
from console.standards_table import STANDARDS, Standard
from store.deeds import doing_files
from store.errors import InvalidInputError

WORDS = {
    "reask": "questions that were answered",
    "next_step_time": "a time for the next step",
    "vague_time": "times that are none",
    "policy_defence": "defence of a policy",
    "stock_phrase": "stock phrases",
    "tone": "words that hurt",
    "unfilled_hole": "unfilled holes",
    "attachment_missing": "missing attachments",
    "wrong_name": "wrong names",
    "recap_missing": "a missing recap",
    "macro_misfit": "macros that do not fit",
}


def for_me(session: Session, name: str, *, on: bool) -> None:
    """Mute `name` for this agent, or mention it again; it holds at once. Raises ConfigError where that cannot be written."""
    root = session.home.root
    with _filing(session, name, on=on):
        mute(root / FILE, name, on=on)
    session.settings = load(root)


def has_standards(session: Session) -> bool:
    """Whether this workspace has standards for its queues."""
    return _path(session).exists()


def for_queue(session: Session, queue: str, name: str, *, on: bool) -> None:
    """Mute `name` for everybody who answers in `queue`, or mention it again.

    Raises InvalidInputError for what is strict there, ConfigError where the file cannot be read or written.
    """
    path = _path(session)
    text = source(path)
    found = tables(text, path, STANDARDS)
    if on and name in load_standards(session.home.root).of(queue).strict:
        raise InvalidInputError(
            f"{WORDS.get(name, name).capitalize()} is strict in {queue or 'every queue'}.",
            f"What is strict is never muted; {path.name} says so.",
        )
    own = next((key for key in found["queues"] if key.casefold() == queue.casefold()), queue)
    standard: Standard = found["queues"].get(own, Standard())
    before = found["default"].muted if standard.muted is None else standard.muted
    changed = with_list(text, ("queues", own, "muted"), changed_list(before or (), name, on=on))
    tables(changed, path, STANDARDS)  # what would not load again is not written
    with _filing(session, name, on=on):
        write_whole(path, changed)


def _filing(session: Session, name: str, *, on: bool) -> AbstractContextManager[None]:
    """Keep it as one change, which undo takes back."""
    what = f"{WORDS.get(name, name)} {'muted' if on else 'mentioned again'}"
    return doing_files(session.db, session.home.root, what=what, actor=session.actor, now=session.now())


def of_queue(session: Session, queue: str) -> tuple[str, ...]:
    """What standards.toml mutes in a queue."""
    found = load_standards(session.home.root)
    own = {key.casefold(): each for key, each in found.queues.items()}.get(queue.casefold(), Standard())
    return (found.default.muted if own.muted is None else own.muted) or ()


def _path(session: Session) -> Path:
    return session.home.root / STANDARDS_FILE
