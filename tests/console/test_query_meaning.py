"""What a query finds, against a plain reading of the documentation in Python, over stores made at random."""

from __future__ import annotations

import json
import random
import re
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clock import START

from console import grammar, triage
from console.query import parse
from console.session import Session
from store.errors import QueryError
from store.home import Home

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
RANKS = ("none", "low", "normal", "high", "urgent")
STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
WORDS = ("parcel", "late", "gift", "card", "kettle")
FORMS = ("{}", "-{}", "not {}", "({})")

# -- queries at random ------------------------------------------------------------------------------------------------

_spans = st.builds("{}{}".format, st.integers(0, 60), st.sampled_from("mhdw"))
_dates = st.one_of(
    st.dates(date(2025, 11, 1), date(2026, 3, 1)).map(str),
    st.sampled_from(("2025", "2026", "2025-12", "2026-01", "2026-02")),
)
_ops = st.sampled_from((">", ">=", "<", "<=", ":>", ":<="))
_times = st.one_of(
    st.builds(
        "{}{}{}".format,
        st.sampled_from(("created", "updated", "waiting", "sla")),
        _ops,
        st.one_of(_spans, _dates),
    ),
    st.builds("{}:{}".format, st.sampled_from(("created", "updated", "waiting", "sla")), _dates),
    st.builds("{}:{}..{}".format, st.sampled_from(("created", "updated", "sla")), _spans, _spans),
    st.builds(
        "{}:{}..{}".format,
        st.sampled_from(("created", "updated", "sla")),
        _dates,
        st.one_of(_dates, st.just("")),
    ),
    st.builds("{}:..{}".format, st.sampled_from(("created", "waiting")), st.one_of(_dates, _spans)),
)
_counts = st.one_of(
    st.builds("{}{}{}".format, st.sampled_from(("told", "messages")), _ops, st.integers(0, 4)),
    st.builds(
        "{}:{}..{}".format, st.sampled_from(("told", "messages")), st.integers(0, 3), st.integers(0, 5)
    ),
    st.builds("messages:{},{}".format, st.integers(0, 3), st.integers(0, 5)),
)
_names = st.one_of(
    st.lists(st.sampled_from((*STATUSES, "live")), min_size=1, max_size=3).map(
        lambda v: "status:" + ",".join(v)
    ),
    st.sampled_from(
        ("tag:vip", "tag:late,vip", "tag:none", "assignee:me", "assignee:none", "assignee:ana", "is:waiting")
    ),
    st.sampled_from(
        ("requester:ana@", "customer:@b.example", 'customer:"bo berg"', "is:sla", "is:unassigned", "owner:a1")
    ),
    st.sampled_from(
        ("field.size:7", "field.SIZE>3", "field.size<=3,7", "field.size:none", "field.size:3..7", "ref:3,5")
    ),
    st.builds("priority{}{}".format, st.sampled_from((":", ">=", "<=")), st.sampled_from(RANKS)),
)
_texts = st.one_of(
    st.sampled_from(WORDS), st.just('"gift card"'), st.just('"card gift"'), st.just("gift card")
)
_conditions = st.one_of(_times, _counts, _names, _texts)
QUERIES = st.recursive(
    _conditions,
    lambda inner: st.one_of(
        st.builds(str.format, st.sampled_from(FORMS), inner.map("({})".format)),
        st.builds("{} {}".format, inner, inner),
        st.builds("{} or {}".format, inner, inner),
        st.builds("({} or {}) {}".format, inner, inner, inner),
    ),
    max_leaves=6,
)


@given(QUERIES)
def test_what_is_printed_is_read_as_the_same(text: str) -> None:
    nodes = grammar.read(text)
    shown = grammar.show(nodes)
    assert grammar.read(shown) == nodes
    assert grammar.show(grammar.read(shown)) == shown
    assert parse(shown, START, UTC) == parse(text, START, UTC)


