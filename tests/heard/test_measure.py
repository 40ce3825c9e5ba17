"""How well the steps are found in real replies, which are read in place; only their ids and labels are kept here.

The floors hold on the development half and guard against getting worse: the rules were corrected after these replies
had been measured, so they promise nothing about fresh ones. docs/heard-quality.md says what to expect of those.
"""

from __future__ import annotations

import pytest
from heard import quality
from heard.quality_scores import kappa

from console.heard import STEPS
from console.heard.values import StepName

FLOORS = {"hear": 0.76, "empathize": 0.94, "apologize": 0.95, "resolve": 0.87, "diagnose": 0.87}
CHECK_FLOORS = {"next_step_time": 0.85, "jargon": 0.85, "policy_defence": 0.6}
SECOND = 120  # replies that were read twice


@pytest.fixture(scope="module")
def judged() -> list[quality.Judged]:
    """Every reply of the development half beside what was said about it."""
    if not quality.CORPUS.is_file():
        pytest.skip(f"SKIPPED FOR WANT OF DATA: {quality.CORPUS} is not there")
    return quality.judge(quality.labels("labels"))


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_found_at_least_as_well_as_before(step: StepName, judged: list[quality.Judged]) -> None:
    found = quality.score(judged, step)
    assert found.positives > 100, "too few replies with this step to say anything"
    assert found.f1[0] >= FLOORS[step]
    assert found.f1[1] <= found.f1[0] <= found.f1[2]


def test_few_good_replies_are_told_to_lack_what_they_have(judged: list[quality.Judged]) -> None:
    wrong, good = quality.wrong_prompts(judged, least=1)
    assert wrong <= 0.1 * good


@pytest.mark.skipif(
    not quality.CORPUS.is_file(), reason=f"SKIPPED FOR WANT OF DATA: {quality.CORPUS} is not there"
)
def test_a_check_speaks_at_least_as_well_as_before() -> None:
    scores = quality.check_scores()
    assert {name: floor for name, floor in CHECK_FLOORS.items() if scores[name].f1[0] < floor} == {}


@pytest.mark.skipif(
    not quality.CORPUS.is_file(), reason=f"SKIPPED FOR WANT OF DATA: {quality.CORPUS} is not there"
)
def test_a_number_that_was_given_is_not_asked_for_again() -> None:
    caught, wrong, total = quality.asked_again()
    assert total > 50
    assert caught >= 0.9 * total
    assert wrong <= 0.02 * total


def test_no_conversation_is_in_both_halves() -> None:
    developed = {key.partition(":")[0] for key in quality.labels("labels")}
    held_back = {key.partition(":")[0] for key in quality.labels("labels_test")}
    assert not developed & held_back
    assert {quality.half(conversation) for conversation in held_back} == {1}


@pytest.mark.parametrize("name", ["labels", "labels_test", "labels_held_second", "labels_held_third"])
def test_a_label_holds_letters_of_heard_in_their_order(name: str) -> None:
    for key, label in quality.labels(name).items():
        assert label == "".join(letter for letter in "HEARD" if letter in label), key


@pytest.mark.parametrize(("name", "size"), [("labels_second", SECOND), ("labels_third", 130)])
def test_two_readings_agree_beyond_chance(name: str, size: int) -> None:
    first, again = quality.readings(name)
    assert len(again) == size
    assert all(kappa(first, again, letter) > 0.7 for letter in "HEARD")


def test_a_second_reader_of_the_held_back_half_agrees_beyond_chance() -> None:
    first, again = quality.labels("labels_test"), quality.labels("labels_held_second")
    assert len(again) == 250
    assert set(again) <= set(first)
    assert all(kappa(first, again, letter) > 0.7 for letter in "HEARD")


def test_a_third_reader_agrees_with_the_second_beyond_chance_and_read_what_the_first_read() -> None:
    second, every = quality.labels("labels_held_second"), quality.labels("labels_held_third")
    assert set(every) == set(quality.labels("labels_test"))
    assert all(kappa(second, every, letter) > 0.7 for letter in "HEARD")


def test_kappa_is_one_for_the_same_reading_and_nought_for_chance() -> None:
    one = {"a": "H", "b": "H", "c": "", "d": ""}
    assert kappa(one, one, "H") == 1
    assert kappa(one, {"a": "H", "b": "", "c": "H", "d": ""}, "H") == 0
