"""The whole program on a small store: what an agent does in a day, key by key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.pilots import settled, text, until

from console import changes, desks, outbox, reply
from console.settings import ViewSettings
from screens.app import HeardApp
from screens.keymap import pane_of
from store.sync.state import save_state
from widgets.picker import Picker
from widgets.terminal import Terminal

SIZES = [(80, 24), (100, 30), (130, 30), (200, 50)]


async def test_the_queue_and_the_story_of_the_ticket_at_the_cursor(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(200, 50)) as pilot:
        shown = await settled(pilot, app, "We look at kettle 11.")
        assert "Kettle 11 leaks [@click=app.bell]" in shown
        assert "Live: 12 tickets" in shown
        assert "PUBLIC REPLY to " in shown
        await pilot.press("j")
        await settled(pilot, app, "Hello, kettle 10 leaks.")
        assert app.is_running


async def test_a_change_hits_the_ticket_that_was_asked_about(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await settled(pilot, app, "Kettle 11")
        ref = app._triage.queue.row().ref
        await pilot.press("p")
        await settled(pilot, app, f"Priority of {ref}")
        office.desk.sets(ref.partition("/")[2], "a2", status="closed")
        await office.sync()
        await until(pilot, lambda: app._triage.queue.row().ref != ref, "the ticket after it")
        await pilot.press(*"urgent", "enter")
        await settled(pilot, app, "closed tickets cannot be changed")
        assert outbox.operations(office.session) == []


async def test_h_and_l_do_not_go_round(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await settled(pilot, app, "We look at kettle 11.")
        await pilot.press("h", "h")
        assert pane_of(app.place) == "queue"
        await pilot.press("l", "l")
        assert pane_of(app.place) == "composer"
        await pilot.press("tab")
        assert pane_of(app.place) == "queue"


async def test_the_program_begins_with_the_teams_own_first_view(office: Any) -> None:
    office.session.settings = replace(
        office.session.settings, views={"Ours": ViewSettings("kettle 3", "oldest", "1")}
    )
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        shown = await settled(pilot, app, "Ours: 1 ticket")
        assert "Kettle 3 leaks" in shown


async def test_one_key_changes_a_ticket_and_one_takes_it_back(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await settled(pilot, app, "Kettle 11")
        await pilot.press("s")
        await settled(pilot, app, "Status of acme/")
        await pilot.press(*"pend", "enter")
        await settled(pilot, app, "status=pending; u takes it back")
        await pilot.press("j", ".")
        await settled(pilot, app, "2 queued")
        assert [o.changes for o in outbox.operations(office.session)] == [{"status": "pending"}] * 2
        await pilot.press("u", "u")
        await settled(pilot, app, "Taken back")
        await pilot.pause(0.2)
        assert outbox.operations(office.session) == []


async def test_many_tickets_change_after_the_plan_was_seen(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await settled(pilot, app, "Kettle 11")
        await pilot.press("*", "b")
        await settled(pilot, app, "Change 12 marked tickets")
        await pilot.press(*"status=pending +late", "enter")
        shown = await settled(pilot, app, "12 change, 0 are left alone")
        assert "status pending" in shown
        await pilot.press("enter", "space")
        assert outbox.operations(office.session) == []
        await pilot.press("ctrl+a")
        await settled(pilot, app, "12 tickets changed; u takes all of it back")
        assert len(outbox.operations(office.session)) == 12
        assert not app._triage.queue.marks
        await pilot.press("u")
        await settled(pilot, app, "Taken back")
        assert outbox.operations(office.session) == []


async def test_of_many_tags_a_plan_tells_first_what_comes_and_goes(office: Any) -> None:
    many = [f"+escalation-{n}" for n in range(9)]
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot, app, "Kettle 11")
        changes.set_fields(office.session, app._triage.at_hand, changes.parse(many))
        await pilot.press("space", "b")
        await settled(pilot, app, "Change 1 marked ticket:")
        await pilot.press(*"+vip -escalation-8", "enter")
        await settled(pilot, app, "tags +vip")


async def test_a_plan_can_be_left(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot, app, "Kettle 11")
        await pilot.press("space", "s")
        await settled(pilot, app, "Status of 1 marked ticket ")
        await pilot.press("enter")
        await settled(pilot, app, "1 change, 0 are left alone")
        await pilot.press("escape")
        await settled(pilot, app, "1 marked of 12")
        assert outbox.operations(office.session) == []


async def test_a_query_with_a_mistake_keeps_the_queue_and_points_at_it(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot, app, "Kettle 11")
        await pilot.press("/", *"nope:x", "enter")
        shown = await settled(pilot, app, "^")
        assert "Kettle 11" in shown
        await pilot.press(*["backspace"] * 6, *"kettle", "enter")
        await settled(pilot, app, "kettle: 12 tickets")
        await pilot.press("/", "end", *" is:unassigned", "enter")
        await settled(pilot, app, "kettle is:unassigned: 12 tickets")


async def test_views_open_by_number_from_every_screen(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await settled(pilot, app, "Kettle 11")
        await pilot.press("2")
        await settled(pilot, app, "Mine: 0 tickets")
        await pilot.press("L", "9")
        await settled(pilot, app, "All: 12 tickets")


async def test_search_goes_to_the_message(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await settled(pilot, app, "Kettle 11")
        await pilot.press("F", *"tell kettle 3")
        await settled(pilot, app, "note: ")
        await pilot.press("enter")
        await settled(pilot, app, "Do not tell, kettle 3.")
        assert app._triage.timeline.item.text.startswith("Do not tell, kettle 3")


async def test_the_board_leads_to_the_tickets_behind_a_figure(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await pilot.press("L")
        shown = await settled(pilot, app, "unassigned")
        assert "Events" in shown
        rows = app.screen.figures.rows
        at = next(n for n, row in enumerate(rows) if row[0][0] == "unassigned")
        await pilot.press(*["j"] * at, "enter")
        await settled(pilot, app, "unassigned: 12 tickets")


async def test_another_process_is_noticed_and_the_cursor_stays(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await settled(pilot, app, "We look at kettle 11.")
        await pilot.press("j", "j")
        await settled(pilot, app, "Hello, kettle 9 leaks.")
        office.desk.open("c1", "A brand new kettle", "Hi")
        await office.sync()
        await settled(pilot, app, "A brand new kettle")
        assert app._triage.queue.row().subject.startswith("Kettle 9 ")


async def test_what_was_refused_is_shown_and_can_be_queued_again(office: Any) -> None:
    office.desk.faults.append("refused")
    ref = "acme/" + next(iter(office.desk.tickets))
    reply.reply(office.session, ref, "Please refuse me")
    office.clock.tick(60)
    await office.engine.once()
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await pilot.press("O")
        shown = await settled(pilot, app, "REFUSED")
        assert "needs you" in shown
        await pilot.press("R")
        await settled(pilot, app, "queued again")
        await pilot.press("D")
        await settled(pilot, app, "Everything has reached the desk")


async def test_without_a_desk_the_program_says_what_to_run(session: Any) -> None:
    assert desks.states(session) == []
    app = HeardApp(session)
    async with app.run_test(size=(80, 24)) as pilot:
        shown = await settled(pilot, app, "heard demo")
        assert "heard desk add" in shown
        await pilot.press("d")
        await pilot.pause()
    assert app.return_value == "demo"


async def test_help_is_found_by_word_and_by_key(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await settled(pilot, app, "Kettle 11")
        await pilot.press("?")
        shown = await settled(pilot, app, "queue pane first")
        assert "half page down" in shown
        await pilot.press(*"internal note")
        await settled(pilot, app, "the customer never sees it")
        assert "half page down" not in text(app).split("╭")[1]
        await pilot.press(*["backspace"] * 13, "g", "g")
        await settled(pilot, app, "To the first row")
        await pilot.press("escape")
        await settled(pilot, app, "Live: 12 tickets")


async def test_the_palette_names_actions_and_why_they_cannot_be_done(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(100, 40)) as pilot:
        await settled(pilot, app, "Kettle 11")
        await pilot.press(":", *"send")
        await settled(pilot, app, "not now: this works in: composer")
        await pilot.press(*["backspace"] * 4, *"live board", "enter")
        await settled(pilot, app, "oldest unanswered")
        assert app.recent == ["board"]


async def test_no_color_sends_no_colour(office: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = office.app()
    async with app.run_test(size=(130, 40)) as pilot:
        await settled(pilot, app, "We look at kettle 11.")
        await pilot.press("r", "x")
        await pilot.pause()
        styles = [s.style for strip in app.screen._compositor.render_strips() for s in strip if s.style]
        assert not any(style.color or style.bgcolor for style in styles)
        await pilot.press("escape", "s")
        await settled(pilot, app, "Status of")
        styles = [s.style for strip in app.screen._compositor.render_strips() for s in strip if s.style]
        assert not any(style.color or style.bgcolor for style in styles)


async def test_over_ssh_nothing_moves(office: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("SSH_TTY", "/dev/pts/9")
    app = office.app()
    assert app.terminal == Terminal.of({"SSH_TTY": "x"}, "utf-8") or app.terminal.ssh
    assert app.animation_level == "none"


async def test_f5_asks_for_a_sync_and_never_syncs_itself(office: Any) -> None:
    asked: list[bool] = []
    office.session.sync_now = lambda: asked.append(True)
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot, app, "Kettle 11")
        await pilot.press("f5")
        await settled(pilot, app, "Looking at the desk")
    assert asked == [True]


async def test_the_worker_starts_once_the_screen_is_painted(office: Any) -> None:
    told: list[str] = []

    class Worker:
        def start(self) -> None:
            told.append("start")

    app = office.app(worker=Worker())
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot, app, "Kettle 11")
        assert told == []
        await pilot.pause(0.4)
        await pilot.press("q")
    assert told == ["start"]


async def test_a_crash_shows_no_customers_words(office: Any, capsys: pytest.CaptureFixture[str]) -> None:
    app = office.app()

    def crash() -> None:
        subject = app._triage.queue.row().subject
        raise RuntimeError(f"broken {len(subject)}")

    with pytest.raises(RuntimeError, match="broken"):  # noqa: PT012  (the app raises it when it ends)
        async with app.run_test(size=(80, 24)) as pilot:
            await settled(pilot, app, "Kettle 11")
            app.call_later(crash)
            await pilot.pause(0.1)
    told = capsys.readouterr().err
    assert "RuntimeError" in told
    assert "leaks" not in told


async def test_a_picker_is_left_with_escape(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot, app, "Kettle 11")
        for key in ("s", "p", "A", "t", "S", "F"):
            await pilot.press(key)
            await pilot.pause(0.1)
            assert isinstance(app.screen, Picker), key
            await pilot.press("escape")
            await pilot.pause(0.05)
        assert outbox.operations(office.session) == []


async def test_a_desk_in_trouble_says_why_and_what_to_do(office: Any) -> None:
    app = office.app()
    name = next(iter(office.session.settings.desks))
    save_state(
        office.session.db,
        name,
        "needs_login",
        detail="The desk refused the token. Get a new one.",
        code="auth",
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot, app, "needs login (! says why)")
        await pilot.press("exclamation_mark")
        await settled(pilot, app, "The desk refused the token.")


async def test_a_key_never_acts_on_a_ticket_that_is_not_the_one_under_the_cursor(office: Any) -> None:
    """The row after a jump is still being read: the ticket whose story stands beside it is not meant."""
    person = office.desk.customer("Many Mo")
    for n in range(600):
        office.desk.open(person, f"Thing {n}", "x")
    await office.sync()
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await settled(pilot, app, "PUBLIC REPLY to ")
        assert app._triage.ref
        app._triage.queue.do_bottom()
        assert app._triage.queue.row() is None
        app._triage.do_assign_me()
        await settled(pilot, app, "is still being read")
        await pilot.press("a")
        await settled(pilot, app, "acme/4: assignee=")
        assert [o.ref for o in outbox.operations(office.session)] == ["acme/4"]


async def test_no_key_acts_on_a_ticket_that_nobody_sees(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot, app, "Kettle 11")
        await pilot.press("enter")
        await settled(pilot, app, "We look at kettle 11")
        await pilot.press("escape", "@")
        await settled(pilot, app, "No tickets here")
        await pilot.press("a")
        await settled(pilot, app, "There is no ticket under the cursor.")
        assert outbox.operations(office.session) == []


async def test_what_can_be_chosen_is_of_the_ticket_that_is_read(office: Any) -> None:
    """The story may be another than that of the row under the cursor."""
    office.desk.sets("4", "a1", priority="urgent")
    office.clock.tick(600)
    office.desk.open(office.desk.customer("Lia Lo"), "The newest", "x")
    await office.sync()
    app = office.app()
    async with app.run_test(size=(130, 30)) as pilot:
        await settled(pilot, app, "PUBLIC REPLY to ")
        under = app._triage.queue.row().ref
        app._triage.open_ticket("acme/4")
        await settled(pilot, app, "kettle 3 leaks.")
        assert app._triage.queue.row().ref == under != "acme/4"
        await pilot.press("p")
        await settled(pilot, app, "Priority of acme/4")
        assert [c.value for c in app.screen._choices if c.detail == "now"] == ["urgent"]


async def test_the_way_back_from_a_story_stands_in_the_footer(office: Any) -> None:
    app = office.app()
    async with app.run_test(size=(60, 20)) as pilot:
        assert "esc" not in await settled(pilot, app, "Kettle 11")
        await pilot.press("enter")
        await settled(pilot, app, "esc queue")
