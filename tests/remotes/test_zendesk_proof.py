"""Whether a write of ours happened is answered by what the desk shows, and many changes at once are followed to their end."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from remotes.replay import ACCOUNT, Script, query

from store.errors import OfflineError
from store.remotes import Effect, Write
from store.remotes.zendesk import ZendeskRemote

LATER = "2026-01-01T10:00:07Z"
PUBLIC = {"id": 901, "type": "Comment", "public": True}
PRIVATE = {"id": 902, "type": "Comment", "public": False}


def remote(script: Script) -> ZendeskRemote:
    return ZendeskRemote(ACCOUNT, "sesame", user="ana@example.com", transport=script.transport)


def audit(marker: str, *events: dict[str, Any], audit_id: int = 50) -> dict[str, Any]:
    return {
        "id": audit_id,
        "created_at": LATER,
        "author_id": 1,
        "metadata": {"system": {}, "custom": {"heard_op": marker}},
        "events": list(events),
    }


async def test_a_reply_is_found_by_its_marker_on_whatever_page_it_is() -> None:
    def listing(request: httpx.Request) -> Any:
        second = "page[after]" in query(request)
        audits = [audit("op-1", PUBLIC)] if second else [audit("op-0", PRIVATE, audit_id=40)]
        return {"audits": audits, "meta": {"has_more": not second, "after_cursor": "c"}}

    desk = remote(Script({"GET /tickets/7/audits.json": listing}))
    assert await desk.find_effect(Write("op-1", "reply", "7")) == Effect("found", "901", LATER)
    assert await desk.find_effect(Write("op-9", "reply", "7")) == Effect("absent")


async def test_where_audits_are_closed_the_marker_is_found_on_the_comment() -> None:
    comment = {**PUBLIC, "metadata": {"custom": {"heard_op": "op-1"}}, "created_at": LATER}
    closed = {"GET /tickets/7/audits.json": httpx.Response(403, json={})}
    desk = remote(Script({**closed, "GET /tickets/7/comments.json": {"comments": [comment]}}))
    assert (await desk.find_effect(Write("op-1", "reply", "7"))).remote_id == "901"
    assert (await desk.find_effect(Write("op-2", "reply", "7"))).kind == "absent"
    assert (
        await desk.find_effect(Write("op-2", "set", "7", changes={"status": "open"}))
    ).kind == "cannot_tell"
    assert (await remote(Script(closed)).find_effect(Write("op-1", "reply", "7"))).kind == "cannot_tell"


async def test_a_list_of_audits_that_goes_round_in_circles_proves_nothing() -> None:
    turning = {"audits": [audit("op-0", PUBLIC)], "meta": {"has_more": True, "after_cursor": "same"}}
    desk = remote(Script({"GET /tickets/7/audits.json": turning}))
    assert (await desk.find_effect(Write("op-1", "reply", "7"))).kind == "cannot_tell"
    assert not (await desk.thread("7")).complete


async def test_a_created_ticket_is_found_by_our_id_and_not_by_a_likeness() -> None:
    listed = {
        "tickets": [{"id": 3, "external_id": "op-11"}, {"id": 4, "external_id": "op-1", "updated_at": LATER}]
    }
    script = Script(
        {"GET /tickets.json": [listed, {"tickets": []}, {"tickets": [{"id": 3, "external_id": None}]}]}
    )
    desk = remote(script)
    assert await desk.find_effect(Write("op-1", "create", "")) == Effect("found", "4", LATER)
    assert query(script.asked[0])["external_id"] == "op-1"
    assert await desk.find_effect(Write("op-1", "create", "")) == Effect("absent")
    assert await desk.find_effect(Write("op-1", "create", "")) == Effect("cannot_tell"), (
        "the filter was ignored"
    )


async def test_tags_are_their_own_proof() -> None:
    desk = remote(
        Script({"GET /tickets/7.json": {"ticket": {"id": 7, "tags": ["a", "b"], "updated_at": LATER}}})
    )
    assert (await desk.find_effect(Write("op", "set", "7", add_tags=("a",)))).kind == "found"
    assert (await desk.find_effect(Write("op", "set", "7", add_tags=("a", "c")))).kind == "absent"
    assert (await desk.find_effect(Write("op", "set", "7", remove_tags=("b",)))).kind == "absent"
    assert (await desk.find_effect(Write("op", "set", "8", remove_tags=("b",)))).kind == "cannot_tell"


async def test_a_desk_that_cannot_be_reached_is_no_proof() -> None:
    with pytest.raises(OfflineError):
        await remote(Script({"GET /tickets/7/audits.json": httpx.ReadTimeout("x")})).find_effect(
            Write("op", "reply", "7")
        )


# --- many at once


@pytest.mark.parametrize(
    "writes",
    [
        (),
        tuple(Write(f"op{n}", "set", str(n), changes={"status": "open"}) for n in range(1, 102)),
        (
            Write("a", "set", "1", changes={"status": "open"}),
            Write("b", "set", "2", changes={"status": "solved"}),
        ),
        (Write("a", "reply", "1", body="x"), Write("b", "reply", "2", body="x")),
    ],
)
async def test_one_job_takes_up_to_a_hundred_equal_field_changes_and_nothing_else(
    writes: tuple[Write, ...],
) -> None:
    script = Script({})
    outcome, job = await remote(script).send_bulk(writes)
    assert (outcome.kind, job, script.asked) == ("refused", "", [])


async def test_a_job_tells_which_tickets_failed_and_why() -> None:
    results = [
        {"id": 1, "index": 0, "status": "Updated", "success": True},
        {
            "id": 2,
            "index": 1,
            "error": "TicketUpdateError",
            "details": "Status: closed prevents ticket update",
        },
        {"id": 3, "index": 2, "success": False},
    ]
    told = {"job_status": {"id": "j", "status": "completed", "total": 3, "progress": 3, "results": results}}
    status = await remote(Script({"GET /job_statuses/j.json": told})).job("j")
    assert (status.state, status.done, status.total) == ("completed", 3, 3)
    assert status.failed == {
        "2": "TicketUpdateError: Status: closed prevents ticket update",
        "3": "the desk gives no reason",
    }
    killed = {"job_status": {"id": "j", "status": "killed", "total": 3, "progress": 1}}
    assert (await remote(Script({"GET /job_statuses/j.json": killed})).job("j")).state == "failed"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"job_status": None}, "unparsed"),
        (httpx.Response(400, json={"error": "TooManyValues"}), "refused"),
        (httpx.ReadTimeout("x"), "unknown"),
    ],
)
async def test_a_bulk_request_without_a_job_is_not_taken_for_done(answer: Any, kind: str) -> None:
    desk = remote(Script({"PUT /tickets/update_many.json": answer}))
    outcome, job = await desk.send_bulk((Write("a", "set", "1", changes={"status": "open"}),))
    assert (outcome.kind, job) == (kind, "")
