"""Scripts without spaces and names of files: what is in their indexes is what is stored, whatever happened to it."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import store_schemas
from support.clock import Clock

from store import away, backlog, beside, inside, pairs, soundness, story
from store.conditions import match
from store.database import Database
from store.forget import forget_desk
from store.home import Home
from store.remotes import AttachmentDoc, MessageDoc, NamedDoc, Page, PersonDoc, Thread, TicketDoc
from store.rows import Hit
from store.search import search
from store.threads import store_thread
from store.tickets import store_page

TEXTS = (
    "",
    "plain words",
    "注文した荷物",
    "荷物が届きません。早く!",
    "我的iPhone坏了",
    "สินค้ายังไม่มาถึง",
    "Größe 荷",
    "第5章 第5章",
    "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd, o\ufb03ce",
    "\uff34\uff4f\uff4b\uff59\uff4f 荷物",
)
NAMES = ("invoice.pdf", "Ünïcode.PDF", "請求書-2026.pdf", "", "scan (2).jpeg")
WEEK = 7 * 86_400_000_000


def ticket(number: int, subject: str, version: int = 1, requester: str = "7") -> TicketDoc:
    return TicketDoc(
        str(number), subject, "open", "open", "none", "", "email", requester, None, None, None, version, version, version,
        str(version),
    )  # fmt: skip


def message(number: int, owner: int, text: str, *names: str) -> MessageDoc:
    files = tuple(AttachmentDoc(f"{number}-{n}", name, 1, "") for n, name in enumerate(names))
    return MessageDoc(
        str(number), str(owner), public=True, author_id="7", created=number, text=text, attachments=files
    )


def keep(
    database: Database, *tickets: TicketDoc, people: tuple[PersonDoc, ...] = (), desk: str = "acme"
) -> None:
    with database.write("mirror") as c:
        store_page(c, desk, Page(tickets, people))


def read(
    database: Database, owner: int, *messages: MessageDoc, complete: bool = True, desk: str = "acme"
) -> None:
    with database.write("mirror") as c:
        store_thread(c, desk, Thread(str(owner), messages, (), (), complete), 1)


def content(c: sqlite3.Connection) -> dict[str, list[Any]]:
    """Every word of every index with its places."""
    found = {}
    for index in pairs.INDEXES:
        c.execute(f"CREATE VIRTUAL TABLE temp.places USING fts5vocab('main', '{index.table}', 'instance')")
        found[index.table] = sorted(c.execute("SELECT term, doc, offset FROM temp.places"))
        c.execute("DROP TABLE temp.places")
    return found


def check(database: Database) -> dict[str, list[Any]]:
    """The indexes are what they would be if they were made anew; what they are."""
    with database.write("mirror") as c:
        kept, amiss = content(c), backlog.amiss(c)
        backlog.rebuild(c)
        assert kept == content(c)
    assert amiss == 0
    return kept


def refs(database: Database, words: str) -> list[str]:
    return [hit.ref for hit in hits(database, words)]


def hits(database: Database, words: str) -> list[Hit]:
    return database.read(lambda reader: search(reader, words, 20))


def test_every_letter_of_these_scripts_is_a_word_to_sqlite() -> None:
    """Were one of them a sign that parts words, a run with it would be looked for as something else than was indexed."""
    letters = [chr(n) for n in range(0x20000) if pairs.UNSPACED.fullmatch(chr(n))]
    with closing(sqlite3.connect(":memory:")) as c:
        made = next(sql for sql in _statements(c) if "ticket_pairs_fts" in sql)
        c.execute(made)
        c.executemany(
            "INSERT INTO ticket_pairs_fts (rowid, text) VALUES (?, ?)", [(ord(x), x) for x in letters]
        )
        c.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(ticket_pairs_fts, 'instance')")
        assert sorted(c.execute("SELECT doc, term FROM terms")) == [(ord(x), x) for x in letters]


def _statements(c: sqlite3.Connection) -> list[str]:
    c.executescript((store_schemas.FOLDER / "mirror-4.sql").read_text(encoding="utf-8"))
    found = [sql for (sql,) in c.execute("SELECT sql FROM sqlite_master WHERE name GLOB '*_pairs_fts'")]
    c.execute("DROP TABLE ticket_pairs_fts")
    return found


@pytest.mark.parametrize(
    ("text", "words", "stands"),
    [
        ("注文した荷物", "文し", True),
        ("注文した荷物", "物", True),
        ("注文した荷物", "注荷", False),
        ("注文した。荷物", "した荷", False),
        ("注文した。荷物", "した。荷", True),
        ("我的iPhone坏了", "iphone坏", True),
        ("我的iPhone坏了", "的iphone", True),
        ("我的iPhone坏了", "phone坏", False),
        ("第5章", "5章", True),
        ("第15章", "5章", False),
        ("สินค้ายังไม่มาถึง", "ยังไม่", True),
        ("ｱｲｳ", "ｲｳ", True),
        ("か\u3099くせい", "がく", False),  # what is stored is composed; what is asked is made so
        ("がくせい", "か\u3099く", True),
    ],
)
def test_a_word_is_found_wherever_it_stands_in_a_run(text: str, words: str, *, stands: bool) -> None:
    with closing(sqlite3.connect(":memory:")) as c:
        c.execute("CREATE VIRTUAL TABLE f USING fts5(text, tokenize=\"unicode61 categories 'L* M* N* Co'\")")
        c.execute("INSERT INTO f VALUES (?)", (pairs.spaced(text),))
        assert (
            bool(c.execute("SELECT count(*) FROM f WHERE f MATCH ?", (match(words),)).fetchone()[0]) is stands
        )


@pytest.mark.parametrize("seed", range(6))
def test_whatever_comes_late_twice_or_elsewhere_the_indexes_fit(database: Database, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(40):
        owner, number = dice.randrange(1, 6), dice.randrange(1, 12)
        if dice.random() < 0.4:
            person = PersonDoc(
                str(dice.randrange(6, 9)), dice.choice(TEXTS), "customer", notes=dice.choice(TEXTS)
            )
            keep(database, ticket(owner, dice.choice(TEXTS), dice.randrange(5)), people=(person,))
            keep(database, *(ticket(owner, dice.choice(TEXTS), dice.randrange(9)) for _ in range(3)))
        else:
            names = [dice.choice(NAMES) for _ in range(dice.randrange(3))]
            said = message(number, owner, dice.choice(TEXTS), *names)
            read(database, owner, said, complete=dice.random() < 0.5)
    kept = check(database)
    assert all(kept.values())


def test_a_message_that_a_merge_moves_and_the_desk_rewords_is_found_by_its_new_words_alone(
    database: Database,
) -> None:
    keep(database, ticket(1, "One"), ticket(2, "Two"))
    read(database, 1, message(5, 1, "注文した"))
    read(database, 2, message(5, 2, "荷物が"))
    read(database, 1)
    assert (refs(database, "注文"), refs(database, "荷物")) == ([], ["acme/2"])
    check(database)


def test_what_a_desk_lets_nobody_see_leaves_the_indexes_after_a_week(database: Database) -> None:
    keep(database, ticket(1, "One"))
    read(database, 1, message(5, 1, "荷物が", "請求書.pdf"))
    with database.write("mirror") as c:
        away.forbid(c, "acme", "1", 0)
        away.fade(c, "acme", WEEK)
    assert (refs(database, "荷物"), refs(database, "請求")) == ([], [])
    with database.write("mirror") as c:
        away.fade(c, "acme", 3 * WEEK)
    kept = check(database)
    assert (kept["message_pairs_fts"], kept["attachment_fts"]) == ([], [])


def test_a_desk_that_is_forgotten_leaves_nothing_behind_and_the_other_one_stays(database: Database) -> None:
    for desk in ("acme", "other"):
        keep(database, ticket(1, "荷物の件"), people=(PersonDoc("7", "李 明", "customer"),), desk=desk)
        read(database, 1, message(5, 1, "荷物が", "請求書.pdf"), desk=desk)
    forget_desk(database, "acme")
    for words in ("荷物", "請求", "李"):
        assert set(refs(database, words)) == {"other/1"}
    forget_desk(database, "other")
    assert not any(check(database).values())


def test_an_older_mirror_is_filled_from_what_it_holds(tmp_path: Path, home: Home, clock: Clock) -> None:
    store_schemas.load("mirror-3", home.mirror_db)
    made = Database(Home(_new(tmp_path)), clock)
    keep(made, ticket(1, "荷物の件"), people=(PersonDoc("7", "李 明", "customer"),))
    read(made, 1, message(5, 1, "届きません。"), message(6, 1, "plain", "請求書.pdf"))
    with closing(sqlite3.connect(home.mirror_db, isolation_level=None)) as c:
        c.execute("ATTACH ? AS source", (str(made.home.mirror_db),))
        c.execute("DELETE FROM meta")
        for table in ("ticket", "message", "customer", "attachment", "customer_fts", "meta"):
            had = c.execute(f"SELECT name FROM pragma_table_info('{table}', 'main')").fetchall()
            columns = "rowid, names" if table == "customer_fts" else ", ".join(name for (name,) in had)
            c.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM source.{table}")
    made.close()
    opened = Database(home, clock)
    assert opened.rebuilt == ""
    assert {(h.where, h.ref) for words in ("荷", "届き", "請求", "李") for h in hits(opened, words)} == {
        (where, "acme/1") for where in ("subject", "message", "attachment", "customer")
    }
    check(opened)
    opened.close()


def _new(folder: Path) -> Path:
    Home(folder / "new").make()
    return folder / "new"


def test_a_store_without_such_texts_never_opens_their_indexes(database: Database) -> None:
    asked: list[str] = []
    with database.write("mirror") as c:
        c.set_trace_callback(asked.append)
        store_page(c, "acme", Page((ticket(1, "Größe XL"),), (PersonDoc("7", "Zoë", "customer"),)))
        store_page(c, "acme", Page((ticket(1, "Größe L", 2),), (PersonDoc("7", "Zoé", "customer"),)))
        store_thread(c, "acme", Thread("1", (message(5, 1, "Grüße"),), (), (), complete=True), 1)
        c.set_trace_callback(None)
    assert not [sql for sql in asked if "pairs_fts" in sql or "attachment_fts" in sql]
    assert [sql for sql in asked if "message_fts" in sql]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("invoice", ["Invoice_März.PDF"]),
        ("voice", ["Invoice_März.PDF"]),
        ("marz pdf", ["Invoice_März.PDF"]),
        ("e_m", ["Invoice_März.PDF"]),
        ("求", ["請求書.pdf"]),
        ("書.pdf", ["請求書.pdf"]),
        ("df", ["請求書.pdf", "Invoice_März.PDF"]),
        ("求 df", ["請求書.pdf"]),
        ("求 xy", []),
        ('"', []),
        ("請書", []),
    ],
)
def test_a_part_of_a_name_finds_the_file(database: Database, words: str, found: list[str]) -> None:
    keep(database, ticket(1, "One"))
    read(database, 1, message(5, 1, "text", "Invoice_März.PDF", "請求書.pdf"))
    assert [h.excerpt for h in database.read(lambda r: inside.files(r, words, 20))] == found


def test_people_are_found_by_a_part_of_a_name_without_spaces(database: Database) -> None:
    keep(database, ticket(1, "One"), people=(PersonDoc("7", "佐々木太郎", "customer"),))
    assert len(database.read(lambda r: story.find_customers(r, "木太", 5))) == 1
    assert database.read(lambda r: story.find_customers(r, "太木", 5)) == []


def test_a_text_that_an_index_lacks_is_told_by_a_thorough_look(database: Database, home: Home) -> None:
    keep(database, ticket(1, "荷物の件"))
    assert soundness.of_file(home.mirror_db, "mirror") == ""
    with database.write("mirror") as c:
        pairs.drop(c, pairs.SUBJECTS, [(1, "荷物の件")])
        assert backlog.amiss(c) == 1
    assert "1 texts are not in its indexes" in soundness.of_file(home.mirror_db, "mirror")


def test_the_people_of_an_organization_are_found_without_a_walk_over_all(database: Database) -> None:
    person = PersonDoc("7", "Ana", "customer", organization_id="o1")
    with database.write("mirror") as c:
        store_page(c, "acme", Page((ticket(1, "One"),), (person,), (NamedDoc("o1", "Acme"),)))
    asked: list[str] = []

    def look(reader: sqlite3.Connection) -> tuple[list[int], list[list[str]]]:
        reader.set_trace_callback(asked.append)
        found, name = beside.organizations_of(reader, 1)
        members = beside.members(reader, found)
        reader.set_trace_callback(None)
        assert name == "Acme"
        return members, [
            [row[3] for row in reader.execute(f"EXPLAIN QUERY PLAN {sql}")]
            for sql in asked
            if "customer" in sql
        ]

    members, plans = database.read(look)
    assert members == [1]
    assert any("customer_organization" in step for plan in plans for step in plan)
    walks = [
        step for plan in plans for step in plan if step.startswith("SCAN") and "VIRTUAL TABLE" not in step
    ]
    assert [step for step in walks if "CONSTANT ROW" not in step and "same" not in step] == []
