"""Who is who: the records that are one person, what was said about them, and records that may be the same person too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Literal

from console import identities
from console.identities import Person, Proposal
from console.session import Session
from screens.listed import ListedScreen
from store.identities import Link, Record
from widgets.fuzzy import Choice
from widgets.keys_told import Keys
from widgets.prose import Paragraph
from widgets.rows import RowList
from widgets.table import Row, Table
from widgets.terminal import Terminal
from widgets.words import many, moment

_COLUMNS = (("", 8), ("record", 22), ("", 0), ("why", 0))
_WHYS = ("another person with the same address", "the customer said so", "linked by mistake")
_LINKED, _APART = "are one person", "are two people"

Part = Literal["record", "said", "may be"]


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a record of this person, something that was said, or a record that may be the same person."""

    part: Part
    record: Record | None = None
    link: Link | None = None
    proposal: Proposal | None = None


class IdentitiesScreen(ListedScreen[Line]):
    """The records of one person. Nobody is linked without a word of why, and every word can be taken back."""

    pane = "identities"

    def __init__(self, session: Session, terminal: Terminal, customer_id: int) -> None:
        empty, glyphs = "There is no such customer here any more.", terminal.glyphs
        table = Table("Who is who", _COLUMNS, empty=empty, names=False, glyphs=glyphs, id="identities")
        super().__init__(session, terminal, table, "identity")
        self.customer_id = customer_id
        self.words.can_focus = False

    def on_mount(self) -> None:
        """Look who is who."""
        self._look()

    def changed(self) -> None:
        """Look again who is who."""
        super().changed()
        self._look()

    def _look(self) -> None:
        self.fresh("identities", self._read, self.show_lines)

    def _read(self) -> tuple[Line, ...]:
        here = identities.person(self.session, self.customer_id)
        return lines_of(here, identities.proposals(self.session, self.customer_id) if here.records else [])

    def identity(self, line: Line) -> Hashable:
        """The line itself: what stands in it is never changed."""
        return line

    def draw(self) -> None:
        """Put the lines into the table, each part under its name."""
        lines = self.lines
        records = sum(line.part == "record" for line in lines)
        proposed = sum(line.part == "may be" for line in lines)
        parts = [
            line.part if n == 0 or lines[n - 1].part != line.part else "" for n, line in enumerate(lines)
        ]
        rows = [_row(line, part) for line, part in zip(lines, parts, strict=True)]
        self.table.set_rows(rows, right=f"{many(records, 'record')}, {proposed} may be the same")

    def tell(self) -> None:
        """Tell everything about the line at the cursor, and what can be done with it."""
        line = self.at_cursor
        self.show_keys()
        told = in_full(line, self.own_keys, lone=not self._several) if line else []
        self.words.tell_words(self.table.cursor, told)

    def labels(self) -> dict[str, str]:
        """Say what enter does here, where it does anything."""
        line = self.at_cursor
        said = any(each.link is not None for each in self.lines)
        return {
            "open": "link" if line and line.proposal else "",
            "part_record": "part" if line and line.record and self._several else "",
            "undo_link": "take back" if said else "",
        }

    @property
    def _several(self) -> bool:
        """Whether the person has more than one record: it takes two to part."""
        return [each.part for each in self.lines].count("record") > 1

    @property
    def _taken_back(self) -> str:
        return f"{self.key_of('undo_link')} takes it back."

    # -- doing ------------------------------------------------------------------------------------------------

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Link the record that may be the same person."""
        event.stop()
        line = self.at_cursor
        if line is None or line.proposal is None:
            keys = self.own_keys
            self.say(
                f"{keys.opening('open')} links a record that may be the same person;"
                f" {keys.first('part_record')} parts one of this person's."
            )
            return
        self._link(line.proposal)

    def _link(self, found: Proposal) -> Awaitable[None]:
        def taken(why: str) -> None:
            """Link the two records where a reason was given."""
            if why:
                told = f"{found.one.ref} and {found.other.ref} {_LINKED} now; {self._taken_back}"
                self._change(lambda: identities.link(self.session, found.one, found.other, why), told)

        why = "; ".join(found.evidence)
        return self.pick(f"Why is {found.other.ref} the same person?", [Choice(why, why)], taken, free=True)

    def do_part_record(self) -> Awaitable[None] | None:
        """Ask why the record at the cursor is another person."""
        line = self.at_cursor
        record = line.record if line else None
        if record is None or not self._several:
            self.say("Only one of several records of a person can be parted from the others.")
            return None

        def taken(why: str) -> None:
            """Part the record where a reason was given."""
            if why:
                told = f"{record.ref} stands alone now; {self._taken_back}"
                self._change(lambda: identities.unlink(self.session, record, why), told)

        choices = [Choice(why, why) for why in _WHYS]
        return self.pick(f"Why is {record.ref} another person?", choices, taken, free=True)

    def do_undo_link(self) -> None:
        """Take back what is said at the cursor, or what was said last."""
        line = self.at_cursor
        said = [each.link for each in self.lines if each.link is not None]
        link = line.link if line and line.link else max(said, key=lambda each: each.created, default=None)
        if link is None:
            self.say("Nothing was said about these records that could be taken back.")
            return

        def done(taken: list[Link]) -> None:
            """Say what was taken back, and look again."""
            pairs = ", ".join(f"{each.one} and {each.other}" for each in taken)
            self.say(f"Taken back: {pairs} {_word(link)}.")
            self._look()

        self.write(lambda: identities.undo_all(self.session, link), done)

    def _change(self, work: Callable[[], object], told: str) -> None:
        def done(_: object) -> None:
            """Say what was done, and look again."""
            self.say(told)
            self._look()

        self.write(work, done)

    def do_cancel(self) -> None:
        """Back to where one came from."""
        self.dismiss("")


def lines_of(here: Person, proposals: list[Proposal]) -> tuple[Line, ...]:
    """The records first, then what was said, then what may be."""
    return (
        *(Line("record", record=each) for each in here.records),
        *(Line("said", link=each) for each in here.links),
        *(Line("may be", proposal=each) for each in proposals),
    )


def _word(link: Link) -> str:
    return _LINKED if link.state == "linked" else _APART


def _row(line: Line, part: str) -> Row:
    head = (part, "accent")
    if line.link is not None:
        said = f"{_word(line.link)}, says {line.link.actor}"
        return (
            head,
            (line.link.one, "text"),
            (f"and {line.link.other} {said}", "text"),
            (line.link.why, "dim"),
        )
    record = line.record or (line.proposal.other if line.proposal else None)
    if record is None:
        return (head,)
    name = f"{record.name}, {many(record.tickets, 'ticket')}"
    about = "; ".join(line.proposal.evidence) if line.proposal else ", ".join(record.addresses)
    return (head, (record.ref, "text"), (name, "text"), (about, "warn" if line.proposal else "dim"))


def in_full(line: Line, keys: Keys, *, lone: bool = False) -> list[Paragraph]:
    """Everything about one line, and what can be done with it; `lone`: it is the only record of the person."""
    if line.link is not None:
        link = line.link
        told: list[Paragraph] = [
            (
                f"{link.one} and {link.other} {_word(link)}, says {link.actor} ({moment(link.created)}).",
                "text",
            ),
            (f"Why: {link.why}", "text"),
        ]
        told += [(f"Alike: {'; '.join(link.evidence)}", "dim")] if link.evidence else []
        return [*told, (f"{keys.opening('undo_link')} takes it back.", "dim")]
    if line.proposal is not None:
        found = line.proposal
        return [
            (f"{found.other.ref} {found.other.name} may be {found.one.ref} {found.one.name}:", "text"),
            *((each, "warn") for each in found.evidence),
            (f"{keys.opening('open')} links them, with a word of why; nothing is merged.", "dim"),
        ]
    record = line.record
    if record is None:
        return []
    other = f"{keys.opening('part_record')} says that this is another person."
    return [
        (f"{record.ref} {record.name}, {many(record.tickets, 'ticket')}", "text"),
        (", ".join(record.addresses) or "no address known", "dim"),
        ("This is their only record." if lone else other, "dim"),
    ]
