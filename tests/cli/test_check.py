"""`heard check`: one draft, a ticket's draft, and many drafts on a stream."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from program import CLEAN, Done, Heard, some_ref

LATE = "My parcel A-10427 is late and nobody answers me."
GOOD = "I am sorry that your parcel is late. Our courier will call you by Friday."
STEPS = ["hear", "empathize", "apologize", "resolve", "diagnose"]


def line(number: object = 1, draft: object = GOOD, *customer: object, **more: object) -> str:
    given = list(customer or (LATE,))
    return json.dumps({"id": number, "customer": given, "agent_before": [], "draft": draft, **more})


def batch(heard: Heard, *lines: str, code: int = 0) -> list[Any]:
    return heard("check", "--batch", "-", "-o", "ndjson", text="\n".join(lines) + "\n", code=code).lines


def checked(heard: Heard, draft: str, *words: str, code: int = 0) -> Any:
    return heard("check", "-", "-o", "json", *words, text=draft, code=code).json


def standards(heard: Heard, text: str, name: str = "standards.toml") -> None:
    heard.home.mkdir(mode=0o700, exist_ok=True)
    path = heard.home / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


# -- one draft


def test_a_draft_is_shown_with_its_evidence_marked_in_letters(empty: Heard) -> None:
    done = empty("check", text="Hi Ana,\nI am sorry that your parcel is late. It is with T2.\n")
    lines = done.out.splitlines()
    told = lines.index("   2 | I am sorry that your parcel is late. It is with T2.")
    words = slice(lines[told].index("sorry"), lines[told].index(". It"))
    below = [one for one in lines[told + 1 :] if one.startswith("     |")]
    assert {row[words] for row in below} >= {"A" * (words.stop - words.start)}
    assert any(row.rstrip().endswith("!!") for row in below)
    assert 'line 2   jargon             "T2"' in done.out
    assert "Apologize  seen" in done.out


def test_a_draft_is_read_from_a_file_and_needs_no_workspace(empty: Heard, tmp_path: Path) -> None:
    path = tmp_path / "draft.md"
    path.write_text(GOOD, encoding="utf-8")
    found = empty("check", str(path), "-o", "json").json
    assert found["steps"]["apologize"]["state"] == "seen"
    assert [GOOD[a:b] for a, b in found["found"]["next_step_time"]] == ["by Friday"]
    assert not empty.home.exists()


def test_a_draft_for_a_ticket_is_seen_beside_the_persons_story(heard: Heard) -> None:
    ref = some_ref(heard)
    found = checked(heard, "Thank you for writing to us.", "--ticket", ref)
    assert found["ref"] == ref
    alone = checked(heard, "Thank you for writing to us.")
    assert found["steps"]["resolve"]["why"] != alone["steps"]["resolve"]["why"] or found["facts"]


def test_a_ticket_without_a_draft_says_so(heard: Heard) -> None:
    done = heard("check", "--ticket", some_ref(heard), code=4)
    assert "There is no draft" in done.err


def test_solving_asks_for_what_was_done_and_how_to_come_back(empty: Heard) -> None:
    names = [one["check"] for one in checked(empty, "Which colour was it?", "--solving")["checks"]]
    assert names == ["recap_missing"]
    assert checked(empty, "I have replaced the kettle. Let us know if it leaks.", "--solving")["checks"] == []


def test_an_attachment_that_goes_with_it_is_not_missing(empty: Heard) -> None:
    draft = "I have attached the label."
    assert [one["check"] for one in checked(empty, draft)["checks"]] == ["attachment_missing"]
    assert checked(empty, draft, "--attached")["checks"] == []


# -- whatever a draft may be


def test_an_empty_draft_shows_nothing_and_fails_nothing(empty: Heard) -> None:
    found = checked(empty, "")
    assert not any(step["in_draft"] for step in found["steps"].values())
    assert found["checks"] == []


def test_two_hundred_thousand_characters_are_looked_at_and_said_to_be_cut(empty: Heard) -> None:
    done = empty(
        "check", text="Your parcel is on its way to you, says the depot.\n" * 4_000
    )  # given up after a minute
    assert "the first 12,000 characters of 200,000 were looked at" in done.out


def test_another_language_is_not_judged_and_says_so(empty: Heard) -> None:
    found = checked(empty, "Wir haben Ihr Paket leider nicht gefunden und schicken Ihnen ein neues.")
    assert {step["state"] for step in found["steps"].values()} == {"not_needed"}
    assert "not in English" in found["steps"]["hear"]["why"]


def test_emoji_alone_are_no_step(empty: Heard) -> None:
    found = checked(empty, "\U0001f600\U0001f44d\U0001f3fd" * 50)
    assert not any(step["in_draft"] for step in found["steps"].values())
    assert found["checks"] == []


def test_hostile_text_reaches_no_terminal(empty: Heard) -> None:
    done = empty("check", text="I am sorry \x1b]0;owned\x07 that \u202eyour parcel is late.\x9b31m\x00\n")
    assert not {"\x1b", "\x07", "\u202e", "\x9b", "\x00"} & set(done.out)
    assert "sorry" in done.out


def test_a_file_that_is_no_text_is_refused(empty: Heard, tmp_path: Path) -> None:
    path = tmp_path / "draft.bin"
    path.write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in empty("check", str(path), code=18).err
    assert "cannot be read" in empty("check", str(tmp_path / "nowhere"), code=18).err


@pytest.mark.parametrize(
    "history",
    [
        "> I am sorry that your parcel is late. We will send a new one by Friday.",
        "-----Original Message-----\nI am sorry that your parcel is late. We will call you by Friday.",
        "From: Bo <bo@acme.example>\nSent: Monday\nTo: Ana\n\nI am sorry that it is late. We call you by Friday.",
        "Am Montag, 3. M\u00e4rz 2025 um 10:00 schrieb Bo <bo@acme.example>:\n> Sorry that it is late.",
    ],
)
def test_quoted_history_is_not_judged_as_ours(empty: Heard, history: str) -> None:
    found = checked(empty, f"Hello Ana,\n\n{history}\n")
    assert not any(step["in_draft"] for step in found["steps"].values())
    assert found["found"] == {}


def test_the_customers_words_pasted_are_not_hearing_them(empty: Heard) -> None:
    told = "Your courier left my parcel in the rain. I want to know what you will do about it today."
    (pasted, said) = batch(
        empty,
        line("pasted", told, told),
        line("said", "I see that the courier left your parcel in the rain.", told),
    )
    assert not any(step["in_draft"] for step in pasted["steps"].values())
    assert said["steps"]["hear"]["in_draft"]


# -- standards


def test_a_strict_standard_that_is_missed_ends_with_1(empty: Heard) -> None:
    standards(empty, '[queues.Returns]\nstrict = ["apologize", "next_step_time", "jargon"]\n')
    found = checked(empty, "I pass it to T2. Sorry that it is late.", "--queue", "returns", code=1)
    assert found["missed"] == ["next_step_time", "jargon"]
    assert checked(empty, "I pass it to T2.", "--queue", "Billing")["missed"] == []
    assert "not met: jargon" in empty("check", "--queue", "Returns", text=f"{GOOD} T2 has it.", code=1).out
    assert checked(empty, GOOD, "--queue", "Returns")["missed"] == []


def test_the_glossary_of_the_workspace_is_used(empty: Heard) -> None:
    standards(
        empty,
        '[terms.all]\n"Blue Room" = "our returns desk"\nt2 = ""\n[phrases]\nen = ["kind attention"]\n',
        "glossary.toml",
    )
    found = checked(empty, "For your kind attention: the blue room and T2 have it.")
    assert [(one["check"], one["words"]) for one in found["checks"]] == [
        ("stock_phrase", "kind attention"),
        ("jargon", "blue room"),
    ]


def test_a_mistake_in_the_standards_is_told_with_file_and_line(empty: Heard) -> None:
    standards(empty, '[default]\nstrict = ["jargn"]\n')
    error = empty("check", "-o", "json", text=GOOD, code=5).error
    assert "standards.toml, line 2: default.strict is not one of its values" in error["message"]
    assert "Did you mean jargon?" in error["hint"]


# -- many drafts


def test_a_batch_answers_each_line_with_steps_checks_and_times(empty: Heard) -> None:
    draft = "Hi Ana, I am sorry that your parcel is late. T2 has it. We will call you soon."
    (one, two) = batch(empty, line("a", GOOD), line(2, draft))
    assert one["id"] == "a"
    assert list(one["steps"]) == STEPS
    assert one["steps"]["apologize"]["state"] == "seen"
    assert [GOOD[a:b] for a, b in one["found"]["next_step_time"]] == ["by Friday"]
    assert one["checks"] == []
    assert [(c["check"], draft[slice(*c["span"])]) for c in two["checks"]] == [
        ("jargon", "T2"),
        ("vague_time", "soon"),
    ]
    assert all(c["say"] for c in two["checks"])


def test_what_was_done_before_is_seen_but_not_in_the_draft(empty: Heard) -> None:
    given = {"customer": [LATE, "And now?"], "agent_before": ["I am sorry that your parcel is late."]}
    (found,) = batch(empty, json.dumps({"id": 1, **given, "draft": "It left the depot today."}))
    step = found["steps"]["apologize"]
    assert (step["state"], step["in_draft"], step["spans"]) == ("seen", False, [])


def test_places_count_characters_of_the_draft_as_it_was_given(empty: Heard) -> None:
    draft = "\U0001f600e\u0301\r\n\u0130 T2 has it."
    (found,) = batch(empty, line(1, draft))
    assert [draft[slice(*c["span"])] for c in found["checks"]] == ["T2"]


@pytest.mark.parametrize(
    ("bad", "number", "said"),
    [
        ("no json", None, "not JSON"),
        ("[1]", None, "not an object"),
        ('{"id": 7, "customer": [], "agent_before": []}', 7, "has no draft"),
        ('{"id": 7, "customer": [], "draft": ""}', 7, "has no agent_before"),
        ('{"id": "x", "customer": "a", "agent_before": [], "draft": ""}', "x", "customer must be a list"),
        (
            '{"id": 7, "customer": [1], "agent_before": [], "draft": ""}',
            7,
            "customer must be a list of texts",
        ),
        ('{"id": 7, "customer": [], "agent_before": [], "draft": null}', 7, "draft must be text"),
        ('{"id": true, "customer": [], "agent_before": [], "draft": ""}', None, "id must be text or"),
        (
            '{"id": 7, "customer": [], "agent_before": [], "draft": "\\ud83d"}',
            7,
            "draft holds half a character",
        ),
        (
            '{"id": "\\ud83d", "customer": [], "agent_before": [], "draft": ""}',
            None,
            "id holds half a character",
        ),
        (
            '{"id": 7, "solving": 1, "customer": [], "agent_before": [], "draft": ""}',
            7,
            "solving must be true",
        ),
        ('{"id": 7, "customer": ' + "[" * 100_000 + "}", 7, "not JSON that can be read"),
        ('{"id": 7, "draft": ' + "9" * 5_000 + "}", 7, "not JSON that can be read"),
        ('{"id": 7, "draft": "' + "x" * 10_000_000 + '"}', 7, "longer than 4,000,000 bytes"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_bad_line_is_answered_and_stops_nothing(empty: Heard, bad: str, number: object, said: str) -> None:
    first, wrong, last = batch(empty, line("first"), bad, line("last"), code=1)
    assert (first["id"], last["id"]) == ("first", "last")
    assert list(wrong) == ["id", "error"]
    assert wrong["id"] == number
    assert f"line 2: {said}" in wrong["error"]
    assert last["steps"]["apologize"]["state"] == "seen"


def test_bytes_that_are_no_text_are_answered(empty: Heard, tmp_path: Path) -> None:
    path = tmp_path / "drafts.jsonl"
    path.write_bytes(b'{"id": 1, "draft": "\xff"}\n\n' + line(2).encode())
    done = empty("check", "--batch", str(path), code=1)
    assert [one["id"] for one in done.lines] == [1, 2]
    assert "not UTF-8" in done.lines[0]["error"]


def test_an_empty_stream_is_no_fault(empty: Heard) -> None:
    assert empty("check", "--batch", "-", text="").out == ""


def test_strict_standards_hold_for_the_queue_of_a_line(empty: Heard) -> None:
    standards(empty, '[queues.Returns]\nstrict = ["jargon"]\n')
    one, two = batch(empty, line(1, "T2 has it.", queue="Returns"), line(2, "T2 has it."), code=1)
    assert one["missed"] == ["jargon"]
    assert "missed" not in two


def test_a_name_in_the_line_is_the_customers(empty: Heard) -> None:
    (found,) = batch(empty, line(1, f"Hi Maria, {GOOD}", name="Ana Silva"))
    assert [(c["check"], c["say"]) for c in found["checks"]] == [
        ("wrong_name", "The customer is called Ana Silva.")
    ]


def test_a_pipe_is_answered_line_by_line(empty: Heard) -> None:
    child = empty.start("check", "--batch", "-")
    assert child.stdin
    assert child.stdout
    for number in range(3):
        child.stdin.write(line(number).encode() + b"\n")
        child.stdin.flush()
        assert json.loads(child.stdout.readline())["id"] == number
    out, err = child.communicate(timeout=20)
    assert (out, err, child.returncode) == (b"", b"", 0)


def test_a_batch_has_one_form(empty: Heard) -> None:
    for form in ("json", "csv"):
        assert misused(empty, "--batch", "-", "-o", form)
    assert misused(empty, "--batch", "-", "--solving")


def misused(heard: Heard, *words: str) -> Done:
    return heard("check", *words, code=18)


def test_memory_stays_flat_over_many_lines(empty: Heard, tmp_path: Path) -> None:
    """Lines of 100 kB, each its own: what is remembered of one must not stay for all that follow."""
    spy = (
        "import atexit, resource, sys, cli\n"
        "atexit.register(lambda: sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)))\n"
        "cli.main()"
    )
    peaks = [_peak(empty, tmp_path, spy, lines) for lines in (40, 400)]
    assert peaks[1] < peaks[0] + 40_000, peaks


def _peak(heard: Heard, folder: Path, spy: str, lines: int) -> int:
    path = folder / f"{lines}.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(lines):
            file.write(line(number, GOOD, f"Case {number}. " + "It broke on the way here. " * 4_000) + "\n")
    argv = [sys.executable, "-c", spy, "check", "--batch", str(path)]
    env = {**CLEAN, "HEARD_HOME": str(heard.home)}
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=env, timeout=100)
    assert done.stdout.count("\n") == lines
    return int(done.stderr)


def test_marks_stand_below_their_words_whatever_the_width_of_the_letters(empty: Heard) -> None:
    lines = empty("check", text="\u65e5\u672c\u8a9e\U0001f600\x01 e\u0301 T2 has it.\n").out.splitlines()
    assert lines[1].index("!!") == len("   1 | ") + len("xxxxxxxx. e ")


def test_a_long_line_is_folded_at_a_space_and_keeps_its_number(empty: Heard) -> None:
    lines = empty("check", text="word " * 30 + "T2\n" + "x" * 200 + "\nend\n").out.splitlines()
    draft = [row for row in lines if row[5:7] == "| " and not row.endswith("!!")]
    assert [row[:4].strip() for row in draft] == ["1", "", "", "2", "", "", "3"]
    assert max(map(len, draft)) <= 80
    assert all(row.endswith("word") for row in draft[:2])


def test_a_check_imports_no_screens_and_no_network(empty: Heard) -> None:
    code = (
        "import sys, cli\n"
        "sys.argv = ['heard', 'check', '-o', 'json']\n"
        "try:\n    cli.main()\n"
        "except SystemExit:\n    pass\n"
        "print(*sorted({n.partition('.')[0] for n in sys.modules}), file=sys.stderr)"
    )
    env = {**CLEAN, "HEARD_HOME": str(empty.home)}
    argv = [sys.executable, "-c", code]
    done = subprocess.run(argv, input=GOOD, capture_output=True, text=True, check=True, env=env)
    heavy = {"textual", "httpx", "sqlmodel", "sqlalchemy", "rich", "pydantic", "keyring"}
    assert json.loads(done.stdout)["steps"]
    assert not heavy & set(done.stderr.split())
