"""A pull keeps its connection and remembers what it wrote, and neither outlives what others do to the file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import cast

import pytest

from store.clock import wall_clock
from store.database import Database
from store.forget import forget_desk
from store.home import Home
from store.remotes import Address, Caps, NamedDoc, Page, PersonDoc, Remote, TicketDoc
from store.sync.pull import Puller

NAMES = (
    "SELECT t.remote_id, c.name, o.name FROM ticket t JOIN customer c ON c.id = t.requester_id"
    " LEFT JOIN organization o ON o.id = t.organization_id ORDER BY t.id"
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    home = Home(tmp_path / "home")
    home.make()
    made = Database(home)
    yield made
    made.close()


class Told:
    """A desk of which only the feed is asked."""

    caps = Caps("told", "C")

    def __init__(self, *pages: Page) -> None:
        self.pages = pages

    def server_now(self) -> int:
        return wall_clock()

    async def feed(self, _cursor: str | None, _overlap_s: int) -> AsyncIterator[Page]:
        for page in self.pages:
            yield page


def ticket(number: int, requester: str, organization: str | None = None) -> TicketDoc:
    return TicketDoc(
        str(number), f"subject {number}", "open", "open", "none", "", "email", requester, None, None, organization,
        number, number, number, str(number), ("late", "vip"),
    )  # fmt: skip


def ana(name: str = "Ana", role: str = "customer") -> PersonDoc:
    return PersonDoc(
        "7", name, "agent" if role == "agent" else "customer", (Address("email", "ana@x.example"),)
    )


def puller(database: Database, *pages: Page) -> Puller:
    return Puller(database, "demo", cast("Remote", Told(*pages)), wall_clock)


def stored(database: Database) -> list[tuple[str, str, str | None]]:
    return database.read(lambda reader: reader.execute(NAMES).fetchall())


def count(database: Database, table: str) -> int:
    return int(database.read(lambda reader: reader.execute(f"SELECT count(*) FROM {table}").fetchone()[0]))


async def test_what_comes_with_every_page_is_stored_once_and_its_changes_too(database: Database) -> None:
    acme = (NamedDoc("5", "Acme"),)
    await puller(
        database,
        Page((ticket(1, "7", "5"),), (ana(),), acme, more=True),
        Page((ticket(2, "7", "5"),), (ana(),), acme, more=True),
        Page((ticket(3, "7", "5"),), (ana("Ana Duarte"),), (NamedDoc("5", "Acme Ltd"),)),
    ).tickets()
    assert stored(database) == [(number, "Ana Duarte", "Acme Ltd") for number in "123"]
    assert (count(database, "address"), count(database, "customer_fts"), count(database, "tag")) == (1, 1, 2)


async def test_an_agent_who_turns_out_to_be_a_requester_gets_his_name_with_the_next_page(
    database: Database,
) -> None:
    agent = ana(role="agent")
    pages = [Page((ticket(number, "7"),), (agent,), more=number < 2) for number in (1, 2)]
    await puller(database, *pages).tickets()
    assert stored(database) == [("1", "Ana", None), ("2", "Ana", None)]


async def test_what_another_hand_removed_between_two_pages_is_written_again(database: Database) -> None:
    pages = [Page((ticket(number, "7"),), (ana(),), more=number < 2) for number in (1, 2)]
    hands = iter([lambda: forget_desk(database, "demo"), lambda: None])

    async def between() -> None:
        next(hands)()

    await puller(database, *pages).tickets(between)
    assert stored(database) == [("2", "Ana", None)]
    assert count(database, "tag") == 2


async def test_a_mirror_that_was_made_anew_between_two_pages_gets_the_second(database: Database) -> None:
    pages = [Page((ticket(number, "7"),), (ana(),), more=number < 2) for number in (1, 2)]
    hands = iter([lambda: database.rebuild_mirror("a test"), lambda: None])

    async def between() -> None:
        next(hands)()

    await puller(database, *pages).tickets(between)
    assert stored(database) == [("2", "Ana", None)]


def test_a_writer_notices_what_others_write_and_forgets_what_failed(database: Database) -> None:
    writer = database.writer("mirror")
    seen = []

    def write(value: str, *, fail: bool = False) -> None:
        with database.write("mirror", writer) as connection:
            seen.append(writer.undisturbed)
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('test', ?)", (value,))
            if fail:
                raise RuntimeError(value)

    write("ours")
    write("ours again")
    with database.write("mirror") as connection:
        connection.execute("UPDATE meta SET value = 'theirs' WHERE key = 'test'")
    write("after theirs")
    with pytest.raises(RuntimeError):
        write("lost", fail=True)
    kept = database.read(
        lambda reader: reader.execute("SELECT value FROM meta WHERE key = 'test'").fetchone()
    )
    write("after the fault")
    writer.close()
    assert seen == [False, True, False, True, False]
    assert kept == ("after theirs",)
