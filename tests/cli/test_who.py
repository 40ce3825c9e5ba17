"""What scripts learn of colleagues who are at their consoles."""

from __future__ import annotations

import json
import time

from program import Heard

from console.presence import Doing, Presence
from console.session import Session
from store.home import Home


def test_who_has_a_ticket_open_is_told_by_who_and_show(heard: Heard) -> None:
    assert heard("who").out == "No console says that it has a ticket open.\n"
    ref = heard("list", "--limit", "1", "-o", "json").json[0]["ref"]
    session = Session.open(Home(heard.home))
    console = Presence(session, lambda: None)
    console.doing = Doing(ref, "writing", session.now() - 8_000_000)
    console.step()
    try:
        assert f"{ref}" in heard("who").out
        (row,) = heard("who", "-o", "json").json
        assert (row["ref"], row["who"], row["kind"]) == (ref, "Robin Hale", "writing")
        assert row["at"].endswith("Z")
        assert "here:       Another console of yours is writing a reply here (" in heard("show", ref).out
        assert heard("show", ref, "-o", "json").json["here"][0]["who"] == "Robin Hale"
        sent = heard("reply", ref, "On its way.")
        assert f"{ref}: Another console of yours is writing a reply here (" in sent.err
        assert "writing" not in heard("note", ref, "Spare part ordered.").err
    finally:
        session.close()


def test_a_folder_that_is_away_is_an_error_for_who_and_none_for_show(heard: Heard) -> None:
    config = heard.home / "config.toml"
    config.write_text(config.read_text() + f'\n[presence]\nfolder = "{heard.home}/away"\n')
    assert "No such file or directory" in heard("who", code=5).err
    ref = heard("list", "--limit", "1", "-o", "json").json[0]["ref"]
    assert heard("show", ref, "-o", "json").json["here"] == []
    assert not (heard.home / "away").exists()


def test_nothing_is_written_by_a_look(heard: Heard) -> None:
    (heard.home / "presence").mkdir(mode=0o700)
    late = {"who": "Bo", "ticket": "nowhere#7", "kind": "viewing", "at": time.time()}
    (heard.home / "presence" / "console-0123456789abcdef.json").write_text(json.dumps(late))
    heard("who")
    assert len(list((heard.home / "presence").iterdir())) == 1
