"""Macros: read from files, ranked for a ticket, filled in as text, never sent open, and taken over from other desks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clock import Clock
from support.desk import MemoryDesk

from console import config_check, macros
from console import reply as replies
from console.demo.folders import MACROS, write
from console.macro_fill import PLACEHOLDERS, fill, fill_holes, harmless, places, refuse_open
from console.macro_folder import load
from console.session import Session
from store import outbox
from store.errors import InvalidInputError, NotFoundError
from store.rows import OPEN_STATES
from store.sync import Engine

LEAK = """+++
title = "Leaking kettle"
themes = ["leak"]
keywords = ["kettle", "flange"]
queues = ["Support"]
changes = ["status=pending", "+leak"]
+++
Hi {{customer.first}}, your {{ticket.subject}} ({{ticket.number}}) is fixed by [[fill: the day]]. {{agent.first}}
"""


@pytest.fixture
def folder(session: Session) -> Path:
    made = session.home.root / "macros"
    made.mkdir()
    (made / "leak.md").write_text(LEAK, encoding="utf-8")
    return made


async def opened(session: Session, desk: MemoryDesk, clock: Clock, *told: str) -> str:
    """A ticket that was pulled: `told` are the customer's name, the subject and the text."""
    name, subject, text = told
    number = desk.open(desk.customer(name), subject, text)
    for _ in range(2):
        clock.tick(10)
        assert (await Engine(session.db, "acme", desk, clock).once()).error is None
    return f"acme/{number}"


# -- files --------------------------------------------------------------------------------------------------------


def test_front_matter_of_another_kind_is_refused_and_never_sent_with_the_words(folder: Path) -> None:
    (folder / "yaml.md").write_text("---\ntitle: Solved\nstatus: solved\n---\nHello.\n", encoding="utf-8")
    (folder / "rule.md").write_text("---\nA line above.\n---\n", encoding="utf-8")
    loaded = load(folder)
    assert {m.name for m in loaded.macros} == {"leak", "rule"}
    (wrong,) = loaded.errors
    assert "yaml.md, line 1" in wrong.message
    assert "+++" in wrong.hint


def test_a_macro_is_read_with_all_that_its_front_matter_says(folder: Path) -> None:
    found = load(folder).macros
    assert [(each.name, each.title, each.about, each.head.changes) for each in found] == [
        ("leak", "Leaking kettle", ("leak", "kettle", "flange"), ("status=pending", "+leak"))
    ]
    assert found[0].text.startswith("Hi {{customer.first}}")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("Hello\nHi {{customer.frist}}", 2, "{{customer.frist}} is not a placeholder"),
        ("+++\ntitle = 'x'\n+++\n\nHi {{name}}", 5, "{{name}} is not a placeholder"),
        ("+++\ntitle = 3\n+++\nHi", 2, "must be text in quotes"),
        ("+++\n\ntitel = 'x'\n+++\nHi", 3, "is not a setting"),
        ("+++\ntitle = 'x\n+++\nHi", 2, "not TOML"),
        ("+++\nchanges = ['status=wrong']\n+++\nHi", 2, "cannot be used"),
        ("+++\nlanguage = 'English'\n+++\nHi", 2, "is not the code of a language"),
        ("+++\ntitle = 'x'\nHi", 1, "has no end"),
        ("Hi {{customer.first", 1, "opened and not closed"),
        ("Hi [[fill: x", 1, "opened and not closed"),
        ("+++\n+++\n", 0, "neither words nor changes"),
    ],
)
def test_a_broken_file_is_listed_with_its_line_and_the_rest_load(
    session: Session, folder: Path, text: str, line: int, says: str
) -> None:
    (folder / "bad.md").write_text(text, encoding="utf-8")
    assert [each.name for each in macros.library(session).macros] == ["leak"]
    problems = config_check.check(session.home.root)
    assert [(Path(each.file).name, each.line) for each in problems] == [("bad.md", line)]
    assert says in problems[0].problem


