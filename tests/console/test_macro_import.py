"""Macros taken over from other desks: what is read, what is left out, and what is no export at all."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console import macro_import, macros
from console.session import Session
from store.errors import InvalidInputError

ZENDESK = {
    "macros": [
        {
            "title": "Refunds::Late",
            "active": True,
            "restriction": {"type": "Group", "id": 4},
            "actions": [
                {
                    "field": "comment_value",
                    "value": [
                        "channel:all",
                        "Hi {{ticket.requester.first_name}}, {{dc.footer}} {% if x %}A{% endif %}",
                    ],
                },
                {"field": "status", "value": "pending"},
                {"field": "current_tags", "value": "refund late"},
                {"field": "remove_tags", "value": "new"},
                {"field": "assignee_id", "value": "current_user"},
                {"field": "group_id", "value": "77"},
                {"field": "custom_fields_12", "value": "x"},
            ],
        },
        {"title": "Old", "active": False, "actions": [{"field": "status", "value": "open"}]},
        {
            "title": "Html",
            "actions": [{"field": "comment_value_html", "value": "<p>One</p><p>Two {{ticket.id}}</p>"}],
        },
        {"title": "../../etc/passwd", "actions": [{"field": "comment_value", "value": "x"}]},
    ]
}


def test_macros_of_zendesk_are_taken_over_and_what_is_left_is_listed(session: Session) -> None:
    found = macros.take_over(session, json.dumps(ZENDESK))
    assert [each.name for each in found] == ["refunds/late", "", "html", "etc/passwd"]
    made = macros.find(session, "refunds/late")
    assert made.text == "Hi {{customer.first}}, [[fill: dc.footer]] [[fill: if x]]A[[fill: endif]]"
    assert made.head.changes == ("status=pending", "+refund", "+late", "-new", "assignee=me")
    assert set(found[0].left) >= {
        "who may use it",
        "group_id=77",
        "custom_fields_12=x",
        "the placeholder dc.footer",
    }
    assert "it is not active there" in found[1].left
    assert macros.find(session, "html").text.split() == ["One", "Two", "{{ticket.number}}"]
    assert not macros.library(session).errors
    root = session.home.root / "macros"
    assert {path.stat().st_mode & 0o077 for path in root.rglob("*")} == {0}


def test_a_second_import_leaves_what_is_there(session: Session) -> None:
    macros.take_over(session, json.dumps(ZENDESK))
    path = session.home.root / "macros" / "html.md"
    path.write_text("Mine.", encoding="utf-8")
    again = macros.take_over(session, json.dumps(ZENDESK))
    assert not any(each.name for each in again)
    assert "html.md is there already" in again[2].left[-1]
    assert path.read_text(encoding="utf-8") == "Mine."


@pytest.mark.parametrize("wrapped", [False, True])
def test_macros_and_text_modules_of_zammad(session: Session, wrapped: bool) -> None:  # noqa: FBT001  (a parameter)
    macro = {
        "name": "Close it",
        "active": True,
        "perform": {
            "ticket.state_id": {"value": "4"},
            "ticket.tags": {"operator": "add", "value": "spam, done"},
            "ticket.owner_id": {"pre_condition": "current_user.id", "value": ""},
            "article.note": {"body": "Hello #{ticket.customer.firstname}", "internal": "true"},
        },
    }
    module = {
        "name": "Hello",
        "keywords": "hi, greeting",
        "content": "<div>Dear #{ticket.customer.lastname}</div>",
        "locale": "en-us",
        "active": True,
    }
    data = {"assets": {"Macro": {"1": macro}, "TextModule": {"2": module}}} if wrapped else [macro, module]
    found = macros.take_over(session, json.dumps(data))
    made = {each.name: each for each in macros.library(session).macros}
    assert made["close-it"].head.changes == ("+spam", "+done", "assignee=me")
    assert made["close-it"].text == "Hello {{customer.first}}"
    assert found[0].left == ("ticket.state_id=4", "that it is an internal note")
    assert made["hello"].text == "Dear [[fill: ticket.customer.lastname]]"
    assert (made["hello"].head.keywords, made["hello"].head.language) == (("hi", "greeting"), "en")


def test_canned_responses_of_chatwoot(session: Session) -> None:
    macros.take_over(
        session,
        json.dumps(
            [
                {
                    "id": 1,
                    "short_code": "hi",
                    "content": "Hi {{contact.first_name}}, {{agent.name}} {{contact.phone}}",
                }
            ]
        ),
    )
    assert macros.find(session, "hi").text == "Hi {{customer.first}}, {{agent.name}} [[fill: contact.phone]]"


@pytest.mark.parametrize("source", ["", "[", "{}", "[1]", "null", '{"macros": {}}'])
def test_what_is_no_export_is_refused(session: Session, source: str) -> None:
    with pytest.raises(InvalidInputError):
        macros.take_over(session, source)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "title",
                        "name",
                        "actions",
                        "field",
                        "value",
                        "perform",
                        "content",
                        "keywords",
                        "locale",
                        "short_code",
                        "ticket.tags",
                        "article.note",
                        "body",
                    ]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
@settings(max_examples=200, deadline=None)
def test_every_export_is_read_or_refused(data: object) -> None:
    try:
        found = macro_import.read(json.dumps([data]))
    except InvalidInputError:
        return
    for each in found:
        assert ".." not in each.name.split("/")
        assert not each.name.startswith("/")
