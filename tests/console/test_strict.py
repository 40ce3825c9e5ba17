"""A strict queue holds a reply back at every door: what is missing is said, the words are kept, a reason lets it go."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from support.clock import Clock
from support.desk import MemoryDesk

from console import strict, tail
from console.reply import load_draft, save_draft
from console.session import Session
from store.errors import ConfigError, InvalidInputError
from store.sync import Engine

CURT = "Please press the reset button."
SORRY = "I am sorry that your kettle is broken. Please press the reset button."


@pytest.fixture
async def ref(session: Session, desk: MemoryDesk, clock: Clock) -> str:
    """Ada's ticket, in a workspace whose queues want an apology."""
    number = desk.open(desk.customer("Ada Abel"), "Kettle", "My kettle is broken and I am angry.")
    engine = Engine(session.db, "acme", desk, clock)
    for _ in range(2):
        clock.tick(10)
        assert (await engine.once()).error is None
    wants(session, 'strict = ["apologize"]')
    return f"acme/{number}"


def wants(session: Session, rule: str) -> None:
    (session.home.root / "standards.toml").write_text(f"[default]\n{rule}\n")


def held(session: Session, ref: str, text: str = CURT, waive: Mapping[str, str] | None = None) -> str:
    """What is said when the reply is held back, in one text."""
    with pytest.raises(strict.StrictError) as caught:
        strict.pass_or_hold(session, ref, text, waive or {})
    return f"{caught.value.message}\n{caught.value.hint}"


async def test_what_is_missing_is_named_and_the_words_are_kept(session: Session, ref: str) -> None:
    said = held(session, ref)
    assert said.startswith("Not sent. Strict in Support, and not met: apologize.")
    assert '--waive apologize="..."' in said
    draft = load_draft(session, ref)
    assert draft is not None
    assert (draft.text, draft.mode) == (CURT, "reply")


async def test_what_has_all_that_is_wanted_goes_on(session: Session, ref: str) -> None:
    strict.pass_or_hold(session, ref, SORRY, {})
    assert load_draft(session, ref) is None


async def test_a_reason_lets_it_go_and_stands_in_the_log(session: Session, ref: str) -> None:
    strict.pass_or_hold(session, ref, CURT, {"apologize": "said on the phone", "tone": "needless"})
    assert [e.new for e in tail.tail(session) if e.kind == "waived"] == ["apologize: said on the phone"]


async def test_what_may_not_be_left_out_is_held_back_whatever_the_reason(session: Session, ref: str) -> None:
    wants(session, 'strict = ["apologize"]\nwaive = []')
    assert "cannot be left out here" in held(session, ref, CURT, {"apologize": "no time"})
    assert not [e for e in tail.tail(session) if e.kind == "waived"]


async def test_a_draft_that_was_there_stays_below_and_trying_again_adds_nothing(
    session: Session, ref: str
) -> None:
    save_draft(session, ref, "Half a thought", "reply")
    held(session, ref)
    held(session, ref)
    draft = load_draft(session, ref)
    assert draft is not None
    assert draft.text == f"{CURT}\n\nHalf a thought"


async def test_a_note_that_is_being_written_is_not_made_a_reply(session: Session, ref: str) -> None:
    save_draft(session, ref, "He shouted at us.", "note")
    assert "were not kept" in held(session, ref)
    draft = load_draft(session, ref)
    assert draft is not None
    assert (draft.text, draft.mode) == ("He shouted at us.", "note")


async def test_standards_that_cannot_be_read_let_nothing_pass(session: Session, ref: str) -> None:
    wants(session, "strict = 3")
    with pytest.raises(ConfigError, match=r"standards\.toml, line 2"):
        strict.pass_or_hold(session, ref, SORRY, {})
    assert load_draft(session, ref) is not None


@pytest.mark.parametrize("word", ["apologize", "apologize=", "apologize= ", "sorry=it is said", "=why"])
def test_a_waiver_names_a_step_and_a_reason(word: str) -> None:
    with pytest.raises(InvalidInputError):
        strict.waivers([word])