def test_all_mistakes_of_a_macro_are_told_at_once(session: Session, folder: Path) -> None:
    text = """+++
title = 5
colour = "x"
language = "klingon"
changes = ["status=nope", "blah"]
+++
Hi {{customer.nope}} and {{agent.frist}}
[[fill: the day
"""
    (folder / "bad.md").write_text(text, encoding="utf-8")
    problems = config_check.check(session.home.root)
    assert [each.line for each in problems] == [2, 3, 4, 5, 7, 7, 8]
    assert "'nope'" in problems[3].hint
    assert "'blah'" in problems[3].hint


def test_files_that_are_no_macros_are_refused_or_passed_over(folder: Path, tmp_path: Path) -> None:
    (folder / "README.md").write_text("{{what}}", encoding="utf-8")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.md").write_text("{{what}}", encoding="utf-8")
    (folder / "notes.txt").write_text("{{what}}", encoding="utf-8")
    assert not load(folder).errors
    (tmp_path / "secret").write_text("the secret", encoding="utf-8")
    (folder / "link.md").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "pipe.md")
    (folder / "latin.md").write_bytes(b"caf\xe9")
    (folder / "large.md").write_text("x" * 70_000, encoding="utf-8")
    found = load(folder)
    assert len(found.errors) == 4
    assert "the secret" not in "".join(each.text for each in found.macros)


def test_the_first_folder_holds_where_both_have_a_name_and_changes_are_taken_up(
    session: Session, folder: Path, tmp_path: Path
) -> None:
    shared = tmp_path / "team"
    (shared / "billing").mkdir(parents=True)
    (shared / "leak.md").write_text("Theirs", encoding="utf-8")
    (shared / "billing" / "twice.md").write_text("Twice", encoding="utf-8")
    session.home.config.write_text(f'[macros]\nshared = "{shared}"\n', encoding="utf-8")
    session.home.config.chmod(0o600)
    again = Session.open(session.home, session.clock)
    assert [(each.name, each.title) for each in macros.library(again).macros] == [
        ("billing/twice", "Twice"),
        ("leak", "Leaking kettle"),
    ]
    (folder / "leak.md").write_text("Other words now.", encoding="utf-8")
    assert macros.find(again, "LEAK.md").text == "Other words now."
    again.close()


def test_a_workspace_without_macros_is_no_mistake(session: Session) -> None:
    assert macros.library(session).macros == ()
    assert macros.known(session) == ()
    assert config_check.check(session.home.root) == []


# -- which fit, and what is filled in -----------------------------------------------------------------------------


async def test_those_that_fit_come_first_and_other_queues_and_languages_not_at_all(
    session: Session, folder: Path, desk: MemoryDesk, clock: Clock
) -> None:
    files = {
        "refund": '+++\nkeywords = ["refund"]\n+++\nMoney.',
        "kettle": '+++\nkeywords = ["kettle"]\n+++\nKettle.',
        "elsewhere": '+++\nkeywords = ["kettle"]\nqueues = ["Legal"]\n+++\nKettle.',
        "german": '+++\nkeywords = ["kettle"]\nlanguage = "de"\n+++\nKessel.',
    }
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    ref = await opened(
        session,
        desk,
        clock,
        "Uma Uhl",
        "My kettle leaks",
        "The flange of it is broken since Monday, please help me.",
    )
    assert [each.macro.name for each in macros.fitting(session, ref)] == ["leak", "kettle"]
    assert macros.fitting(session, ref)[0].why.startswith("leak, kettle, flange")
    assert [each.macro.name for each in macros.fitting(session, ref, every=True)] == [
        "leak",
        "kettle",
        "refund",
    ]
    assert [one.macro.name for _, one in macros.offered(session, ref)] == ["leak", "kettle", "refund"]
    with pytest.raises(NotFoundError):
        macros.fitting(session, "acme/99")
    with pytest.raises(NotFoundError, match="leek"):
        macros.find(session, "leek")


