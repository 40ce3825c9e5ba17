"""The seeded company: the same every time, lively enough to learn on, and nasty enough to test on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from demo.client import NOW

from console.demo.lines import Theme, content
from console.demo.scenario import build
from console.demo.scenario_files import file_bytes
from console.demo.scenario_tickets import TARGETS
from console.demo.scenario_values import CHANNELS, DAY, HOUR, Scenario, Turn

PRINTED = "from console.demo.scenario import build; import hashlib; print(hashlib.sha256(repr(build(5, 80, 1790000000000000)).encode()).hexdigest())"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return build(7, 1200, NOW)


def turns(scenario: Scenario) -> Iterator[Turn]:
    return (turn for ticket in scenario.tickets for turn in ticket.turns)


def test_the_same_seed_gives_the_same_company_in_every_process() -> None:
    printed = [
        subprocess.run(
            [sys.executable, "-c", PRINTED],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1]


def test_another_seed_gives_another_company() -> None:
    one, two = ({t.turns[0].text for t in build(seed, 50, NOW).tickets if t.about} for seed in (1, 2))
    assert one.isdisjoint(two)


def test_what_is_said_does_not_depend_on_the_day_on_which_it_is_made() -> None:
    monday, thursday = build(7, 200, NOW), build(7, 200, NOW + 3 * DAY + 5 * HOUR)
    said = [
        Counter((turn.text, turn.public) for turn in turns(made) if turn.text) for made in (monday, thursday)
    ]
    ends = [Counter((t.subject, t.channel, t.priority) for t in made.tickets) for made in (monday, thursday)]
    assert said[0] == said[1]
    assert ends[0] == ends[1]


@pytest.mark.parametrize("size", [0, 1, 2, 7, 33, 260])
def test_a_scenario_has_as_many_tickets_as_asked_for(size: int) -> None:
    made = build(1, size, NOW)
    assert len(made.tickets) == size
    assert [t.id for t in made.tickets] == [*range(1001, 1001 + size)]


def test_a_negative_size_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 tickets"):
        build(1, -1, NOW)


def test_nothing_happens_in_the_future_or_out_of_order(scenario: Scenario) -> None:
    for ticket in scenario.tickets:
        times = [turn.at for turn in ticket.turns]
        assert times == sorted(times)
        assert times[-1] <= NOW
    assert [t.created for t in scenario.tickets] == sorted(t.created for t in scenario.tickets)


def test_seven_channels_and_customers_who_come_back_on_several_of_them(scenario: Scenario) -> None:
    channels = defaultdict(set)
    counts = Counter(ticket.requester_id for ticket in scenario.tickets)
    for ticket in scenario.tickets:
        channels[ticket.requester_id].add(ticket.channel)
    assert {ticket.channel for ticket in scenario.tickets} == {*CHANNELS}
    regulars = [person for person, count in counts.items() if count >= 3]
    assert len(regulars) >= len(scenario.customers) / 3
    assert sum(len(channels[person]) >= 2 for person in regulars) > 0.8 * len(regulars)


def test_customers_have_several_addresses_and_no_two_share_a_mail_address(scenario: Scenario) -> None:
    mails = [value for c in scenario.customers for kind, value in c.identities if kind == "email"]
    assert len(mails) == len(set(mails))
    kinds = {kind for c in scenario.customers for kind, _ in c.identities}
    assert kinds == {"email", "phone_number", "twitter", "messaging"}
    assert sum(len(c.identities) > 1 for c in scenario.customers) > 0.8 * len(scenario.customers)
    assert len({c.zone for c in scenario.customers}) > 5


def test_status_and_clocks_agree_with_what_happened_last(scenario: Scenario) -> None:
    for ticket in scenario.tickets:
        spoken = [turn for turn in ticket.turns if turn.public and (turn.text or turn.html)]
        customer_last = spoken[-1].author_id == ticket.requester_id
        if ticket.status in ("new", "open"):
            assert (ticket.waiting_since is not None) == customer_last, ticket
        if ticket.status in ("pending", "hold"):
            assert not customer_last, ticket
        if ticket.status in ("solved", "closed"):
            assert ticket.waiting_since is None, ticket
        assert ticket.status == "new" or ticket.replied or any(not turn.public for turn in ticket.turns)


def test_some_clocks_have_run_out_some_are_about_to_and_some_have_time(scenario: Scenario) -> None:
    left = [
        t.waiting_since + TARGETS[t.priority] - NOW
        for t in scenario.tickets
        if t.waiting_since and t.priority
    ]
    assert sum(due < 0 for due in left) >= 10
    assert sum(0 <= due < HOUR for due in left) >= 10
    assert sum(due >= HOUR for due in left) >= 10


def test_one_theme_rises_this_week(scenario: Scenario) -> None:
    rising = next(theme.key for theme in content().themes.values() if theme.rising)
    cases = [t for t in scenario.tickets if t.about and t.about.theme == rising]
    this_week = {t.requester_id for t in cases if NOW - t.created < 7 * DAY}
    week_before = {t.requester_id for t in cases if 7 * DAY <= NOW - t.created < 14 * DAY}
    assert len(this_week) >= 10
    assert len(this_week) > 3 * len(week_before)
    assert len({t.about.theme for t in scenario.tickets if t.about}) >= 12


def test_some_promises_are_late(scenario: Scenario) -> None:
    promised = ("tomorrow", "within 24 hours")
    late = [
        ticket
        for ticket in scenario.tickets
        if ticket.status == "pending"
        and any(words in ticket.turns[-1].text for words in promised)
        and NOW - ticket.turns[-1].at > 2 * DAY
    ]
    assert len(late) >= 3


def test_agents_ask_again_for_what_they_were_told_and_customers_notice(scenario: Scenario) -> None:
    asks = next(q for q in content().voices.question if q.key == "order").asks
    again = [
        ticket
        for ticket in scenario.tickets
        if ticket.about
        and ticket.about.order in ticket.turns[0].text
        and any(ask in turn.text for turn in ticket.turns[1:] for ask in asks)
    ]
    assert len(again) >= 5
    lines = [
        line.format(order=ticket.about.order)
        for ticket in again
        if ticket.about
        for line in next(q for q in content().voices.question if q.key == "order").again
    ]
    assert any(line[:20] in turn.text for turn in turns(scenario) for line in lines)


def test_weekends_and_nights_are_quiet(scenario: Scenario) -> None:
    moments = [
        datetime.fromtimestamp(t.created / 1e6, UTC) for t in scenario.tickets if NOW - t.created > 2 * DAY
    ]
    days, hours = Counter(m.weekday() for m in moments), Counter(m.hour for m in moments)
    assert max(days[5], days[6]) < 0.7 * min(days[day] for day in range(5))
    assert sum(hours[h] for h in range(9, 17)) > 8 * sum(hours[h] for h in range(6))


def test_no_two_customers_open_with_the_same_words(scenario: Scenario) -> None:
    first = Counter(ticket.turns[0].text for ticket in scenario.tickets if ticket.turns[0].text)
    assert sum(count - 1 for count in first.values()) < 0.01 * len(scenario.tickets)


def test_conversations_have_one_to_fourteen_messages(scenario: Scenario) -> None:
    lengths = {sum(bool(turn.text or turn.html) for turn in ticket.turns) for ticket in scenario.tickets}
    assert lengths == {*range(1, 15)}


@pytest.mark.parametrize(
    ("language", "sample"),
    [("ar", "ش"), ("he", "ה"), ("ja", "の"), ("zh", "的"), ("de", "ß"), ("fr", "ç"), ("es", "ñ"), ("nl", "ij"), ("pl", "ę")],
)  # fmt: skip
def test_customers_write_in_other_languages(scenario: Scenario, language: str, sample: str) -> None:
    said = "".join(turn.text for t in scenario.tickets if t.language == language for turn in t.turns)
    assert sample in said


@pytest.mark.parametrize(
    "harm",
    [
        "\x1b[2J", "\x1b]52;c;", "\x1b]8;;", "\x9b31m", "\u202e", "\u2067", "\u200b", "[@click=app.quit]", "[bold]",
        "\x00", "\b", "\r", "\u2028", "=cmd|", "=HYPERLINK", "\u0335", "👨‍👩‍👧‍👦", "\U000e0041",
    ],
)  # fmt: skip
def test_hostile_text_is_among_the_tickets(scenario: Scenario, harm: str) -> None:
    said = [*(t.subject for t in scenario.tickets), *(turn.text for turn in turns(scenario))]
    assert any(harm in text for text in said)


@pytest.mark.parametrize("harm", ["<table", "display:none", "<script>", "javascript:", "&#x1b;"])
def test_hostile_mail_is_html_without_text(scenario: Scenario, harm: str) -> None:
    assert any(harm in turn.html and not turn.text for turn in turns(scenario))


def test_very_long_lines_names_and_file_names_are_there(scenario: Scenario) -> None:
    assert any(len(line) > 20_000 for turn in turns(scenario) for line in turn.text.splitlines())
    assert any("\x1b[31m" in person.name for person in scenario.customers)
    names = [file.name for turn in turns(scenario) for file in turn.files]
    assert any(name.startswith("../") for name in names)
    assert len(names) > 50


def test_hostile_tickets_stay_a_handful() -> None:
    assert sum(ticket.about is None for ticket in build(1, 40, NOW).tickets) == 2
    assert sum(ticket.about is None for ticket in build(1, 2000, NOW).tickets) == len(content().hostile)


def test_a_file_has_the_size_that_is_told_and_always_the_same_bytes(scenario: Scenario) -> None:
    for turn in turns(scenario):
        for file in turn.files:
            assert len(file_bytes(file.name, file.mime)) == file.size
    assert file_bytes("IMG_1.png", "image/png").startswith(b"\x89PNG\r\n")


def test_every_line_of_every_theme_can_be_filled() -> None:
    slots = dict.fromkeys(
        ("product", "thing", "part", "order", "serial", "amount", "city", "first", "last", "slot"), "x"
    )
    for theme in content().themes.values():
        assert len(theme.hear) == len(theme.opens), theme.key
        for name in (field.name for field in fields(Theme)):
            lines = getattr(theme, name)
            if isinstance(lines, tuple):
                assert all("{" not in line.format_map(slots) for line in lines), (theme.key, name)


def test_everything_that_the_data_files_refer_to_exists() -> None:
    words = content()
    groups = {group.key for group in words.company.group}
    kinds = {product.kind for product in words.company.product}
    assert {theme.group for theme in words.themes.values()} | {a.group for a in words.company.agent} == groups
    assert all(set(theme.kinds) <= kinds for theme in words.themes.values())
    assert all(set(question.themes) <= words.themes.keys() for question in words.voices.question)
    assert all(topic.theme in words.themes for tongue in words.languages.values() for topic in tongue.topic)
    assert {locale.language for locale in words.locales} - {"en"} == words.languages.keys()


def test_customers_rate_after_the_ticket_was_solved_and_worse_where_less_was_heard(
    scenario: Scenario,
) -> None:
    agents = {agent.id: agent for agent in scenario.agents}
    scores: dict[bool, Counter[str]] = defaultdict(Counter)
    changed = 0
    for ticket in scenario.tickets:
        given = [turn for turn in ticket.turns if turn.rating is not None]
        if not given:
            continue
        assert ticket.status in ("solved", "closed")
        solved = max(t.at for t in ticket.turns if any(c.new == "solved" for c in t.changes))
        assert all(turn.at > solved and turn.author_id == ticket.requester_id for turn in given)
        assert ticket.language == "en" or not any(turn.rating.comment for turn in given if turn.rating)
        changed += len(given) - 1
        warm = agents[ticket.assignee_id or 0].warmth >= 0.5
        scores[warm].update(turn.rating.score for turn in given if turn.rating)
    assert min(sum(score.values()) for score in scores.values()) > 20
    good = {warm: score["good"] / sum(score.values()) for warm, score in scores.items()}
    assert good[True] > good[False]
    assert changed
