"""Reading the demo desk over HTTP: who may, what comes, page by page."""

from __future__ import annotations

import base64
from pathlib import Path

import httpx
import pytest
from demo.client import NOW, Demo
from support.clock import Clock

from console.demo.desk import create_app
from console.demo.setup import DemoDesk
from console.demo.writes import delete_ticket


async def test_the_admin_is_somebody(demo: Demo) -> None:
    user = (await demo.get("/users/me"))["user"]
    assert (user["email"], user["role"]) == (demo.made.admin_email, "admin")
    assert user["url"] == f"http://desk.test/api/v2/users/{user['id']}.json"


async def test_a_bearer_token_is_as_good(demo: Demo) -> None:
    headers = {"authorization": f"Bearer {demo.made.agent_token}"}
    reply = await demo.client.get("/api/v2/users/me", headers=headers, auth=None)
    assert reply.json()["user"]["role"] == "agent"


@pytest.mark.parametrize(
    "credentials",
    [
        "",
        "Bearer wrong",
        "Basic !!!",
        "Basic " + base64.b64encode(b"robin.hale@marlowpip.example/token:wrong").decode(),
        "Digest x",
    ],
)
async def test_whoever_has_no_token_is_told_so(demo: Demo, credentials: str) -> None:
    reply = await demo.client.get("/api/v2/users/me.json", headers={"authorization": credentials}, auth=None)
    assert (reply.status_code, reply.json()) == (401, {"error": "Couldn't authenticate you"})


async def test_a_token_works_for_its_own_agent_only(demo: Demo) -> None:
    credentials = httpx.BasicAuth(f"{demo.made.agent_email}/token", demo.made.admin_token)
    assert (await demo.client.get("/api/v2/users/me.json", auth=credentials)).status_code == 401


async def test_only_an_admin_may_export(demo: Demo) -> None:
    for what in ("tickets", "users"):
        reply = await demo.client.get(
            f"/api/v2/incremental/{what}/cursor.json?start_time=0",
            auth=httpx.BasicAuth(f"{demo.made.agent_email}/token", demo.made.agent_token),
        )
        assert reply.status_code == 403


@pytest.mark.parametrize(
    "path", ["/tickets/5", "/tickets/5/audits", "/users/5", "/groups/5", "/job_statuses/x"]
)
async def test_what_is_not_there_is_not_found(demo: Demo, path: str) -> None:
    assert await demo.refused("GET", path) == (404, {"error": "RecordNotFound", "description": "Not found"})


async def test_an_address_that_nobody_knows_is_not_found_either(demo: Demo) -> None:
    assert (await demo.refused("GET", "/nonsense"))[0] == 404
    assert (await demo.refused("POST", "/groups"))[0] == 404


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/tickets/99999999999999999999", 404),
        ("/users/99999999999999999999/identities", 404),
        (
            "/incremental/tickets/cursor?cursor=" + base64.b64encode(b"1.0||99999999999999999999|").decode(),
            400,
        ),
        ("/tickets?page[size]=1&page[after]=eyJvIjoiaWQiLCJ2IjpbOTk5OTk5OTk5OTk5OTk5OTk5OTldfQ==", 400),
        ("/tickets/show_many?ids=99999999999999999999,-5", 200),
        ("/incremental/tickets/cursor?start_time=99999999999999999999", 200),
    ],
)
async def test_no_number_is_too_large_to_be_answered(demo: Demo, path: str, code: int) -> None:
    assert (await demo.client.get(f"/api/v2{path}")).status_code == code


async def test_a_body_beyond_all_reason_is_refused(demo: Demo) -> None:
    body = b'{"ticket": {"subject": "' + b"x" * 5_000_000 + b'"}}'
    assert (await demo.refused("PUT", f"/tickets/{demo.ticket()}", content=body))[0] == 413


async def test_every_answer_tells_time_and_limits(demo: Demo) -> None:
    headers = (await demo.client.get("/api/v2/groups.json")).headers
    assert headers["date"] == "Mon, 21 Sep 2026 14:13:20 GMT"
    assert headers["x-rate-limit"] == headers["ratelimit-limit"] == "100000"
    assert int(headers["ratelimit-remaining"]) == int(headers["x-rate-limit-remaining"]) < 100_000
    assert headers["content-type"] == "application/json; charset=utf-8"


