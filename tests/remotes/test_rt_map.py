"""Request Tracker's words and ours."""

from __future__ import annotations

import msgspec
import pytest

from store.errors import InvalidInputError
from store.remotes import PRIORITIES, STATUSES, Write, rt_write
from store.remotes import rt_map as to
from store.remotes import rt_thread as threads
from store.remotes import rt_wire as wire

URL = "https://rt.example.com/Ticket/Display.html?id=7"


def ticket(**more: object) -> wire.Ticket:
    raw = {"id": 7, "Status": "open", "LastUpdated": "2026-11-21T10:00:00Z", "EffectiveId": "7", **more}
    return msgspec.convert(raw, wire.Ticket)


@pytest.mark.parametrize(
    ("raw", "ours"),
    [("new", "new"), ("open", "open"), ("stalled", "pending"), ("resolved", "solved"), ("rejected", "closed"),
     ("deleted", "closed"), ("On Hold", "hold"), ("something of our own", "open")],
)  # fmt: skip
def test_a_status_is_told_in_our_words_and_its_name_is_kept(raw: str, ours: str) -> None:
    doc = to.ticket(ticket(Status=raw), url=URL)
    assert (doc.status, doc.status_raw) == (ours, raw)


def test_every_status_of_ours_has_a_name_in_rt_that_leads_back() -> None:
    assert all(to.status(to.status_names(status)[0]) == status for status in STATUSES)
    assert to.status_names("unheard of") == ()


@pytest.mark.parametrize(
    ("raw", "ours"),
    [("0", "low"), ("49", "low"), ("50", "normal"), ("74", "normal"), ("75", "high"), ("100", "high"),
     ("101", "urgent"), ("-5", "low"), ("", "low"), ("rubbish", "low")],
)  # fmt: skip
def test_priorities_fall_into_buckets_by_rts_own_names(raw: str, ours: str) -> None:
    assert to.ticket(ticket(Priority=raw), url=URL).priority == ours


def test_every_priority_that_can_be_written_reads_back_as_itself() -> None:
    for ours in PRIORITIES[1:]:
        assert to.priority(str(to.priority_number(ours))) == ours
    assert to.priority_number("unheard of") is None


@pytest.mark.parametrize("raw", ["1970-01-01T00:00:00Z", "", None, "yesterday", 12, "2026-13-45T00:00:00Z"])
def test_a_date_that_is_not_set_is_none(raw: object) -> None:
    assert to.ticket(ticket(Due=raw), url=URL).sla_due is None


def test_times_are_microseconds() -> None:
    doc = to.ticket(ticket(Due="2026-11-21T10:00:01Z"), url=URL)
    assert doc.sla_due == doc.updated + 1_000_000 == 1795255201000000
    assert doc.version == doc.updated


def test_custom_fields_become_tags_and_fields() -> None:
    fields = [
        {"id": "3", "name": "Tags", "values": ["red", None, "two words"]},
        {"id": "2", "name": "Serial Number", "values": ["A", "B"]},
        {"id": "5", "name": "ClientKey", "values": ["01ABC"]},
        {"id": "6", "name": "Photo", "values": [{"filename": "cat.png", "_url": "x"}]},
        {"id": "7", "name": "Empty", "values": []},
    ]
    doc = to.ticket(ticket(CustomFields=fields), url=URL)
    assert doc.tags == ("red", "two words")
    assert dict(doc.fields) == {"serial_number": "A, B", "photo": "cat.png"}


def test_a_custom_field_never_bears_the_name_of_a_standard_one() -> None:
    fields = [
        {"id": "8", "name": "Priority", "values": ["9"]},
        {"id": "9", "name": "tags", "values": ["x"]},
        {"id": "10", "name": "Owner", "values": ["Bo"]},
    ]
    raw = ticket(CustomFields=fields, Priority="50")
    assert dict(to.ticket(raw, url=URL).fields) == {
        "priority_field": "9",
        "tags_field": "x",
        "owner_field": "Bo",
    }
    written = rt_write.changes(
        Write("op", "set", "7", changes={"priority_field": "1", "priority": "high"}), raw
    )
    assert written == {"Priority": "100", "CustomFields": {"Priority": "1"}}
    with pytest.raises(InvalidInputError, match='no custom field "Tags"'):
        rt_write.changes(Write("op", "set", "7", add_tags=("vip",)), raw)


def test_nobody_and_the_system_are_nobody() -> None:
    doc = to.ticket(
        ticket(Owner={"id": 6, "Name": "Nobody"}, Requestor=[{"id": 1, "Name": "RT_System"}]), url=URL
    )
    assert (doc.assignee_id, doc.requester_id) == (None, None)


