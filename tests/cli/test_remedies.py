"""`heard remedies`: choices, authority and ledger for scripts, and approval by its own exit code."""

from __future__ import annotations

from program import Heard, some_ref

APPROVAL = 22


def test_one_story_from_the_first_offer_to_the_approval(heard: Heard) -> None:
    ref = some_ref(heard)
    before = heard("remedies", ref, "-o", "json").json
    assert before["ledger"] == []
    assert [each["kind"] for each in before["choices"]] == ["refund", "replacement", "credit", "new_date"]
    (standing,) = before["authority"]
    assert (standing["limit"], standing["used"], standing["left"]) == ("2000.00", "0.00", "2000.00")

    made = heard("remedies", "offer", ref, "refund", "1,999.99", "-o", "json").json
    assert (made["state"], made["amount"], made["currency"]) == ("offered", "1999.99", "EUR")
    assert made["words"] == "a refund of 1,999.99 EUR, back the way that you paid"
    asked = heard(
        "remedies", "offer", ref, "credit", "0.02", "--why", "she waited", "-o", "json", code=APPROVAL
    ).json
    assert (asked["state"], asked["why"]) == ("asked", "she waited")
    notes = [o for o in heard("outbox", "-o", "json").json if o["kind"] == "note"]
    assert "APPROVAL NEEDED" in notes[0]["body"]

    assert heard("remedies", "approve", asked["id"], "-o", "json", code=14).error["error"] == "refused"
    other = next(name for name in agents(heard) if name != asked["actor"])
    done = heard("remedies", "approve", asked["id"][-6:], "--why", "fine", "--by", other, "-o", "json").json
    assert (done["state"], done["decided_by"]) == ("approved", other)
    assert heard("remedies", "refuse", asked["id"], "--why", "no", "--by", other, code=15)

    heard("remedies", "withdraw", made["id"])
    after = heard("remedies", "show", ref, "-o", "json").json
    assert [each["state"] for each in after["ledger"]] == ["withdrawn", "approved"]
    assert after["authority"][0]["used"] == "0.02"
    told = [e["new"] for e in heard("tail", "-o", "ndjson").lines if e["kind"] == "remedy"]
    assert told[:2] == ["offered: refund 1999.99 EUR", "asked: credit 0.02 EUR (she waited)"]


def agents(heard: Heard) -> list[str]:
    rows = heard("list", "--limit", "0", "-o", "json", "--fields", "assignee").json
    return sorted({row["assignee"] for row in rows if row["assignee"]})


def test_a_reply_grants_and_undo_frees(heard: Heard) -> None:
    ref = some_ref(heard)
    made = heard("remedies", "offer", ref, "refund", "760", "-o", "json").json
    heard("reply", ref, f"We can offer you {made['words']}.")
    (line,) = heard("remedies", ref, "-o", "json").json["ledger"]
    assert line["state"] == "granted"
    assert line["op_id"]
    heard("undo")
    assert [each["state"] for each in heard("remedies", ref, "-o", "json").json["ledger"]] == ["withdrawn"]


def test_a_story_names_its_ticket_in_full_and_has_the_fields_of_the_page(heard: Heard) -> None:
    ref = heard("list", "is:waiting", "--limit", "1", "-o", "ndjson").lines[0]["ref"]
    told = heard("remedies", ref.partition("/")[2], "--fields", "ref,ledger", "-o", "json").json
    assert told == {"ref": ref, "ledger": []}
    heard("remedies", ref, "--fields", "amount", code=18)


def test_what_waits_is_listed_over_all_stories(heard: Heard) -> None:
    assert "Nothing waits" in heard("remedies").err
    ref = some_ref(heard)
    heard("remedies", "offer", ref, "replacement")
    rows = heard("remedies", "-o", "json").json
    assert [(row["ref"], row["kind"], row["amount"]) for row in rows] == [(ref, "replacement", "")]
    assert "Replacement" in heard("remedies").out


def test_people_read_what_is_left(heard: Heard) -> None:
    ref = some_ref(heard)
    out = heard("remedies", "offer", ref, "refund", "760").out
    assert "1,240.00 of 2,000.00 EUR left in this story" in out
    assert "Refund 760.00 EUR" in heard("remedies", ref).out


def test_what_cannot_be_offered_has_the_usual_exit_codes(heard: Heard) -> None:
    ref = some_ref(heard)
    assert "There are: refund" in heard("remedies", "offer", ref, "cake", code=4).err
    heard("remedies", "offer", ref, "refund", code=18)
    heard("remedies", "offer", ref, "refund", "1.999", code=18)
    heard("remedies", "offer", ref, "replacement", "5", code=18)
    heard("remedies", "999999", code=4)
    heard("remedies", "withdraw", "nope", code=4)


def test_a_broken_file_is_said_and_the_built_in_ones_hold(heard: Heard) -> None:
    path = heard.home / "remedies.toml"
    path.write_text("[authority]\nlimit = 5\n")
    path.chmod(0o600)
    done = heard("remedies", some_ref(heard))
    assert "remedies.toml, line 2: authority.limit must be text in quotes" in done.err
    assert "2,000.00 of 2,000.00 EUR" in done.out
