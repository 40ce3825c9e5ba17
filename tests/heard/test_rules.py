"""The rule files: what a mistake in one says, and that ours are whole."""

from __future__ import annotations

import gzip
import itertools
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from support.stalls import no_stall

from console.heard import prose, reading, rulebook
from console.heard.customer import stem
from console.heard.rule import ALSO, Rule
from store.errors import ConfigError

FOLDER = Path(reading.__file__).with_name("rules")


def broken(tmp_path: Path, text: str) -> str:
    """What is said about a rule file with this text."""
    path = tmp_path / "tone.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        reading.parse(path)
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule]]\nname = 'x'\npattern = '('", "tone.toml: rule x: pattern is not a pattern"),
        ("[[rule]]\nname = 'x'\npattern = 'a'\nunless = '['", "tone.toml: rule x: unless is not a pattern"),
        (
            "[[rule]]\nname = 'x'\npattern = '{no}'",
            "tone.toml: rule x: pattern uses {no}, which [parts] does not have",
        ),
        ("[[rule]]\nname = 'x'", "tone.toml: rule x: pattern is missing"),
        ("[[rule]]\npattern = 'a'", "tone.toml: rule 1: name is missing"),
        ("[[rule]]\nname = 'x'\npattern = 3", "tone.toml: rule x: pattern must be text"),
        (
            "[[rule]]\nname = 'x'\npattern = 'a'\nwhy_not = ''",
            "tone.toml: rule x: why_not is not a key of a rule",
        ),
        ("[[rule]]\nname = 'x'\npattern = 'a'\nany = 'b'", "tone.toml: rule x: any must be a list"),
        ("[[rule]]\nname = 'x'\npattern = 'a'\nany_of = ['b']", "tone.toml: rule x: any_of names b"),
        (
            "[[rule]]\nname = 'x'\npattern = 'a'\nlevel = 'half'",
            "tone.toml: rule x: level must be one of seen, partly",
        ),
        (
            "[[rule]]\nname = 'x'\npattern = 'a'\nwhen = 'now'",
            "tone.toml: rule x: when must be one of question",
        ),
        (
            "[parts]\nb = '(?:.x|y)'\n[[rule]]\nname = 'x'\npattern = 'a'\nany_of = ['b']",
            "begins with no word",
        ),
        ("[rule]\nname = 'x'", "tone.toml: rule must be written as [[rule]]"),
        ("[list]\na = 3", "tone.toml: list.a must be text"),
        ("[more]\na = 'b'", "tone.toml: more is not something that a rule file has"),
        ("[[rule]\n", "tone.toml: Expected"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    assert said in broken(tmp_path, text)


def test_a_missing_file_is_told_by_its_name(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "rules")
    (tmp_path / "rules" / "hear.toml").unlink()
    with pytest.raises(ConfigError, match=r"hear\.toml cannot be read"):
        reading.load(tmp_path / "rules")


def test_every_packaged_file_is_listed_and_loads() -> None:
    others = {"promises", "told", "blocks"}  # of other forms, each read by a module of the console
    assert set(rulebook.packaged()) == {path.stem for path in FOLDER.iterdir()} - others


@pytest.mark.parametrize("step", ["hear", "empathize", "apologize", "resolve", "diagnose"])
def test_every_rule_of_a_step_has_its_reason_in_one_sentence(step: str) -> None:
    for rule in rulebook.packaged()[step].rules:
        assert rule.why.endswith("."), rule.name


@pytest.mark.parametrize("check", ["tone", "stock", "holes", "policy", "asked"])
def test_every_rule_of_a_check_says_what_to_do(check: str) -> None:
    assert all(rule.say for rule in rulebook.packaged()[check].rules)


def test_an_apostrophe_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "tone.toml"
    path.write_text("[[rule]]\nname = 'x'\npattern = '''don't'''", "utf-8")
    (rule,) = reading.parse(path).rules
    assert rule.find("dont", 0)
    assert rule.find("don't", 0)


def test_a_word_means_one_thing() -> None:
    lists = rulebook.packaged()["alike"].lists
    meant = Counter(word for words in lists.values() for word in {stem(each) for each in words})
    assert [word for word, times in meant.items() if times > 1] == []


def _shut(rule: Rule, opened: set[int]) -> bool:
    """Whether a gate keeps the rule from a sentence; a time beside no word of what will happen is left out on purpose."""
    second = bool(rule.also) and rule.kind != "time" and rule.number + ALSO not in opened
    return rule.number not in opened or second


def test_a_gate_hides_no_sentence_from_its_rule(shared: Path) -> None:
    """Tried on a part of the real messages: where a pattern holds, its gate is open."""
    gated = [
        (name, rule)
        for name, file in rulebook.packaged().items()
        for rule in file.rules
        if rule.gate and rule.kind != "promise"  # that one is narrow on purpose: it speaks of times only
    ]
    hidden = []
    for text in _some_sentences(shared / "corpus" / "tickets.jsonl.gz"):
        opened = set(rulebook.numbers(rulebook.opened(text)))
        for name, rule in gated:
            if _shut(rule, opened) and rule.pattern.search(text):
                hidden.append((name, rule.name))
    assert hidden == []


def _some_sentences(path: Path) -> list[str]:
    found: set[str] = set()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            for message in json.loads(line)["messages"][:2]:
                found.update(one.text for one in prose.read(message["body"]).sentences)
    return sorted(found)[::5]


def test_no_pattern_takes_long_over_words_of_its_own() -> None:
    """A pattern that tries every way to read a repetition would need millions of steps for these few words."""
    for name, file in rulebook.packaged().items():
        for rule in file.rules:
            for pattern in filter(None, (rule.pattern, rule.unless, rule.told, rule.needs)):
                for words in _own_words(pattern.pattern):
                    with no_stall((name, rule.name, words)):
                        pattern.search(words * 20)


def _own_words(source: str) -> list[str]:
    """Pieces that the pattern may repeat: some of its words, two by two, and what often stands around them."""
    own = re.findall(r"(?<![\\\w])[a-z]{2,}(?![\w>])", source)
    pairs = [
        f"{one} {two}{end}"
        for one, two, end in zip(own[::3], own[1::3], itertools.cycle([" ", ", "]), strict=False)
    ]
    return [*pairs[:12], "hello there, ", "ok, so but ", "we'll ", "the the ", "1 "]


def test_the_engine_is_light_to_import() -> None:
    """Nothing heavy, and no rule file, before the first draft."""
    code = (
        "import sys, console.heard; heavy = {'sqlmodel', 'textual', 'httpx', 'tomllib', 'rich', 'asyncio', 'sqlite3'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