def test_the_first_person_who_asks_is_the_requester_and_a_group_is_not() -> None:
    people = [
        {"type": "group", "id": 30, "Name": "Everyone"},
        {"type": "user", "id": 94, "Name": "ada@example.com", "RealName": "", "MobilePhone": "+49 1",
         "Organization": "Acme", "Timezone": "Europe/Berlin", "Lang": "de"},
    ]  # fmt: skip
    raw = ticket(Requestor=people, Owner={"id": 40, "Name": "agent1", "RealName": "Ann"})
    doc = to.ticket(raw, url=URL)
    assert (doc.requester_id, doc.assignee_id, doc.organization_id) == ("94", "40", "Acme")
    customer, agent = to.people([raw, raw])
    assert (customer.name, customer.role, customer.time_zone, customer.locale) == (
        "ada@example.com", "customer", "Europe/Berlin", "de")  # fmt: skip
    assert [(a.kind, a.value) for a in customer.addresses] == [
        ("email", "ada@example.com"),
        ("phone", "+49 1"),
    ]
    assert (agent.id, agent.name, agent.role, agent.addresses) == ("40", "Ann", "agent", ())


def test_a_login_name_alone_is_no_number() -> None:
    assert (
        to.ticket(ticket(Requestor=[{"id": "ada@example.com", "type": "user"}]), url=URL).requester_id is None
    )


def test_who_else_gets_a_reply_is_told_the_same_by_a_list_and_by_a_ticket_alone() -> None:
    others = [{"type": "group", "id": "30"}, {"id": "bo@example.com"}, {"id": "4711", "type": "user"}]
    listed = ticket(
        Requestor=[
            {"id": 94, "Name": "ada@example.com", "type": "user"},
            {"id": 95, "Name": "eve@example.com"},
        ],
        Cc=[*others, {"id": "ada@example.com"}, {"id": "eve@example.com"}],
    )
    alone = ticket(
        Requestor=[{"id": "ada@example.com", "type": "user"}, {"id": "eve@example.com"}], Cc=others
    )
    told = ("eve@example.com", "group 30", "bo@example.com", "user 4711")
    assert [to.ticket(raw, url=URL).copied for raw in (listed, alone)] == [told, told]
    assert to.ticket(ticket(Requestor="", Cc=""), url=URL).copied == ()


@pytest.mark.parametrize(
    ("more", "presence", "into"),
    [({}, "present", None), ({"EffectiveId": "9"}, "merged", "9"), ({"Status": "deleted"}, "gone", None),
     ({"EffectiveId": {"id": "7", "type": "ticket"}}, "present", None), ({"EffectiveId": None}, "present", None)],
)  # fmt: skip
def test_presence(more: dict[str, object], presence: str, into: str | None) -> None:
    doc = to.ticket(ticket(**more), url=URL)
    assert (doc.presence, doc.merged_into) == (presence, into)


@pytest.mark.parametrize(
    "more",
    [{"Subject": "other"}, {"Status": "new"}, {"Priority": "1"}, {"Owner": {"id": 41}}, {"Queue": {"id": "4"}},
     {"LastUpdated": "2026-11-21T10:00:01Z"}, {"CustomFields": [{"name": "Tags", "values": ["x"]}]}],
)  # fmt: skip
def test_a_token_made_from_a_listing_changes_with_all_that_we_write(more: dict[str, object]) -> None:
    before, after = (to.ticket(raw, url=URL).token for raw in (ticket(), ticket(**more)))
    assert before != after
    assert before == to.ticket(ticket(), url=URL).token
    assert to.ticket(ticket(), url=URL, token="77").token == "77"


def entry(number: int, kind: str, **more: object) -> wire.Transaction:
    raw = {"id": str(number), "Type": kind, "Created": "2026-11-21T10:00:00Z", "ObjectId": "7", **more}
    return msgspec.convert(raw, wire.Transaction)


def part(number: int, transaction: int, kind: str, content: str = "", **more: object) -> wire.Attachment:
    raw = {
        "id": str(number),
        "TransactionId": str(transaction),
        "ContentType": kind,
        "Content": content,
        **more,
    }
    return msgspec.convert(raw, wire.Attachment)


