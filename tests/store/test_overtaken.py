"""Replies that were overtaken while they waited: a colleague answered, or the ticket is somebody else's now."""

from __future__ import annotations

import pytest
from support.desk import BO
from support.one_ticket import NAME, A, B, C, Scene

from console import changes, outbox, reply
from store.remotes import Caps
from store.sync import Engine, Policy


@pytest.mark.parametrize("caps", [A, B, C], ids="ABC")
async def test_a_reply_that_a_colleague_overtook_waits_and_goes_when_the_agent_says_so(
    scene: Scene, caps: Caps
) -> None:
    scene.desk.caps = caps
    await scene.begin()
    reply.reply(scene.session, scene.ticket, "Please send a photo.")
    scene.desk.says(scene.ticket, BO.id, "A new one is on its way.")
    await scene.rounds()
    held = scene.only()
    assert (held.state, held.body) == ("review", "Please send a photo.")
    assert "Bo Berg" in held.error
    outbox.retry(scene.session, held.id)
    await scene.rounds()
    assert scene.texts() == ["It leaks.", "A new one is on its way.", "Please send a photo."]


@pytest.mark.parametrize("caps", [A, B, C], ids="ABC")
async def test_sent_anyway_means_the_answer_that_was_seen_and_no_newer_one(scene: Scene, caps: Caps) -> None:
    scene.desk.caps = caps
    await scene.begin()
    reply.reply(scene.session, scene.ticket, "Please send a photo.")
    scene.desk.says(scene.ticket, BO.id, "A new one is on its way.")
    await scene.rounds()
    outbox.retry(scene.session, scene.only().id)
    scene.desk.says(scene.ticket, BO.id, "It arrives on Monday.")
    await scene.rounds()
    assert scene.only().state == "review"


async def test_an_answer_that_came_home_after_the_one_on_the_screen_is_not_agreed_to(scene: Scene) -> None:
    await scene.begin()
    reply.reply(scene.session, scene.ticket, "Please send a photo.")
    shown = scene.desk.says(scene.ticket, BO.id, "A new one is on its way.")
    await scene.rounds()
    scene.desk.says(scene.ticket, BO.id, "It arrives on Monday.")
    await scene.rounds()
    outbox.retry(scene.session, scene.only().id, shown)
    await scene.rounds()
    assert scene.only().state == "review"


@pytest.mark.parametrize("caps", [B, C], ids="BC")
@pytest.mark.parametrize("asks_again", [False, True])
async def test_a_desk_that_opens_what_we_answer_is_no_colleague(
    scene: Scene, caps: Caps, *, asks_again: bool
) -> None:
    """Its rule acts on our reply, before the change that we asked for along with it. A customer who writes is another matter."""
    scene.desk.caps = caps
    await scene.begin()
    scene.desk.sets(scene.ticket, BO.id, status="new")
    await scene.rounds()
    reply.reply(scene.session, scene.ticket, "Please send a photo.")
    refs = [f"{NAME}/{scene.ticket}"]
    changes.apply(scene.session, changes.plan_refs(scene.session, refs, changes.parse(["status=pending"])))

    def opens(what: str) -> None:
        if what == "sent" and scene.desk.tickets[scene.ticket].status == "new":
            if asks_again:
                scene.desk.says(scene.ticket, scene.desk.tickets[scene.ticket].requester_id or "", "Hello?")
            scene.desk.sets(scene.ticket, "", status="open")

    scene.desk.told = opens
    await scene.rounds(4)
    states = [o.state for o in outbox.operations(scene.session)]
    assert states == (["conflict"] if asks_again else [])
    assert scene.desk.tickets[scene.ticket].status == ("open" if asks_again else "pending")


@pytest.mark.parametrize("caps", [A, B, C], ids="ABC")
async def test_more_from_the_customer_does_not_hold_a_reply(scene: Scene, caps: Caps) -> None:
    scene.desk.caps = caps
    await scene.begin()
    reply.reply(scene.session, scene.ticket, "A new one is on its way.")
    scene.desk.says(scene.ticket, scene.desk.tickets[scene.ticket].requester_id or "", "Hello?")
    scene.desk.says(scene.ticket, BO.id, "He is angry.", public=False)
    await scene.rounds()
    assert scene.texts()[-1] == "A new one is on its way."


@pytest.mark.parametrize("caps", [A, B, C], ids="ABC")
async def test_a_reply_does_not_go_to_somebody_else_unseen(scene: Scene, caps: Caps) -> None:
    scene.desk.caps = caps
    await scene.begin()
    reply.reply(scene.session, scene.ticket, "Hello Ada, a new one is on its way.")
    scene.desk.sets(scene.ticket, BO.id, requester_id=scene.desk.customer("Bob Bird"))
    await scene.rounds()
    held = scene.only()
    assert held.state == "review"
    assert "another customer" in held.error
    outbox.retry(scene.session, held.id)
    await scene.rounds()
    assert scene.texts()[-1] == "Hello Ada, a new one is on its way."


async def test_other_words_for_whoever_asks_now_are_not_held_for_that_again(scene: Scene) -> None:
    await scene.begin()
    reply.reply(scene.session, scene.ticket, "Hello Ada.")
    scene.desk.sets(scene.ticket, BO.id, requester_id=scene.desk.customer("Bob Bird"))
    await scene.rounds()
    outbox.edit(scene.session, scene.only().id, "Hello Bob.")
    await scene.rounds(4, 11)
    assert scene.texts()[-1] == "Hello Bob."


async def test_the_policy_may_send_whatever_others_wrote(scene: Scene) -> None:
    await scene.begin()
    scene.engine = Engine(scene.session.db, NAME, scene.desk, scene.clock, Policy(stale_reply="send"))
    scene.clock.tick(31)
    reply.reply(scene.session, scene.ticket, "Please send a photo.")
    scene.desk.says(scene.ticket, BO.id, "A new one is on its way.")
    await scene.rounds(4)
    assert scene.texts()[-1] == "Please send a photo."
