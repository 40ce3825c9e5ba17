"""Macros on the command line, on the demo company."""

from __future__ import annotations

import json

import pytest
from program import Heard


def charged(program: Heard) -> str:
    """A ticket of somebody who was charged twice."""
    return str(program("list", "tag:double-charge", "-o", "json", "--limit", "1").json[0]["ref"])


def holes(program: Heard, ref: str) -> list[str]:
    found = program("macros", "show", "charged-twice", ref, "-o", "json").json
    return [str(each) for each in found["holes"]]


def test_the_demo_has_macros_and_those_that_fit_come_first(reading: Heard) -> None:
    every = reading("macros", "-o", "json").json
    assert len(every) == 6
    ref = charged(reading)
    fitting = reading("macros", ref, "-o", "json").json
    assert fitting[0]["name"] == "charged-twice"
    assert fitting[0]["why"]
    assert fitting[0]["score"] >= fitting[-1]["score"]
    assert {each["name"] for each in reading("macros", ref, "--all", "-o", "json").json} >= {
        each["name"] for each in fitting
    }
    assert all("Billing" in each["queues"] for each in fitting)
    assert reading("macros", "demo/999999", code=4).err


def test_a_macro_is_shown_filled_in(reading: Heard) -> None:
    ref = charged(reading)
    shown = reading("macros", "show", "charged-twice", ref).out
    assert "{{" not in shown
    assert "to fill: 1 " in shown
    assert "changes: status=pending +double-charge" in shown
    less = reading("macros", "show", "charged-twice", ref, "--fill", "1=EUR 40 on Monday", "-o", "json").json
    assert "EUR 40 on Monday" in less["text"]
    assert len(less["holes"]) == len(holes(reading, ref)) - 1
    assert reading("macros", "show", "no-such", ref, code=4).err
    assert "no place 'zz'" in reading("macros", "show", "charged-twice", ref, "--fill", "zz=1", code=18).err


def test_a_reply_by_macro_is_refused_until_it_is_filled(heard: Heard) -> None:
    ref = charged(heard)
    refused = heard("reply", ref, "--macro", "charged-twice", code=18)
    assert "is not filled, so nothing was sent" in refused.err
    assert holes(heard, ref)[0] in refused.err
    assert not heard("outbox", "-o", "json").json
    fills = [
        word
        for number, _ in enumerate(holes(heard, ref), 1)
        for word in ("--fill", f"{number}=words {number}")
    ]
    heard("reply", ref, "--macro", "charged-twice", *fills, "--no-promises")
    made = {each["kind"]: each for each in heard("outbox", "-o", "json").json}
    assert "words 1" in made["reply"]["body"]
    assert "status=pending" in made["set"]["what"].split()


def test_changes_of_a_macro_can_be_left_out(heard: Heard) -> None:
    ref = charged(heard)
    fills = [word for number, _ in enumerate(holes(heard, ref), 1) for word in ("--fill", f"{number}=words")]
    heard("reply", ref, "--macro", "charged-twice", *fills, "--no-changes", "--no-promises")
    assert [each["kind"] for each in heard("outbox", "-o", "json").json] == ["reply"]


@pytest.mark.parametrize("words", [("Hello", "--macro", "charged-twice"), ("Hello", "--fill", "1=x")])
def test_a_text_and_a_macro_exclude_each_other(reading: Heard, words: tuple[str, ...]) -> None:
    assert reading("reply", charged(reading), *words, code=18).err


def test_no_reply_leaves_with_an_open_place(heard: Heard) -> None:
    ref = charged(heard)
    for text in ("It comes on [[fill: the day]].", "Dear {{customer.first}}."):
        assert "nothing was sent" in heard("reply", ref, text, code=18).err
    assert not heard("outbox", "-o", "json").json


def test_a_draft_that_is_the_macro_is_told_by_check(heard: Heard) -> None:
    ref = charged(heard)
    shown = heard("macros", "show", "charged-twice", ref, "-o", "json").json["text"]
    draft = heard.home / "draft.txt"
    draft.write_text(shown, encoding="utf-8")
    checks = heard("check", str(draft), "--ticket", ref, "-o", "json").json["checks"]
    assert [each["found"] for each in checks if each["check"] == "macro_misfit"] == ["charged-twice"]


def test_an_export_is_taken_over_and_a_broken_file_is_told(heard: Heard) -> None:
    export = heard.home / "export.json"
    export.write_text(
        json.dumps(
            {
                "macros": [
                    {
                        "title": "A::B",
                        "actions": [
                            {"field": "comment_value", "value": "Hi {{dc.x}}"},
                            {"field": "brand_id", "value": "3"},
                        ],
                    }
                ]
            }
        ),
        encoding="utf-8",
    )
    planned = heard("macros", "import", str(export), "--dry-run").out
    assert "would be written" in planned
    assert "left: brand_id=3" in planned
    assert len(heard("macros", "-o", "json").json) == 6
    assert heard("macros", "import", str(export), "-o", "json").json[0]["name"] == "a/b"
    (heard.home / "macros" / "bad.md").write_text("Hi {{nobody}}", encoding="utf-8")
    found = heard("macros", "-o", "json")
    assert len(found.json) == 7
    assert "bad.md, line 1" in found.err
    assert "bad.md" in heard("config", "check", code=5).err + heard("config", "check", code=5).out
