"""Keys of one's own: what can be written, what cannot hold, and what the screens make of it."""

from __future__ import annotations

from typing import Any

import pytest

from console import changes, triage
from console.keys import chosen, meaning, normal
from screens.keymap import Keymap, own_keymap
from widgets.actions import ACTIONS, BY_ID, PANES
from widgets.keys_told import Keys


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("enter", "Enter"),
        ("x", "x"),
        ("g l", "gl"),
        ("alt+x", "Alt-x"),
        ("ctrl+x o", "^xo"),
        ("", "The palette"),
    ],
)
def test_a_sentence_never_begins_with_another_letter_than_is_to_be_pressed(written: str, told: str) -> None:
    action = BY_ID["part_record"].rekeyed((written,) if written else ())
    assert Keys((action,)).opening("part_record") == told


def with_config(office: Any, text: str) -> None:
    from console.settings import load  # noqa: PLC0415  (as the session would)

    path = office.session.home.config
    path.write_text(path.read_text() + text, encoding="utf-8")
    office.session.settings = load(path.parent)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("R", "R"),
        ("Ctrl+S", "ctrl+s"),
        ("^s", "ctrl+s"),
        ("shift+a", "A"),
        ("alt+Shift+Left", "alt+shift+left"),
        ("SHIFT+ALT+left", "alt+shift+left"),
        ("esc", "escape"),
        ("g   a", "g a"),
        ("ctrl+w +", "ctrl+w +"),
        ("alt++", "alt++"),
        ("+", "+"),
        (" ", "space"),
        ("F12", "f12"),
    ],
)
def test_a_key_may_be_written_as_people_do(written: str, key: str) -> None:
    assert normal(written) == key


@pytest.mark.parametrize("wrong", ["hyperspace", "super+a", "ctrl+i", "", "  ", "ctrl+", "f99"])
def test_what_no_terminal_sends_is_no_key(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        normal(wrong)


def keys_with(keys: dict[str, tuple[str, ...]]) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    table, faults = chosen(keys, ACTIONS, PANES)
    return {a.id: a.keys for a in table}, {f.action: f"{f.problem} {f.hint}" for f in faults}


def test_every_action_can_have_other_keys_and_none() -> None:
    table, faults = keys_with({"sort": ("ctrl+x s", "f9"), "query": ("",), "undo": ()})
    assert faults == {}
    assert (table["sort"], table["query"], table["undo"]) == (("ctrl+x s", "f9"), (), ())


def test_an_unknown_action_names_the_nearest_and_spoils_nothing() -> None:
    table, faults = keys_with({"repy": ("x",), "sort": ("f9",)})
    assert "Did you mean reply?" in faults["repy"]
    assert table["sort"] == ("f9",)


def test_clashing_keys_stay_at_their_defaults_and_the_others_hold() -> None:
    table, faults = keys_with({"note": ("f9",), "sort": ("f9",), "undo": ("f8",)})
    assert set(faults) == {"note", "sort"}
    assert "f9 means both" in faults["note"]
    assert (table["note"], table["sort"], table["undo"]) == (BY_ID["note"].keys, BY_ID["sort"].keys, ("f8",))


def test_what_takes_the_key_of_one_that_went_back_to_its_default_goes_back_too() -> None:
    _, faults = keys_with({"reply": ("n",), "note": ("r",)})
    assert faults == {}
    table, faults = keys_with({"reply": ("q",), "note": ("r",)})
    assert set(faults) == {"reply", "note"}
    assert (table["reply"], table["note"]) == (("r",), ("n",))


def test_a_key_that_hides_a_longer_one_clashes() -> None:
    _, faults = keys_with({"sort": ("g",)})
    assert "hides longer keys" in faults["sort"]


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"send": ("x",)}, "typed as text there (composer)"),
        ({"view": tuple(f"f{n}" for n in range(1, 12))}, "more keys than it has meanings"),
        ({"sort": ("ctrl+i",)}, "the same as tab"),
        ({"sort": ("pgdown",)}, "did you mean pagedown?"),
    ],
)
def test_what_could_never_work_is_said(keys: dict[str, tuple[str, ...]], told: str) -> None:
    _, faults = keys_with(keys)
    assert told in next(iter(faults.values()))


def test_keys_that_mean_different_things_keep_their_order() -> None:
    table, faults = chosen({"view": ("f2", "f3"), "next_pane": ("ctrl+n", "f4", "f6", "f7")}, ACTIONS, PANES)
    assert faults == ()
    view, pane = (next(a for a in table if a.id == name) for name in ("view", "next_pane"))
    assert [meaning(view, key, BY_ID["view"]) for key in view.keys] == ["1", "2"]
    assert [meaning(pane, key, BY_ID["next_pane"]) for key in pane.keys] == ["tab", "l", "right", "tab"]


