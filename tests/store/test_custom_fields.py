"""Custom fields as they are kept: cleaned one by one, however many of them were clean already."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.desk import BO, ME
from support.one_ticket import NAME, Scene

from console import triage
from store.people import store_schema
from store.remotes import DeskSchema, FieldDoc
from store.text import clean_line
from store.tickets import Lines, _fields

PIECES = st.sampled_from(
    [
        "red",
        " ",
        "  ",
        '"',
        "\\",
        "\x7f",
        "\x1b[31m",
        "\n",
        "é",
        "e\u0301",
        "\u202e",
        "\ud800",
        "日本",
        "x" * 1_100,
    ]
)
TEXTS = st.lists(PIECES, max_size=5).map("".join)


@given(st.dictionaries(TEXTS, TEXTS, max_size=6))
def test_every_key_and_value_is_cleaned_whatever_stands_beside_it(fields: dict[str, str]) -> None:
    kept = json.loads(_fields(fields, Lines()))
    assert kept == {clean_line(key): clean_line(value) for key, value in fields.items()}


@pytest.mark.parametrize("value", ["", "plain", "two words", 'a "quoted" word', "north_west", "SN-000001"])
def test_what_is_clean_stays_as_it_is_in_the_order_of_the_keys(value: str) -> None:
    assert _fields({"size": value, "colour": "red"}, Lines()) == json.dumps(
        {"colour": "red", "size": value}, separators=(",", ":")
    )


async def test_a_field_that_was_renamed_is_found_by_its_new_name_on_tickets_that_did_not_change(
    scene: Scene,
) -> None:
    await scene.begin()
    scene.desk.sets(scene.ticket, BO.id, fields={"product": "Kettle", "model": "K1"})
    await scene.rounds()
    fields = (FieldDoc("f1", "model", "Model", "text"), FieldDoc("f2", "serial", "Serial", "text"))
    before = (FieldDoc("f1", "product", "Product", "text"), FieldDoc("f2", "model", "Model", "text"))
    for told in (before, fields):
        with scene.session.db.write("mirror") as connection:
            store_schema(connection, NAME, DeskSchema((), (), told), ME.id)
    (found,) = triage.rows(
        scene.session, triage.queue_ids(scene.session, "field.model:kettle field.serial:k1")
    )
    assert triage.ticket(scene.session, found.ref).fields == {"model": "Kettle", "serial": "K1"}