@pytest.mark.usefixtures("folder")
async def test_placeholders_are_filled_as_text_that_is_never_looked_at_again(
    session: Session, desk: MemoryDesk, clock: Clock
) -> None:
    ref = await opened(
        session,
        desk,
        clock,
        "{{agent.name}} [[fill: x]] `a`\x1b[31m",
        "[[fill: me]] {{customer.name}}",
        "Hello.",
    )
    made = macros.filled(session, macros.find(session, "leak"), ref)
    assert [hole.what for hole in made.holes] == ["the day"]
    assert made.text.startswith("Hi {agent.name}, your [fill: me] {customer.name} (")
    assert "\x1b" not in made.text
    assert not made.with_holes({"the day": "Friday {{x}}"}).holes


async def test_what_is_not_known_is_left_to_the_agent(
    session: Session, folder: Path, desk: MemoryDesk, clock: Clock
) -> None:
    (folder / "call.md").write_text("Call {{contact.phone}}.", encoding="utf-8")
    ref = await opened(session, desk, clock, "Uma Uhl", "Kettle", "Hello.")
    made = macros.filled(session, macros.find(session, "call"), ref)
    assert made.text == "Call [[fill: the number to call, of the settings]]."


def test_holes_are_filled_by_words_or_number() -> None:
    text = "On [[fill: the day]] at [[ FILL hour ]], or [[fill: the day]]."
    assert fill_holes(text, {"The Day": "Friday", "2": "9:00"}) == "On Friday at 9:00, or Friday."
    with pytest.raises(InvalidInputError, match="no place 'week'"):
        fill_holes(text, {"week": "12"})
    with pytest.raises(InvalidInputError, match="fills nothing in"):
        macros.given(["the day"])
    assert macros.given(["a = b=c "]) == {"a": "b=c"}


@given(st.text(max_size=60), st.text(alphabet="{}[]fill: `customer.first", max_size=40))
@settings(max_examples=200, deadline=None)
def test_no_value_ever_opens_a_place(value: str, brackets: str) -> None:
    for each in (value, brackets, value + brackets):
        assert not list(places(harmless(each)))
        shown = fill("Hi {{customer.first}}!", {"customer.first": each})
        assert len(list(places(shown))) == (0 if harmless(each) else 1)


def test_every_placeholder_without_a_value_becomes_one_hole() -> None:
    for name in PLACEHOLDERS:
        found = list(places(fill(f"x {{{{ {name.upper()} }}}} y", {})))
        assert [place.hole for place in found] == [True], name


# -- what must not leave ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["Hi [[fill: name]]", "Hi\n{{customer.first}}", "a {{ x | upcase }}", "[[Fill]]", "[[fill the day]]"],
)
async def test_a_reply_with_an_open_place_is_refused_and_a_note_is_not(
    session: Session, desk: MemoryDesk, clock: Clock, text: str
) -> None:
    ref = await opened(session, desk, clock, "Uma Uhl", "Kettle", "Hello.")
    with pytest.raises(InvalidInputError, match="nothing was sent"):
        replies.reply(session, ref, text)
    assert not session.db.read(lambda r: outbox.operations(r, OPEN_STATES))
    assert replies.note(session, ref, text).kind == "note"


@pytest.mark.parametrize(
    "text", ["Write `{{ user.name }}` there.", "[[1]] and {x} and {{}", "a [fill: x]", "[[filler]]"]
)
def test_code_and_single_brackets_may_be_sent(text: str) -> None:
    refuse_open(text)


# -- those of the demo ------------------------------------------------------------------------------------------------


def test_the_macros_of_the_demo_can_all_be_used(tmp_path: Path) -> None:
    assert write(tmp_path / "macros", MACROS) == 6
    assert write(tmp_path / "macros", MACROS) == 0
    found = load(tmp_path / "macros")
    assert len(found.macros) == 6
    assert not found.errors
    assert all(each.about and each.head.queues and list(places(each.text)) for each in found.macros)
