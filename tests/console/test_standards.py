"""standards.toml and glossary.toml: what they may say, how they say no, and what holds for a queue."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.heard import Check, HeardSettings, Span, advise
from console.settings_table import CHECKS, schema
from console.standards import Queue, Standards, load, load_or_built_in
from console.standards_table import GLOSSARY, STANDARDS, Standard
from store.errors import ConfigError
from store.rows import Item

LATE = (
    Item(
        "a/1", "Late", "message", "email", "customer", "Ana", 1_000_000, "My parcel is late! When is it here?"
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    made.mkdir(mode=0o700)
    return made


def write(folder: Path, standards: str = "", glossary: str = "", mode: int = 0o600) -> None:
    for name, text in (("standards.toml", standards), ("glossary.toml", glossary)):
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(mode)


def missed(queue: Queue, draft: str) -> tuple[str, ...]:
    return queue.missed(advise(draft, LATE, queue.settings, 2_000_000))


def found(queue: Queue, draft: str) -> list[tuple[str, str]]:
    checks = advise(draft, LATE, queue.settings, 2_000_000).checks
    return [(one.name, draft[one.span.start : one.span.end]) for one in checks]


def test_without_files_the_built_in_rules_hold(folder: Path) -> None:
    queue = load(folder).of("Returns")
    assert queue.strict == ()
    assert found(queue, "T2 has it.") == [("jargon", "T2")]


def test_a_queue_has_its_own_standard_and_else_the_default(folder: Path) -> None:
    write(
        folder,
        '[default]\nstrict = ["apologize"]\nmuted = ["tone"]\n[queues."Second line"]\nstrict = ["jargon", "resolve"]\n',
    )
    standards = load(folder)
    assert standards.of("second LINE").strict == ("jargon", "resolve")
    assert standards.of("second LINE").settings.muted == {"tone"}
    assert standards.of("Billing").strict == standards.of().strict == ("apologize",)


def test_nobody_mutes_what_is_strict(folder: Path) -> None:
    write(
        folder,
        '[default]\nmuted = ["jargon", "tone"]\n[queues.Returns]\nstrict = ["jargon", "stock_phrase"]\n',
    )
    standards = load(folder, muted=("stock_phrase", "diagnose"))
    assert standards.of("Returns").settings.muted == {"tone", "diagnose"}
    assert standards.of().settings.muted == {"jargon", "tone", "stock_phrase", "diagnose"}


def test_a_queue_that_mutes_what_the_default_has_as_strict_is_not_held_to_it() -> None:
    standards = Standards(Standard(strict=("jargon", "tone")), {"Chat": Standard(muted=("jargon",))})
    assert standards.of("chat").strict == ("tone",)


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ("", ("apologize", "resolve", "next_step_time")),
        ("Sorry for any inconvenience.", ("apologize", "resolve", "next_step_time")),
        ("I am sorry that your parcel is late. You will have it by Friday.", ()),
        ("I am sorry that your parcel is late. T2 will call you soon.", ("next_step_time", "jargon")),
        ("Wir haben Ihr Paket nicht gefunden und das ist sehr schade.", ()),
    ],
)
def test_what_is_missed(draft: str, expected: tuple[str, ...]) -> None:
    queue = Queue(HeardSettings(), ("apologize", "resolve", "next_step_time", "jargon"))
    assert missed(queue, draft) == expected


def test_a_step_that_is_left_out_with_a_reason_is_not_missed() -> None:
    queue = Queue(HeardSettings(waive={"apologize": "He asked us not to."}), ("apologize",))
    assert missed(queue, "You will have it by Friday.") == ()


def test_terms_hold_in_every_language_or_in_one(folder: Path) -> None:
    write(
        folder,
        glossary="""
        [terms.all]
        "Blue  Room" = "our returns desk"
        T2 = ""
        [terms.de]
        Retoure = "Ihre R\u00fccksendung"
        """,
    )
    queue = load(folder).of()
    english = "The blue room and T2 have the retoure, and it is in our CRM."
    assert found(queue, english) == [("jargon", "blue room"), ("jargon", "CRM")]
    german = "Die Retoure ist nicht bei uns, sondern im Blue Room, und das CRM sagt es auch."
    assert found(queue, german) == [("jargon", "Retoure"), ("jargon", "Blue Room")]


def test_own_phrases_are_found_beside_the_known_ones_and_not_twice(folder: Path) -> None:
    write(
        folder,
        glossary='[phrases]\nall = ["any inconvenience"]\nde = ["wir danken f\u00fcr Ihr Verst\u00e4ndnis"]\n',
    )
    queue = load(folder).of()
    assert found(queue, "Sorry for any inconvenience.") == [("stock_phrase", "Sorry for any inconvenience")]
    draft = "Das Paket ist nicht da.\nWir danken\nf\u00fcr Ihr Verst\u00e4ndnis!"
    assert found(queue, draft) == [("stock_phrase", "Wir danken\nf\u00fcr Ihr Verst\u00e4ndnis")]


@pytest.mark.parametrize(
    ("file", "text", "message", "hint"),
    [
        (
            "standards",
            '[default]\nstrict = ["sorry"]',
            "line 2: default.strict is not one of",
            "It may be: hear,",
        ),
        (
            "standards",
            "[default]\nstrict = true",
            "line 2: default.strict must be a list of texts",
            "has to meet",
        ),
        (
            "standards",
            "[queues.A]\nstrikt = []",
            "line 2: queues.A.strikt is not a setting",
            "Did you mean strict?",
        ),
        ("standards", '[queues]\nA = ["hear"]', "line 2: queues.A must be a table", "[queues.A]"),
        (
            "standards",
            '[queues.A]\nstrict = ["hear"]\nmuted = ["hear"]',
            "line 3: queues.A.muted names hear, which is strict",
            "one of the two",
        ),
        ("standards", "[default\n", "line 1: this is not TOML", "quotes"),
        ("glossary", "[terms.xx]\na = 'b'", "line 1: terms.xx is not a setting", "Known here: all, en"),
        ("glossary", "[terms.en]\na = 3", "line 2: terms.en.a must be text in quotes", "wording to use"),
        ("glossary", "[terms]\nen = ['a']", "line 2: terms.en must be a table of lines", "wording to use"),
        (
            "glossary",
            "[terms.en]\n'a b c d e' = 'f'",
            "line 2: terms.en.a b c d e has more than 4 words",
            "shorter",
        ),
        ("glossary", "[terms.en]\n'c++' = 'f'", "line 2: terms.en.c++ is not made of words", "Letters"),
        ("glossary", "[phrases]\nen = ['  ']", "line 2: phrases.en holds an empty phrase", "Take it out"),
        ("glossary", "[phrases]\nen = [3]", "line 2: phrases.en must be a list of texts", "list of phrases"),
        ("glossary", "[words]\na = 'b'", "line 1: words is not a setting", "Known here: terms, phrases"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_what_to_do(
    folder: Path, file: str, text: str, message: str, hint: str
) -> None:
    write(folder, **{file: text})
    with pytest.raises(ConfigError) as caught:
        load(folder)
    assert f"{file}.toml, {message}" in caught.value.message
    assert hint in caught.value.hint


def test_a_file_that_others_could_have_written_is_refused(folder: Path) -> None:
    write(folder, mode=0o666)
    with pytest.raises(ConfigError, match="can be written to by others"):
        load(folder)


def test_a_console_starts_with_the_built_in_rules_and_says_so(folder: Path) -> None:
    write(folder, '[default]\nstrict = ["sorry"]')
    standards, told = load_or_built_in(folder, muted=("tone",))
    assert standards.of().settings == HeardSettings(muted=frozenset({"tone"}))
    assert "standards.toml, line 2" in told
    assert "The built-in rules hold." in told
    write(folder)
    assert load_or_built_in(folder) == (Standards(), "")


def test_editors_get_a_schema_of_both_files() -> None:
    queues = schema(STANDARDS, "standards")["properties"]["queues"]  # type: ignore[index]
    assert queues["additionalProperties"]["properties"]["strict"]["items"]["enum"] == list(CHECKS)
    terms = schema(GLOSSARY, "glossary")["properties"]["terms"]  # type: ignore[index]
    assert terms["properties"]["de"]["additionalProperties"] == {"type": "string"}


def test_a_time_that_is_named_is_no_fault() -> None:
    advice = advise("You will have it by Friday.", LATE, HeardSettings(), 2_000_000)
    assert advice.checks == (
        Check("next_step_time", Span(17, 26), "The next step has a time: by Friday.", "by Friday"),
    )
    assert Queue(HeardSettings(), ("vague_time",)).missed(advice) == ()
