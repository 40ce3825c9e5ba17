"""The Hear fields beside the draft: what the customer told already, put in by a key or a click, corrected, put away."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from typing import TYPE_CHECKING

from screens import late
from screens.advising import Advising
from widgets.fuzzy import Choice
from widgets.words import many

if TYPE_CHECKING:
    from console.facts import Field
    from screens.panes import Arrangement
    from widgets.fields_dialog import Shown
    from widgets.hear_fields import HearFields

_ROOMY, _SOME = 12, 8  # lines of the ladder from which on all fields, or a few, have room below it
_ALL, _FEW = 7, 3


class Telling(Advising):
    """The part of the triage screen that knows what was told already."""

    _field_lines = 0  # how many fields there is room for

    def share_fields(self, made: Arrangement) -> None:
        """Know how much room there is for fields; where there is none, the ladder's title counts them."""
        self._field_lines = _ALL if made.ladder >= _ROOMY else _FEW if made.ladder >= _SOME else 0
        self.show_fields()

    def show_fields(self) -> None:
        """Show the fields in the room that there is."""
        shown = [field for field in self._fields if not field.away] if self.composer.ref else []
        rows = tuple((field.fact.kind, field.value, field.fact.at) for field in shown)
        lines = min(len(rows), self._field_lines)
        self.hear_fields.show_fields(rows, self._keys().get("fields", ""))
        self.hear_fields.display = bool(lines)
        self.hear_fields.styles.height = lines + 1 if lines else 0
        self.ladder.tell_told(0 if lines else len(rows))

    def on_hear_fields_taken(self, event: HearFields.Taken) -> None:
        """Put the field that was clicked into the draft."""
        event.stop()
        shown = [field for field in self._fields if not field.away]
        if event.n < len(shown):
            self._take_field(shown[event.n])

    def do_fields(self) -> Awaitable[None] | None:
        """Go through what was told already."""
        return self._open_fields(0)

    def _open_fields(self, cursor: int) -> Awaitable[None] | None:
        from widgets.fields_dialog import FieldsDialog  # noqa: PLC0415  (after the first paint)

        fields = self._fields
        if not fields:
            self.say("The customer's messages tell no number, date or wish that could be read out of them.")
            return None
        authors = {item.id: item.author for item in self.timeline.window.items}
        shown = [_shown(field, authors.get(field.fact.message_id, "")) for field in fields]
        dialog = FieldsDialog(shown, now=self.session.now, cursor=cursor, glyphs=self.glyphs)

        def answered(answer: str | None) -> None:
            """Do with a field what was chosen."""
            deed, _, n = (answer or "").partition(" ")
            self._do_with_field(deed, fields, int(n or 0))

        return self.app.push_screen(dialog, answered)

    def _do_with_field(self, deed: str, fields: tuple[Field, ...], n: int) -> None:
        if deed == "take":
            self._take_field(fields[n])
        elif deed == "correct":
            self._correct_field(fields, n)
        elif deed == "away":
            self._put_field_away(fields, n)
        elif deed == "see":
            self._see_field(fields[n])
        else:
            self.enter("composer")

    def _take_field(self, field: Field) -> None:
        self.enter("composer")
        self.composer.insert(field.value)

    def _see_field(self, field: Field) -> None:
        self.enter("story")
        self.timeline.stand_at(field.fact.message_id, field.fact.ref)

    def _correct_field(self, fields: tuple[Field, ...], n: int) -> None:
        field, person = fields[n], self.person
        others = {each.value for each in fields if each.fact.kind == field.fact.kind} | {field.fact.value}
        choices = [
            Choice(value, value, "as the message says" if value == field.fact.value else "told as well")
            for value in sorted(others - {field.value})
        ]

        def taken(value: str) -> None:
            """Keep the value that was typed; without one, back to the fields."""
            if not value:
                self._open_fields(n)
                return
            self.write(
                lambda: late.facts.correct(self.session, person, field.fact, value),
                lambda kept: self._edited(f"{field.fact.kind.capitalize()} is {kept} from now on.", n),
            )

        self.pick(
            f"{field.fact.kind.capitalize()}: what instead of {field.value}?", choices, taken, free=True
        )

    def _put_field_away(self, fields: tuple[Field, ...], n: int) -> None:
        field, person = fields[n], self.person
        act = late.facts.bring_back if field.away else late.facts.put_away
        key = self._keys().get("fields", "the palette's fields")
        done = "is back" if field.away else f"is put away; {key} and {self.key_of('put_away')} bring it back"
        self.write(
            lambda: act(self.session, person, field.fact),
            lambda _: self._edited(f"{field.fact.kind.capitalize()} {field.value} {done}.", n),
        )

    def _edited(self, said: str, n: int) -> None:
        """Look the fields up anew, and go on in their window."""
        self.say(said)
        asked = self._asked(None)

        def again(fields: tuple[Field, ...]) -> None:
            """Show the fields anew, the cursor where it was."""
            self._fields = fields
            self.show_fields()
            self.advise()
            self._open_fields(min(n, max(len(fields) - 1, 0)))

        self.read("fields", lambda: self._look_at(asked).fields, again)

    # -- saying it back ---------------------------------------------------------------------------------------

    def do_restate(self) -> None:
        """Begin the draft with what the customer told: in their words, ours to edit, one step for undo."""
        facts = [replace(field.fact, value=field.value) for field in self._fields if not field.away]
        paragraph = late.heard.restate(facts, self.composer.ref)
        if not paragraph:
            self.say("The customer's messages say nothing that could be said back in their words.")
            return
        self.enter("composer")
        self.composer.insert_first(paragraph)
        self.say(f"{many(paragraph.count('. ') + 1, 'sentence')} put in; ctrl+z takes them out.")


def _shown(field: Field, author: str) -> Shown:
    from widgets.fields_dialog import Shown  # noqa: PLC0415  (the same)

    fact = field.fact
    said = fact.value if field.corrected else ""
    return Shown(fact.kind, field.value, f"{author or 'customer'}, {fact.ref}", fact.at, said, field.away)
