"""Customers, agents, organizations, groups and custom fields, as a desk names them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from store import pairs
from store.known import Known
from store.remotes import Address, DeskSchema, FieldDoc, NamedDoc, PersonDoc
from store.telephones import bare
from store.text import clean, clean_line
from store.upsert import insert_rows, last_row, upsert, upsert_rows

CUSTOMER = ("desk", "remote_id", "name", "organization_id", "time_zone", "locale", "notes")
ADDRESS = ("customer_id", "kind", "value")
NOTED = 1000  # characters of the notes by which a customer is found


def store_schema(connection: sqlite3.Connection, desk: str, schema: DeskSchema, me: str) -> None:
    """Keep what changes seldom; `me` is the desk's id of the agent whose credentials we hold."""
    store_people(connection, desk, schema.agents)
    store_named(connection, "grp", desk, schema.groups)
    _rename_fields(connection, desk, {f.id: clean_line(f.key) for f in schema.fields})
    upsert(connection, "custom_field", [_field(desk, f) for f in schema.fields])
    connection.execute(
        "UPDATE agent SET is_me = 0 WHERE desk = ? AND is_me = 1 AND remote_id <> ?", (desk, me)
    )
    connection.execute(
        "UPDATE agent SET is_me = 1 WHERE desk = ? AND remote_id = ? AND is_me = 0", (desk, me)
    )


