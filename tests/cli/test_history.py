"""heard history: one person or everybody of an organization, with what was changed, and the card that settings allow."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from program import Heard


@pytest.fixture
def firm(heard: Heard) -> tuple[str, str, set[str]]:
    """An organization that has tickets: its name, one of them, and the names of all who asked."""
    with closing(sqlite3.connect(heard.home / "mirror.db")) as c:
        found = c.execute(
            "SELECT o.name, min(t.ref), group_concat(DISTINCT c.name) FROM organization o JOIN customer c"
            " ON c.organization_id = o.id JOIN ticket t ON t.requester_id = c.id GROUP BY o.id"
            " ORDER BY count(DISTINCT c.id) DESC LIMIT 1"
        ).fetchone()
    return found[0], found[1], set(found[2].split(","))


def solved(heard: Heard) -> str:
    """A ticket whose status was changed."""
    return str(heard("list", "status:closed", "--limit", "1", "-o", "json").json[0]["ref"])


def test_what_was_changed_is_told_in_its_place_and_can_be_left_out(heard: Heard) -> None:
    ref = solved(heard)
    items = heard("history", "--ticket", ref, "-o", "json").json
    changes = [i["text"] for i in items if i["kind"] == "change" and i["ref"] == ref]
    assert any(text.endswith("-> closed") for text in changes)
    without = heard("history", "--ticket", ref, "--no-changes", "-o", "json").json
    assert without == [i for i in items if i["kind"] != "change"]
    told = heard("history", "--ticket", ref).out
    assert all(any(text in line for line in told.splitlines()) for text in changes)


def test_a_ticket_that_nobody_asked_for_is_named_and_no_customer_of_number_0(heard: Heard) -> None:
    ref = solved(heard)
    with closing(sqlite3.connect(heard.home / "mirror.db")) as c, c:
        c.execute("UPDATE ticket SET requester_id = 0 WHERE ref = ?", (ref,))
    for option in ("--ticket", "--org-of"):
        told = heard("history", option, ref, code=4).err
        assert f"{ref} has no customer" in told
        assert f"`heard show {ref}`" in told


def test_everybody_of_an_organization_is_one_story(heard: Heard, firm: tuple[str, str, set[str]]) -> None:
    name, ref, people = firm
    items = heard("history", "--organization", name, "-o", "json").json
    assert {i["customer"] for i in items} == people
    assert heard("history", "--org-of", ref, "-o", "json").json == items
    assert heard("history", "--organization", name).out.startswith(f"Everybody of {name}: ")


def test_an_organization_that_nobody_knows_is_an_error(heard: Heard) -> None:
    done = heard("history", "--organization", "Nobody At All Ltd", code=4)
    assert "nobody of an organization" in done.err


def test_the_card_shows_what_the_settings_allow(heard: Heard) -> None:
    ref = solved(heard)
    whole = heard("history", "--ticket", ref, "--card", "-o", "json").json
    assert whole["contacts"]
    assert isinstance(whole["contacts_30_days"], int)
    with (heard.home / "config.toml").open("a", encoding="utf-8") as config:
        config.write('\n[privacy]\ncard = ["since"]\n')
    card = heard("history", "--ticket", ref, "--card", "-o", "json").json
    assert (card["name"], card["since"]) == (whole["name"], whole["since"])
    assert (card["contacts"], card["channels"], card["organization"], card["time_zone"]) == ([], [], "", "")
    told = heard("history", "--ticket", ref, "--card").out
    assert "since:" in told
    assert "tickets:" not in told
    assert "contacts:" not in told


@pytest.mark.skipif(os.name != "posix", reason="the program here is a script")
def test_look_ups_run_on_request_alone(heard: Heard, tmp_path: Path) -> None:
    folder = heard.home / "card.d"
    folder.mkdir(mode=0o700)
    script = folder / "orders.sh"
    script.write_text(f"#!/bin/sh\ncat > {tmp_path}/asked\necho '{{\"open\": 2}}'\n", encoding="utf-8")
    script.chmod(0o700)
    ref = solved(heard)
    assert heard("history", "--ticket", ref, "--card", "-o", "json").json["lookups"] == {}
    assert not (tmp_path / "asked").exists()
    found = heard("history", "--ticket", ref, "--card", "--lookups", "-o", "json").json["lookups"]
    assert found == {"orders": {"lines": {"open": "2"}, "error": ""}}
    assert f'"ticket": "{ref}"' in (tmp_path / "asked").read_text(encoding="utf-8")
    script.chmod(0o777)
    told = heard("history", "--ticket", ref, "--card", "--lookups").out
    assert "orders:     others may write orders.sh: chmod go-w" in told
