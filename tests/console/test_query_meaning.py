"""What a query finds, against a plain reading of the documentation in Python, over stores made at random."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clock import START
from support.plain_reading import holds, names_presence
from support.queries import QUERIES
from support.stalls import no_stall
from support.tickets import DAY, any_ticket, renew

from console import grammar, triage
from console.query import parse
from console.session import Session
from store.errors import QueryError
from store.home import Home


@given(QUERIES)
def test_what_is_printed_is_read_as_the_same(text: str) -> None:
    nodes = grammar.read(text)
    shown = grammar.show(nodes)
    assert grammar.read(shown) == nodes
    assert grammar.show(grammar.read(shown)) == shown
    assert parse(shown, START, UTC) == parse(text, START, UTC)


@given(st.text(alphabet=' ab:<>=.,-()"“»/\u00e4ornt', max_size=30))
def test_so_is_whatever_can_be_read_at_all(text: str) -> None:
    try:
        nodes = grammar.read(text)
    except QueryError as error:
        assert 0 <= error.at <= len(text)
        return
    assert grammar.read(grammar.show(nodes)) == nodes


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000, "status:open " * 8_000, "(" * 50_000, "-" * 100_000, "not " * 25_000, '"' * 100_000,
        "status:" + "open," * 19_000, "a or " * 20_000, "field.x:" * 12_000, "(a " * 29 + "b" + ")" * 29, "a" * 100_000,
        "(((((((((((((((((((((((((((((((a)))))))))))))))))))))))))))))))", "*" * 99_999, "a.*" * 30_000,
    ],
    ids=lambda text: f"{text[:8]}{len(text)}",
)  # fmt: skip
def test_very_long_and_very_deep_queries_are_read_or_refused_at_once(text: str, session: Session) -> None:
    try:
        with no_stall():
            triage.count(session, text)
    except QueryError as error:
        assert error.hint
        assert error.message.endswith(".")


def test_a_thousand_values_and_conditions_are_answered(session: Session) -> None:
    refs = ",".join(map(str, range(1, 999)))
    assert triage.count(session, f"ref:{refs}") == triage.count(session, "")
    assert triage.count(session, " or ".join(f"ref:{n}" for n in range(1, 999))) == triage.count(session, "")
    assert (
        triage.count(session, " ".join("-status:nobody".replace("nobody", "closed") for _ in range(999))) > 0
    )
    assert triage.count(session, "parcel " * 999) == triage.count(session, "parcel")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    home = Home(tmp_path_factory.mktemp("meaning") / "home")
    home.make()
    home.config.write_text('[desks.acme]\nprovider = "demo"\n', encoding="utf-8")
    home.config.chmod(0o600)
    with pytest.MonkeyPatch.context() as place:
        place.setenv("TZ", "UTC")
        time.tzset()
        made = Session.open(home, lambda: START)
        renew(made, [any_ticket(n, random.Random(n)) for n in range(1, 60)])
        yield made
        made.close()
    time.tzset()


@settings(max_examples=250, deadline=None)
@given(query=QUERIES, seed=st.integers(0, 10**6))
def test_a_query_finds_what_its_documentation_says(query: str, seed: int, session: Session) -> None:
    dice = random.Random(seed)
    tickets = [any_ticket(n, dice) for n in range(1, 13)]
    renew(session, tickets)
    nodes = grammar.read(query)
    shown = [t for t in tickets if t["presence"] == "present" or names_presence(nodes)]
    wanted = sorted(t["id"] for t in shown if holds(nodes, t))
    assert sorted(triage.queue_ids(session, query)) == wanted
    assert triage.count(session, query) == len(wanted)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("created:2d..4d", [2, 3, 4]), ("created:4d..2d", [2, 3, 4]), ("sla:4d..2d", [2, 3, 4]), ("created:..2d", [1, 2]), ("created:4d..", [4, 5]), ("created>2d", [3, 4, 5]),
        ("created>=2d", [2, 3, 4, 5]), ("created<2d", [1]), ("created<=2d", [1, 2]), ("created:2025-12-30", [2]),
        ("created:2025-12-29..2025-12-30", [2, 3]), ("created>2025-12-29", [1, 2]), ("created>=2025-12-29", [1, 2, 3]),
        ("created<2025-12-29", [4, 5]), ("created<=2025-12-29", [3, 4, 5]), ("created:yesterday", [1]), ("created:today", []),
        ("sla:2d..4d", [2, 3, 4]), ("sla<2d", [1]), ("sla<=2d", [1, 2]), ("sla>4d", [5]), ("sla:tomorrow", [1]),
    ],
)  # fmt: skip
def test_the_edges_of_a_time_belong_where_they_should(query: str, found: list[int], session: Session) -> None:
    """Ticket n was created exactly n days ago and is due exactly n days from now."""
    made = [
        any_ticket(n, random.Random(n)) | {"created": START - n * DAY, "sla_due": START + n * DAY}
        for n in range(1, 6)
    ]
    renew(session, [each | {"presence": "present"} for each in made])
    assert sorted(triage.queue_ids(session, query)) == found


@pytest.mark.parametrize(
    "query",
    [
        "assignee:łukasz",
        'assignee:"ŁUKASZ ŻAK"',
        "assignee:Łukasz",
        'group:"équipe été"',
        'group:"ÉQUIPE ÉTÉ"',
        'group:"e\u0301quipe e\u0301te\u0301"',
        'org:"école élémentaire"',
        "tag:VIP",
    ],
)
def test_names_are_found_in_any_case_in_every_script(query: str, session: Session) -> None:
    plain = any_ticket(1, random.Random(1)) | {"presence": "present", "tags": " late "}
    renew(session, [plain, plain | {"id": 2, "ref": "acme/2", "remote_id": "2", "tags": " vip "}])
    with session.db.write("mirror") as c:
        c.execute(
            "INSERT OR REPLACE INTO agent (id, desk, remote_id, name, email, active, is_me)"
            " VALUES (90, 'acme', 'a90', 'Łukasz Żak', '', 1, 0)"
        )
        c.execute(
            "INSERT OR REPLACE INTO grp (id, desk, remote_id, name) VALUES (90, 'acme', 'g90', 'Équipe Été')"
        )
        c.execute(
            "INSERT OR REPLACE INTO organization (id, desk, remote_id, name) VALUES (90, 'acme', 'o90', 'ÉCOLE ÉLÉMENTAIRE')"
        )
        c.execute("UPDATE ticket SET assignee_id = 90, group_id = 90, organization_id = 90 WHERE id = 2")
    assert list(triage.queue_ids(session, query)) == [2]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("presence:spam status:open", [1]), ("presence:spam is:waiting", [1]), ("presence:spam,present status:live", [1, 3]),
        ("presence:spam -status:live", [2]), ("presence:spam or status:solved", [1, 2]), ("status:open", [3]),
    ],
)  # fmt: skip
def test_live_tickets_that_the_desk_no_longer_shows_are_found_where_they_are_asked_for(
    query: str, found: list[int], session: Session
) -> None:
    plain = any_ticket(1, random.Random(1)) | {"status": "open", "presence": "spam", "waiting_since": START}
    solved = plain | {"id": 2, "ref": "acme/2", "remote_id": "2", "status": "solved"}
    shown = plain | {"id": 3, "ref": "acme/3", "remote_id": "3", "presence": "present"}
    renew(session, [plain, solved, shown])
    assert sorted(triage.queue_ids(session, query)) == found
    assert triage.count(session, query) == len(found)
