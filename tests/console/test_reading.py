"""The queue, search, views, board and tail, on three customers of a desk in memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.clock import Clock
from support.corpus import load_corpus
from support.desk import BO, MemoryDesk

from console import changes, history, outbox, reply, search, tail, triage, views
from console.board import board
from console.session import Session
from store.errors import InvalidInputError, NotFoundError, QueryError
from store.sync import Engine


@pytest.fixture
async def told(session: Session, desk: MemoryDesk, clock: Clock) -> Session:
    """Ada waits since two hours, Bea has been answered by Bo, Cas is solved."""
    engine = Engine(session.db, "acme", desk, clock)
    ada, bea, cas = (desk.customer(n) for n in ("Ada Abel", "Bea Bond", "Cas Cole"))
    one = desk.open(ada, "Refund for kettle", "Where is my refund?", tags=("vip", "refund"), priority="high")
    clock.tick(3600)
    two = desk.open(
        bea, "Toaster burns", 'It says "E42" and smells.', channel="sms", sla_due=clock() + 7200 * 1_000_000
    )
    desk.says(two, BO.id, "Please unplug it now.")
    desk.sets(two, BO.id, status="open", assignee_id=BO.id)
    clock.tick(1)
    three = desk.open(cas, "Thanks", "All good, straße", channel="chat", fields={"product": "Alpha"})
    desk.sets(three, BO.id, status="solved")
    clock.tick(3600)
    for _ in range(3):
        clock.tick(10)
        assert (await engine.once()).error is None
    assert (one, two, three) == ("4", "6", "11")
    return session


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("", ["Thanks", "Toaster burns", "Refund for kettle"]),
        ("status:live", ["Toaster burns", "Refund for kettle"]),
        ("status:new,solved", ["Thanks", "Refund for kettle"]),
        ("-status:solved tag:vip", ["Refund for kettle"]),
        ("assignee:bo", ["Toaster burns"]),
        ('assignee:"Bo Berg"', ["Toaster burns"]),
        ("is:unassigned", ["Thanks", "Refund for kettle"]),
        ("is:waiting", ["Refund for kettle"]),
        ("waiting>1h", ["Refund for kettle"]),
        ("is:sla sla<3h", ["Toaster burns"]),
        ("sla<1m", []),
        ("customer:abel", ["Refund for kettle"]),
        ("refund", ["Refund for kettle"]),
        ('"unplug it"', ["Toaster burns"]),
        ("e42", ["Toaster burns"]),
        ("strasse", ["Thanks"]),
        ("STRASSE -thanks", []),
        ("-refund channel:sms", ["Toaster burns"]),
        ("field.product:alpha", ["Thanks"]),
        ("priority:high", ["Refund for kettle"]),
        ("group:support", ["Thanks", "Toaster burns", "Refund for kettle"]),
        ("ref:#4", ["Refund for kettle"]),
        ("' OR 1=1 --", []),
    ],
)
async def test_a_query_finds_what_it_says(told: Session, query: str, subjects: list[str]) -> None:
    found = triage.rows(told, triage.queue_ids(told, query))
    assert [r.subject for r in found] == subjects
    assert triage.count(told, query) == len(subjects)


async def test_sorting(told: Session) -> None:
    def order(sort: str) -> list[str]:
        return [r.requester.split()[0] for r in triage.rows(told, triage.queue_ids(told, "", sort))]

    assert order("oldest") == ["Ada", "Bea", "Cas"]
    assert order("priority")[0] == "Ada"
    assert order("sla")[0] == "Bea"
    assert order("subject") == ["Ada", "Cas", "Bea"]


async def test_a_changed_ticket_is_unseen_until_it_is_looked_at(
    told: Session, desk: MemoryDesk, clock: Clock
) -> None:
    assert triage.count(told, "is:unseen") == 0
    clock.tick(60)
    desk.says("6", "c2", "It burns again!")
    clock.tick(60)
    await Engine(told.db, "acme", desk, lambda: clock() + 60_000_000).once()
    assert [r.ref for r in triage.rows(told, triage.queue_ids(told, "is:unseen"))] == ["acme/6"]
    triage.mark_seen(told, "acme/6")
    assert triage.count(told, "is:unseen") == 0


async def test_a_ticket_is_found_by_any_of_its_names(told: Session) -> None:
    assert {triage.ticket(told, name).row.ref for name in ("4", "#4", "acme/4")} == {"acme/4"}
    with pytest.raises(NotFoundError, match="no ticket 999"):
        triage.ticket(told, "999")


async def test_search_shows_the_words_around(told: Session) -> None:
    hits = search.search(told, "unplug")
    assert [(h.ref, h.where) for h in hits] == [("acme/6", "message")]
    assert "unplug" in hits[0].excerpt
    assert {h.where for h in search.search(told, "refund")} == {"subject", "message"}
    assert [h.where for h in search.search(told, "cas col")] == ["customer"]
    assert search.search(told, 'nothing "like( this* AND') == []
    with pytest.raises(InvalidInputError):
        search.search(told, "  ")


async def test_the_board_counts_and_each_figure_lists_its_tickets(told: Session, clock: Clock) -> None:
    seen = board(told, clock())
    assert (seen.by_status["new"], seen.by_status["open"], seen.by_status["solved"]) == (1, 1, 1)
    assert seen.unassigned == 1
    assert seen.oldest_unanswered is not None
    assert seen.oldest_unanswered.ref == "acme/4"
    assert [(a.name, a.open, a.waiting) for a in seen.load] == [("Bo Berg", 1, 0), ("Ana Silva", 0, 0)]
    for figure in seen.figures:
        if figure.value.isdigit():
            assert triage.count(told, figure.query) == int(figure.value), figure


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ('Robert "Bob" Berg', "Ana Silva"),
        ("Bo @ Sales", "Ana Silva"),
        ("None", "Ana Silva"),
        ("me", "Ana Silva"),
        ("Bo", "Bo Lund"),
        ("Bo", "BO"),
        ("a1", "Ana Silva"),
    ],
)
async def test_the_figure_of_an_agent_lists_his_tickets_whatever_he_is_called(
    told: Session, clock: Clock, name: str, other: str
) -> None:
    with told.db.write("mirror") as c:
        c.execute("UPDATE agent SET name = iif(remote_id = ?, ?, ?)", (BO.id, name, other))
    shown = board(told, clock())
    figures = {f.label: f for f in shown.figures[-2:]}
    found = {label: triage.count(told, figure.query) for label, figure in figures.items()}
    assert found == {name: 1, other: 0} == {a.name: a.open for a in shown.load}


async def test_tail_takes_a_query_and_a_cursor(told: Session) -> None:
    assert {e.ref for e in tail.tail(told, query="tag:vip")} == {"acme/4"}
    since = tail.newest(told)
    assert tail.tail(told, since) == []
    reply.note(told, "4", "A note for us.")
    (event,) = tail.tail(told, since)
    assert (event.kind, event.new, event.actor) == ("queued", "note", "me")
    seen = tail.follow(told, 0, stop=lambda: False)
    assert next(seen).kind == "created"


async def test_views_count_and_can_be_read(told: Session) -> None:
    counts = views.view_counts(told)
    assert (counts["Live"], counts["Waiting"], counts["All"]) == (2, 1, 3)
    assert [v.key for v in views.views(told)][:9] == list("123456789")


async def test_the_overlay_moves_tickets_between_views_at_once(told: Session) -> None:
    changes.set_fields(
        told, "4", changes.parse(["status=solved", "assignee=me", "+done", "field.product=Beta"])
    )
    assert triage.count(told, "status:live") == 1
    assert triage.count(told, "assignee:me tag:done field.product:beta") == 1
    row = triage.ticket(told, "4").row
    assert (row.status, row.assignee, row.pending) == ("solved", "Ana Silva", 1)
    outbox.drop(told, outbox.operations(told)[0].id)
    assert triage.count(told, "status:live") == 2


async def test_a_person_is_listed_once_however_he_is_looked_for(told: Session) -> None:
    (found,) = history.find_customers(told, "abel")
    assert (found.name, found.tickets, [c.value for c in found.contacts]) == (
        "Ada Abel",
        1,
        ["ada@x.example"],
    )
    with pytest.raises(NotFoundError):
        history.card(told, 10_000)


async def test_a_bad_query_is_an_error_everywhere(told: Session) -> None:
    for call in (triage.queue_ids, triage.count):
        with pytest.raises(QueryError):
            call(told, "status:")
    with pytest.raises(QueryError):
        tail.tail(told, query="colour:red")


def test_the_real_conversations_can_be_read(session: Session, shared: Path) -> None:
    assert load_corpus(session.db, shared / "corpus", limit=200) == 200
    assert triage.count(session, "") == 200
    for row in triage.rows(session, triage.queue_ids(session, ""))[:50]:
        assert history.story(session, row.requester_id)
        assert len(history.thread(session, row.ref)) == row.messages
