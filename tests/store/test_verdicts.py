"""The rules, one line each: what an answer or a look leads to."""

from __future__ import annotations

import pytest

from store.remotes import A_PAGE, CLOSED, Caps, Effect, Outcome, OutcomeKind
from store.sync.verdicts import MOST_TRIES, absent, after_looking, after_sending

A = Caps("memory", "A", cas="stamp", cas_on_reply=True)
B = Caps("memory", "B", cas="etag", settle_s=90)
C = Caps("memory", "C", settle_s=90)
LATE, EARLY = 0, 1_000_000  # how long a request may still arrive


@pytest.mark.parametrize(
    ("kind", "outcome", "state"),
    [
        ("reply", "applied", "done"),
        ("reply", "unparsed", "unknown"),
        ("reply", "unknown", "unknown"),
        ("reply", "busy", "unknown"),
        ("set", "busy", "queued"),
        ("reply", "not_sent", "queued"),
        ("reply", "throttled", "queued"),
        ("reply", "auth", "queued"),
        ("reply", "refused", "rejected"),
        ("reply", "gone", "rejected"),
        ("reply", "merged", "review"),
        ("reply", "forbidden", "review"),
        ("reply", "a word of tomorrow", "unknown"),
    ],
)
def test_what_an_answer_leads_to(kind: str, outcome: str, state: str) -> None:
    assert after_sending(kind, 1, Outcome(outcome)).state == state  # type: ignore[arg-type]  # the last one is none


@pytest.mark.parametrize("kind", ["unknown", "refused", "busy"])
def test_what_the_desk_gave_no_reason_for_has_its_number(kind: OutcomeKind) -> None:
    assert after_sending("reply", 1, Outcome(kind, status=500)).why == "the desk answered HTTP 500"


def test_what_the_desk_does_not_let_us_do_is_told_in_its_words_and_not_as_a_ticket_out_of_sight() -> None:
    refused = Outcome("forbidden", status=403, detail="Light agents cannot answer")
    assert (
        after_sending("reply", 1, refused).why
        == "the desk does not let us do this: Light agents cannot answer"
    )
    page = Outcome("gone", status=404, code=A_PAGE, detail="a web page came back (HTTP 404)")
    assert after_sending("reply", 1, page).why == "a web page came back (HTTP 404)"
    assert "does not show us the ticket" in after_sending("reply", 1, Outcome("forbidden")).why


@pytest.mark.parametrize(("kind", "offered"), [("reply", True), ("note", False), ("set", False)])
def test_only_a_public_reply_is_offered_a_follow_up_of_a_closed_ticket(kind: str, *, offered: bool) -> None:
    closed = Outcome("refused", status=422, code=CLOSED, detail="a follow-up ticket can take the words")
    assert ("follow-up" in after_sending(kind, 1, closed).why) is offered


def test_a_refusal_says_nothing_about_an_earlier_request_that_may_still_arrive() -> None:
    refused = Outcome("refused", detail="too long")
    assert after_sending("reply", 2, refused, EARLY).state == "unknown"
    assert after_sending("reply", 2, refused, LATE).state == "rejected"


def test_pauses_grow_and_end_and_the_desk_says_better() -> None:
    pauses = [after_sending("reply", n, Outcome("not_sent")).pause for n in (1, 2, 3, 30)]
    assert pauses == sorted(pauses)
    assert pauses[-1] <= 300_000_000
    assert after_sending("reply", 1, Outcome("throttled", retry_after=7)).pause == 7_000_000


@pytest.mark.parametrize(
    ("caps", "kind", "effect", "left", "state"),
    [
        (A, "reply", "found", EARLY, "done"),
        (C, "reply", "found", EARLY, "done"),
        (
            A,
            "reply",
            "absent",
            0,
            "queued",
        ),  # a repetition with the old token is refused if the first arrives after all
        (B, "reply", "absent", EARLY, "unknown"),
        (B, "reply", "absent", LATE, "queued"),
        (C, "reply", "absent", EARLY, "unknown"),
        (C, "reply", "absent", LATE, "review"),
        (B, "set", "absent", EARLY, "queued"),
        (C, "set", "absent", EARLY, "unknown"),
        (C, "set", "absent", LATE, "queued"),
        (A, "reply", "cannot_tell", LATE, "unknown"),
        (A, "create", "cannot_tell", LATE, "unknown"),
        (A, "set", "cannot_tell", EARLY, "queued"),
    ],
)
def test_what_a_look_leads_to(caps: Caps, kind: str, effect: str, left: int, state: str) -> None:
    seen = Effect(effect)  # type: ignore[arg-type]  # from the table above
    assert after_looking(kind, 1, seen, caps, token="t", doubt_left=left, why="").state == state


def test_without_a_token_no_desk_guards_a_repetition() -> None:
    seen = Effect("absent")
    assert after_looking("reply", 1, seen, A, token=None, doubt_left=EARLY, why="").state == "unknown"


def test_after_many_tries_a_person_is_asked() -> None:
    seen = Effect("absent")
    assert (
        after_looking("reply", MOST_TRIES, seen, A, token="t", doubt_left=EARLY, why="timed out").state
        == "review"
    )


def test_what_may_have_been_sent_is_said_of_a_ticket_that_is_gone() -> None:
    assert "may have been sent" in absent("gone", None, maybe_sent=True).why
    assert "into 12" in absent("merged", "12").why
