"""One entry of a history that cannot be read: the rest is told, and nobody concludes that something is not there."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from remotes.test_rt_desk import Desk, entries, ok, pages, remote_for, texts

from store.errors import NotADeskError
from store.remotes import Address, Effect, Write

BAD: dict[str, dict[str, object]] = {
    "number is a list": {"id": [], "Type": "Comment"},
    "no number": {"Type": "Comment", "ObjectId": "7"},
    "type is a list": {"id": "3", "Type": ["Comment"], "ObjectId": "7"},
    "fields are an object": {"id": "3", "Type": "Comment", "ObjectId": "7", "CustomFields": {"a": 1}},
}
QUEUE = {
    "id": 3, "Name": "Help", "_hyperlinks": [{"ref": "create"}],
    "TicketCustomFields": [{"id": "4", "name": "ClientKey"}],
    "TicketTransactionCustomFields": [{"id": "5", "name": "ClientRef"}],
}  # fmt: skip
REPLY = Write("01OP", "reply", "7", body="text 99", low_water="1")


def desk_with(*history: list[dict[str, object]], **more: object) -> Desk:
    """A desk in whose queue messages carry our marker, and one ticket with this history, newest entry first."""
    return Desk(**{
        "GET /ticket/7/history": pages(*history), "GET /attachments": texts,
        "GET /user/40": ok({"id": 40, "Name": "agent1", "Privileged": 1}), "GET /rt": ok({"Version": "5.0.3"}),
        "GET /queues/all": ok({"items": [{"id": "3"}], "count": 1, "total": 1}), "GET /queue/3": ok(QUEUE),
        **more,
    })  # fmt: skip


def history(bad: dict[str, object]) -> list[dict[str, object]]:
    return [*entries(range(4, 6), "Comment"), bad, *entries(range(1, 2), "Create")]


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
async def test_the_rest_of_the_thread_is_told_and_not_called_complete(bad: dict[str, object]) -> None:
    thread = await remote_for(desk_with(history(bad))).thread("7")
    assert [message.text for message in thread.messages] == ["text 1", "text 4", "text 5"]
    assert not thread.complete


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
async def test_a_message_that_may_be_the_one_that_cannot_be_read_is_not_called_absent(
    bad: dict[str, object],
) -> None:
    assert await remote_for(desk_with(history(bad))).find_effect(REPLY) == Effect("cannot_tell")
    whole = [*entries(range(4, 6), "Comment"), *entries(range(1, 2), "Create")]
    assert await remote_for(desk_with(whole)).find_effect(REPLY) == Effect("absent")


async def test_an_entry_from_before_the_write_takes_no_certainty_away() -> None:
    older = {"id": "3", "Type": ["Comment"], "ObjectId": "7"}
    effect = await remote_for(desk_with(history(older))).find_effect(
        Write("01OP", "reply", "7", body="x", low_water="3")
    )
    assert effect == Effect("absent")


async def test_an_entry_without_a_number_does_not_end_the_history() -> None:
    first = [{"Type": "Comment", "ObjectId": "7"}, *entries(range(200, 299), "Comment")]
    thread = await remote_for(desk_with(first, entries(range(1, 2), "Create"))).thread("7")
    assert len(thread.messages) == 100
    assert not thread.complete


async def test_a_page_that_is_bad_throughout_is_not_the_end_of_a_history() -> None:
    bad = [{"id": str(n), "Type": ["x"]} for n in range(300, 200, -1)]
    more = [{"id": str(n), "Type": ["x"]} for n in range(200, 100, -1)]
    thread = await remote_for(desk_with(bad, more, entries(range(1, 2), "Create"))).thread("7")
    assert [message.id for message in thread.messages] == ["1"]
    assert not thread.complete


def spoiling(content: object) -> Callable[[httpx.Request], httpx.Response]:
    """The MIME parts of the transactions, of which the one numbered 4 cannot be read where its text is told."""

    def answer(request: httpx.Request) -> httpx.Response:
        told = texts(request)
        if "Content" not in request.url.params["fields"].split(","):
            return told
        parts = [{**part, "Content": content} if part["id"] == "4" else part for part in told.json()["items"]]
        return ok({"items": parts})

    return answer


@pytest.mark.parametrize(
    ("alone", "found"),
    [({"id": 4, "Content": "Z2VyZXR0ZXQ="}, ["text 1", "gerettet", "text 5"]), ({"id": 4, "Content": []}, ["text 1", "text 5"])],
)  # fmt: skip
async def test_a_text_that_cannot_be_read_in_a_list_is_asked_for_alone(
    alone: dict[str, object], found: list[str]
) -> None:
    whole = [*entries(range(4, 6), "Comment"), *entries(range(1, 2), "Create")]
    more = {"GET /attachments": spoiling({"odd": 1}), "GET /attachment/4": ok(alone)}
    thread = await remote_for(desk_with(whole, **more)).thread("7")
    assert [message.text for message in thread.messages] == found
    assert not thread.complete


async def test_a_created_ticket_that_cannot_be_read_is_not_called_absent() -> None:
    create = Write(
        "01OP", "create", "", body="x", changes={"subject": "y"}, requester=Address("email", "a@x.example")
    )
    for rows, kind in (
        ([{"id": 9, "Subject": ["y"]}], "cannot_tell"),
        ([], "absent"),
        ([{"id": 9}], "found"),
    ):
        desk = desk_with(**{"GET /tickets": ok({"items": rows})})
        assert (await remote_for(desk).find_effect(create)).kind == kind


@pytest.mark.parametrize("path", ["/ticket/7/history", "/attachments", "/queues/all", "/queue/3", "/user/40"])
async def test_an_answer_without_what_was_asked_for_proves_nothing(path: str) -> None:
    for body in ({}, {"status": "ok"}, {"items": None, "id": None}, {"items": {}, "id": []}):
        whole = entries(range(1, 9), "Correspond")
        desk = desk_with(whole, **{f"GET {path}": ok(body)})
        with pytest.raises(NotADeskError):
            await remote_for(desk).find_effect(REPLY)