@given(st.text(alphabet=' ab:<>=.,-()"/\u00e4ornt', max_size=30))
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
    start = time.monotonic()
    try:
        triage.count(session, text)
    except QueryError as error:
        assert error.hint
        assert error.message.endswith(".")
    assert time.monotonic() - start < 2


def test_a_thousand_values_and_conditions_are_answered(session: Session) -> None:
    refs = ",".join(map(str, range(1, 999)))
    assert triage.count(session, f"ref:{refs}") == triage.count(session, "")
    assert triage.count(session, " or ".join(f"ref:{n}" for n in range(1, 999))) == triage.count(session, "")
    assert (
        triage.count(session, " ".join("-status:nobody".replace("nobody", "closed") for _ in range(999))) > 0
    )
    assert triage.count(session, "parcel " * 999) == triage.count(session, "parcel")


# -- a store at random, and the plain reading -------------------------------------------------------------------------

EMPTY = {
    "status_raw": "", "priority_raw": "", "channel": "email", "group_id": 0, "organization_id": 0, "version": 1, "token": "",
    "merged_into": "", "url": "", "low_water": "", "thread_version": 1,
}  # fmt: skip
PEOPLE = {
    1: ("Ana Diaz", "ana@a.example"),
    2: ("Bo Berg", "bo@b.example"),
    3: ("Anatol Iva", "iva@b.example"),
}


def _moment(dice: Any) -> int:
    return START - dice.choice(
        (dice.randrange(90) * DAY, dice.randrange(60) * HOUR, dice.randrange(60) * MINUTE)
    )


def _text(dice: Any) -> str:
    return " ".join(dice.choice(WORDS) for _ in range(dice.randrange(1, 4)))


def _made(n: int, dice: Any) -> dict[str, Any]:
    return {
        "id": n, "ref": f"acme/{n}", "desk": "acme", "remote_id": str(n), "subject": _text(dice),
        "status": dice.choice(STATUSES), "priority": dice.choice(RANKS), "requester_id": dice.choice((1, 2, 3)),
        "assignee_id": dice.choice((0, 1, 2)), "tags": dice.choice(("", " vip ", " late vip ")),
        "fields": dice.choice(("{}", '{"Size": "3"}', '{"size": "7"}', '{"size": ""}', '{"size": "big"}')),
        "created": _moment(dice), "updated": _moment(dice), "presence": dice.choice(("present",) * 9 + ("spam",)),
        "sla_due": dice.choice((0, 2 * START - _moment(dice), _moment(dice))), "waiting_since": dice.choice((0, _moment(dice))),
        "messages": dice.randrange(5), "bodies": [(_text(dice), dice.choice(("customer", "agent"))) for _ in range(dice.randrange(4))],
    }  # fmt: skip


def _fill(c: sqlite3.Connection, tickets: list[dict[str, Any]]) -> None:
    c.execute(
        "INSERT INTO agent (id, desk, remote_id, name, email, active, is_me) VALUES (1, 'acme', 'a1', 'Ana Silva', '', 1, 1)"
    )
    c.execute(
        "INSERT INTO agent (id, desk, remote_id, name, email, active, is_me) VALUES (2, 'acme', 'a2', 'Anatol', '', 1, 0)"
    )
    for number, (name, email) in PEOPLE.items():
        c.execute(
            "INSERT INTO customer (id, desk, remote_id, name, organization_id, time_zone, locale, notes)"
            " VALUES (?, 'acme', ?, ?, 0, '', '', '')", (number, f"c{number}", name),
        )  # fmt: skip
        c.execute("INSERT INTO address (customer_id, kind, value) VALUES (?, 'email', ?)", (number, email))
        c.execute("INSERT INTO customer_fts (rowid, names) VALUES (?, ?)", (number, f"{name} {email}"))
    for ticket in tickets:
        row = {**EMPTY, **{k: v for k, v in ticket.items() if k != "bodies"}}
        c.execute(
            f"INSERT INTO ticket ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
        )
        for at, (body, role) in enumerate(ticket["bodies"]):
            c.execute(
                "INSERT INTO message (desk, remote_id, ticket_id, customer_id, kind, channel, role, author, author_ref,"
                " created, body, marker, files) VALUES ('acme', ?, ?, ?, 'message', 'email', ?, '', '', ?, ?, '', 0)",
                (f"{ticket['id']}-{at}", ticket["id"], ticket["requester_id"], role, START, body),
            )
    for name in ("ticket_fts", "message_fts"):
        c.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")


