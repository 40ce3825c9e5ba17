"""Search over the whole history: numbers however they are written, attachments, scripts without spaces, the order."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from support.clock import Clock

from console import triage
from console.history import find_customers
from console.search import search
from console.session import Session
from store import backlog
from store.home import Home
from widgets.found_words import around, places

EMPTY = {
    "status_raw": "",
    "priority_raw": "",
    "version": 1,
    "token": "",
    "merged_into": "",
    "url": "",
    "low_water": "",
    "thread_version": 1,
}
BODIES = {
    1: "My order A-4711 never came, call me on 555 010 2030.",
    2: "Order A4711 again. Crème brûlée was fine.",
    3: "注文した荷物が届きません。助けてください",
    4: "สินค้ายังไม่มาถึง ช่วยด้วย",
    5: "kettle " * 40,
    6: "A long letter about many things and, somewhere in it, a kettle that leaks among all the other words.",
    7: "我的iPhone坏了。谢谢",
    8: "Małgorzata, Schloßallee: smørrebrød, η Ιθάκη, ещё ёлка, أين أحمد",
    9: "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd, \u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f, "
    "\u1f04\u03bd\u03b8\u03c1\u03c9\u03c0\u03bf\u03c2, \uff2b\uff59\uff4f\uff54\uff4f, the o\ufb03ce",
}


def _put(c: sqlite3.Connection, table: str, **row: object) -> None:
    c.execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
    )


@pytest.fixture
def told(home: Home, clock: Clock) -> Iterator[Session]:
    home.config.write_text('[desks.acme]\nprovider = "demo"\n', encoding="utf-8")
    home.config.chmod(0o600)
    session = Session.open(home, clock)
    with session.db.write("local") as c:
        c.execute("INSERT INTO desk_state (name) VALUES ('acme')") if _plain(c) else None
    with session.db.write("mirror") as c:
        _put(
            c,
            "customer",
            id=1,
            desk="acme",
            remote_id="c1",
            name="Zoë Ångström",
            organization_id=0,
            time_zone="",
            locale="",
            notes="",
        )
        _put(c, "customer_fts", rowid=1, names="Zoë Ångström zoe@x.example +15550102030")
        _put(c, "address", customer_id=1, kind="phone", value="+15550102030")
        for n, body in BODIES.items():
            _put(
                c, "ticket", id=n, ref=f"acme/{n}0", desk="acme", remote_id=f"{n}0", subject=f"Ticket number {n}", status="open",
                priority="none", channel="email", requester_id=1 if n == 1 else 0, assignee_id=0, group_id=0, organization_id=0,
                tags="", fields="{}", created=n, updated=n, presence="present", sla_due=0, waiting_since=0, messages=1, **EMPTY,
            )  # fmt: skip
            _put(
                c, "message", id=n, desk="acme", remote_id=f"m{n}", ticket_id=n, customer_id=1, kind="message", channel="email",
                role="customer", author="", author_ref="", created=n, body=body, marker="", files=0,
            )  # fmt: skip
        _put(
            c,
            "attachment",
            desk="acme",
            remote_id="f1",
            message_id=2,
            name="Invoice-2026.PDF",
            size=1,
            mime="",
            url="",
            sha256="",
        )
        for name in ("ticket_fts", "message_fts"):
            c.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")
        backlog.rebuild(c)
        _put(
            c, "message", id=10_000_000, desk="acme", remote_id="late", ticket_id=1, customer_id=1, kind="message", channel="email",
            role="customer", author="", author_ref="", created=9, body="much later", marker="", files=0,
        )  # fmt: skip
        _put(
            c, "attachment", id=10_000_000, desk="acme", remote_id="late", message_id=1, name="x", size=1, mime="", url="", sha256="",
        )  # fmt: skip
    yield session
    session.close()


def _plain(c: sqlite3.Connection) -> bool:
    """Whether a desk can be named with nothing more than its name."""
    return all(
        r[4] is not None or not r[3] or r[1] == "name" for r in c.execute("PRAGMA table_info(desk_state)")
    )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("A-4711", {("acme/20", "message"), ("acme/10", "message")}),
        ("a4711", {("acme/20", "message"), ("acme/10", "message")}),
        ("creme brulee", {("acme/20", "message")}),
        ("CRÈME", {("acme/20", "message")}),
        ("angstrom", {("acme/10", "customer")}),
        ("555 010 2030", {("acme/10", "message"), ("acme/10", "customer")}),
        ("+1 (555) 010-2030", {("acme/10", "customer")}),
        ("acme/30", {("acme/30", "number")}),
        ("invoice", {("acme/20", "attachment")}),
        ("荷物", {("acme/30", "message")}),
        ("ช่วยด้วย", {("acme/40", "message")}),
        ("! kettle -", {("acme/60", "message"), ("acme/50", "message")}),
        ("\u0640\u0640 kettle", {("acme/60", "message"), ("acme/50", "message")}),
        ('" OR x', set()),
        ("荷物 nowhere", set()),
        ("物", {("acme/30", "message")}),
        ("荷物が 助けて", {("acme/30", "message")}),
        ("荷が", set()),
        ("k#", set()),
        ("iphone", {("acme/70", "message")}),
        ("iphone坏", {("acme/70", "message")}),
        ("voice-20", {("acme/20", "attachment")}),
        ("pdf 2026", {("acme/20", "attachment")}),
    ],
)
def test_what_is_looked_for_is_found(told: Session, words: str, found: set[tuple[str, str]]) -> None:
    assert {(h.ref, h.where) for h in search(told, words)} == found


@pytest.mark.parametrize(
    ("query", "found"),
    [("customer:+1", 1), ('customer:"+1 555"', 1), ('customer:"+1 (555"', 1), ("customer:+2", 0)],
)
def test_the_beginning_of_a_telephone_number_may_be_short_and_spaced(
    told: Session, query: str, found: int
) -> None:
    with told.db.write("mirror") as c:
        c.execute("UPDATE customer_fts SET names = names || ' 1st 2nd' WHERE rowid = 1")
    assert triage.count(told, query) == found


NUMBERS = ("+44 7700 900603", "+44 (0)7700 900603", "0044 7700 900603", "07700 900603", "+44\u00a07700\u202f900603", "07700\u2011900603")  # fmt: skip


@pytest.mark.parametrize("stored", ["+447700900603", "07700900603", "00447700900603"])
@pytest.mark.parametrize("number", [*NUMBERS, "\u202a+447700900603\u202c", "tel:+44-7700-900603"])
def test_a_caller_is_found_however_the_number_is_written(told: Session, stored: str, number: str) -> None:
    with told.db.write("mirror") as c:
        c.execute("UPDATE address SET value = ?", (stored,))
        c.execute("UPDATE customer_fts SET names = ?", (f"Zoë Ångström {stored}",))
    if not (number.startswith("07") and stored.startswith("00")):  # nothing says which country it is within
        assert triage.count(told, f'customer:"{number}"') == 1
        assert [who.name for who in find_customers(told, number)] == ["Zoë Ångström"]
    assert ("acme/10", "customer") in {(h.ref, h.where) for h in search(told, number)}
    other = number.replace("900", "901")
    assert triage.count(told, f'customer:"{other}"') == len(find_customers(told, other)) == 0


def test_an_american_number_is_found_with_and_without_the_one(told: Session) -> None:
    assert triage.count(told, 'customer:"(555) 010-2030"') == len(find_customers(told, "555-010-2030")) == 1
    with told.db.write("mirror") as c:
        c.execute("UPDATE address SET value = '5550102030'")
    assert triage.count(told, 'customer:"+1 555 010 2030"') == 1


def test_a_number_of_another_country_is_another_number(told: Session) -> None:
    with told.db.write("mirror") as c:
        c.execute("UPDATE address SET value = '+12077009006'")
    assert triage.count(told, 'customer:"07700 9006"') == 0  # +1 207..., not +120 and that number


@pytest.mark.parametrize(
    "value", ["zoe@x.example", "<ZOE@x.example>", "Zoë Ångström <zoe@x.example>", "Zoë <zoe@x"]
)
def test_an_address_may_stand_behind_its_name(told: Session, value: str) -> None:
    with told.db.write("mirror") as c:
        _put(c, "address", customer_id=1, kind="email", value="zoe@x.example")
    assert triage.count(told, f'customer:"{value}"') == 1


@pytest.mark.parametrize(
    "words",
    ["malgorzata", "SCHLOSSALLEE", "smorrebrod", "ΙΘΑΚΗ", "еще елка", "احمد", "małgo", "ιθακ", "& еще"],
)
def test_a_word_is_found_with_and_without_the_marks_of_its_letters(told: Session, words: str) -> None:
    assert [(h.ref, h.where) for h in search(told, words)] == [("acme/80", "message")]
    assert triage.count(told, words) == 1


@pytest.mark.parametrize(
    "words",
    [
        "\u05e9\u05dc\u05d5\u05dd",
        "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd",
        "\u0645\u062d\u0645\u062f",
        "\u0645\u062d\u0645",
        "\u03b1\u03bd\u03b8\u03c1\u03c9\u03c0\u03bf\u03c2",
        "kyoto",
        "\uff2b\uff39\uff2f\uff34\uff2f",
        "office",
        "kyoto offi",
    ],
)
def test_a_word_is_found_with_points_or_in_wide_letters_as_without(told: Session, words: str) -> None:
    assert [(h.ref, h.where) for h in search(told, words)] == [("acme/90", "message")]
    assert triage.count(told, words) == 1


def test_a_phrase_is_found_with_points_or_in_wide_letters_as_without(told: Session) -> None:
    for words in ("kyoto the office", "\u05e9\u05dc\u05d5\u05dd \u0645\u062d\u0645\u062f"):
        assert triage.count(told, f'"{words}"') == 1


def test_words_without_spaces_are_found_by_a_query_too(told: Session) -> None:
    assert (
        triage.count(told, "荷物") == triage.count(told, '"荷物が届き"') == triage.count(told, "iphone") == 1
    )
    assert triage.count(told, '"荷物 届き"') == 0
    assert triage.count(told, "-荷物") == len(BODIES) - 1


def test_what_was_written_before_millions_of_others_is_found_too(told: Session) -> None:
    assert told.db.read(lambda r: r.execute("SELECT max(id) FROM message").fetchone()) == (10_000_000,)
    assert [h.ref for words in ("荷物", "invoice") for h in search(told, words)] == ["acme/30", "acme/20"]


def test_the_words_around_a_find_are_shown(told: Session) -> None:
    (hit,) = search(told, "助けて")
    assert "助けて" in hit.excerpt


def test_the_newest_come_first_and_ranked_what_fits_best(told: Session) -> None:
    assert [h.ref for h in search(told, "kettle")] == ["acme/60", "acme/50"]
    assert [h.ref for h in search(told, "kettle", ranked=True)] == ["acme/50", "acme/60"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a kettle", "a kettle"),
        ("Good evening, every morning the kettle leaks", "…morning the kettle leaks"),
        ("Guten_Morgen_und_mein_alter kettle leaks", "…kettle leaks"),
        ("nothing of that kind is in this text at all", "nothing of that kind is in this text at all"),
    ],
)
def test_a_narrow_line_begins_shortly_before_the_find(text: str, shown: str) -> None:
    assert around(text, "kettl") == shown


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("Crème brûlée, creme", "creme", ["Crème", "creme"]),
        ("STRASSE und Straße", "strasse", ["STRASSE", "Straße"]),
        ("a parcel, parcels", "parc", ["parc", "parc"]),
        ("unparcelled", "parcel", []),
        ("届きません荷物", "荷物", ["荷物"]),
        ("A-4711", "a-47", ["A", "47"]),
        ("Małgorzata Øst", "malgorzata ost", ["Małgorzata", "Øst"]),
        ("Ιθάκη", "ιθακ", ["Ιθάκ"]),
        (
            "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd o\ufb03ce",
            "\u05e9\u05dc\u05d5\u05dd offi",
            ["\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd", "o\ufb03"],
        ),
        ("text", "", []),
    ],
)
def test_the_words_are_marked_where_they_stand(text: str, words: str, shown: list[str]) -> None:
    assert [text[start:end] for start, end in places(text, words)] == shown
