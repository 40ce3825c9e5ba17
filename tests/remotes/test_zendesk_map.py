"""Zendesk's values as ours: the tables, the nulls, and the things that are told in odd places."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest
from remotes.replay import ACCOUNT, Script, query

from store.errors import NotFoundError
from store.remotes import Absent, Address, TicketDoc
from store.remotes import zendesk_map as to
from store.remotes import zendesk_wire as wire
from store.remotes.zendesk import ZendeskRemote
from store.remotes.zendesk_feed import newest


def remote(answers: dict[str, Any]) -> ZendeskRemote:
    return ZendeskRemote(ACCOUNT, "sesame", transport=Script(answers).transport)


async def ticket(**properties: Any) -> TicketDoc:
    found = await remote({"GET /tickets/7.json": {"ticket": {"id": 7, **properties}}}).ticket("7")
    assert isinstance(found, TicketDoc)
    return found


NEEDED = {
    wire.OneUser: "user",
    wire.OneTicket: "ticket",
    wire.TagList: "tags",
    wire.Job: "id",
    wire.OneJob: "job_status",
}
STRUCTS = [
    kind for kind in vars(wire).values()
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in {msgspec.Struct, *NEEDED}
]  # fmt: skip


@pytest.mark.parametrize("kind", STRUCTS)
def test_every_field_of_every_answer_may_be_null_or_missing(kind: type[msgspec.Struct]) -> None:
    nulls = dict.fromkeys(kind.__struct_fields__)
    assert msgspec.json.decode(msgspec.json.encode(nulls), type=kind) == msgspec.json.decode(b"{}", type=kind)


@pytest.mark.parametrize(("kind", "name"), NEEDED.items())
def test_what_was_asked_for_must_be_there(kind: type[msgspec.Struct], name: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=name):
        msgspec.json.decode(b'{"status": "ok"}', type=kind)


async def test_a_ticket_of_nulls_is_still_a_ticket() -> None:
    names = wire.Ticket.__struct_fields__
    doc = await ticket(**{name: None for name in names if name != "id"})
    assert (doc.id, doc.subject, doc.status, doc.priority, doc.channel) == ("7", "", "open", "none", "other")
    assert (doc.requester_id, doc.assignee_id, doc.sla_due, doc.updated, doc.version) == (
        None,
        None,
        None,
        0,
        0,
    )


@pytest.mark.parametrize(
    ("raw", "status", "presence"),
    [
        ("new", "new", "present"), ("open", "open", "present"), ("pending", "pending", "present"), ("hold", "hold", "present"),
        ("solved", "solved", "present"), ("closed", "closed", "present"), ("deleted", "closed", "gone"),
        ("brand-new-status", "open", "present"),
    ],
)  # fmt: skip
async def test_a_status_becomes_ours_and_the_raw_one_is_kept(raw: str, status: str, presence: str) -> None:
    doc = await ticket(status=raw)
    assert (doc.status, doc.status_raw, doc.presence) == (status, raw, presence)


async def test_everybody_on_a_ticket_is_named_by_id() -> None:
    doc = await ticket(
        requester_id=1, assignee_id=2, group_id=3, organization_id=4, created_at="2024-01-01T00:00:00Z"
    )
    assert (doc.requester_id, doc.assignee_id, doc.group_id, doc.organization_id) == ("1", "2", "3", "4")
    assert doc.created == 1_704_067_200_000_000


@pytest.mark.parametrize(
    ("told", "copied"),
    [
        ({"collaborator_ids": [31, 9], "email_cc_ids": [31]}, ("31",)),
        ({"collaborator_ids": [31, 31, None, -1, 1]}, ("31",)),
        ({"collaborator_ids": [], "email_cc_ids": None}, ()),
    ],
)
async def test_whoever_else_gets_a_reply_is_told_once(told: dict[str, Any], copied: tuple[str, ...]) -> None:
    assert (await ticket(requester_id=1, **told)).copied == copied


async def test_a_merged_ticket_is_closed_and_carries_the_tag() -> None:
    assert (await ticket(status="closed", tags=["x", "closed_by_merge"])).presence == "merged"
    assert (await ticket(status="open", tags=["closed_by_merge"])).presence == "present"


@pytest.mark.parametrize(
    ("raw", "channel"),
    [
        ("email", "email"), ("web", "web"), ("web_form", "web"), ("chat", "chat"), ("voice", "phone"), ("phone", "phone"),
        ("sms", "sms"), ("twitter", "social"), ("facebook", "social"), ("instagram", "social"), ("native_messaging", "messaging"),
        ("whatsapp", "messaging"), ("line", "messaging"), ("api", "other"), ("rule", "other"), ("carrier_pigeon", "other"), (33, "other"),
        (None, "other"),
    ],
)  # fmt: skip
async def test_a_channel_becomes_ours(raw: Any, channel: str) -> None:
    assert (await ticket(via={"channel": raw, "source": {"from": {}}})).channel == channel


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("1970-01-01T00:00:00Z", 0), ("2024-09-06T18:52:11Z", 1_725_648_731_000_000), ("2024-09-06T20:52:11+02:00", 1_725_648_731_000_000),
        ("2024-09-06T18:52:11.250Z", 1_725_648_731_250_000), ("2024-09-06T18:52:11", 1_725_648_731_000_000),
        ("", 0), (None, 0), ("yesterday", 0), ("2024-13-99T00:00:00Z", 0),
    ],
)  # fmt: skip
def test_times_are_microseconds_and_unreadable_ones_are_zero(text: str | None, micros: int) -> None:
    assert to.micros(text) == micros


@pytest.mark.parametrize(
    ("generated", "version"),
    [
        (None, 5_500_000),
        (0, 5_500_000),
        (-3, 5_500_000),
        (5.7, 5_500_000),  # whole seconds count
        (6, 6_000_000),
        (1e300, to.LATEST * 1_000_000),
        (float("inf"), to.LATEST * 1_000_000),
    ],
)
def test_the_version_is_the_newer_of_two_times(generated: float | None, version: int) -> None:
    assert to.version(5_500_000, generated) == version


@pytest.mark.parametrize(
    ("stamps", "seconds"),
    [
        (["2024-09-06T18:52:11Z", "2024-09-06T18:52:13Z", "2024-09-06T18:52:12Z"], 1_725_648_733),
        (["2024-09-06T18:52:11Z", "2024-09-06T20:52:13+02:00"], 1_725_648_733),
        (["2024-09-06T18:52:13Z", "9999-99-99T99:99:99z"], 1_725_648_733),  # as long as the others
        (["2024-09-06T18:52:13Z", None, ""], 1_725_648_733),
        ([None], 7),
        ([], 7),
    ],
)
def test_the_newest_change_is_found_however_times_are_written(stamps: list[str | None], seconds: int) -> None:
    assert newest([wire.Ticket(updated_at=each) for each in stamps], 7) == seconds


@pytest.mark.parametrize(
    ("raw", "text"), [(5, "5"), (5.0, "5"), ("5", "5"), (None, ""), (-1, ""), (0, ""), (2**63, str(2**63))]
)
def test_ids_are_text_and_the_system_is_nobody(raw: Any, text: str) -> None:
    assert to.ident(raw) == text


async def test_the_version_follows_system_changes_too_and_survives_nonsense() -> None:
    doc = await ticket(updated_at="2024-01-01T00:00:00Z", generated_timestamp=1_704_067_999)
    assert (doc.version, doc.updated) == (1_704_067_999_000_000, 1_704_067_200_000_000)
    assert (await ticket(generated_timestamp=1e300)).version < 2**63


@pytest.mark.parametrize("told", ["\x00a", "7\u202e", "\ufffd", "\n"])
def test_what_can_be_no_id_is_none(told: str) -> None:
    assert to.ident(told) == ""
    assert to.ident("7") == "7"


async def test_custom_values_are_told_by_the_names_of_their_fields() -> None:
    custom = [{"id": 71, "value": "A-1"}, {"id": 72, "value": True}, {"id": 73, "value": ["x", "y"]}, {"id": 74, "value": None},
              {"id": 75, "value": ""}, {"id": 99, "value": 3}]  # fmt: skip
    listed = [{"id": 71, "title": "Order №"}, {"id": 72, "title": "Order №"}, {"id": 73, "key": "colour", "title": "Colours"},
              {"id": 1, "type": "priority", "title": "Priority", "removable": False}]  # fmt: skip
    desk = remote({
        "GET /tickets/7.json": {"ticket": {"id": 7, "type": "task", "custom_fields": custom}},
        "GET /ticket_fields.json": {"ticket_fields": listed},
    })  # fmt: skip
    doc = await desk.ticket("7")
    assert isinstance(doc, TicketDoc)
    assert doc.fields == {"order": "A-1", "order_72": "true", "colour": "x y", "99": "3", "type": "task"}


@pytest.mark.parametrize("title", ["Channel", "Requester", "Queue", "Type", "Priority"])
async def test_a_custom_field_never_bears_the_name_of_a_standard_one(title: str) -> None:
    desk = remote({
        "GET /tickets/7.json": {"ticket": {"id": 7, "custom_fields": [{"id": 71, "value": "A-1"}]}},
        "GET /ticket_fields.json": {"ticket_fields": [{"id": 71, "type": "text", "title": title}]},
    })  # fmt: skip
    doc = await desk.ticket("7")
    assert isinstance(doc, TicketDoc)
    assert doc.fields == {f"{title.lower()}_71": "A-1"}


async def test_a_person_has_every_address_once() -> None:
    user = {"id": 5, "name": "Cai", "email": "cai@example.com", "phone": "+491", "role": "end-user", "notes": "VIP", "locale": "de",
            "time_zone": "Berlin", "iana_time_zone": "Europe/Berlin", "organization_id": 8, "active": True}  # fmt: skip
    identities = [
        {"user_id": 5, "type": "email", "value": "cai@example.com"}, {"user_id": 5, "type": "email", "value": "c@home.example"},
        {"user_id": 5, "type": "phone_number", "value": "+492"}, {"user_id": 5, "type": "twitter", "value": "cai_t"},
        {"user_id": 5, "type": "facebook", "value": None}, {"user_id": 6, "type": "email", "value": "other@example.com"},
    ]  # fmt: skip
    script = Script({"GET /users/show_many.json": {"users": [user], "identities": identities}})
    (doc,) = await ZendeskRemote(ACCOUNT, "sesame", transport=script.transport).people(("5", "5", "", "../x"))
    assert query(script.asked[0]) == {"ids": "5", "include": "identities"}
    assert doc.addresses == (
        Address("email", "cai@example.com"), Address("phone", "+491"), Address("email", "c@home.example"),
        Address("phone", "+492"), Address("handle", "cai_t"),
    )  # fmt: skip
    assert (doc.role, doc.time_zone, doc.locale, doc.notes, doc.organization_id) == (
        "customer",
        "Europe/Berlin",
        "de",
        "VIP",
        "8",
    )


async def test_people_are_asked_for_a_hundred_at_a_time() -> None:
    script = Script({"GET /users/show_many.json": {"users": []}})
    await ZendeskRemote(ACCOUNT, "sesame", transport=script.transport).people(
        tuple(str(n) for n in range(1, 251))
    )
    assert [len(query(r)["ids"].split(",")) for r in script.asked] == [100, 100, 50]


def audit(number: int, *events: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "created_at": f"2026-01-01T00:00:{number:02}Z",
        "author_id": 5,
        "events": list(events),
        **more,
    }


async def test_a_thread_is_ordered_and_told_by_who_did_what() -> None:
    audits = [
        audit(20, {"id": 23, "type": "Comment", "public": False, "author_id": 9, "body": "note"},
              {"id": 22, "type": "Change", "field_name": "assignee_id", "previous_value": None, "value": "9"},
              {"id": 24, "type": "Change", "field_name": "status", "previous_value": "new", "value": "open", "via": {"channel": "rule"}}),
        audit(10, {"id": 11, "type": "Comment", "public": True, "body": "help", "html_body": "<p>help</p>"},
              {"id": 12, "type": "Create", "field_name": "status", "value": "new"}, via={"channel": "email"}),
        audit(30, {"id": 31, "type": "Change", "field_name": "priority", "previous_value": None, "value": "high"},
              {"id": 32, "type": "Change", "field_name": "tags", "previous_value": ["a"], "value": ["a", "b"]},
              {"id": 33, "type": "Change", "field_name": "brand_id", "previous_value": "1", "value": "2"},
              {"id": 34, "type": "Change", "field_name": "71", "previous_value": "x", "value": None},
              {"id": 35, "type": "VoiceComment", "public": True, "body": "call"}, author_id=-1),
    ]  # fmt: skip
    desk = remote({
        "GET /tickets/7/audits.json": {"audits": audits, "users": [{"id": 5, "name": "Cai"}, {"id": 5, "name": "Cai"}]},
        "GET /ticket_fields.json": {"ticket_fields": [{"id": 71, "title": "Order"}]},
    })  # fmt: skip
    thread = await desk.thread("7")
    assert [(m.id, m.public, m.author_id, m.channel) for m in thread.messages] == [
        ("11", True, "5", "email"), ("23", False, "9", "other"), ("35", True, None, "phone")]  # fmt: skip
    assert [(c.field, c.old, c.new, c.actor_id) for c in thread.changes] == [
        ("assignee", "", "9", "5"), ("status", "new", "open", None), ("priority", "none", "high", None),
        ("tags", "a", "a b", None), ("order", "x", "", None)]  # fmt: skip
    assert [p.id for p in thread.people] == ["5"]


async def test_people_are_asked_for_along_with_a_thread() -> None:
    script = Script({"GET /tickets/7/audits.json": {"audits": []}})
    await ZendeskRemote(ACCOUNT, "sesame", transport=script.transport).thread("7")
    assert query(script.asked[0]) == {"include": "users", "page[size]": "100"}


async def test_a_comment_made_private_later_is_private() -> None:
    audits = [audit(10, {"id": 11, "type": "Comment", "public": True, "body": "oops"}),
              audit(20, {"id": 21, "type": "CommentPrivacyChange", "comment_id": 11, "public": False})]  # fmt: skip
    thread = await remote({"GET /tickets/7/audits.json": {"audits": audits}}).thread("7")
    assert [m.public for m in thread.messages] == [False]


async def test_a_merge_names_the_ticket_that_goes_on() -> None:
    via = {"channel": "web", "source": {"from": {}, "to": {"ticket_id": 8, "subject": "s"}, "rel": "merge"}}
    audits = [audit(10, {"id": 11, "type": "Comment", "public": False, "body": "merged into #8"}, via=via)]
    thread = await remote({"GET /tickets/7/audits.json": {"audits": audits}}).thread("7")
    assert [(c.field, c.new) for c in thread.changes] == [("merged", "8")]


async def test_pages_are_followed_by_cursor_or_by_number() -> None:
    def numbered(request: httpx.Request) -> Any:
        page = int(query(request).get("page", "1"))
        following = f"https://evil.example/x?page={page + 1}" if page < 3 else None
        return {"audits": [audit(page, {"id": page, "type": "Comment", "body": "x"})], "next_page": following}

    thread = await remote({"GET /tickets/7/audits.json": numbered}).thread("7")
    assert [m.id for m in thread.messages] == ["1", "2", "3"]


@pytest.mark.parametrize(("status", "presence"), [(404, "gone"), (410, "gone"), (403, "forbidden")])
async def test_a_ticket_that_is_not_shown_is_absent(status: int, presence: str) -> None:
    desk = remote({"GET /tickets/7.json": httpx.Response(status, json={"error": "x"})})
    assert await desk.ticket("7") == Absent("7", presence)  # type: ignore[arg-type]
    with pytest.raises(NotFoundError):
        await desk.thread("7")


async def test_deleted_files_and_hostile_ids_do_no_harm() -> None:
    files = [{"id": 1, "file_name": "../../etc/passwd", "content_url": "https://x.example/1", "size": 3, "content_type": "text/plain"},
             {"id": 2, "file_name": "redacted.txt", "content_url": "https://x.example/2", "deleted": True}]  # fmt: skip
    script = Script(
        {
            "GET /tickets/7/audits.json": {
                "audits": [audit(10, {"id": 11, "type": "Comment", "attachments": files})]
            }
        }
    )
    desk = ZendeskRemote(ACCOUNT, "sesame", transport=script.transport)
    assert [file.id for file in (await desk.thread("7")).messages[0].attachments] == ["1"]
    await desk.ticket("../users/me")
    assert script.asked[-1].url.raw_path.startswith(b"/api/v2/tickets/%2E%2E%2Fusers%2Fme.json")
