"""What customers say of the service, out of a ticket's audits: each rating once, with its time, its change, its author."""

from __future__ import annotations

from typing import Any

import pytest
from remotes.replay import ACCOUNT, Script

from store.remotes import ChangeDoc
from store.remotes.zendesk import ZendeskRemote
from store.terms import RATING


def audit(second: int, *events: dict[str, Any], author: int | None = 5) -> dict[str, Any]:
    at = f"2026-05-01T10:00:{second:02}Z"
    return {
        "id": second,
        "created_at": at,
        "author_id": author,
        "via": {"channel": "web"},
        "events": [*events],
    }


def rated(ident: int, score: str | None, body: str | None = "") -> dict[str, Any]:
    return {"id": ident, "type": "SatisfactionRating", "score": score, "assignee_id": 9, "body": body}


def changed(ident: int, field: str, value: str | None) -> dict[str, Any]:
    return {"id": ident, "type": "Change", "field_name": f"satisfaction_{field}", "value": value}


async def ratings(*audits: dict[str, Any]) -> list[ChangeDoc]:
    script = Script({"GET /tickets/7/audits.json": {"audits": [*audits]}})
    thread = await ZendeskRemote(ACCOUNT, "sesame", transport=script.transport).thread("7")
    assert len(script.asked) == 1  # nothing is asked for but what is read anyway
    return [change for change in thread.changes if change.field == RATING]


@pytest.mark.parametrize(
    "told",
    [
        [rated(12, "good", "Great support!")],
        [changed(12, "score", "good"), changed(13, "comment", "Great support!")],
        [changed(12, "score", "good_with_comment"), rated(13, "good", "Great support!")],
    ],
)
async def test_a_rating_is_one_however_many_events_tell_it(told: list[dict[str, Any]]) -> None:
    (found,) = await ratings(audit(10, changed(9, "score", "offered")), audit(11, *told))
    assert (found.id, found.old, found.new, found.actor_id) == ("12", "", "good: Great support!", "5")
    assert found.at == 1_777_629_611_000_000


async def test_a_comment_that_comes_later_and_a_change_of_mind_are_ratings_of_their_own() -> None:
    later, first = audit(30, changed(31, "comment", "Solved now")), audit(10, rated(11, "bad", "Slow"))
    found = await ratings(later, audit(20, rated(21, "good", None)), first)
    assert [(f.id, f.old, f.new) for f in found] == [
        ("11", "", "bad: Slow"),
        ("21", "bad", "good"),
        ("31", "good", "good: Solved now"),
    ]


async def test_a_rating_that_is_taken_back_is_none() -> None:
    found = await ratings(audit(10, rated(11, "bad", "Slow")), audit(20, changed(21, "score", "offered")))
    assert [(f.old, f.new) for f in found] == [("", "bad: Slow"), ("bad", "")]


@pytest.mark.parametrize("score", ["offered", "unoffered", "", None, "5"])
async def test_what_is_no_score_is_no_rating(score: str | None) -> None:
    comment = changed(13, "comment", "to nothing")
    assert await ratings(audit(10, rated(11, score, "hm"), changed(12, "score", score), comment)) == []


async def test_ratings_without_ids_are_told_apart() -> None:
    first = {"type": "SatisfactionRating", "score": "bad"}
    found = await ratings(audit(10, first, author=None), audit(20, {**first, "score": "good"}))
    assert [(f.id, f.actor_id) for f in found] == [("10r", None), ("20r", "5")]