async def test_too_many_requests_in_a_minute_are_refused_until_the_next_one(made: DemoDesk) -> None:
    clock = Clock(NOW)
    app = create_app(made.path, clock=clock, limit=2)
    headers = {"authorization": f"Bearer {made.admin_token}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://desk.test", headers=headers
    ) as client:
        codes = [(await client.get("/api/v2/groups.json")).status_code for _ in range(3)]
        refused = await client.get("/api/v2/groups.json")
        clock.tick(60)
        again = await client.get("/api/v2/groups.json")
    app.state.database.close()
    assert codes == [200, 200, 429]
    assert refused.headers["retry-after"] == "40"
    assert again.status_code == 200


@pytest.mark.parametrize("sort", ["id", "-id", "updated_at", "-updated_at"])
async def test_the_listing_shows_every_ticket_once_page_by_page(demo: Demo, sort: str) -> None:
    seen: list[tuple[str, int]] = []
    query: dict[str, str | int] = {"sort": sort, "page[size]": 37}
    more = True
    while more:
        page = await demo.get("/tickets", **query)
        seen += [(ticket["updated_at"], ticket["id"]) for ticket in page["tickets"]]
        more, query["page[after]"] = page["meta"]["has_more"], page["meta"]["after_cursor"]
    keys = [key if "updated" in sort else key[1] for key in seen]
    assert len(seen) == len(set(seen)) == demo.made.size
    assert keys == sorted(keys, reverse=sort.startswith("-"))


async def test_a_list_can_be_turned_by_page_number_too(demo: Demo) -> None:
    first = await demo.get("/tickets", per_page=100)
    assert (first["count"], len(first["tickets"]), first["previous_page"]) == (150, 100, None)
    second = (await demo.client.get(first["next_page"])).json()
    assert (len(second["tickets"]), second["next_page"]) == (50, None)


@pytest.mark.parametrize(
    "query", ["page[size]=101", "page[size]=0", "page[size]=x", "page[size]=5&page[after]=eA==", "page=0"]
)
async def test_a_page_that_cannot_be_is_refused(demo: Demo, query: str) -> None:
    reply = await demo.client.get(f"/api/v2/tickets.json?{query}")
    assert reply.status_code == 400
    assert reply.json()["errors"][0]["code"] == "InvalidPaginationParameter"


async def test_people_come_along_with_tickets_when_asked(demo: Demo) -> None:
    page = await demo.get("/tickets", **{"page[size]": "20", "include": "users,groups,organizations,slas"})
    people = {user["id"] for user in page["users"]}
    needed = {t[k] for t in page["tickets"] for k in ("requester_id", "submitter_id", "assignee_id")} - {None}
    assert needed == people
    assert {t["group_id"] for t in page["tickets"]} - {None} == {g["id"] for g in page["groups"]}
    assert all("slas" in ticket for ticket in page["tickets"])
    assert "users" not in await demo.get("/tickets", **{"page[size]": 1})


async def test_a_waiting_ticket_has_one_running_clock_and_a_solved_one_none(demo: Demo) -> None:
    waiting = demo.ticket("waiting_since IS NOT NULL AND priority = 'normal'")
    solved = demo.ticket("status = 'solved'")
    (clock,) = (await demo.get(f"/tickets/{waiting}", include="slas"))["ticket"]["slas"]["policy_metrics"]
    assert clock["stage"] == "active"
    assert clock["metric"] in ("first_reply_time", "next_reply_time")
    assert (await demo.get(f"/tickets/{solved}", include="slas"))["ticket"]["slas"] == {"policy_metrics": []}


async def test_users_come_with_their_identities_when_asked(demo: Demo) -> None:
    tickets = await demo.get("/tickets", **{"page[size]": 30})
    ids = ",".join(str(ticket["requester_id"]) for ticket in tickets["tickets"])
    page = await demo.get("/users/show_many", ids=ids, include="identities")
    assert {i["user_id"] for i in page["identities"]} == {user["id"] for user in page["users"]}
    one = page["users"][0]["id"]
    alone = await demo.get(f"/users/{one}/identities")
    assert alone["identities"] == [i for i in page["identities"] if i["user_id"] == one]


