"""Macros: canned replies as files, those that fit a ticket first, filled in with what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console.agents import own_name
from console.heard.macro_fit import Canned
from console.macro_file import Macro
from console.macro_file import read as read_macro
from console.macro_fill import Place, fill, fill_holes, places
from console.macro_folder import Library, every_mistake, load, put
from console.macro_rank import Fit, Ground, meant
from console.macro_rank import fit as rank
from console.session import Session
from console.triage import ticket
from store import story as stories
from store.errors import ConfigError, InvalidInputError, NotFoundError
from store.nearest import seed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.settings_values import MacroSettings
    from store.rows import Ticket

__all__ = [
    "Filled",
    "Fit",
    "Library",
    "Macro",
    "Taken",
    "errors",
    "filled",
    "find",
    "fitting",
    "folders",
    "given",
    "known",
    "library",
    "offered",
    "take_over",
]

_MESSAGES = 5  # of the customer, from the first


@dataclass(frozen=True, slots=True)
class Filled:
    """A macro with everything filled in that is known; `holes` are the places that are left."""

    macro: Macro
    ref: str
    text: str
    changes: tuple[str, ...]

    @property
    def holes(self) -> tuple[Place, ...]:
        """The places that are still open, in their order."""
        return tuple(places(self.text))

    def with_holes(self, given: Mapping[str, str]) -> Filled:
        """The same with some holes filled, named by what they ask for or by number; InvalidInputError for no hole."""
        return Filled(self.macro, self.ref, fill_holes(self.text, given), self.changes)


def folders(root: Path, folder: str, shared: str) -> tuple[Path, ...]:
    """The workspace's own folder, and the shared one where there is any; from the workspace on where no whole path."""
    return tuple(root / Path(each).expanduser() for each in (folder, shared) if each.strip())


def library(session: Session) -> Library:
    """Every macro, and every file that could not be taken in."""
    told = session.settings.macros
    return load(*folders(session.home.root, told.folder, told.shared))


def errors(root: Path, told: MacroSettings) -> tuple[ConfigError, ...]:
    """All that is wrong with the macros of the workspace in `root`, which lie where `told`, each with file and line."""
    return tuple(every_mistake(*folders(root, told.folder, told.shared)))


def find(session: Session, name: str) -> Macro:
    """The macro of this name or title; NotFoundError names those that are near."""
    from difflib import get_close_matches  # noqa: PLC0415  (only a mistake needs it)

    known_ones = library(session)
    found = known_ones.named(name)
    if found is None:
        near = get_close_matches(name, [each.name for each in known_ones.macros], 3, 0.4)
        hint = f"Near it: {', '.join(near)}." if near else "`heard macros` lists them."
        raise NotFoundError(f"There is no macro {name!r}.", hint)
    return found


def filled(session: Session, macro: Macro, ref: str) -> Filled:
    """The macro for a ticket; NotFoundError when there is no ticket `ref`."""
    found = ticket(session, ref)
    return Filled(macro, found.row.ref, fill(macro.text, _values(session, found)), macro.head.changes)


def offered(session: Session, ref: str) -> list[tuple[Fit, Filled]]:
    """Every macro that may be used for a ticket, the best first, filled in; NotFoundError when there is no ticket `ref`."""
    fits = fitting(session, ref, every=True)
    found = ticket(session, ref)
    values = _values(session, found) if fits else {}
    return [
        (fit, Filled(fit.macro, found.row.ref, fill(fit.macro.text, values), fit.macro.head.changes))
        for fit in fits
    ]


def _values(session: Session, found: Ticket) -> dict[str, str]:
    row, told = found.row, session.settings.contact
    card = session.db.read(lambda r: stories.card(r, row.requester_id)) if row.requester_id else None
    emails = [each.value for each in card.contacts if each.kind == "email"] if card else []
    name = "" if "@" in row.requester else row.requester
    me = own_name(session, found.desk)
    return {
        "customer.first": _first(name),
        "customer.name": name,
        "customer.email": next(iter(emails), ""),
        "customer.organization": found.organization,
        "ticket.ref": row.ref,
        "ticket.number": row.ref.partition("/")[2] or row.ref,
        "ticket.subject": row.subject,
        "ticket.queue": row.group,
        "agent.name": me,
        "agent.first": _first(me),
        "contact.name": told.name,
        "contact.phone": told.phone,
        "contact.address": told.address,
    }


def _first(name: str) -> str:
    """The first of several names; a family name before a comma is not it."""
    given = name.partition(",")[2].strip() or name
    return given.split()[0] if given.split() else ""


# -- which of them ------------------------------------------------------------------------------------------------


def fitting(session: Session, ref: str, *, every: bool = False) -> list[Fit]:
    """The macros that fit a ticket, the best first; with `every`, the others of its queue after them.

    A macro for other queues, or in a language that the customer does not write, is left out. NotFoundError when there
    is no ticket `ref`.
    """
    row = ticket(session, ref).row
    told = session.db.read(lambda r: seed(r, row.ref, _MESSAGES), overlaid=False)
    ground = Ground.of(row.subject, told.texts if told else (), row.tags, row.group)
    found = [rank(each, ground) for each in library(session).macros if meant(each, ground)]
    ranked = sorted(found, key=lambda one: (-one.score, one.macro.name))
    return [one for one in ranked if every or one.why]


# -- for the engine -----------------------------------------------------------------------------------------------


def known(session: Session) -> tuple[Canned, ...]:
    """The macros as the advice on a draft wants them."""
    return tuple(Canned(each.name, each.title, each.text, each.about) for each in library(session).macros)


def given(pairs: Sequence[str]) -> dict[str, str]:
    """What is to be filled in, from words such as "new date=Friday"; InvalidInputError for another word."""
    found: dict[str, str] = {}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not sign or not key.strip() or not value.strip():
            raise InvalidInputError(f"{pair!r} fills nothing in.", 'Write --fill "the new date=Friday".')
        found[key.strip()] = value.strip()
    return found


# -- from other help desks ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """One macro of an export: where it went ("" where nowhere), and what of it was left."""

    title: str
    name: str
    left: tuple[str, ...]


def take_over(session: Session, source: str, *, write: bool = True) -> list[Taken]:
    """Write the macros of an export into the workspace's folder; a file that is there is left alone.

    With `write` False nothing is written. InvalidInputError for an export that is not known here.
    """
    from console import macro_import  # noqa: PLC0415  (seldom)

    folder = folders(session.home.root, session.settings.macros.folder, "")[0]
    found: list[Taken] = []
    for each in macro_import.read(source):
        left = list(dict.fromkeys(each.left))
        name = each.name if each.usable else ""
        if name and write and not _put(folder, name, each.file(), left):
            name = ""
        found.append(Taken(each.title, name, tuple(left)))
    return found


def _put(folder: Path, name: str, text: str, left: list[str]) -> bool:
    """Write one macro; what stands in the way is added to `left`."""
    path = folder / f"{name}.md"
    try:
        read_macro(name, path, text.encode())  # what could not be read again is not written
        there = not put(folder, name, text)
    except ConfigError as error:
        left.append(f"all of it: {error.message.partition(': ')[2] or error.message}")
        return False
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be written: {error.strerror}.") from error
    if there:
        left.append(f"all of it: {name}.md is there already")
    return not there