def test_a_key_of_three_strokes_is_waited_for_and_escape_gives_it_up() -> None:
    time = [0.0]
    table, _ = chosen({"sort": ("ctrl+x s o",)}, ACTIONS, PANES)
    keys = Keymap(table, clock=lambda: time[0])
    assert [keys.press("queue", k) for k in ("ctrl+x", "s")] == [None, None]
    assert keys.pending == "ctrl+x s"
    assert not keys.gave_up()
    assert keys.press("queue", "o") == next(a for a in table if a.id == "sort")
    keys.press("queue", "ctrl+x")
    assert keys.press("queue", "escape") is None
    assert keys.takes("escape")
    assert keys.pending == ""
    assert keys.press("queue", "escape") == BY_ID["clear"]
    keys.press("queue", "ctrl+x")
    time[0] = 2.0
    assert keys.gave_up()
    assert keys.press("queue", "s") == BY_ID["status"]


def test_the_sentences_of_the_table_name_the_keys_of_the_table() -> None:
    named = [each for each in ACTIONS if each.naming]
    assert named
    for each in named:
        assert each.retold(ACTIONS).help == each.help.replace("escape", "esc")


def test_a_sentence_about_another_key_names_the_one_that_holds() -> None:
    own = {"clear": ("ctrl+y",), "open": ("f8",), "next_pane": ("f7", "l"), "channel": ("f2",)}
    made = {each.id: each for each in chosen(own, ACTIONS, PANES)[0]}
    assert "; ^y ends it" in made["play"].help
    assert "; f8 puts it" in made["next_steps"].help
    assert "; f7 goes round" in made["next_pane"].help
    assert made["channel"].help.startswith("Hide or show f2 email, no key for web")


def test_the_defaults_need_no_settings() -> None:
    keymap, faults = own_keymap({})
    assert (keymap.actions, faults) == (ACTIONS, ())


# -- on the screen ------------------------------------------------------------------------------------------------


async def test_keys_of_ones_own_work_stand_in_the_footer_and_in_the_help(office: Any, reads: Any) -> None:
    with_config(office, '[keys]\nreply = ["ctrl+x r", "R"]\nrecap = ""\nview = ["f2", "f3"]\n')
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await reads(pilot, "Kettle 11", " ^xr reply")
        await pilot.press("ctrl+x")
        shown = await reads(pilot, "^x…")
        assert "r reply" in shown.splitlines()[-2]
        assert "never mind" in shown.splitlines()[-2]
        await reads(pilot, " enter open", gone="^x…")  # nothing followed
        await pilot.press("f3")
        await reads(pilot, "Mine: 0 tickets")
        await pilot.press("f2")
        await reads(pilot, "Live: 12 tickets")
        await pilot.press("r")
        await pilot.pause(0.1)
        assert app._triage.pane_at_hand == "queue"
        await pilot.press("?", *"public reply")
        await reads(pilot, "^xr R")
        await pilot.press("escape", "ctrl+x", "r")
        await pilot.pause(0.2)
        assert app._triage.pane_at_hand == "composer"


async def test_what_cannot_hold_is_told_at_the_start_and_the_rest_does(office: Any, reads: Any) -> None:
    with_config(office, '[keys]\nreply = "q"\nnoot = "x"\nsort = "f9"\n')
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await reads(pilot, "Kettle 11")
        told = " ".join(each.message for each in app._notifications)
        assert "reply cannot have its keys" in told
        assert "Did you mean note?" in told
        await pilot.press("f9")
        await reads(pilot, "type to filter")
        await pilot.press("escape", "r")
        await pilot.pause(0.2)
        assert app._triage.pane_at_hand == "composer"


async def test_the_frame_of_a_window_tells_the_keys_that_hold(office: Any, reads: Any) -> None:
    """With keys of one's own, a window names those, and they lead out of it."""
    with_config(office, '[keys]\ncancel = "ctrl+q"\nquit = []\nopen = "ctrl+y"\n')
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.press("s")
        shown = await reads(pilot, "Status of acme/", "^y takes  ^q leaves")
        assert "esc" not in shown
        await pilot.press("ctrl+q")
        await reads(pilot, "Kettle 11", gone="Status of acme/")