def _rename_fields(connection: sqlite3.Connection, desk: str, keys: Mapping[str, str]) -> None:
    """Tickets have a custom field that was renamed under its new name: they come with it only when they change next."""
    known = connection.execute("SELECT remote_id, key FROM custom_field WHERE desk = ?", (desk,)).fetchall()
    renamed = {key: keys[ident] for ident, key in known if keys.get(ident, key) != key}
    if not renamed:
        return
    sql = "SELECT id, fields FROM ticket t WHERE desk = ? AND EXISTS (SELECT 1 FROM json_each(t.fields) WHERE key IN"
    found = connection.execute(f"{sql} (SELECT value FROM json_each(?)))", (desk, json.dumps([*renamed])))
    rows = [(dict(json.loads(text)), number) for number, text in found]
    for values, number in rows:
        anew = {renamed.get(key, key): value for key, value in sorted(values.items())}
        text = json.dumps(anew, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        connection.execute("UPDATE ticket SET fields = ? WHERE id = ?", (text, number))


def store_named(
    connection: sqlite3.Connection,
    table: str,
    desk: str,
    docs: Iterable[NamedDoc],
    known: Known | None = None,
) -> None:
    """Keep organizations or groups."""
    known = known or Known()
    new = known.unlike(table, docs)
    upsert(connection, table, [{"desk": desk, "remote_id": d.id, "name": clean_line(d.name)} for d in new])
    known.stored(table, new)


def store_people(
    connection: sqlite3.Connection, desk: str, people: Sequence[PersonDoc], known: Known | None = None
) -> None:
    """Keep people; an agent who is also somebody's requester is kept as both."""
    known = known or Known()
    new = known.unlike("person", people)
    agents = [p for p in new if p.role == "agent"]
    upsert(connection, "agent", [_agent(desk, p) for p in agents], at_first={"is_me": 0})
    both = _known_customers(connection, desk, [p.id for p in agents])
    customers = [p for p in new if p.role != "agent" or p.id in both]
    organizations = known.numbers(connection, "organization", desk, (p.organization_id for p in customers))
    newest = last_row(connection, "customer")
    clean_ones = {p.id: _cleaned(p) for p in customers}
    rows = [_customer(desk, p, clean_ones[p.id], organizations) for p in customers]
    upsert_rows(connection, "customer", CUSTOMER, rows)
    numbers = known.numbers(connection, "customer", desk, clean_ones)
    _store_addresses(connection, {numbers[i]: each for i, each in clean_ones.items()}, newest)
    known.stored("person", new)


class Cleaned(NamedTuple):
    """A person's name and notes as they are kept, and each address in its normal form; in `part` there may be more of these."""

    name: str
    addresses: Sequence[tuple[str, str]]
    notes: str
    part: bool


def _cleaned(person: PersonDoc) -> Cleaned:
    addresses = [(a.kind, value) for a in person.addresses if (value := normal(a))]
    notes = person.notes and clean(person.notes, 20_000)
    return Cleaned(clean_line(person.name), addresses, notes, person.part)


@lru_cache(maxsize=512)
def word(text: str) -> str:
    """A line out of a small vocabulary, cleaned: the same few come again and again."""
    return clean_line(text)


def _known_customers(connection: sqlite3.Connection, desk: str, remote_ids: Sequence[str]) -> set[str]:
    """Those that are customers of this desk already."""
    found = connection.execute(
        "SELECT remote_id FROM customer WHERE desk = ? AND remote_id IN (SELECT value FROM json_each(?))",
        (desk, json.dumps(remote_ids)),
    )
    return {remote_id for (remote_id,) in found}


def _store_addresses(connection: sqlite3.Connection, people: Mapping[int, Cleaned], newest: int) -> None:
    """Keep the addresses of the customers with these row numbers, and the words by which they are found.

    Rows beyond `newest` have been made just now: nothing of theirs is stored yet.
    """
    here = [number for number in people if number <= newest]
    stored = _stored(connection, here) if here else {}
    wanted: set[tuple[int, str, str]] = set()
    words: dict[int, str] = {}
    for number, person in people.items():
        before = stored.get(number, ())
        addresses = {*person.addresses, *(before if person.part else ())}  # until they are told whole
        wanted.update((number, *each) for each in addresses.difference(before))
        words[number] = _words(person, addresses)
        if gone := set(before) - addresses:
            _forget_addresses(connection, number, gone)
    if here:
        _forget_words(connection, here, words)
    insert_rows(connection, "address", ADDRESS, sorted(wanted), key=ADDRESS)
    found_by = sorted(words.items())
    connection.executemany("INSERT INTO customer_fts (rowid, names) VALUES (?, ?)", found_by)
    pairs.put(connection, pairs.PEOPLE, found_by)


def _words(person: Cleaned, addresses: Iterable[tuple[str, str]]) -> str:
    """The words by which a person is found."""
    notes = clean(person.notes, NOTED) if person.notes else ""
    values = sorted({value for _, value in addresses})
    return " ".join([person.name, *values, notes])


def _stored(connection: sqlite3.Connection, here: list[int]) -> dict[int, list[tuple[str, str]]]:
    """The addresses that are stored of these customers."""
    found: dict[int, list[tuple[str, str]]] = {}
    for number, *address in connection.execute(
        "SELECT customer_id, kind, value FROM address WHERE customer_id IN (SELECT value FROM json_each(?))",
        (json.dumps(here),),
    ):
        found.setdefault(number, []).append((address[0], address[1]))
    return found


def _forget_addresses(connection: sqlite3.Connection, number: int, gone: Iterable[tuple[str, str]]) -> None:
    connection.executemany(
        "DELETE FROM address WHERE customer_id = ? AND kind = ? AND value = ?",
        [(number, *each) for each in sorted(gone)],
    )


def _forget_words(connection: sqlite3.Connection, here: list[int], words: dict[int, str]) -> None:
    """Take the words of these customers away where they are others now; those that are the same need no writing."""
    old = connection.execute(
        "SELECT rowid, names FROM customer_fts WHERE rowid IN (SELECT value FROM json_each(?))",
        (json.dumps(here),),
    ).fetchall()
    for number, text in old:
        if words[number] == text:
            del words[number]
        else:
            connection.execute("DELETE FROM customer_fts WHERE rowid = ?", (number,))
            pairs.drop(connection, pairs.PEOPLE, [(number, text)])


def normal(address: Address) -> str:
    """The form in which two spellings of one address are equal: phones keep digits and plus, the rest lower case."""
    text = clean_line(address.value)
    if address.kind == "phone":
        plain = text.replace(" ", "")
        if plain.isascii() and plain.removeprefix("+").isdigit():  # as most are written
            return plain
        return "".join([c for c in bare(text) if c.isdigit() or c == "+"])
    return text.lower().removeprefix("@") if address.kind == "handle" else text.lower()


def _agent(desk: str, person: PersonDoc) -> dict[str, object]:
    email = next((normal(a) for a in person.addresses if a.kind == "email"), "")
    return {
        "desk": desk,
        "remote_id": person.id,
        "name": clean_line(person.name),
        "email": email,
        "active": int(person.active),
    }


def _customer(
    desk: str, person: PersonDoc, kept: Cleaned, organizations: Mapping[str, int]
) -> tuple[object, ...]:
    """The values of CUSTOMER."""
    return (
        desk,
        person.id,
        kept.name or next((value for _, value in kept.addresses), ""),
        organizations.get(person.organization_id or "", 0),
        word(person.time_zone),
        word(person.locale),
        kept.notes,
    )


def _field(desk: str, doc: FieldDoc) -> dict[str, object]:
    return {
        "desk": desk,
        "remote_id": doc.id,
        "key": clean_line(doc.key),
        "title": clean_line(doc.title),
        "kind": doc.kind,
        "options": json.dumps([clean_line(o) for o in doc.options]),
    }
