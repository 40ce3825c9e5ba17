"""The adapter against a Request Tracker in memory that hides, stumbles and speaks other languages."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from store.errors import AuthError, NotADeskError, NotFoundError, OfflineError, RefusedError
from store.remotes import AttachmentDoc, Write, presented
from store.remotes.rt import RtRemote

TOKEN = "1-40-abc"
Answer = httpx.Response | Callable[[httpx.Request], httpx.Response]
TICKET = {
    "id": 7, "Subject": "Printer", "Status": "new", "Priority": "0", "Owner": {"id": 6, "Name": "Nobody"},
    "Queue": {"id": "3"}, "CustomFields": [{"id": "3", "name": "Tags", "values": ["red tape"]}],
    "LastUpdated": "2026-11-21T10:00:00Z", "EffectiveId": {"id": "7"},
}  # fmt: skip


def ok(body: object, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=body, headers=headers)


class Desk:
    """Answers by "METHOD /path"; what is asked of a list may depend on its page."""

    def __init__(self, **answers: Any) -> None:
        self.answers: dict[str, Answer] = {"GET /ticket/7": ok(TICKET, etag='"40"'), **answers}
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        key = f"{request.method} {request.url.path.removeprefix('/rt/REST/2.0')}"
        answer = self.answers.get(key, httpx.Response(404, json={"message": "Not Found"}))
        return answer if isinstance(answer, httpx.Response) else answer(request)

    def paths(self, method: str = "") -> list[str]:
        return [r.url.path.removeprefix("/rt/REST/2.0") for r in self.asked if method in {"", r.method}]

    def sent(self) -> Any:
        return json.loads(next(r for r in reversed(self.asked) if r.method != "GET").content)


def remote_for(desk: Desk, secret: str = TOKEN, **options: Any) -> RtRemote:
    return RtRemote("https://desk.example.com/rt/", secret, transport=httpx.MockTransport(desk), **options)


def pages(*contents: list[dict[str, object]]) -> Callable[[httpx.Request], httpx.Response]:
    """A list whose length is not told."""

    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page"])
        items = contents[page - 1] if page <= len(contents) else []
        return ok({"items": items, "count": len(items), "total": None, "pages": None})

    return answer


def entries(numbers: range, kind: str, ticket: str = "7") -> list[dict[str, object]]:
    creator = {"id": 40, "Name": "agent1"}
    return [{"id": str(n), "Type": kind, "ObjectId": ticket, "Creator": creator} for n in reversed(numbers)]


def texts(request: httpx.Request) -> httpx.Response:
    """The MIME parts of the transactions asked for, one text each."""
    wanted = json.loads(request.url.params["query"])[0]["value"]
    made = [
        {"id": str(n), "TransactionId": str(n), "ContentType": "text/plain", "Content": f"text {n}"}
        for n in wanted
    ]
    return ok({"items": made if request.url.params["page"] == "1" else []})


def asked_ids(desk: Desk) -> list[list[int]]:
    return [
        json.loads(r.url.params["query"])[0]["value"]
        for r in desk.asked
        if r.url.path.endswith("/attachments")
    ]


async def test_an_empty_page_in_the_middle_is_not_the_end() -> None:
    """An agent who may not see notes gets a page of nothing where a hundred notes stand."""
    history = pages(entries(range(301, 401), "Correspond"), [], entries(range(10, 11), "Create"))
    desk = Desk(**{"GET /ticket/7/history": history, "GET /attachments": texts})
    thread = await remote_for(desk).thread("7")
    assert [m.id for m in thread.messages] == ["10", *[str(n) for n in range(301, 401)]]
    assert desk.paths().count("/ticket/7/history") == 3
    assert [len(some) for some in asked_ids(desk)] == [100, 100, 1]  # a full page may have another behind it


async def test_the_first_entry_is_the_end() -> None:
    desk = Desk(**{"GET /ticket/7/history": pages(entries(range(1, 2), "Create")), "GET /attachments": texts})
    assert len((await remote_for(desk).thread("7")).messages) == 1
    assert desk.paths() == ["/ticket/7/history", "/attachments"]


async def test_where_another_ticket_was_merged_in_its_first_entry_may_be_older() -> None:
    history = pages(entries(range(50, 51), "Create"), [], entries(range(4, 5), "Create", "5"))
    merged: list[dict[str, object]] = [
        {"id": "60", "Type": "AddLink", "Field": "MergedInto", "ObjectId": "5", "NewValue": "x://y/ticket/7"}
    ]
    first = pages([*merged, *entries(range(50, 51), "Create")], [], entries(range(4, 5), "Create", "5"))
    for answer, count in ((history, 1), (first, 2)):
        desk = Desk(**{"GET /ticket/7/history": answer, "GET /attachments": texts})
        assert len((await remote_for(desk).thread("7")).messages) == count


async def test_a_history_without_end_stops_at_two_empty_pages() -> None:
    desk = Desk(
        **{"GET /ticket/7/history": pages(entries(range(5, 6), "Correspond")), "GET /attachments": texts}
    )
    assert len((await remote_for(desk).thread("7")).messages) == 1
    assert desk.paths().count("/ticket/7/history") == 3


async def test_text_that_the_search_by_type_did_not_bring_is_fetched_alone() -> None:
    def parts(request: httpx.Request) -> httpx.Response:
        by_type = len(json.loads(request.url.params["query"])) > 1
        found = {
            "id": "9",
            "TransactionId": "1",
            "ContentType": "text/plain",
            "ContentLength": "5",
            "Filename": "",
        }
        return ok({"items": [] if by_type else [found]})

    alone = ok({"id": 9, "Content": base64.b64encode("Grüße".encode()).decode() + "\n"})
    desk = Desk(**{
        "GET /ticket/7/history": pages(entries(range(1, 2), "Create")), "GET /attachments": parts,
        "GET /attachment/9": alone,
    })  # fmt: skip
    assert [m.text for m in (await remote_for(desk).thread("7")).messages] == ["Grüße"]


async def test_a_list_that_repeats_its_first_page_comes_to_an_end() -> None:
    same = ok({"items": entries(range(1, 101), "Comment"), "total": None})
    parts = ok({"items": [{"id": str(n), "TransactionId": "1"} for n in range(100)]})
    desk = Desk(**{"GET /ticket/7/history": same, "GET /attachments": parts})
    await remote_for(desk).thread("7")
    assert len(desk.asked) < 10


async def test_an_empty_history_is_a_ticket_that_is_not_ours() -> None:
    hidden = Desk(**{"GET /ticket/7/history": pages(), "GET /ticket/7": ok({"message": "Forbidden"}, 403)})
    with pytest.raises(RefusedError):
        await remote_for(hidden).thread("7")
    with pytest.raises(NotFoundError):
        await remote_for(Desk(**{"GET /ticket/8/history": pages()})).thread("8")


async def test_a_broken_file_is_an_error() -> None:
    desk = Desk(**{"GET /attachment/9": ok({"id": 9, "Content": "%%%"})})
    with pytest.raises(NotADeskError):
        _ = [piece async for piece in remote_for(desk).attachment(AttachmentDoc("9", "x", 1, "text/plain"))]


@pytest.mark.parametrize(
    ("answer", "error"),
    [(ok({"Version": "5.0.3"}, 401), AuthError), (ok({"version": "1"}), NotADeskError), (ok({}, 503), OfflineError),
     (httpx.Response(200, text="<html><title>Log in</title>", headers={"content-type": "text/html"}), NotADeskError)],
)  # fmt: skip
async def test_something_else_at_the_address_is_told_apart(
    answer: httpx.Response, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await remote_for(Desk(**{"GET /rt": answer})).whoami()


async def test_a_token_that_names_nobody_is_asked_for_by_what_it_did() -> None:
    mine = ok({"items": [{"id": 7, "LastUpdatedBy": {"id": 40, "type": "user"}}]})
    user = ok({"id": 40, "Name": "agent1", "RealName": "Ann", "Privileged": 1, "EmailAddress": "a@b.example"})
    desk = Desk(**{"GET /rt": ok({"Version": "5"}), "GET /tickets": mine, "GET /user/40": user})
    me = await remote_for(desk, "opaque").whoami()
    assert (me.id, me.name, me.admin) == ("40", "Ann", False)
    nobody = Desk(**{"GET /rt": ok({"Version": "5"}), "GET /tickets": ok({"items": []})})
    with pytest.raises(AuthError):
        await remote_for(nobody, "opaque").whoami()


@pytest.mark.parametrize(("field", "promise"), [("ClientRef", "B"), ("Serial", "C")])
async def test_what_the_desk_promises_is_known_with_who_we_are(field: str, promise: str) -> None:
    user = ok({"id": 40, "Name": "agent1", "Privileged": 1})
    queue = ok({"id": 3, "Name": "Support", "TicketTransactionCustomFields": [{"id": "5", "name": field}]})
    desk = Desk(**{"GET /rt": ok({"Version": "5"}), "GET /user/40": user,
                   "GET /queues/all": pages([{"id": "3"}]), "GET /queue/3": queue})  # fmt: skip
    assert (await presented(remote_for(desk)))[1] == promise


async def test_the_address_may_be_the_page_or_the_rest_address() -> None:
    for address in ("https://desk.example.com/rt", "https://desk.example.com/rt/REST/2.0/"):
        remote = RtRemote(address, "1-40-abc", transport=httpx.MockTransport(Desk()))
        assert remote.http.base_url == "https://desk.example.com/rt/REST/2.0"
        assert remote.web_url("7") == "https://desk.example.com/rt/Ticket/Display.html?id=7"


async def test_a_password_is_sent_as_basic_and_a_token_as_token() -> None:
    for options, start in (({}, "token 1-40-abc"), ({"user": "agent1"}, "Basic ")):
        desk = Desk()
        await remote_for(desk, **options).ticket("7")
        assert desk.asked[0].headers["authorization"].startswith(start)


async def test_a_reply_whose_answer_is_lost_is_unknown() -> None:
    def lost(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    for answer, kind in (
        (lost, "unknown"), (ok({}, 500), "unknown"), (ok(["done"], 201), "unparsed"),
        (httpx.Response(201, text="<html>"), "unparsed"), (ok({"message": "Permission Denied"}, 400), "refused"),
        (ok({"no": "list"}, 201, location="/REST/2.0/transaction/5"), "unparsed"),
    ):  # fmt: skip
        desk = Desk(**{"POST /ticket/7/correspond": answer})
        assert (await remote_for(desk).send(Write("01OP", "reply", "7", body="text"))).kind == kind
        assert desk.paths("POST") == ["/ticket/7/correspond"]


async def test_a_queue_that_cannot_keep_the_marker_is_not_asked_again() -> None:
    complaint = ["Correspondence added", "Unable to load transaction custom field: ClientRef"]
    desk = Desk(**{"POST /ticket/7/correspond": ok(complaint, 201, location="/REST/2.0/transaction/5")})
    remote = remote_for(desk)
    for marked in (True, False):
        assert (await remote.send(Write("01OP", "reply", "7", body="text"))).kind == "applied"
        assert ("TxnCustomFields" in desk.sent()) == marked


async def test_a_change_that_cannot_be_read_back_may_have_happened() -> None:
    def once(_: httpx.Request) -> httpx.Response:
        return ok(TICKET, etag='"40"') if desk.paths("PUT") == [] else ok({}, 502)

    desk = Desk(**{"PUT /ticket/7": ok(["Ticket 7: Status changed"])})
    desk.answers["GET /ticket/7"] = once
    outcome = await remote_for(desk).send(Write("01OP", "set", "7", changes={"status": "open"}))
    assert outcome.kind == "unparsed"


async def test_a_refusal_in_any_language_is_a_refusal() -> None:
    desk = Desk(**{"PUT /ticket/7": ok(["Anfrage 7: Zugriff verweigert"])})
    outcome = await remote_for(desk).send(Write("01OP", "set", "7", changes={"status": "solved"}, token="40"))
    assert (outcome.kind, outcome.detail) == (
        "refused",
        "not changed: status (Anfrage 7: Zugriff verweigert)",
    )
    assert desk.asked[1].headers["if-match"] == '"40"'


async def test_the_token_of_the_screen_is_sent_not_the_one_just_read() -> None:
    desk = Desk(**{"PUT /ticket/7": ok({"message": "Precondition Failed"}, 412)})
    outcome = await remote_for(desk).send(Write("01OP", "set", "7", changes={"status": "open"}, token="39"))
    assert outcome.kind == "conflict"
    assert desk.asked[1].headers["if-match"] == '"39"'


async def test_tags_are_written_as_a_whole_list_under_the_etag_it_was_made_from() -> None:
    desk = Desk(**{"PUT /ticket/7": ok([])})
    write = Write("01OP", "set", "7", add_tags=("blue", "blue"), remove_tags=("red_tape", "never there"))
    await remote_for(desk).send(write)
    assert desk.sent() == {"CustomFields": {"Tags": ["blue"]}}
    assert desk.asked[1].headers["if-match"] == '"40"'


@pytest.mark.parametrize(
    ("most", "stand", "asked", "written"),
    [
        ("0", ["Lid"], "Ring, Lid", ["Ring", "Lid"]),
        ("0", [], "Lid,Ring", ["Lid", "Ring"]),
        ("0", ["Lid", "Screw, long"], "Screw, long, Ring", ["Screw, long", "Ring"]),
        ("0", ["Lid"], "", []),
        ("1", ["one, two"], "three, four", "three, four"),
        ("1", ["one"], "", None),
    ],
)
async def test_a_comma_parts_values_only_where_a_field_holds_several(
    most: str, stand: list[str], asked: str, written: object
) -> None:
    field = {"id": "9", "name": "Parts", "values": stand}
    known = {"items": [{"id": 7, "CustomFields": [{**field, "MaxValues": most}]}], "count": 1}
    desk = Desk(**{"PUT /ticket/7": ok([]), "GET /tickets": ok(known)})
    desk.answers["GET /ticket/7"] = ok({**TICKET, "CustomFields": [field]}, etag='"40"')
    await remote_for(desk).send(Write("01OP", "set", "7", changes={"parts": asked}))
    assert desk.sent() == {"CustomFields": {"Parts": written}}


async def test_values_that_rt_keeps_in_an_order_of_its_own_are_as_asked() -> None:
    field = {"id": "9", "name": "Parts", "values": ["Lid", "Ring"]}
    desk = Desk(**{"PUT /ticket/7": ok([]), "GET /tickets": ok({"items": []})})
    desk.answers["GET /ticket/7"] = ok({**TICKET, "CustomFields": [field]}, etag='"40"')
    write = Write("01OP", "set", "7", changes={"parts": "Ring, Lid"})
    assert (await remote_for(desk).send(write)).kind == "applied"


async def test_a_lifecycle_of_its_own_gets_a_status_that_it_offers() -> None:
    offers = [{"ref": "lifecycle", "from": "new", "to": "waiting"}, {"ref": "lifecycle", "to": "closed"}]
    desk = Desk(**{"GET /ticket/7": ok({**TICKET, "_hyperlinks": offers}), "PUT /ticket/7": ok([])})
    for ours, theirs in (("pending", "waiting"), ("closed", "closed"), ("solved", "resolved")):
        await remote_for(desk).send(Write("01OP", "set", "7", changes={"status": ours}))
        assert desk.sent() == {"Status": theirs}


@pytest.mark.parametrize(
    "write",
    [Write("01", "set", "7", changes={"status": "hold"}), Write("01", "set", "7", changes={"priority": "blue"}),
     Write("01", "set", "7", changes={"nope": "x"}), Write("01", "reply", "7", body=" "),
     Write("01", "reply", "7", body="x", changes={"assignee": "40"}), Write("01", "create", "", body="x"),
     Write("01", "set", "7", changes={"status": "unheard of"})],
)  # fmt: skip
async def test_what_rt_cannot_do_is_refused_before_anything_is_sent(write: Write) -> None:
    desk = Desk(**{"GET /queues/all": pages()})
    outcome = await remote_for(desk).send(write)
    assert (outcome.kind, outcome.code) == ("refused", "invalid_input")
    assert {r.method for r in desk.asked} <= {"GET"}


async def test_rt_has_no_jobs() -> None:
    desk = Desk()
    outcome, job = await remote_for(desk).send_bulk((Write("01", "set", "7", changes={"status": "open"}),))
    assert (outcome.kind, job, desk.asked) == ("refused", "", [])
    with pytest.raises(RefusedError):
        await remote_for(desk).job("1")


async def test_an_agent_without_rights_finds_agents_among_all_users() -> None:
    users = [{"id": n, "Name": name} for n, name in ((6, "Nobody"), (40, "agent1"), (41, "robot"), (42, "x@desk.example"),
                                                       (90, "ada@example.com"))]  # fmt: skip

    def user(request: httpx.Request) -> httpx.Response:
        number = int(re.findall(r"[0-9]+$", request.url.path)[0])
        link = [{"ref": "self", "id": number}]
        return ok({"Name": f"u{number}", "Privileged": int(number in {40, 42}), "_hyperlinks": link})

    me = ok({"id": 40, "Name": "agent1", "EmailAddress": "agent1@desk.example", "Privileged": 1})
    desk = Desk(**{
        "GET /rt": ok({"Version": "5"}), "GET /user/40": me, "GET /user/41": user, "GET /user/42": user,
        "GET /queues/all": pages(), "GET /groups": pages(), "GET /users": pages(users),
    })  # fmt: skip
    schema = await remote_for(desk).schema()
    assert [person.id for person in schema.agents] == ["40", "42"]
    assert "/user/90" not in desk.paths()


async def test_people_are_asked_for_once_each_and_strangers_left_out() -> None:
    user = ok({"id": 90, "Name": "ada@example.com", "RealName": "Ada", "Privileged": 0})
    desk = Desk(**{"GET /user/90": user, "GET /user/91": ok({"message": "Forbidden"}, 403)})
    found = await remote_for(desk).people(("90", "90", "91", "92", "../rt", ""))
    assert [(p.id, p.name, p.role) for p in found] == [("90", "Ada", "customer")]
    assert sorted(desk.paths()) == ["/user/90", "/user/91", "/user/92"]
