"""Answers that a real Zendesk gave, through the adapter: what is in them comes out, nothing else is needed."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import httpx
import pytest
from remotes.replay import ACCOUNT, Script, bodies, query, recorded_objects, recording, response

from store.remotes import Absent, Address, Page, TicketDoc, Write
from store.remotes.zendesk import ZendeskRemote
from store.remotes.zendesk_map import micros

EXPORT = "zenpy/TicketsIncrementalTest.test_get_values.json"
AUDITS = "zenpy/TestTicketAudits.test_pagination.json"
LISTED = "zenpy/TestTicketsPagination.test_values.json"
ME = {"user": {"id": 6130907993114, "name": "Agent", "email": "agent@example.test", "role": "admin"}}


def remote(script: Script, **options: Any) -> ZendeskRemote:
    return ZendeskRemote(ACCOUNT, "sesame", user="agent@example.test", transport=script.transport, **options)


async def pages(desk: ZendeskRemote, cursor: str | None = None) -> list[Page]:
    return [page async for page in desk.feed(cursor)]


def instant(text: str) -> int:
    """A second way to read a time, to check the first."""
    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").timestamp()) * 1_000_000


async def test_the_whole_export_of_a_recorded_account_arrives() -> None:
    recorded = bodies(EXPORT, "/incremental/tickets/cursor.json")[0]
    script = Script({
        "GET /users/me.json": ME,
        "GET /incremental/tickets/cursor.json": recorded,
        "GET /tickets.json": {"tickets": []},
    })  # fmt: skip
    found = await pages(remote(script))
    tickets = [ticket for page in found for ticket in page.tickets]
    assert len(tickets) == len(recorded["tickets"]) == 87
    for doc, raw in zip(tickets, recorded["tickets"], strict=True):
        assert doc.id == str(raw["id"])
        assert (doc.subject, doc.status_raw, doc.token) == (raw["subject"], raw["status"], raw["updated_at"])
        assert (doc.created, doc.updated) == (instant(raw["created_at"]), instant(raw["updated_at"]))
        assert doc.version == max(doc.updated, raw["generated_timestamp"] * 1_000_000)
        assert doc.requester_id == str(raw["requester_id"])
        assert doc.assignee_id == (str(raw["assignee_id"]) if raw["assignee_id"] else None)
        assert doc.tags == tuple(raw["tags"])
        assert doc.presence == ("gone" if raw["status"] == "deleted" else "present")
        assert doc.url == f"{ACCOUNT}/agent/tickets/{raw['id']}"
    assert {t.status_raw for t in tickets if t.presence == "gone"} == {"deleted"}
    assert found[-1].cursor is not None
    assert found[-1].cursor.endswith(recorded["after_cursor"])


async def test_the_export_goes_on_where_the_recorded_cursor_says() -> None:
    first = next(
        x
        for x in recording(EXPORT)
        if "per_page=1" in (x["request"]["query"] or "") and "cursor" in x["request"]["path"]
    )
    last = bodies(EXPORT, "/incremental/tickets/cursor.json")[0]
    script = Script({
        "GET /incremental/tickets/cursor.json": [response(first), last, {**last, "tickets": []}],
        "GET /tickets.json": {"tickets": []},
    })  # fmt: skip
    desk = remote(script, feed="export")
    found = await pages(desk)
    asked = [query(r) for r in script.asked if "incremental" in r.url.path]
    assert asked[0]["start_time"] == "0"
    assert asked[1]["cursor"] == first["response"]["body"]["after_cursor"]
    assert [len(page.tickets) for page in found] == [1, 87, 0]
    await pages(desk, found[-1].cursor)
    assert query(script.asked[-2])["cursor"] == last["after_cursor"]
    assert desk.caps.requests_per_minute == 700


async def test_a_recorded_listing_by_cursor_arrives_whole() -> None:
    recorded = bodies(LISTED, "/tickets.json")
    script = Script({"GET /tickets.json": recorded[0]})
    (page,) = await pages(remote(script, feed="listing"))
    assert {t.id for t in page.tickets} == {str(t["id"]) for t in recorded[0]["tickets"]}
    assert len(page.tickets) == 91
    assert not page.more
    newest = max(instant(t["updated_at"]) for t in recorded[0]["tickets"]) // 1_000_000
    assert page.cursor == f"list:{newest}:"


@pytest.mark.parametrize("name", ["laravel-zendesk/single-ticket-request.json", "go-zendesk/GET_ticket.json"])
async def test_a_recorded_ticket_reads_as_it_is(name: str) -> None:
    raw = recording(name)[0]["response"]["body"]["ticket"]
    script = Script(
        {f"GET /tickets/{raw['id']}.json": {"ticket": raw}, "GET /ticket_fields.json": {"ticket_fields": []}}
    )
    doc = await remote(script).ticket(str(raw["id"]))
    assert isinstance(doc, TicketDoc)
    assert (doc.id, doc.subject, doc.status) == (str(raw["id"]), raw["subject"], raw["status"])
    assert doc.priority == (raw["priority"] or "none")
    values = {str(f["id"]): f["value"] for f in raw["custom_fields"] if f["value"] not in (None, "", [])}
    assert {key for key in doc.fields if key != "type"} == {
        key for key, value in values.items() if value is not None
    }


async def test_records_of_a_connector_are_understood_too() -> None:
    records = recorded_objects("records/airbyte-expected-records.json")
    raw, comment = records["tickets"][0], records["ticket_comments_from_ticket_events"][0]
    script = Script({
        "GET /tickets/125.json": {"ticket": raw},
        "GET /tickets/1/comments.json": {"comments": [comment]},
    })  # fmt: skip
    doc = await remote(script).ticket("125")
    assert isinstance(doc, TicketDoc)
    assert (doc.priority, doc.status, doc.channel) == ("urgent", "open", "web")
    assert doc.fields == {"type": "question"}
    thread = await remote(script).thread("1")
    assert [(m.id, m.text, m.public, m.channel) for m in thread.messages] == [
        ("407609531716", "thank you !", True, "web")
    ]
    assert thread.messages[0].created == instant("2021-06-24T08:05:49Z")


async def test_a_deleted_ticket_that_was_restored_is_gone_and_present_again() -> None:
    exchanges = recording("zenpy/TestDeletedTickets.test_delete_and_restore.json")
    restored = next(
        x for x in exchanges if x["request"]["method"] == "GET" and "/tickets/" in x["request"]["path"]
    )
    missing = recording(
        "zenpy/TestTicketCreateUpdateDelete.test_single_update_raises_recordnotfoundexception-recordnotfound-update.json"
    )[0]
    script = Script({"GET /tickets/4017.json": [response(missing), response(restored)]})
    desk = remote(script)
    assert await desk.ticket("4017") == Absent("4017", "gone")
    doc = await desk.ticket("4017")
    assert isinstance(doc, TicketDoc)
    assert (doc.id, doc.presence, doc.token) == ("4017", "present", "2023-09-18T23:34:36Z")


async def test_recorded_audits_become_messages_and_changes() -> None:
    recorded = [audit for body in bodies(AUDITS, "/ticket_audits.json") for audit in body["audits"]]
    first = recorded[0]["ticket_id"]
    mine = {a["id"]: a for a in recorded if a["ticket_id"] == first}
    script = Script(
        {f"GET /tickets/{first}/audits.json": {"audits": [*mine.values()], "meta": {"has_more": False}}}
    )
    thread = await remote(script).thread(str(first))
    events = [(a, e) for a in mine.values() for e in a["events"]]
    said = [(a, e) for a, e in events if e["type"] == "Comment"]
    assert [(m.id, m.text, m.public) for m in thread.messages] == [
        (str(e["id"]), e["body"], e["public"]) for _, e in said
    ]
    assert [m.created for m in thread.messages] == [micros(a["created_at"]) for a, _ in said]
    changed = [
        (e["field_name"], e["value"])
        for _, e in events
        if e["type"] == "Change" and e["field_name"] in ("type", "priority")
    ]
    assert [(c.field, c.new) for c in thread.changes] == changed
    assert changed, "the recording holds a change"
    assert thread.complete


async def test_every_recorded_audit_of_every_ticket_can_be_read() -> None:
    recorded = [audit for body in bodies(AUDITS, "/ticket_audits.json") for audit in body["audits"]]
    tickets = {a["ticket_id"] for a in recorded}
    answers = {
        f"GET /tickets/{t}/audits.json": {"audits": [a for a in recorded if a["ticket_id"] == t]}
        for t in tickets
    }
    desk = remote(Script(answers))
    said = {m.id for t in tickets for m in (await desk.thread(str(t))).messages}
    assert said == {str(e["id"]) for a in recorded for e in a["events"] if e["type"] == "Comment"}


async def test_a_sample_audit_shows_a_private_note_and_what_a_rule_changed() -> None:
    sample = recording("go-zendesk/GET_ticket_audits.json")[0]["response"]["body"]
    thread = await remote(Script({"GET /tickets/666/audits.json": sample})).thread("666")
    assert [(m.public, m.author_id, m.channel) for m in thread.messages] == [(False, "5246746", "web")]
    assert [(c.field, c.old, c.new, c.actor_id) for c in thread.changes] == [("status", "new", "open", None)]


async def test_recorded_comments_stand_in_for_closed_audits_and_name_their_files() -> None:
    exchange = next(
        x for x in recording("zenpy/TestAttachmentUpload.test_redact_attachment-upload-single.json")
        if x["request"]["path"].endswith("/comments.json")
    )  # fmt: skip
    script = Script({
        "GET /tickets/33/audits.json": httpx.Response(403, json={"error": "Forbidden"}),
        "GET /tickets/33/comments.json": response(exchange),
    })  # fmt: skip
    thread = await remote(script).thread("33")
    (message,) = thread.messages
    (file,) = message.attachments
    assert (message.text, message.public, message.channel) == ("Some comment", True, "other")
    assert (file.name, file.size, file.mime) == ("README.md", 15156, "application/x-genesis-rom")
    assert file.url.startswith(f"{ACCOUNT}/attachments/token/")


async def test_recorded_people_arrive_with_role_zone_and_addresses() -> None:
    recorded = bodies("zenpy/TestUsersPagination.test_values.json", "/users.json")[0]
    script = Script({"GET /users/show_many.json": {"users": recorded["users"], "identities": []}})
    people = await remote(script).people(tuple(str(u["id"]) for u in recorded["users"]))
    assert len(people) == 100
    for doc, raw in zip(people, recorded["users"], strict=True):
        assert (doc.id, doc.name, doc.active) == (str(raw["id"]), raw["name"], raw["active"])
        assert doc.role == ("customer" if raw["role"] == "end-user" else "agent")
        assert doc.time_zone == raw["iana_time_zone"]
        assert (Address("email", raw["email"]) in doc.addresses) == bool(raw["email"])


async def test_a_recorded_creation_names_the_new_ticket_and_its_token() -> None:
    exchange = recording("zenpy/TestTicketCreateUpdateDelete.test_single_object_update-update-single.json")[0]
    script = Script({"POST /tickets.json": response(exchange)})
    write = Write(
        "op-1",
        "create",
        "",
        body="test",
        changes={"subject": "test"},
        requester=Address("email", "c@example.test"),
    )
    outcome = await remote(script).send(write)
    assert (outcome.kind, outcome.remote_id, outcome.token, outcome.status) == (
        "applied",
        "4016",
        "2023-09-18T23:26:00Z",
        201,
    )


async def test_a_recorded_update_tells_its_new_token_and_what_was_ignored() -> None:
    exchange = recording("zenpy/TestTicketCreateUpdateDelete.test_single_object_update-update-single.json")[1]
    script = Script({"PUT /tickets/4016.json": response(exchange)})
    desk = remote(script)
    outcome = await desk.send(Write("op-2", "set", "4016", changes={"subject": "x"}))
    assert (outcome.kind, outcome.token) == ("applied", "2023-09-18T23:26:01Z")
    assert outcome.detail == "ignored by the desk: ticket.id"
    assert {limit.name: limit.remaining for limit in desk.http.limits} == {"": 696, "tickets-update": 19}


async def test_a_recorded_update_of_a_missing_ticket_is_gone() -> None:
    exchange = recording(
        "zenpy/TestTicketCreateUpdateDelete.test_single_update_raises_recordnotfoundexception-recordnotfound-update.json"
    )[0]
    rid = "9223372036854775807"
    outcome = await remote(Script({f"PUT /tickets/{rid}.json": response(exchange)})).send(
        Write("op-3", "set", rid, changes={"status": "open"})
    )
    assert (outcome.kind, outcome.code) == ("gone", "RecordNotFound")


async def test_a_recorded_bulk_job_is_queued_and_followed_to_its_end() -> None:
    name = "zenpy/TestTicketCreateUpdateDelete.test_multiple_update_half_full_objects-update-many.json"
    queued = next(x for x in recording(name) if x["request"]["path"].endswith("update_many.json"))
    job_id = queued["response"]["body"]["job_status"]["id"]
    followed = [response(x) for x in recording(name) if job_id in x["request"]["path"]]
    script = Script(
        {"PUT /tickets/update_many.json": response(queued), f"GET /job_statuses/{job_id}.json": followed}
    )
    desk = remote(script)
    writes = tuple(
        Write(f"op-{n}", "set", str(n), changes={"status": "solved"}, add_tags=("vip",)) for n in (1, 2)
    )
    outcome, told = await desk.send_bulk(writes)
    assert (outcome.kind, told) == ("applied", job_id)
    assert query(script.asked[0]) == {"ids": "1,2"}
    assert script.last() == {"ticket": {"status": "solved", "additional_tags": ["vip"]}}
    states = [(await desk.job(job_id)).state for _ in followed]
    assert states[-1] in {"completed", "working", "queued"}


def _jobs() -> list[dict[str, Any]]:
    files = (
        "node-zendesk/organizations_many_test_bulk_delete.json",
        LISTED,
        "zenpy/TestDeletedTickets.test_permanently_delete.json",
    )
    return [x for name in files for x in recording(name) if "/job_statuses/" in x["request"]["path"]]


async def test_recorded_job_states_in_all_their_shapes_are_read() -> None:
    seen = set()
    for exchange in _jobs():
        raw = exchange["response"]["body"]["job_status"]
        status = await remote(Script({f"GET /job_statuses/{raw['id']}.json": response(exchange)})).job(
            raw["id"]
        )
        assert status.state == raw["status"]
        assert status.failed == {}
        assert status.done == (raw["progress"] or 0)
        seen.add((status.state, type(raw["results"]).__name__))
    assert seen == {("working", "NoneType"), ("completed", "list"), ("completed", "dict")}


async def test_recorded_groups_and_fields_make_the_schema() -> None:
    fields = recording("go-zendesk/GET_ticket_fields.json")[0]["response"]["body"]
    own = recording("zenpy/TestTicketFieldCreateUpdateDelete.test_single_object_creation-create-single.json")[
        0
    ]
    fields = {**fields, "ticket_fields": [*fields["ticket_fields"], own["response"]["body"]["ticket_field"]]}
    people = bodies("zenpy/TestUsersPagination.test_values.json", "/users.json")[0]
    script = Script({
        "GET /users.json": {**people, "meta": None},
        "GET /groups.json": recording("go-zendesk/GET_groups.json")[0]["response"]["body"],
        "GET /ticket_fields.json": fields,
    })  # fmt: skip
    schema = await remote(script).schema()
    keys = {doc.key: doc for doc in schema.fields}
    assert keys["i_am_a_test"].id == "6164040575258"
    assert not {"subject", "description", "status", "priority"} & set(keys)
    assert all(group.id and group.name for group in schema.groups)
    assert json.loads(json.dumps([g.id for g in schema.groups])), "there are groups"