async def test_agents_can_be_listed_by_role(demo: Demo) -> None:
    agents = (await demo.get("/users", role="agent"))["users"]
    admins = (await demo.get("/users", role="admin"))["users"]
    assert (len(agents), len(admins)) == (9, 1)
    assert len((await demo.get("/groups"))["groups"]) == 4


@pytest.mark.parametrize("path", ["/tickets/show_many", "/users/show_many", "/organizations/show_many"])
async def test_more_than_a_hundred_ids_are_too_many(demo: Demo, path: str) -> None:
    code, body = await demo.refused("GET", path, params={"ids": ",".join(map(str, range(1, 102)))})
    assert (code, body["error"], body["max_count"]) == (400, "TooManyValues", 100)
    assert (await demo.refused("GET", path, params={"ids": "1,x"}))[0] == 400


async def test_comments_are_the_comments_of_the_audits(demo: Demo) -> None:
    busy = demo.ticket("id IN (SELECT ticket_id FROM audits GROUP BY ticket_id HAVING count(*) > 6)")
    audits = (await demo.get(f"/tickets/{busy}/audits"))["audits"]
    comments = (await demo.get(f"/tickets/{busy}/comments", include="users"))["comments"]
    spoken = [event for audit in audits for event in audit["events"] if event["type"] == "Comment"]
    assert [c["id"] for c in comments] == [event["id"] for event in spoken]
    assert all(c["created_at"] and c["via"]["channel"] for c in comments)
    assert [a["id"] for a in audits] == sorted(a["id"] for a in audits)


async def test_an_attachment_can_be_fetched_from_where_its_message_says(demo: Demo) -> None:
    row = demo.db.row("SELECT ticket_id FROM audits WHERE files > 0 ORDER BY id DESC")
    assert row is not None
    audits = (await demo.get(f"/tickets/{row['ticket_id']}/audits"))["audits"]
    files = [f for a in audits for e in a["events"] for f in e.get("attachments", [])]
    for file in files:
        reply = await demo.client.get(file["content_url"], auth=None)
        assert (reply.status_code, len(reply.content)) == (200, file["size"])
        assert reply.headers["content-type"].startswith(file["content_type"])
        assert reply.headers["content-disposition"].startswith("attachment;")
        assert (await demo.client.get(file["url"])).json()["attachment"] == file
    assert files


async def test_a_deleted_ticket_is_listed_among_the_deleted_ones_only(demo: Demo) -> None:
    gone = demo.ticket()
    delete_ticket(demo.db, gone, (await demo.get("/users/me"))["user"]["id"], demo.clock())
    assert (await demo.refused("GET", f"/tickets/{gone}"))[0] == 404
    assert gone not in {t["id"] for t in (await demo.get("/tickets/show_many", ids=gone))["tickets"]}
    (told,) = (await demo.get("/deleted_tickets"))["deleted_tickets"]
    assert (told["id"], told["previous_state"], told["actor"]["name"]) == (gone, "new", "Robin Hale")


async def test_search_finds_words_and_narrows_by_field(demo: Demo) -> None:
    found = (await demo.get("/search", query='type:ticket status:open "order"', **{"page[size]": 100}))[
        "results"
    ]
    assert found
    assert {(hit["status"], hit["result_type"]) for hit in found} == {("open", "ticket")}
    assert all("order" in (hit["subject"] + hit["description"]).lower() for hit in found)


async def test_the_page_for_people_runs_nothing_and_escapes_everything(demo: Demo) -> None:
    for row in demo.db.rows("SELECT id FROM tickets WHERE about IS NULL"):
        reply = await demo.client.get(f"/agent/tickets/{row['id']}", auth=None)
        assert reply.status_code == 200
        assert reply.headers["content-security-policy"].startswith("default-src 'none'")
        assert "<script" not in reply.text.lower()
        assert "<img" not in reply.text.lower()
    assert (await demo.client.get("/agent/tickets/5")).status_code == 404


def test_nothing_heavy_is_loaded_for_making_a_desk(tmp_path: Path) -> None:
    import subprocess  # noqa: PLC0415  (only here)
    import sys  # noqa: PLC0415  (only here)

    code = (
        "import sys, pathlib; from console.demo.setup import prepare; import console.demo.customers;"
        "prepare(pathlib.Path(sys.argv[1]), 1, 3, 1790000000000000);"
        "print(sorted({'starlette', 'uvicorn', 'httpx', 'textual', 'sqlmodel'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == "[]"