def _renew(session: Session, tickets: list[dict[str, Any]]) -> None:
    with session.db.write("mirror") as c:
        for name in ("ticket", "message", "customer", "address", "agent", "customer_fts"):
            c.execute(f"DELETE FROM {name}")
        _fill(c, tickets)


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
        _renew(made, [_made(n, random.Random(n)) for n in range(1, 60)])
        yield made
        made.close()
    time.tzset()


def _start_of(text: str) -> int:
    year, month, day = (int(p) for p in (*text.split("-"), "1", "1")[:3])
    return int(datetime(year, month, day, tzinfo=UTC).timestamp()) * 1_000_000


def _end_of(text: str) -> int:
    parts = [int(p) for p in text.split("-")]
    if len(parts) == 3:
        return _start_of(text) + DAY
    if len(parts) == 1:
        return _start_of(str(parts[0] + 1))
    year, month = parts
    return _start_of(f"{year + (month == 12)}-{1 if month == 12 else month + 1}")


def _span(text: str) -> int | None:
    found = re.fullmatch(r"(\d+)([mhdw])", text)
    return int(found[1]) * {"m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}[found[2]] if found else None


def _compare(op: str, one: Any, two: Any) -> bool:
    return bool({":": one == two, "<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two}[op])


def _in_time(name: str, op: str, value: str, moment: int) -> bool:
    """As documented: a span is an age, or what is left of a clock; a date is its whole day, month or year."""
    if moment == 0:
        return False
    age = moment - START if name == "sla" else START - moment
    if ".." in value:
        low, high = value.split("..")
        least, most = _span(low), _span(high)
        if least is not None or most is not None:
            return (least is None or age >= least) and (most is None or age <= most)
        return (not low or moment >= _start_of(low)) and (not high or moment < _end_of(high))
    span = _span(value)
    if span is not None:
        return _compare(op, age, span)
    start, end = _start_of(value), _end_of(value)
    return {
        ":": start <= moment < end,
        "<": moment < start,
        "<=": moment < end,
        ">": moment >= end,
        ">=": moment >= start,
    }[op]


def _in_count(op: str, value: str, number: int) -> bool:
    if ".." in value:
        low, high = value.split("..")
        return int(low) <= number <= int(high)
    return _compare(op, number, int(value))


def _live(t: dict[str, Any]) -> bool:
    return t["status"] not in ("solved", "closed") and t["presence"] == "present"


def _field(op: str, value: str, t: dict[str, Any]) -> bool:
    fields = {k.lower(): v for k, v in json.loads(t["fields"]).items()}
    found = fields.get("size", "")
    if op == ":" and ".." not in value:
        return found == value if value != "none" else not found
    if not re.fullmatch(r"\d+", found):
        return False
    return _in_count(op, value, int(found))


def _one(c: grammar.Condition, value: str, t: dict[str, Any]) -> bool:
    name, email = PEOPLE[t["requester_id"]]
    times = {"created": "created", "updated": "updated", "sla": "sla_due", "waiting": "waiting_since"}
    if c.field in times:
        return _in_time(c.field, c.op, value, t[times[c.field]]) and (c.field != "waiting" or _live(t))
    if c.field in ("told", "messages"):
        told = sum(role == "customer" for _, role in t["bodies"])
        return _in_count(c.op, value, told if c.field == "told" else t["messages"])
    if c.field == "priority":
        return _compare(c.op, RANKS.index(t["priority"]), RANKS.index(value))
    if c.field.startswith("field."):
        return _field(c.op, value, t)
    who = {"none": (0,), "me": (1,), "ana": (1,), "a1": (1,)}
    known = {
        "status": lambda: _live(t) if value == "live" else t["status"] == value,
        "tag": lambda: value in t["tags"].split() if value != "none" else not t["tags"].strip(),
        "assignee": lambda: t["assignee_id"] in who[value],
        "owner": lambda: t["assignee_id"] in who[value],
        "ref": lambda: t["remote_id"] == value,
        "requester": lambda: email.startswith(value),
        "customer": lambda: value in email if "@" in value else value == name.lower(),
        "is": lambda: {
            "waiting": t["waiting_since"] > 0 and _live(t), "sla": t["sla_due"] > 0 and _live(t), "unassigned": not t["assignee_id"],
        }[value],
    }  # fmt: skip
    return bool(known[c.field]())


def _places(t: dict[str, Any]) -> list[list[str]]:
    name, email = PEOPLE[t["requester_id"]]
    return [text.split() for text in (t["subject"], *(b for b, _ in t["bodies"]), f"{name} {email}".lower())]


def _has_phrase(words: list[str], phrase: list[str]) -> bool:
    return any(words[at : at + len(phrase)] == phrase for at in range(len(words)))


def _holds(nodes: tuple[grammar.Node, ...], t: dict[str, Any]) -> bool:
    """All of the nodes hold; bare words stand together in one place."""
    bare = [n.text for n in nodes if isinstance(n, grammar.Text) and not n.quoted and not n.negated]
    if bare and not any(set(bare) <= set(place) for place in _places(t)):
        return False
    for node in nodes:
        if isinstance(node, grammar.Group):
            found = any(_holds(option, t) for option in node.options)
        elif isinstance(node, grammar.Condition):
            found = any(_one(node, value, t) for value in node.values)
        elif node.quoted or node.negated:
            found = any(_has_phrase(place, node.text.split()) for place in _places(t))
        else:
            continue
        if found == node.negated:
            return False
    return True


@settings(max_examples=250, deadline=None)
@given(query=QUERIES, seed=st.integers(0, 10**6))
def test_a_query_finds_what_its_documentation_says(query: str, seed: int, session: Session) -> None:
    dice = random.Random(seed)
    tickets = [_made(n, dice) for n in range(1, 13)]
    _renew(session, tickets)
    nodes = grammar.read(query)
    wanted = sorted(t["id"] for t in tickets if t["presence"] == "present" and _holds(nodes, t))
    assert sorted(triage.queue_ids(session, query)) == wanted
    assert triage.count(session, query) == len(wanted)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("created:2d..4d", [2, 3, 4]), ("created:..2d", [1, 2]), ("created:4d..", [4, 5]), ("created>2d", [3, 4, 5]),
        ("created>=2d", [2, 3, 4, 5]), ("created<2d", [1]), ("created<=2d", [1, 2]), ("created:2025-12-30", [2]),
        ("created:2025-12-29..2025-12-30", [2, 3]), ("created>2025-12-29", [1, 2]), ("created>=2025-12-29", [1, 2, 3]),
        ("created<2025-12-29", [4, 5]), ("created<=2025-12-29", [3, 4, 5]), ("created:yesterday", [1]), ("created:today", []),
        ("sla:2d..4d", [2, 3, 4]), ("sla<2d", [1]), ("sla<=2d", [1, 2]), ("sla>4d", [5]), ("sla:tomorrow", [1]),
    ],
)  # fmt: skip
def test_the_edges_of_a_time_belong_where_they_should(query: str, found: list[int], session: Session) -> None:
    """Ticket n was created exactly n days ago and is due exactly n days from now."""
    made = [
        _made(n, random.Random(n)) | {"created": START - n * DAY, "sla_due": START + n * DAY}
        for n in range(1, 6)
    ]
    _renew(session, [each | {"presence": "present"} for each in made])
    assert sorted(triage.queue_ids(session, query)) == found
