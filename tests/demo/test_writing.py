"""Writing to the demo desk over HTTP: guarded, marked, once, or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from demo.client import Demo
from support.clock import SECOND

from console.demo.database import Database
from console.demo.edits import Edit, StaleError
from console.demo.scenario_values import FIELD_ORDER, FIELD_PLAN
from console.demo.setup import DemoDesk
from console.demo.writes import edit_ticket


async def stamp(demo: Demo, ticket_id: int) -> str:
    updated: str = (await demo.get(f"/tickets/{ticket_id}"))["ticket"]["updated_at"]
    return updated


async def audits(demo: Demo, ticket_id: int) -> list[Any]:
    found: list[Any] = (await demo.get(f"/tickets/{ticket_id}/audits"))["audits"]
    return found


def changed(audit: dict[str, Any]) -> dict[str, tuple[object, object]]:
    return {
        e["field_name"]: (e["previous_value"], e["value"]) for e in audit["events"] if e["type"] == "Change"
    }


async def test_a_reply_opens_a_new_ticket_stops_the_clock_and_keeps_our_mark(demo: Demo) -> None:
    ticket = demo.ticket("status = 'new' AND priority IS NOT NULL")
    reply = await demo.put(ticket, comment={"body": "We are on it."}, metadata={"mark": "op-1"})
    body = reply.json()
    assert (reply.status_code, body["ticket"]["status"]) == (200, "open")
    assert body["audit"]["metadata"]["custom"] == {"mark": "op-1"}
    assert changed(body["audit"]) == {"status": ("new", "open")}
    last = (await audits(demo, ticket))[-1]
    assert last == body["audit"]
    comment = last["events"][0]
    assert (comment["body"], comment["public"], comment["type"]) == ("We are on it.", True, "Comment")
    assert last["created_at"] == body["ticket"]["updated_at"]
    assert (await demo.get(f"/tickets/{ticket}", include="slas"))["ticket"]["slas"]["policy_metrics"] == []


async def test_a_note_is_not_public_and_leaves_status_and_clock_alone(demo: Demo) -> None:
    ticket = demo.ticket("status = 'new' AND priority IS NOT NULL")
    before = (await demo.get(f"/tickets/{ticket}", include="slas"))["ticket"]
    body = (await demo.put(ticket, comment={"body": "Call first.", "public": False})).json()
    after = (await demo.get(f"/tickets/{ticket}", include="slas"))["ticket"]
    assert body["audit"]["events"][0]["public"] is False
    assert (after["status"], after["slas"]) == (before["status"], before["slas"])


async def test_a_stale_safe_update_changes_nothing_at_all(demo: Demo) -> None:
    ticket = demo.ticket("status = 'open'")
    old = await stamp(demo, ticket)
    assert (await demo.put(ticket, priority="urgent", safe_update=True, updated_stamp=old)).status_code == 200
    before = (await demo.get(f"/tickets/{ticket}"), await audits(demo, ticket))
    late = await demo.put(
        ticket, comment={"body": "too late"}, status="solved", safe_update="true", updated_stamp=old
    )
    assert (late.status_code, late.json()["error"]) == (409, "UpdateConflict")
    assert (await demo.get(f"/tickets/{ticket}"), await audits(demo, ticket)) == before


def test_of_many_writers_with_one_stamp_exactly_one_wins(made: DemoDesk) -> None:
    with Database(made.path) as db:
        row = db.rows("SELECT * FROM tickets WHERE status = 'open'")[0]

    def write(n: int) -> bool:
        with Database(made.path) as mine:
            try:
                edit = Edit(text=f"writer {n}", seen=row["updated"])
                edit_ticket(mine, row["id"], row["requester_id"] + n, edit, row["updated"])
            except StaleError:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        won = [*pool.map(write, range(8))]
    assert won.count(True) == 1
    with Database(made.path) as db:
        spoken = db.rows("SELECT body FROM audits WHERE ticket_id = ? AND at > ?", row["id"], row["updated"])
    assert [f"writer {won.index(True)}" in str(bytes(one["body"])) for one in spoken] == [True]


async def test_two_changes_within_one_second_bear_two_stamps(demo: Demo) -> None:
    ticket = demo.ticket("status = 'open'")
    stamps = [
        (await demo.put(ticket, subject=f"Subject {n}")).json()["ticket"]["updated_at"] for n in range(3)
    ]
    assert len(set(stamps)) == 3
    assert stamps == sorted(stamps)


async def test_a_safe_update_needs_a_stamp(demo: Demo) -> None:
    reply = await demo.put(demo.ticket(), priority="low", safe_update=True)
    assert reply.status_code == 400


async def test_fields_change_with_their_old_values_told(demo: Demo) -> None:
    ticket = demo.ticket(
        "status = 'open' AND assignee_id IS NOT NULL AND plan IS NOT NULL AND priority <> 'urgent'"
    )
    before = (await demo.get(f"/tickets/{ticket}"))["ticket"]
    me = (await demo.get("/users/me"))["user"]["id"]
    body = (
        await demo.put(
            ticket,
            priority="urgent",
            assignee_id=me,
            tags=["VIP customer", "b", "b"],
            custom_fields=[{"id": FIELD_ORDER, "value": "MP-1"}, {"id": 5, "value": "ignored"}],
        )
    ).json()
    assert body["ticket"]["tags"] == ["b", "vip_customer"]
    assert {"id": FIELD_ORDER, "value": "MP-1"} in body["ticket"]["custom_fields"]
    told = changed(body["audit"])
    assert told["priority"] == (before["priority"], "urgent")
    assert told["assignee_id"] == (str(before["assignee_id"]), str(me))
    assert told["tags"] == (before["tags"], ["b", "vip_customer"])
    assert told[str(FIELD_ORDER)][1] == "MP-1"


async def test_solving_what_nobody_has_makes_it_ours(demo: Demo) -> None:
    ticket = demo.ticket("assignee_id IS NULL")
    body = (await demo.put(ticket, status="solved")).json()
    assert body["ticket"]["assignee_id"] == (await demo.get("/users/me"))["user"]["id"]


async def test_what_changes_nothing_leaves_the_stamp_alone(demo: Demo) -> None:
    ticket = demo.ticket("priority = 'normal'")
    old = await stamp(demo, ticket)
    demo.clock.tick(60)
    body = (await demo.put(ticket, priority="normal", comment={"body": "  "})).json()
    assert body["audit"]["events"] == []
    assert await stamp(demo, ticket) == old
    assert body["audit"]["id"] not in {audit["id"] for audit in await audits(demo, ticket)}


async def test_our_mark_is_kept_even_where_nothing_was_left_to_change(demo: Demo) -> None:
    ticket = demo.ticket("priority = 'normal'")
    await demo.put(ticket, priority="normal", metadata={"mark": "op-2"})
    assert (await audits(demo, ticket))[-1]["metadata"]["custom"] == {"mark": "op-2"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "asleep"},
        {"priority": "huge"},
        {"type": "joke"},
        {"assignee_id": 5},
        {"assignee_id": "x"},
        {"group_id": 5},
        {"tags": 3},
        {"comment": 7},
        {"custom_fields": [{"id": FIELD_PLAN, "value": "gold"}]},
    ],
)
async def test_a_value_that_cannot_be_is_refused_and_nothing_else_is_stored(
    demo: Demo, wrong: dict[str, Any]
) -> None:
    ticket = demo.ticket("status = 'open'")
    old = await stamp(demo, ticket)
    reply = await demo.put(ticket, **{"subject": "half", "comment": {"body": "half"}, **wrong})
    assert (reply.status_code, reply.json()["error"]) == (422, "RecordInvalid")
    assert await stamp(demo, ticket) == old


async def test_a_customer_cannot_be_assigned_a_ticket(demo: Demo) -> None:
    ticket = demo.ticket()
    requester = (await demo.get(f"/tickets/{ticket}"))["ticket"]["requester_id"]
    assert (await demo.put(ticket, assignee_id=requester)).status_code == 422


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"ticket": 3}', b"\xff"])
async def test_a_body_that_is_no_ticket_is_refused(demo: Demo, body: bytes) -> None:
    assert (await demo.refused("PUT", f"/tickets/{demo.ticket()}", content=body))[0] == 400


async def test_a_closed_ticket_stays_as_it_is(demo: Demo) -> None:
    ticket = demo.ticket("status = 'closed'")
    for change in ({"comment": {"body": "Hello?"}}, {"status": "open"}, {"priority": "urgent"}):
        assert (await demo.put(ticket, **change)).status_code == 422
    assert demo.status(ticket) == "closed"


async def test_what_is_ignored_is_named_in_a_warning(demo: Demo) -> None:
    reply = await demo.put(demo.ticket(), id=5, description="quietly ignored", satisfaction="great")
    warning = reply.headers["x-zendesk-api-warn"]
    assert ':unpermitted_keys=>["ticket.id", "ticket.satisfaction"]' in warning
    assert "description" not in warning


async def test_tags_are_added_and_taken_away_one_by_one(demo: Demo) -> None:
    ticket = demo.ticket("status = 'open'")
    path = f"/api/v2/tickets/{ticket}/tags.json"
    before = set((await demo.get(f"/tickets/{ticket}/tags"))["tags"])
    added = await demo.client.put(path, json={"tags": ["new one", "x"]})
    assert set(added.json()["tags"]) == before | {"new_one", "x"}
    old = await stamp(demo, ticket)
    await demo.put(ticket, priority="urgent")
    guard = {"updated_stamp": old, "safe_update": True}
    stale = await demo.client.request("DELETE", path, json={"tags": ["x"], **guard})
    assert stale.status_code == 409
    left = await demo.client.request("DELETE", path, json={"tags": ["x", "never there"]})
    assert set(left.json()["tags"]) == before | {"new_one"}


async def test_a_ticket_is_opened_for_a_new_customer(demo: Demo) -> None:
    ticket = {
        "subject": "Call",
        "comment": {"body": "She rang about an oven."},
        "requester": {"name": "Ada L", "email": "ada@x.example"},
    }
    reply = await demo.client.post("/api/v2/tickets.json", json={"ticket": ticket})
    made = reply.json()["ticket"]
    assert (reply.status_code, reply.headers["location"]) == (201, made["url"])
    person = await demo.get(f"/users/{made['requester_id']}", include="identities")
    assert (person["user"]["name"], person["identities"][0]["value"]) == ("Ada L", "ada@x.example")
    again = await demo.client.post("/api/v2/tickets.json", json={"ticket": ticket})
    assert again.json()["ticket"]["requester_id"] == made["requester_id"]
    assert again.json()["ticket"]["id"] != made["id"]


@pytest.mark.parametrize(
    "ticket",
    [
        {"subject": "empty"},
        {"comment": {"body": "x"}, "requester_id": 5},
        {"comment": {"body": "x"}, "requester": {}},
    ],
)
async def test_a_ticket_without_words_or_requester_is_refused(demo: Demo, ticket: dict[str, Any]) -> None:
    assert (await demo.refused("POST", "/tickets", json={"ticket": ticket}))[0] == 422


async def test_an_idempotency_key_opens_one_ticket_for_two_hours(demo: Demo) -> None:
    async def post(subject: str) -> Any:
        body = {"ticket": {"subject": subject, "comment": {"body": "words"}, "external_id": "op-9"}}
        return await demo.client.post("/api/v2/tickets.json", json=body, headers={"Idempotency-Key": "op-9"})

    first, second = await post("one"), await post("one")
    assert [r.headers["x-idempotency-lookup"] for r in (first, second)] == ["miss", "hit"]
    assert first.json() == second.json()
    assert first.status_code == second.status_code == 201
    other = await post("two")
    assert (other.status_code, other.json()["error"]) == (400, "IdempotentRequestError")
    assert len((await demo.get("/tickets", external_id="op-9"))["tickets"]) == 1
    demo.clock.tick(2 * 3600 + 1)
    assert (await post("two")).headers["x-idempotency-lookup"] == "miss"


async def test_a_deleted_ticket_takes_no_more_writes(demo: Demo) -> None:
    ticket = demo.ticket()
    assert (await demo.client.delete(f"/api/v2/tickets/{ticket}.json")).status_code == 204
    assert (await demo.put(ticket, priority="low")).status_code == 404
    assert (await demo.refused("DELETE", f"/tickets/{ticket}"))[0] == 404
    exported, _ = await demo.export()
    assert next(t["status"] for t in exported if t["id"] == ticket) == "deleted"


async def test_a_bulk_change_reports_step_by_step(demo: Demo) -> None:
    rows = demo.db.rows("SELECT id FROM tickets WHERE status = 'open' LIMIT 3")
    ids = ",".join(str(row["id"]) for row in rows)
    body = {"ticket": {"additional_tags": ["recall"], "priority": "high"}}
    reply = await demo.client.put(f"/api/v2/tickets/update_many.json?ids={ids},5", json=body)
    job = reply.json()["job_status"]
    assert (job["status"], job["total"], job["progress"], job["results"]) == ("queued", 4, None, None)
    told = [(await demo.get(f"/job_statuses/{job['id']}"))["job_status"] for _ in range(3)]
    assert [t["status"] for t in told] == ["working", "completed", "completed"]
    results = told[-1]["results"]
    assert [r["success"] for r in results] == [True, True, True, False]
    assert (results[3]["id"], results[3]["error"]) == (5, "RecordNotFound")
    changed_now = (await demo.get("/tickets/show_many", ids=ids))["tickets"]
    assert all("recall" in t["tags"] and t["priority"] == "high" for t in changed_now)


async def test_each_ticket_of_a_bulk_change_may_have_its_own_values_and_guard(demo: Demo) -> None:
    first, second = (
        int(row["id"]) for row in demo.db.rows("SELECT id FROM tickets WHERE status = 'open' LIMIT 2")
    )
    tickets = [
        {"id": first, "subject": "Renamed"},
        {"id": second, "subject": "Never", "safe_update": True, "updated_stamp": "2001-01-01T00:00:00Z"},
    ]
    reply = await demo.client.put("/api/v2/tickets/update_many.json", json={"tickets": tickets})
    path = f"/job_statuses/{reply.json()['job_status']['id']}"
    await demo.get(path)
    results = (await demo.get(path))["job_status"]["results"]
    assert [r.get("error") for r in results] == [None, "UpdateConflict"]
    assert (await demo.get(f"/tickets/{first}"))["ticket"]["subject"] == "Renamed"


async def test_a_hundred_tickets_at_once_are_enough(demo: Demo) -> None:
    tickets = [{"id": n, "priority": "low"} for n in range(1001, 1102)]
    code, body = await demo.refused("PUT", "/tickets/update_many", json={"tickets": tickets})
    assert (code, body["error"], body["max_count"]) == (400, "TooManyValues", 100)


async def test_the_time_of_a_write_is_the_desks_own(demo: Demo) -> None:
    ticket = demo.ticket("status = 'open'")
    demo.clock.tick(7)
    body = (await demo.put(ticket, comment={"body": "now"})).json()
    assert body["audit"]["created_at"] == "2026-09-21T14:13:27Z"
    assert demo.clock() % SECOND == 0
