"""The table of actions and the keys that come from it."""

from __future__ import annotations

import pytest

from screens.keymap import Keymap, rebound
from screens.panes import arrange
from store.errors import ConfigError
from widgets.actions import ACTIONS, PANES, TYPING, clashes, groups, in_pane, show_key, table


def test_no_key_means_two_things_in_one_pane() -> None:
    assert clashes() == []


def test_every_action_has_a_sentence_a_group_and_a_pane_that_exists() -> None:
    for action in ACTIONS:
        assert action.help.endswith(".")
        assert action.label
        assert set(action.panes) <= set(PANES)
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)


def test_where_one_types_a_letter_is_a_letter() -> None:
    for pane in TYPING:
        for action in in_pane(pane):
            assert all(len(key) > 1 for key in action.keys_in(pane))


def test_a_longer_key_is_waited_for_a_second() -> None:
    time = [0.0]
    keys = Keymap(clock=lambda: time[0])
    assert keys.press("queue", "g") is None
    assert keys.pending == "g"
    assert keys.press("queue", "g").id == "top"  # type: ignore[union-attr]
    keys.press("queue", "g")
    time[0] = 2.0
    assert keys.press("queue", "j").id == "down"  # type: ignore[union-attr]
    assert keys.pending == ""


def test_keys_can_be_given_to_other_actions() -> None:
    keys = Keymap(rebound({"reply": ("g r",), "note": ("ctrl+n",)}))
    keys.press("queue", "g")
    assert keys.press("queue", "r").id == "reply"  # type: ignore[union-attr]
    assert keys.press("queue", "n") is None


@pytest.mark.parametrize("wrong", [{"no_such": ("x",)}, {"reply": ("s",)}, {"reply": ("g",)}])
def test_a_keymap_that_cannot_be_is_refused_at_the_start(wrong: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ConfigError):
        rebound(wrong)


@pytest.mark.parametrize(
    ("width", "pane", "shown"),
    [
        (200, "queue", (True, True, True)),
        (110, "composer", (True, True, True)),
        (100, "queue", (True, True, False)),
        (100, "composer", (True, True, True)),
        (80, "queue", (True, False, False)),
        (80, "story", (False, True, False)),
        (80, "composer", (False, True, True)),
    ],
)
def test_panes_share_the_room_there_is(width: int, pane: str, shown: tuple[bool, bool, bool]) -> None:
    made = arrange(width, 24, pane)
    assert (made.queue, made.story, made.response) == shown
    assert made.stacked == (width < 110)


@pytest.mark.parametrize("width", [80, 100, 200])
def test_a_zoomed_pane_is_alone_except_that_a_reply_keeps_its_story_where_it_stands_below(width: int) -> None:
    for pane in ("queue", "story", "composer"):
        made = arrange(width, 40, pane, zoomed=True)
        assert made.queue == (pane == "queue")
        assert made.response == (pane == "composer")
        assert made.story == (pane == "story" or (pane == "composer" and width < 110))


def test_the_table_can_be_printed() -> None:
    assert ("Move", "gg home", "To the first row, or the first contact.") in table()
    assert show_key("ctrl+s") == "^s"
    assert sum(len(actions) for actions in groups().values()) == len(ACTIONS)
