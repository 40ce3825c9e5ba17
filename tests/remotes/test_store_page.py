"""However pages overlap, come late or repeat themselves, what is found by words is what is stored."""

from __future__ import annotations

import random
import sqlite3
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from store.database import Database
from store.home import Home
from store.people import normal
from store.remotes import Address, Page, PersonDoc, TicketDoc
from store.text import clean_line
from store.tickets import store_page

WORDS = (
    "",
    "Kettle",
    "  two  spaces ",
    "Grüße aus Köln",
    "tab\there",
    "\x1b[31mred",
    "日本語 🎉",
    "lamp " * 400,
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    home = Home(tmp_path / "home")
    home.make()
    made = Database(home)
    yield made
    made.close()


def keep(database: Database, *tickets: TicketDoc, people: tuple[PersonDoc, ...] = ()) -> None:
    with database.write("mirror") as connection:
        store_page(connection, "demo", Page(tickets, people))


def doc(number: int, subject: str, version: int, tags: tuple[str, ...] = ()) -> TicketDoc:
    return TicketDoc(
        str(number), subject, "open", "open", "none", "", "email", "7", None, None, None,
        version, version, version, str(version), tags,
    )  # fmt: skip


def found(database: Database, word: str) -> list[str]:
    sql = "SELECT t.remote_id FROM ticket_fts f JOIN ticket t ON t.id = f.rowid WHERE ticket_fts MATCH ? ORDER BY t.id"
    return [row[0] for row in database.read(lambda reader: reader.execute(sql, (word,)).fetchall())]


def check_index(database: Database) -> None:
    """SQLite compares the index with the stored subjects and calls the file malformed where they differ."""
    with database.write("mirror") as connection:
        connection.execute("INSERT INTO ticket_fts (ticket_fts, rank) VALUES ('integrity-check', 1)")


def test_a_subject_is_found_by_its_newest_words_only(database: Database) -> None:
    keep(database, doc(1, "Kettle broken", 1))
    keep(database, doc(1, "Toaster broken", 2))
    assert (found(database, "kettle"), found(database, "toaster")) == ([], ["1"])


def test_a_late_page_does_not_change_what_is_found(database: Database) -> None:
    keep(database, doc(1, "Toaster", 5))
    keep(database, doc(1, "Kettle", 4))
    assert (found(database, "kettle"), found(database, "toaster")) == ([], ["1"])
    check_index(database)


def test_a_ticket_may_stand_on_a_page_twice(database: Database) -> None:
    keep(database, doc(1, "Kettle", 1))
    keep(database, doc(1, "Toaster", 5), doc(1, "Kettle", 3))
    assert (found(database, "kettle"), found(database, "toaster")) == ([], ["1"])
    check_index(database)


@pytest.mark.parametrize("seed", range(5))
def test_any_order_of_pages_leaves_an_index_that_fits(database: Database, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(30):
        keep(
            database,
            *(doc(dice.randrange(12), dice.choice(WORDS), dice.randrange(9), (dice.choice(WORDS),)) for _ in range(8)),
            people=tuple(
                PersonDoc(
                    str(dice.randrange(9)), dice.choice(WORDS), dice.choice(("agent", "customer")),
                    tuple(Address("email", f"{dice.randrange(5)}@x.example") for _ in range(dice.randrange(3))),
                )
                for _ in range(6)
            ),
        )  # fmt: skip
    check_index(database)
    pairs = database.read(
        lambda reader: reader.execute(
            "SELECT c.id, f.names, group_concat(a.value, ' ') FROM customer c JOIN customer_fts f ON f.rowid = c.id"
            " LEFT JOIN (SELECT * FROM address ORDER BY value) a ON a.customer_id = c.id GROUP BY c.id"
        ).fetchall()
    )
    assert pairs
    assert all(
        names.split()[-len((values or "").split()) :] == (values or "").split()
        for _, names, values in pairs
        if values
    )


@pytest.mark.parametrize("seed", range(5))
def test_large_pages_of_new_known_and_repeated_tickets_keep_the_newest_of_each(
    database: Database, seed: int
) -> None:
    """New tickets are written a hundred at once; the others must fare as if each had come alone."""
    dice = random.Random(seed)
    newest: dict[str, TicketDoc] = {}
    for _ in range(4):
        page = [doc(dice.randrange(400), dice.choice(WORDS), dice.randrange(6)) for _ in range(330)]
        keep(database, *page)
        for each in page:
            if each.id not in newest or each.version >= newest[each.id].version:
                newest[each.id] = each
    sql = "SELECT remote_id, version, subject FROM ticket"
    stored = {number: rest for number, *rest in database.read(lambda r: r.execute(sql).fetchall())}
    assert stored == {i: [each.version, clean_line(each.subject)] for i, each in newest.items()}
    check_index(database)


def test_a_page_with_a_row_that_cannot_be_stored_leaves_nothing(database: Database) -> None:
    broken = replace(doc(150, "Kettle", 1), created=None)  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        keep(database, *(doc(n, "Kettle", 1) for n in range(150)), broken)
    assert database.read(lambda r: r.execute("SELECT count(*) FROM ticket").fetchone()) == (0,)
    assert found(database, "kettle") == []


@given(st.text("0123456789+ -()\u0663\u00b2\u202ex"))
def test_of_a_phone_number_digits_and_plus_are_kept(told: str) -> None:
    """Written plainly, and but for the (0) that nobody dials from abroad."""
    plain = clean_line(unicodedata.normalize("NFKC", told))
    kept = normal(Address("phone", told))
    wanted = [
        "".join(c for c in text if c.isdigit() or c == "+") for text in (plain, plain.replace("(0)", ""))
    ]
    assert kept in wanted
    assert normal(Address("phone", kept)) == kept
