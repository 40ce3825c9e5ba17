"""What else is done on this machine alone is undone too: follows, promises, links, facts, drafts, views, muting."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.clock import Clock
from support.undoing import HOURS, change

from console import (
    facts,
    identities,
    muting,
    nextup,
    outbox,
    promises,
    reply,
    seen,
    undo,
    view_files,
    views,
)
from console.heard.values import Fact
from console.session import Session
from console.settings_values import ViewSettings
from store import identities as records
from store.errors import ConflictError, NotFoundError


def followed(session: Session) -> list[str]:
    return sorted(each.ref for each in seen.followed(session))


async def test_following_is_undone_both_ways(session: Session, refs: list[str]) -> None:
    seen.follow(session, refs[:1])
    seen.follow(session, refs[:2])
    seen.unfollow(session, refs[:2])
    for after, what in (
        (refs[:2], "unfollow on 2 tickets"),
        (refs[:1], f"follow on {refs[1]}"),
        ([], f"follow on {refs[0]}"),
    ):
        assert undo.undo(session).what == what
        assert followed(session) == after


def promised(session: Session, ref: str) -> str:
    words = "I will call you tomorrow at 15:00."
    understood = promises.understand(session, ref, words, 0)
    reply.reply(session, ref, words, promises=understood.new(understood.found))
    return promises.opened(session)[0].id


@pytest.mark.parametrize(
    ("act", "what"),
    [
        (promises.keep, "promise kept on "),
        (lambda s, n: promises.drop(s, n, "they called"), "promise dropped on "),
        (lambda s, n: promises.move(s, n, "+5d"), "promise moved on "),
    ],
)
async def test_a_word_about_a_promise_is_undone(
    session: Session, refs: list[str], act: Callable[[Session, str], object], what: str
) -> None:
    number = promised(session, refs[0])
    before = promises.opened(session)
    act(session, number)
    assert undo.undo(session).what.startswith(what + refs[0])
    assert promises.opened(session) == before
    assert undo.undo(session).what == f"reply on {refs[0]}"
    assert promises.opened(session) == []


async def test_a_promise_that_went_on_since_is_left_alone(session: Session, refs: list[str]) -> None:
    number = promised(session, refs[0])
    promises.move(session, number, "+5d")
    undone = outbox.operations(session)[0]
    outbox.take_back(session, undone.id)
    with pytest.raises(ConflictError, match="has been changed since"):
        undo.undo(session)


async def test_what_was_said_of_two_records_is_undone(
    session: Session, clock: Clock, refs: list[str]
) -> None:
    assert refs
    one, two = (identities.find(session, name) for name in ("Ada", "Bea"))
    made = identities.link(session, one, two, "she said so")
    clock.tick(5)
    identities.unlink(session, one, "she did not")
    assert undo.undo(session).what == f"parting of {one.ref}"
    assert [each.id for each in identities.standing(session)] == [made.id]
    assert undo.undo(session).what == f"link of {one.ref} and {two.ref}"
    assert identities.standing(session) == []
    kept = session.db.read(lambda r: records.links(r, undone=True))
    assert {(each.state, bool(each.undone)) for each in kept} == {("linked", True), ("apart", True)}


async def test_a_link_taken_back_by_itself_is_passed_over(session: Session, refs: list[str]) -> None:
    change(session, refs[1], "priority=high")
    one, two = (identities.find(session, name) for name in ("Ada", "Bea"))
    identities.undo(session, identities.link(session, one, two, "she said so").id)
    assert undo.undo(session).what == f"priority=high on {refs[1]}"


async def test_a_corrected_fact_is_undone(session: Session, refs: list[str]) -> None:
    person = identities.find(session, "Ada").id
    assert refs
    fact = Fact("order", "1001", "acme", 0, "m1")
    facts.correct(session, person, fact, "1002")
    facts.put_away(session, person, fact)
    assert undo.undo(session).what == "order 1001 put away"
    assert [each.corrected for each in facts.edits(session, person)] == ["1002"]
    assert undo.undo(session).what == "order 1001 corrected to 1002"
    assert facts.edits(session, person) == ()


async def test_a_ticket_passed_over_comes_back(session: Session, refs: list[str]) -> None:
    before = nextup.explain(session, refs[0])
    nextup.skip(session, refs[0], "not mine")
    assert nextup.explain(session, refs[0]) != before
    assert undo.undo(session).what == f"passing over {refs[0]}"
    assert nextup.explain(session, refs[0]) == before


async def test_muting_is_undone(session: Session) -> None:
    muting.for_me(session, "tone", on=True)
    assert session.settings.heard.muted == ("tone",)
    assert undo.undo(session).what == "words that hurt muted"
    assert session.settings.heard.muted == ()


@pytest.mark.parametrize("kept", ["", "Dear Ada", "Dear Ada, all of it"])
async def test_a_draft_thrown_away_comes_back_with_its_last_words(
    session: Session, refs: list[str], kept: str
) -> None:
    reply.save_draft(session, refs[0], kept, "note")
    reply.discard_draft(session, refs[0], "Dear Ada, all of it", "note", kept)
    assert reply.load_draft(session, refs[0]) is None
    assert undo.undo(session).what == f"discarded draft on {refs[0]}"
    draft = reply.load_draft(session, refs[0])
    assert draft is not None
    assert (draft.text, draft.mode) == ("Dear Ada, all of it", "note")


async def test_a_draft_thrown_away_does_not_come_back_over_a_new_one(
    session: Session, refs: list[str]
) -> None:
    reply.save_draft(session, refs[0], "Old", "reply")
    reply.discard_draft(session, refs[0], "Old", "reply", "Old")
    reply.save_draft(session, refs[0], "New", "reply")
    with pytest.raises(ConflictError, match="has been changed since"):
        undo.undo(session)
    assert reply.load_draft(session, refs[0]).text == "New"  # type: ignore[union-attr]


async def test_a_reply_that_is_sent_leaves_no_discarded_draft(session: Session, refs: list[str]) -> None:
    reply.save_draft(session, refs[0], "Dear Ada", "reply")
    reply.reply(session, refs[0], "Dear Ada")
    assert undo.undo(session).what == f"reply on {refs[0]}"


async def test_views_saved_and_removed_are_undone(session: Session) -> None:
    root = session.home.root
    with views.filing(session, "view Late saved"):
        path = view_files.save(root, "Late", ViewSettings("tag:late"))
    words = path.read_bytes()
    with views.filing(session, "view Late removed"):
        view_files.remove(root, "Late")
    assert undo.undo(session).what == "view Late removed"
    assert path.read_bytes() == words
    assert views.named(session, "Late").query == "tag:late"
    assert undo.undo(session).what == "view Late saved"
    with pytest.raises(NotFoundError):
        views.named(session, "Late")


async def test_a_view_that_was_written_by_hand_since_is_left_alone(session: Session) -> None:
    with views.filing(session, "view Late saved"):
        path = view_files.save(session.home.root, "Late", ViewSettings("tag:late"))
    path.write_text('query = "tag:later"\n', encoding="utf-8")
    with pytest.raises(ConflictError, match="has been changed since"):
        undo.undo(session)
    assert path.exists()


async def test_what_was_thrown_away_long_ago_does_not_stay(
    session: Session, refs: list[str], clock: Clock
) -> None:
    reply.discard_draft(session, refs[0], "Words that nobody wanted.", "reply")
    clock.tick(31 * 24 * HOURS)
    seen.follow(session, refs[:1])
    kept = session.db.read(lambda r: r.execute("SELECT what, images FROM local.deed").fetchall())
    assert [what for what, _ in kept] == [f"follow on {refs[0]}"]
    assert "nobody wanted" not in str(kept)
    assert undo.undo(session).what == f"follow on {refs[0]}"
    with pytest.raises(ConflictError):
        undo.undo(session)
