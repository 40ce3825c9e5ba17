"""One ticket that cannot be read stands alone: the other tickets of its page arrive, and it is named."""

from __future__ import annotations

import json

import httpx
import pytest
from remotes.replay import ACCOUNT

from store.errors import NotADeskError, NotFoundError, RefusedError
from store.remotes import Page, Write
from store.remotes.rt import RtRemote
from store.remotes.zendesk import ZendeskRemote

STAMP = "2026-11-21T10:00:00Z"
LONG = "9" * 5_000

ZENDESK = {  # the bad ticket as it is written -> the id by which it is named, a word of the reason
    '{"id": 3, "subject": 7}': ("3", "subject is a number, not text"),
    '{"id": 3, "tags": "vip"}': ("3", "tags is text, not a list"),
    '{"id": 3, "updated_at": {"at": 1}}': ("3", "updated_at"),
    '{"id": 3, "custom_fields": [{"id": [], "value": "x"}]}': ("3", "custom_fields"),
    '{"id": 3, "via": "email"}': ("3", "via"),
    '{"subject": "without an id"}': ("", "no id"),
    '{"id": null}': ("", "no id"),
    '{"id": 0}': ("", "no id"),
    '{"id": true}': ("", "id is true or false"),
    '{"id": {}}': ("", "id is an object"),
    '{"id": "../../users/1"}': ("", "id is not a number"),
    '{"id": 1e300}': ("", "id is not a number"),
    f'{{"id": {LONG}}}': ("", "id"),
    f'{{"id": "{LONG}"}}': ("", "id is not a number"),
    f'{{"id": 3, "generated_timestamp": {LONG}}}': ("3", "generated_timestamp"),
    f'{{"id": 3, "custom_fields": [{{"id": 1, "value": {LONG}}}]}}': ("3", "custom_fields"),
    '{"id": 3, "custom_fields": [{"id": 1, "value": ' + "[" * 400 + "]" * 400 + "}]}": (
        "3",
        "nested too deep",
    ),
    '{"id": 3, "generated_timestamp": NaN}': ("3", "NaN"),
    '{"id": NaN, "x": -Infinity}': ("", "NaN"),
    '{"id": 3, "priority": Infinity}': ("3", "NaN"),
    '{"id": 3, "subject": "\xff"}': ("3", "UTF-8"),
    '"a ticket"': ("", "text, not an object"),
    "null": ("", "nothing, not an object"),
    "[1, 2]": ("", "a list, not an object"),
}
RT = {
    '{"id": "3", "Subject": ["x"]}': ("3", "Subject is a list"),
    '{"id": 3, "Subject": true}': ("3", "Subject is true or false"),
    '{"id": {}, "Subject": "x"}': ("", "id is an object"),
    '{"Subject": "without a number"}': ("", "no number"),
    f'{{"id": {LONG}}}': ("", "id"),
    f'{{"id": "3", "Priority": {LONG}}}': ("3", "Priority"),
    '{"id": "3", "Priority": NaN}': ("3", "NaN"),
    '{"id": "3", "CustomFields": {"a": 1}}': ("3", "CustomFields is an object"),
    '{"id": "3", "Subject": "\xff"}': ("3", "UTF-8"),
    "7": ("", "a number, not an object"),
}


def page_of(bad: str, name: str, more: dict[str, object], **good: object) -> bytes:
    """Five tickets, the third of them bad; a byte above 127 stays the single byte that it is."""
    tickets = [json.dumps({"id": n, **good}) for n in (1, 2, 4, 5)]
    listed = ", ".join([*tickets[:2], bad, *tickets[2:]])
    frame = "".join(f', "{key}": {json.dumps(value)}' for key, value in more.items())
    return f'{{"{name}": [{listed}]{frame}}}'.encode("latin-1")


def zendesk(body: bytes) -> ZendeskRemote:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/tickets.json") and request.url.params["sort"] == "updated_at":
            return httpx.Response(200, content=body)
        return httpx.Response(404, json={})

    return ZendeskRemote(ACCOUNT, "sesame", transport=httpx.MockTransport(answer), feed="listing")


def rt(body: bytes) -> RtRemote:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/tickets"):
            return httpx.Response(200, content=body)
        return httpx.Response(404, json={})

    return RtRemote("https://desk.example.com/rt", "1-40-abc", transport=httpx.MockTransport(answer))


async def pulled(remote: ZendeskRemote | RtRemote) -> list[Page]:
    return [page async for page in remote.feed(None)]