def test_text_is_preferred_to_html_and_several_texts_stand_below_each_other() -> None:
    bodies = [
        part(3, 1, "text/html", "<p>one</p>"), part(2, 1, "text/plain", "one"), part(4, 1, "text/plain", "-- footer"),
        part(5, 2, "text/html; charset=utf-8", "<p>two</p>"), part(6, 2, "text/plain", "  \n"),
        part(7, 3, "text/plain", "a file", Filename="a.txt"),
    ]  # fmt: skip
    entries = [entry(1, "Create"), entry(2, "Correspond"), entry(3, "Comment"), entry(4, "EmailRecord")]
    said = threads.messages("7", entries, threads.Parts(bodies))
    assert [(m.id, m.public, m.text, m.html) for m in said] == [
        ("1", True, "one\n\n-- footer", ""), ("2", True, "", "<p>two</p>")]  # fmt: skip


def test_a_mail_that_is_all_subject_opens_a_ticket_and_an_empty_one_on_it_says_nothing() -> None:
    bodies = [part(1, 1, "text/plain"), part(2, 2, "text/plain", "\n")]
    entries = [entry(1, "Create"), entry(2, "Correspond"), entry(3, "Create")]
    said = threads.messages("7", entries, threads.Parts(bodies))
    assert [(m.id, m.text) for m in said] == [("1", "[no readable text]")]


def test_files_are_told_from_containers_and_empty_parts() -> None:
    files = [
        part(1, 1, "multipart/mixed"), part(2, 1, "text/plain", ContentLength="5"),
        part(3, 1, "image/png", Filename="../../p.png", ContentLength="8"), part(4, 1, "message/rfc822"),
        part(5, 1, "application/octet-stream", ContentLength="0"), part(6, 1, "application/pdf", ContentLength="9"),
    ]  # fmt: skip
    (message,) = threads.messages("7", [entry(1, "Create")], threads.Parts((), files))
    assert [(f.id, f.name, f.size, f.mime) for f in message.attachments] == [
        ("3", "../../p.png", 8, "image/png"), ("6", "attachment-6", 9, "application/pdf")]  # fmt: skip


def test_our_marker_is_read_from_the_transactions_custom_field() -> None:
    fields = [{"name": "Other", "values": ["x"]}, {"name": "ClientRef", "values": ["01ABC"]}]
    marked = entry(1, "Correspond", CustomFields=fields)
    assert threads.marker(marked) == "01ABC"
    assert threads.marker(entry(1, "Correspond", CustomFields="")) == ""


def test_an_owner_change_is_told_once_and_by_whoever_made_it() -> None:
    agent = {"id": 40, "Name": "agent1"}
    entries = [
        entry(1, "Set", Field="Owner", OldValue="6", NewValue="40", Creator=agent),
        entry(2, "SetWatcher", Field="Owner", OldValue="6", NewValue="40", Creator=agent),
        entry(
            3, "Steal", Field="Owner", OldValue="40", NewValue="42", Creator={"id": 1, "Name": "RT_System"}
        ),
        entry(4, "Set", Field="Due", OldValue="", NewValue="x", Creator=agent),
        entry(5, "Status", Field="Status", OldValue="in progress", NewValue="open", Creator=agent),
    ]
    told = threads.changes("7", entries, {})
    assert [(c.field, c.old, c.new, c.actor_id) for c in told] == [
        ("assignee", "", "40", "40"), ("assignee", "40", "42", None)]  # fmt: skip


def test_a_custom_field_change_is_told_by_name_as_far_as_it_is_known() -> None:
    entries = [
        entry(1, "CustomField", Field="3", OldValue="", NewValue="red"),
        entry(2, "CustomField", Field="2", OldValue="A", NewValue="B"),
        entry(3, "CustomField", Field="5", OldValue="", NewValue="01ABC"),
        entry(4, "CustomField", Field="99", OldValue="", NewValue="x"),
    ]
    names = {"3": "Tags", "2": "Serial Number", "5": "ClientKey"}
    assert [c.field for c in threads.changes("7", entries, names)] == ["tags", "serial_number", "99"]
    assert threads.unknown_fields(entries, names)
    assert not threads.unknown_fields(entries[:3], names)


def test_a_merge_is_told_once_with_both_tickets() -> None:
    uri = "fsck.com-rt://desk.example/ticket/7"
    entries = [
        entry(1, "AddLink", Field="MergedInto", ObjectId="5", NewValue=uri),
        entry(2, "AddLink", Field="MergedInto", ObjectId="7", NewValue=uri),
        entry(3, "AddLink", Field="RefersTo", ObjectId="7", NewValue="https://example.com/ticket/9"),
    ]
    assert [(c.field, c.old, c.new) for c in threads.changes("7", entries, {})] == [("merged", "5", "7")]
    assert threads.merged_away("5", entries)
    assert not threads.merged_away("7", entries)
