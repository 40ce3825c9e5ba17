"""A change leaves as exactly one request that says who sent it and what it was based on; its answer is judged coldly."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from remotes.replay import ACCOUNT, Script

from store.remotes import Address, AttachmentDoc, Outcome, Write
from store.remotes.zendesk import ZendeskRemote

TOKEN = "2026-01-01T10:00:00Z"
LATER = "2026-01-01T10:00:07Z"
FIELDS = {"ticket_fields": [
    {"id": 1, "type": "subject", "title": "Subject", "removable": False},
    {"id": 71, "type": "text", "title": "Order number", "removable": True},
    {"id": 72, "type": "checkbox", "title": "Paid?", "removable": True},
    {"id": 73, "type": "multiselect", "title": "Order number", "removable": True},
    {"id": 74, "type": "tagger", "title": "Status", "removable": True, "custom_field_options": [{"value": "a"}, {"value": "b"}]},
]}  # fmt: skip


def remote(script: Script) -> ZendeskRemote:
    return ZendeskRemote(ACCOUNT, "sesame", user="ana@example.com", transport=script.transport)


def done(*, comment: dict[str, Any] | None = None, ticket: int = 7, **headers: str) -> httpx.Response:
    events = [{"id": 900, "type": "Change", "field_name": "status"}] + ([comment] if comment else [])
    body = {"ticket": {"id": ticket, "updated_at": LATER}, "audit": {"id": 899, "events": events}}
    return httpx.Response(200, json=body, headers=headers)


PUBLIC = {"id": 901, "type": "Comment", "public": True}
PRIVATE = {"id": 902, "type": "Comment", "public": False}


async def test_a_reply_is_one_guarded_marked_request() -> None:
    script = Script({"PUT /tickets/7.json": done(comment=PUBLIC)})
    outcome = await remote(script).send(
        Write("op-1", "reply", "7", body="Hello", changes={"status": "pending"}, token=TOKEN)
    )
    assert script.paths() == ["PUT /tickets/7.json"]
    assert script.last() == {
        "ticket": {
            "comment": {"body": "Hello", "public": True},
            "status": "pending",
            "safe_update": True,
            "updated_stamp": TOKEN,
            "metadata": {"heard_op": "op-1"},
        }
    }
    assert outcome == Outcome("applied", remote_id="901", token=LATER, status=200)


async def test_a_note_is_private_and_without_a_token_nothing_is_guarded() -> None:
    script = Script({"PUT /tickets/7.json": done(comment=PRIVATE)})
    outcome = await remote(script).send(Write("op-1", "note", "7", body="psst"))
    assert script.last()["ticket"] == {
        "comment": {"body": "psst", "public": False},
        "metadata": {"heard_op": "op-1"},
    }
    assert outcome.remote_id == "902"


async def test_every_canonical_field_finds_its_place() -> None:
    script = Script({"PUT /tickets/7.json": done(), "GET /ticket_fields.json": FIELDS})
    changes = {
        "status": "hold", "priority": "none", "assignee": "", "group": "12", "subject": "New", "type": "incident",
        "order_number": "A-1", "paid": "yes", "order_number_73": "red blue", "status_74": "",
    }  # fmt: skip
    assert (await remote(script).send(Write("op-1", "set", "7", changes=changes))).kind == "applied"
    assert script.last()["ticket"] == {
        "status": "hold", "priority": None, "assignee_id": None, "group_id": 12, "subject": "New", "type": "incident",
        "custom_fields": [
            {"id": 71, "value": "A-1"}, {"id": 72, "value": True}, {"id": 73, "value": ["red", "blue"]}, {"id": 74, "value": None},
        ],
        "metadata": {"heard_op": "op-1"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("Yes", True), ("1", True), ("false", False), ("", False), ("no", False)],
)
async def test_a_checkbox_is_ticked_by_a_word(text: str, value: bool) -> None:  # noqa: FBT001  (a parameter)
    script = Script({"PUT /tickets/7.json": done(), "GET /ticket_fields.json": FIELDS})
    await remote(script).send(Write("op-1", "set", "7", changes={"paid": text}))
    assert script.last()["ticket"]["custom_fields"] == [{"id": 72, "value": value}]


async def test_a_field_that_the_desk_does_not_have_is_refused_and_asked_for_once_more() -> None:
    script = Script(
        {
            "GET /ticket_fields.json": [FIELDS, FIELDS, {"ticket_fields": [{"id": 80, "title": "Nope"}]}],
            "PUT /tickets/7.json": done(),
        }
    )
    desk = remote(script)
    outcome = await desk.send(Write("op-1", "set", "7", changes={"nope": "x"}))
    assert (outcome.kind, outcome.code) == ("refused", "invalid_input")
    assert "PUT /tickets/7.json" not in script.paths()
    assert (await desk.send(Write("op-2", "set", "7", changes={"nope": "x"}))).kind == "applied"


@pytest.mark.parametrize(
    ("add", "remove", "method", "tags"),
    [(("vip", "late"), (), "PUT", ["vip", "late"]), ((), ("old",), "DELETE", ["old"])],
)
async def test_tags_alone_are_added_or_removed_without_knowing_the_others(
    add: tuple[str, ...], remove: tuple[str, ...], method: str, tags: list[str]
) -> None:
    script = Script({f"{method} /tickets/7/tags.json": {"tags": tags}})
    outcome = await remote(script).send(
        Write("op-1", "set", "7", add_tags=add, remove_tags=remove, token=TOKEN)
    )
    assert script.paths() == [f"{method} /tickets/7/tags.json"]
    assert script.last() == {"tags": tags, "safe_update": True, "updated_stamp": TOKEN}
    assert outcome.kind == "applied"


async def test_tags_leave_and_are_looked_for_in_the_letters_in_which_the_desk_keeps_them() -> None:
    script = Script({
        "PUT /tickets/7/tags.json": {"tags": ["vip"]},
        "PUT /tickets/7.json": done(),
        "GET /tickets/7.json": {"ticket": {"id": 7, "tags": ["vip", "old"], "updated_at": LATER}},
    })  # fmt: skip
    desk = remote(script)
    added = Write("op", "set", "7", add_tags=("VIP", "vip"))
    await desk.send(added)
    assert script.last() == {"tags": ["vip"]}
    assert (await desk.find_effect(added)).kind == "found"
    await desk.send(Write("op", "set", "7", changes={"status": "open"}, remove_tags=("OLD",)))
    assert script.last()["ticket"]["tags"] == ["vip"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(httpx.Response(204), "applied"), ({"tags": []}, "applied"), ({"x": 1}, "unparsed"), ([], "unparsed")],
)
async def test_a_removal_of_tags_may_be_answered_with_nothing(answer: Any, kind: str) -> None:
    script = Script(
        {
            "DELETE /tickets/7/tags.json": lambda _r: (
                answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)
            )
        }
    )
    assert (await remote(script).send(Write("op", "set", "7", remove_tags=("old",)))).kind == kind


@pytest.mark.parametrize(
    ("write", "stamp"),
    [
        (Write("op", "set", "7", changes={"status": "open"}, add_tags=("vip",), token=TOKEN), TOKEN),
        (Write("op", "set", "7", add_tags=("vip",), remove_tags=("old",)), LATER),
        (Write("op", "note", "7", body="n", add_tags=("vip",), remove_tags=("old", "none")), LATER),
    ],
)
async def test_fields_and_tags_together_are_one_write_with_the_whole_list_guarded(
    write: Write, stamp: str
) -> None:
    script = Script({
        "GET /tickets/7.json": {"ticket": {"id": 7, "tags": ["old", "keep"], "updated_at": LATER}},
        "PUT /tickets/7.json": done(comment=PRIVATE if write.kind == "note" else None),
    })  # fmt: skip
    assert (await remote(script).send(write)).kind == "applied"
    assert script.paths() == ["GET /tickets/7.json", "PUT /tickets/7.json"]
    ticket = script.last()["ticket"]
    assert ticket["tags"] == [tag for tag in ("old", "keep", "vip") if tag not in write.remove_tags]
    assert (ticket["safe_update"], ticket["updated_stamp"]) == (True, stamp)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(404, json={}), "gone"), (httpx.Response(403, json={}), "forbidden"), (httpx.Response(401, json={}), "auth"),
        (httpx.Response(429, json={}, headers={"retry-after": "9"}), "throttled"), (httpx.Response(500, json={}), "not_sent"),
        (httpx.ReadTimeout("x"), "not_sent"), (httpx.Response(200, html="<title>x</title>"), "not_sent"), ({}, "not_sent"),
    ],
)  # fmt: skip
async def test_where_the_tags_cannot_be_read_nothing_is_written(answer: Any, kind: str) -> None:
    script = Script({"GET /tickets/7.json": answer, "PUT /tickets/7.json": done()})
    outcome = await remote(script).send(
        Write("op", "set", "7", changes={"status": "open"}, add_tags=("vip",))
    )
    assert outcome.kind == kind
    assert script.paths() == ["GET /tickets/7.json"]


COPIED = [{"user_id": 31, "action": "put"}]


@pytest.mark.parametrize(
    ("known", "copied"),
    [
        ({"collaborator_ids": [31, 9], "email_cc_ids": [31]}, {"email_ccs": COPIED}),
        ({"collaborator_ids": [31], "email_cc_ids": []}, {"collaborators": [31]}),
        ({"collaborator_ids": [], "email_cc_ids": None}, {}),
    ],
)
async def test_a_follow_up_reaches_those_in_copy_and_loses_no_tag(
    known: dict[str, Any], copied: dict[str, Any]
) -> None:
    closed = {"id": 7, "subject": "Kettle", "requester_id": 5, "tags": ["vip", "old"], **known}
    script = Script({
        "GET /tickets/7.json": {"ticket": closed},
        "POST /tickets.json": httpx.Response(201, json={"ticket": {"id": 8, "updated_at": LATER}}),
    })  # fmt: skip
    write = Write(
        "op-1", "create", "", body="One thing", follows="7", add_tags=("new",), remove_tags=("old",)
    )
    assert (await remote(script).send(write)).remote_id == "8"
    sent = script.last()["ticket"]
    assert {key: sent[key] for key in sent if key in {"email_ccs", "collaborators", "followers"}} == copied
    assert sent["tags"] == ["vip", "new"]
    await remote(script).send(Write("op-2", "create", "", body="One thing", follows="7"))
    assert "tags" not in script.last()["ticket"], "the desk takes over all of them by itself"


async def test_a_new_ticket_carries_a_key_that_makes_a_second_try_harmless() -> None:
    script = Script({"POST /tickets.json": done(ticket=41)})
    write = Write("op-1", "create", "", body="Hi", changes={"subject": "S", "priority": "high"}, add_tags=("a",),
                  requester=Address("email", "cai@example.com"))  # fmt: skip
    outcome = await remote(script).send(write)
    assert script.asked[0].headers["idempotency-key"] == "op-1"
    assert script.last()["ticket"] == {
        "subject": "S", "priority": "high", "comment": {"body": "Hi", "public": True}, "tags": ["a"], "external_id": "op-1",
        "requester": {"name": "cai@example.com", "email": "cai@example.com"}, "metadata": {"heard_op": "op-1"},
    }  # fmt: skip
    assert (outcome.kind, outcome.remote_id) == ("applied", "41")


@pytest.mark.parametrize("requester", [None, Address("phone", "+49 30 1")])
async def test_a_new_ticket_needs_an_email_address(requester: Address | None) -> None:
    script = Script({})
    assert (
        await remote(script).send(Write("op", "create", "", body="x", requester=requester))
    ).kind == "refused"
    assert script.asked == []


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (409, "UpdateConflict", "conflict"), (409, "DatabaseConflict", "busy"), (409, "Other", "conflict"),
        (422, "RecordInvalid", "refused"), (400, "IdempotentRequestError", "refused"), (404, "RecordNotFound", "gone"),
        (403, "Forbidden", "forbidden"), (401, "Unauthorized", "auth"), (503, "ServiceUnavailable", "unknown"),
    ],
)  # fmt: skip
async def test_a_failure_is_told_by_status_and_the_desks_word_for_it(
    status: int, error: str, kind: str
) -> None:
    script = Script(
        {"PUT /tickets/7.json": httpx.Response(status, json={"error": error, "description": "why"})}
    )
    outcome = await remote(script).send(Write("op-1", "reply", "7", body="x", token=TOKEN))
    assert (outcome.kind, outcome.code, outcome.status) == (kind, error, status)
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        done(),
        done(comment=PUBLIC, ticket=8),
        httpx.Response(200, json={}),
        httpx.Response(200, json=[]),
        httpx.Response(200, html="<p>"),
    ],
)
async def test_a_success_that_does_not_show_our_message_on_our_ticket_is_unparsed(
    answer: httpx.Response,
) -> None:
    outcome = await remote(Script({"PUT /tickets/7.json": answer})).send(
        Write("op-1", "reply", "7", body="x")
    )
    assert outcome.kind == "unparsed"


async def test_what_the_desk_ignored_or_changed_is_said() -> None:
    warning = '{:allowed_parameters=>{:unpermitted_keys=>["ticket.foo", "ticket.bar"], :invalid_values=>["ticket.status"]}}'
    script = Script({"PUT /tickets/7.json": done(comment=PRIVATE, **{"x-zendesk-api-warn": warning})})
    outcome = await remote(script).send(Write("op-1", "reply", "7", body="x"))
    assert outcome.kind == "applied"
    assert outcome.detail == (
        "ignored by the desk: ticket.foo, ticket.bar; not valid for the desk: ticket.status; the desk made it an internal note"
    )


async def test_an_attachment_is_fetched_with_credentials_from_the_account_only() -> None:
    script = Script({"GET /attachments/token/x/": httpx.Response(200, content=b"file")})
    desk = remote(script)
    file = AttachmentDoc("1", "a.txt", 4, "text/plain", f"{ACCOUNT}/attachments/token/x/?name=a.txt")
    assert b"".join([piece async for piece in desk.attachment(file)]) == b"file"
    assert script.asked[0].headers["authorization"].startswith("Basic ")


def test_zendesk_promises_exactly_one_reply() -> None:
    caps = remote(Script({})).caps
    assert (caps.provider, caps.promise, caps.cas, caps.cas_on_reply, caps.create_key_s) == (
        "zendesk",
        "A",
        "stamp",
        True,
        7200,
    )
    assert (caps.marker, caps.marker_atomic, caps.tags, caps.bulk, caps.bulk_max) == (
        "meta",
        True,
        "add_remove",
        "job",
        100,
    )


def test_the_adapter_keeps_its_secret_to_itself() -> None:
    assert "sesame" not in repr(remote(Script({})))
    assert remote(Script({})).web_url("7") == f"{ACCOUNT}/agent/tickets/7"


async def test_without_a_user_the_secret_is_an_oauth_token() -> None:
    script = Script({"GET /users/me.json": {"user": {"id": 1, "role": "admin"}}})
    await ZendeskRemote(ACCOUNT, "sesame", transport=script.transport).whoami()
    assert script.asked[0].headers["authorization"] == "Bearer sesame"