@pytest.mark.parametrize("bad", ZENDESK, ids=lambda text: text[:40].encode("ascii", "replace").decode())
async def test_four_of_five_arrive_from_zendesk(bad: str) -> None:
    body = page_of(bad, "tickets", {"meta": {"has_more": False}}, updated_at=STAMP, subject="fine")
    (page,) = await pulled(zendesk(body))
    assert [ticket.id for ticket in page.tickets] == ["1", "2", "4", "5"]
    assert {ticket.subject for ticket in page.tickets} == {"fine"}
    (record,) = page.bad
    name, reason = ZENDESK[bad]
    assert record.id == name
    assert reason in record.why
    assert len(record.why) < 200
    assert page.cursor


@pytest.mark.parametrize("bad", RT, ids=lambda text: text[:40].encode("ascii", "replace").decode())
async def test_four_of_five_arrive_from_rt(bad: str) -> None:
    pages = await pulled(rt(page_of(bad, "items", {}, LastUpdated=STAMP, Subject="fine")))
    assert [ticket.id for page in pages for ticket in page.tickets] == ["1", "2", "4", "5"]
    (record,) = [record for page in pages for record in page.bad]
    name, reason = RT[bad]
    assert record.id == name
    assert reason in record.why


async def test_a_person_who_cannot_be_read_takes_no_ticket_along() -> None:
    users = [{"id": 8, "name": ["Ada"]}, {"id": 9, "name": "Grace"}]
    body = page_of('{"id": 3}', "tickets", {"users": users, "meta": {}}, requester_id=9, updated_at=STAMP)
    (page,) = await pulled(zendesk(body))
    assert len(page.tickets) == 5
    assert [person.name for person in page.people] == ["Grace"]
    assert page.bad == ()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b'{"tickets": {}}', b'{"tickets": [{"id": 1}', b'{"tickets": 5, "meta": {}}',
        b'{"tickets": [{"id": 1, "subject": 5}], "meta": 7}', b"<html>", b'{"tickets": NaN}',
        b"{}", b'{"status": "ok"}', b'{"tickets": null, "meta": {}}', b'{"tickets": [5, "x", null], "meta": {}}', b"[" * 5000 + b"]" * 5000,
    ],
)  # fmt: skip
async def test_a_frame_that_cannot_be_read_fails_as_ever(body: bytes) -> None:
    with pytest.raises(NotADeskError):
        await pulled(zendesk(body))


async def test_a_thread_with_an_entry_that_cannot_be_read_says_that_it_is_not_complete() -> None:
    audits = [
        {"id": 1, "events": [{"id": 11, "type": "Comment", "body": "hello", "public": True}]},
        {"id": 2, "events": "none"},
    ]

    def answer(request: httpx.Request) -> httpx.Response:
        known = request.url.path.endswith("/audits.json")
        body = {"audits": audits, "meta": {"has_more": False}} if known else {}
        return httpx.Response(200 if known else 404, json=body)

    remote = ZendeskRemote(ACCOUNT, "sesame", transport=httpx.MockTransport(answer))
    thread = await remote.thread("5")
    assert [message.text for message in thread.messages] == ["hello"]
    assert not thread.complete


@pytest.mark.parametrize("status", [400, 409, 410, 413, 423])
async def test_audits_that_are_refused_for_a_reason_of_the_moment_are_not_replaced_by_comments(
    status: int,
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/audits.json"):
            return httpx.Response(status, json={"error": "Told"})
        return httpx.Response(200, json={"comments": [], "meta": {}})

    remote = ZendeskRemote(ACCOUNT, "sesame", transport=httpx.MockTransport(answer))
    with pytest.raises((RefusedError, NotFoundError), match="Told"):
        await remote.thread("5")
    with pytest.raises((RefusedError, NotFoundError), match="Told"):
        await remote.find_effect(Write("01OP", "reply", "5", body="x"))


async def test_a_created_ticket_that_cannot_be_read_is_not_called_absent() -> None:
    create = Write("01OP", "create", "", body="x")
    for tickets, kind in (([{"id": 9, "subject": 5}], "cannot_tell"), ([], "absent")):
        body = {"tickets": tickets}
        found = httpx.MockTransport(lambda _, body=body: httpx.Response(200, json=body))  # type: ignore[misc]  # a default binds the loop variable
        assert (await ZendeskRemote(ACCOUNT, "sesame", transport=found).find_effect(create)).kind == kind
