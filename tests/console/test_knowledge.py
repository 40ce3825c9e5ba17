"""The team's articles: taken in from a folder, found by words or by a ticket, inserted as steps."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clock import Clock
from support.desk import MemoryDesk

from console import knowledge
from console.articles import LARGEST, read
from console.demo.folders import ARTICLES, write
from console.session import Session
from store.errors import InvalidInputError
from store.home import Home
from store.sync import Engine

DESCALE = """---
title: Descaling a kettle
tags: [kettle, descale]
queue: Support
---
Scale is harmless.

## Flange leaks

1. Close the **tap**.
2. Tighten the flange, see [the picture](https://x.example/p).
   Not with a tool.

## Colours

- red
- blue
"""


@pytest.fixture
def folder(session: Session) -> Path:
    made = knowledge.folder(session)
    made.mkdir()
    (made / "descale.md").write_text(DESCALE, encoding="utf-8")
    return made


async def test_an_article_fits_a_ticket_with_the_steps_of_the_right_section(
    session: Session, folder: Path, desk: MemoryDesk, clock: Clock
) -> None:
    (folder / "other.md").write_text("# Invoices\n\n- The street is wrong: correct it.\n", encoding="utf-8")
    number = desk.open(
        desk.customer("Uma Uhl"), "My kettle", "The flange of my kettle leaks when I descale it."
    )
    for _ in range(2):
        clock.tick(10)
        assert (await Engine(session.db, "acme", desk, clock).once()).error is None
    found = knowledge.fitting(session, f"acme/{number}")
    assert [(each.title, each.heading, each.path) for each in found] == [
        ("Descaling a kettle", "Flange leaks", "descale.md")
    ]
    assert found[0].steps.splitlines() == [
        "1. Close the tap.",
        "2. Tighten the flange, see the picture (https://x.example/p).",
        "   Not with a tool.",
    ]
    assert "for Support" in found[0].why


def test_words_find_by_any_form_of_them(session: Session, folder: Path) -> None:
    assert folder.is_dir()
    assert [each.heading for each in knowledge.search(session, "leaking flanges")] == ["Flange leaks"]
    assert not knowledge.search(session, "zebra")
    with pytest.raises(InvalidInputError):
        knowledge.search(session, "  ")


def test_changes_and_removals_are_taken_up(session: Session, folder: Path) -> None:
    assert knowledge.search(session, "tap")
    (folder / "descale.md").write_text("# Zebra\n\n1. Feed the zebra.\n", encoding="utf-8")
    assert knowledge.search(session, "zebra")[0].steps == "1. Feed the zebra."
    assert not knowledge.search(session, "tap")
    (folder / "descale.md").unlink()
    assert not knowledge.files(session)


def test_bad_files_are_listed_and_the_others_work(session: Session, folder: Path, tmp_path: Path) -> None:
    (folder / "latin.md").write_bytes(b"caf\xe9 tap")
    (folder / "huge.md").write_bytes(b"x" * (LARGEST + 1))
    (folder / "loop").symlink_to(folder)
    secret = tmp_path / "secret.md"
    secret.write_text("# Secret\n\n- tap\n", encoding="utf-8")
    (folder / "out.md").symlink_to(secret)
    os.mkfifo(folder / "pipe.md")
    (folder / "notes.txt").write_text("not an article", encoding="utf-8")
    problems = {each.path: each.problem for each in knowledge.files(session)}
    assert set(problems) == {"descale.md", "latin.md", "huge.md", "loop", "out.md", "pipe.md"}
    assert [path for path, problem in problems.items() if not problem] == ["descale.md"]
    assert [each.path for each in knowledge.search(session, "tap")] == ["descale.md"]


def test_hostile_text_is_cleaned(session: Session, folder: Path) -> None:
    (folder / "evil.md").write_text("# Ow\x1b]0;ned\x07\n\n1. press\x1b[31m zebra\u202e\n", encoding="utf-8")
    found = knowledge.search(session, "zebra")[0]
    assert "\x1b" not in found.title + found.steps
    assert "\u202e" not in found.steps


def test_a_damaged_index_is_made_anew(session: Session, folder: Path) -> None:
    assert folder.is_dir()
    assert knowledge.search(session, "tap")
    index = session.home.run_dir / "knowledge.db"
    for path in index.parent.glob("knowledge.db-*"):
        path.unlink()
    index.write_bytes(b"no database at all" * 100)
    assert knowledge.search(session, "tap")


def test_without_a_folder_there_are_no_articles(session: Session) -> None:
    assert not knowledge.files(session)
    assert not knowledge.search(session, "tap")


def test_the_folder_may_lie_elsewhere(home: Home, clock: Clock, tmp_path: Path) -> None:
    home.config.write_text(f'[knowledge]\nfolder = "{tmp_path / "kb"}"\n', encoding="utf-8")
    home.config.chmod(0o600)
    opened = Session.open(home, clock)
    assert knowledge.folder(opened) == tmp_path / "kb"
    opened.close()


def test_the_demo_has_articles_and_leaves_a_folder_alone(session: Session) -> None:
    folder = knowledge.folder(session)
    written = write(folder, ARTICLES)
    files = knowledge.files(session)
    assert len(files) == written >= 6
    assert not [each for each in files if each.problem or not each.queue or not each.tags]
    (folder / "noise.md").unlink()
    assert write(folder, ARTICLES) == 0
    assert len(knowledge.files(session)) == written - 1


def test_many_articles_are_taken_in_and_looked_up_quickly(session: Session, folder: Path) -> None:
    for n in range(1_000):
        (folder / f"a{n}.md").write_text(f"# Article {n}\n\n1. Turn the knob{n} twice.\n", encoding="utf-8")
    knowledge.files(session)
    start = time.process_time()
    assert knowledge.search(session, "knob777")[0].path == "a777.md"
    assert time.process_time() - start < 1.0


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))
    )
)
def test_any_bytes_are_an_article_or_a_problem(raw: bytes) -> None:
    found = read("x/y.md", "1 2", raw)
    assert found.title
    assert bool(found.problem) is not bool(found.sections) or not found.sections