async def test_the_help_shows_the_line_at_hand_in_full(office: Any, reads: Any) -> None:
    """In eighty columns the table cuts sentences and keys; below it they can be read."""
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.press("?", *"claim")
        await reads(pilot, "alt-c", "Take the ticket, unless a colleague has it.")
        await pilot.press(*["backspace"] * 5, *"panes back", *["backspace"] * 10, *"move pane")
        await reads(pilot, "Move this pane to the left, the bottom, the top or the right.")


OWN = """
[keys]
undo = "f8"
send = "f9"
send_later = []
switch_mode = "alt+y"
leave = "f7"
why_next = "f6"
skip = []
drop = "B"
outbox = "ctrl+x o"
quotes = "f3"
view = ["f10", "f11"]
sort = []
"""


async def test_every_sentence_names_the_keys_that_hold(office: Any, reads: Any) -> None:
    """Frames, lines and notices speak of one's own keys, and of the palette where an action has none."""
    with_config(office, OWN)
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await reads(pilot, "We look at kettle 11.", "2 quoted lines, f3 shows them", "f10 Live", "f11 Mine")
        await pilot.press("x")
        await reads(pilot, "There are no groups here: the palette puts the tickets into some.")
        await pilot.press("s", *"pend", "enter")
        await reads(pilot, "status=pending; f8 takes it back.")
        await pilot.press("r", *"Sorry")
        shown = await reads(pilot, "f9 send  alt-y note  5 characters")
        assert "^l" not in shown
        await pilot.press("f9")
        await reads(pilot, "leaves in 10 s · f8 takes it back")
        await pilot.press("n")
        await reads(pilot, "leaves in 10 s · f7, then f8 takes it back")
        await pilot.press("f7", "ctrl+x", "o")
        await reads(pilot, "leaves in 10 s; B takes it back")
        await pilot.press("T", "J")
        await reads(pilot, "points; f6 tells the sum.")
        await pilot.press(">")
        await reads(pilot, "points; f6 why, esc ends.")


async def test_an_undo_that_is_not_the_replys_names_the_outbox_by_its_own_keys(
    office: Any, reads: Any
) -> None:
    """A change after the reply is what undo would take back; the line then leads to the outbox."""
    with_config(office, '[keys]\ndrop = "B"\noutbox = "ctrl+x o"\n')
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await reads(pilot, "We look at kettle 11.")
        await pilot.press("r", *"Sorry", "ctrl+s")
        await reads(pilot, "leaves in 10 s · u takes it back")
        await pilot.press("p", *"high", "enter")
        await reads(pilot, "leaves in 10 s · B in the outbox (^xo) takes it back")


async def test_an_empty_queue_and_what_needs_a_person_name_ones_own_keys(office: Any, reads: Any) -> None:
    """Nothing is found, and a reply waits for a look: the way on is told in the list and in the status line."""
    with_config(
        office, '[keys]\nquery = "f2"\nview = ["f10", "f11"]\noutbox = []\nsettle = "W"\nwhy_next = []\n'
    )
    ref = str(triage.rows(office.session, triage.queue_ids(office.session, ""))[0].ref)
    changes.set_fields(office.session, ref, changes.parse(["status=pending"]))
    office.clock.tick(1)
    office.desk.sets(ref.partition("/")[2], "a2", status="solved")
    await office.sync()
    app = office.app()
    async with app.run_test(size=(150, 40)) as pilot:
        await reads(pilot, "Kettle 10", "1 needs you (the palette)")
        await pilot.press("f11", "z")
        await reads(pilot, "No tickets here. Press f2 for another query, or f10 to f11 for a view.")
        await app.perform_id("outbox")
        await reads(pilot, "somebody else changed it; W settles it")


async def test_the_query_bar_begins_with_the_key_that_opens_it(office: Any, reads: Any) -> None:
    with_config(office, '[keys]\nquery = "f6"\n')
    async with office.app().run_test(size=(150, 40)) as pilot:
        await reads(pilot, "Kettle 11")
        await pilot.press("f6")
        await reads(pilot, "query f6 ")


async def test_an_empty_story_names_the_key_that_shows_all_of_it(office: Any, reads: Any) -> None:
    keys = [f"f{n}" for n in (2, 3, 4, 6, 7, 8, 9, 10, 11)]
    with_config(office, f"[keys]\nchannel = {keys}\n")
    async with office.app().run_test(size=(150, 40)) as pilot:
        await reads(pilot, "Kettle 11", "Hello, kettle")
        await pilot.press("enter", "i")
        await reads(pilot, "f11 shows all", gone="Hello, kettle")
        await pilot.press("f11")
        await reads(pilot, "Hello, kettle", gone="shows all")
