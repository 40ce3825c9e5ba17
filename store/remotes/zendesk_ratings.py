"""How customers rated a ticket, out of its audits, which are read with its messages anyway. Pure.

A ticket itself tells only how its rating stands now (`satisfaction_rating`). Its audits tell each rating with its time,
an id of its own, and what it was before, and they cost no request and no look at the tickets that have none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from store.remotes import ChangeDoc
from store.remotes import zendesk_wire as wire
from store.remotes.zendesk_map import ident, micros, words
from store.terms import RATING, SCORES

_EVENT, _SCORE, _COMMENT = "SatisfactionRating", "satisfaction_score", "satisfaction_comment"


@dataclass(frozen=True, slots=True)
class _Rated:
    """How the rating stands: "good", "bad" or "" for none, and what the customer wrote to it."""

    score: str = ""
    comment: str = ""

    def __str__(self) -> str:
        return f"{self.score}: {self.comment}" if self.score and self.comment else self.score


def ratings(ticket_id: str, audits: Iterable[wire.Audit]) -> tuple[ChangeDoc, ...]:
    """Every rating that was given, changed or taken back, oldest first; that one was asked for is no rating."""
    speaking = [(audit, told) for audit in audits if (told := [*_told(audit)])]
    speaking.sort(key=lambda pair: micros(pair[0].created_at))
    before, found = _Rated(), []
    for audit, told in speaking:
        after = _after(before, told)
        if after != before:
            found.append(
                ChangeDoc(
                    id=ident(told[0].id) or f"{ident(audit.id)}r",
                    ticket_id=ticket_id,
                    field=RATING,
                    old=before.score,
                    new=str(after),
                    actor_id=ident(audit.author_id) or None,
                    at=micros(audit.created_at),
                )
            )
        before = after
    return tuple(found)


def _told(audit: wire.Audit) -> Iterator[wire.Event]:
    """The events of an audit that speak of the rating; most audits have none."""
    for event in audit.events or ():
        if event.type == _EVENT or (event.type == "Change" and event.field_name in {_SCORE, _COMMENT}):
            yield event


def _after(before: _Rated, told: Iterable[wire.Event]) -> _Rated:
    score, comment = before.score, before.comment
    for event in told:
        if event.type == _EVENT:
            score, comment = _score(event.score), event.body or ""
        elif event.field_name == _SCORE:
            score = _score(words(event.value))
        else:
            comment = words(event.value)
    return _Rated(score, comment) if score else _Rated()


def _score(told: str | None) -> str:
    """Good or bad, however it is told ("good_with_comment"); "" for what is no score, such as an offer to rate."""
    return next((score for score in SCORES if (told or "").startswith(score)), "")
