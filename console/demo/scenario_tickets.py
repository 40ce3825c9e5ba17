"""Write one ticket from its plan: the turns, who takes them, and what each does to the ticket's fields."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

from console.demo.chance import likely
from console.demo.lines import Content, Question
from console.demo.scenario_files import draw_file
from console.demo.scenario_foreign import foreign_line, foreign_opening, foreign_subject
from console.demo.scenario_plan import Plan
from console.demo.scenario_times import place, schedule, stretch
from console.demo.scenario_values import (
    DAY,
    FIELD_ORDER,
    HOUR,
    MINUTE,
    SECOND,
    About,
    Agent,
    DemoPriority,
    DemoStatus,
    FieldChange,
    File,
    Group,
    Plain,
    Ticket,
    Turn,
)
from console.demo.scenario_words import (
    Talk,
    agent_line,
    customer_line,
    given,
    make_talk,
    note_line,
    opening,
    subject,
)

AGENT_TURNS = frozenset(("ask", "fix", "promise", "weak", "sorry", "hold", "choice", "note", "transfer"))
TARGETS: dict[DemoPriority, int] = {"urgent": HOUR, "high": 4 * HOUR, "normal": 8 * HOUR, "low": 24 * HOUR}
_BREACHED, _DUE_SOON = 0.28, 0.5  # shares of waiting tickets, the second including the first
_CLOSED_AFTER = 12 * DAY
_STATUS_AFTER: dict[str, DemoStatus] = {
    "ask": "pending", "promise": "pending", "weak": "open", "choice": "pending", "hold": "hold", "fix": "solved", "sorry": "solved",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works at the company."""

    company: str
    groups: tuple[Group, ...]
    agents: tuple[Agent, ...]

    def group(self, key: str) -> Group:
        """The group called `key` in the data files."""
        return next(group for group in self.groups if group.key == key)

    def pick(self, group_id: int, rng: Random) -> Agent:
        """An agent of the group; now and then somebody from the front desk helps out."""
        return rng.choice([agent for agent in self.agents if agent.group_id == group_id or likely(rng, 0.04)])


@dataclass(slots=True)
class Draft:
    """A ticket while it is being written: the fields as they stand, and what customer and agents know."""

    plan: Plan
    about: About
    talk: Talk
    agent: Agent
    subject: str = ""
    status: DemoStatus = "new"
    assignee_id: int | None = None
    group_id: int | None = None
    order: str | None = None
    priority: DemoPriority | None = None
    asked: Question | None = None
    asked_before: bool = False
    told: set[str] = field(default_factory=set)
    waiting_since: int | None = None
    replied: bool = False
    changes: list[FieldChange] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)

    def change(self, name: str, old: Plain, new: Plain) -> None:
        """Note that a field changes with the turn that is being written."""
        if old != new:
            self.changes.append(FieldChange(name, old, new))

    def set_status(self, status: DemoStatus) -> None:
        """Move the ticket to `status`."""
        self.change("status", self.status, status)
        self.status = status

    def turn(
        self, at: int, author_id: int, text: str, files: tuple[File, ...] = (), *, public: bool = True
    ) -> None:
        """Add the turn with all changes noted since the last one."""
        self.turns.append(Turn(at, author_id, public, text, files=files, changes=tuple(self.changes)))
        self.changes = []


def write_ticket(
    plan: Plan, staff: Staff, content: Content, *, now: int, words: Random, clock: Random
) -> Ticket:
    """The ticket of a plan, without a number; sentences come from `words` and instants from `clock`."""
    kinds = tuple(plan.arc.turns.split())
    times = _times(plan, kinds, now, clock)
    draft = _begin(plan, staff, content, words)
    for kind, at, limit in zip(kinds, times, [*times[1:], now - now % SECOND], strict=True):
        if kind == "open":
            _open(draft, at, words)
        elif kind in ("note", "transfer"):
            _inside(draft, kind, at, staff, words)
        elif kind in AGENT_TURNS:
            _answer(draft, kind, at, words)
        else:
            _customer(draft, kind, at, limit, words)
    _settle(draft, now)
    return _ticket(draft)


def _begin(plan: Plan, staff: Staff, content: Content, words: Random) -> Draft:
    """An empty draft with its agent and its group."""
    customer = plan.case.customer
    group = staff.group(plan.case.theme.group)
    agent = staff.pick(group.id, words)
    about = plan.case.about(plan.mood, plan.contact, words.randrange(len(plan.case.theme.opens)))
    talk = make_talk(content, customer, about, plan.channel, agent.name)
    draft = Draft(plan=plan, about=about, talk=talk, agent=agent, priority=plan.priority)
    draft.group_id = group.id if likely(words, 0.85) else None
    return draft


def _open(draft: Draft, at: int, words: Random) -> None:
    """The customer's first message."""
    talk, case = draft.talk, draft.plan.case
    write, head = (foreign_opening, foreign_subject) if talk.language else (opening, subject)
    text, told = write(talk, words)
    draft.subject = head(talk, words)
    if told:
        draft.told.add("order")
    if talk.contact > 1:
        draft.told |= {"order", "serial", "tried"}
    draft.order = case.order if told or likely(words, 0.7) else None
    files = (draw_file(words),) if likely(words, _file_chance(draft)) else ()
    if any(file.mime.startswith("image") for file in files):
        draft.told.add("photo")
    draft.turn(at, case.customer.id, text, files)
    draft.waiting_since = at


def _customer(draft: Draft, kind: str, at: int, limit: int, words: Random) -> None:
    """A later message of the customer, which wakes up a ticket that rested; all of it happens before `limit`."""
    talk = draft.talk
    files: tuple[File, ...] = ()
    if talk.language:
        text = foreign_line(kind, talk, draft.agent, words)
    elif kind == "give" and draft.asked is not None:
        text = given(draft.asked, talk, words, before=draft.asked_before)
        files = (draw_file(words, photo=True),) if draft.asked.key == "photo" else ()
    else:
        text = customer_line("more" if kind == "give" else kind, talk, words)
    if draft.status in ("pending", "hold", "solved"):
        draft.set_status("open")
    draft.turn(at, draft.plan.case.customer.id, text, files)
    draft.waiting_since = draft.waiting_since or at
    if kind == "thanks":
        draft.set_status("solved")
        draft.waiting_since = None
        draft.turn(min(at + words.randrange(20, 600) * SECOND, limit), draft.agent.id, "")


def _answer(draft: Draft, kind: str, at: int, words: Random) -> None:
    """A public reply of the agent."""
    question = _question(draft, words) if kind == "ask" else None
    if draft.talk.language:
        text = foreign_line(kind, draft.talk, draft.agent, words)
    else:
        text = agent_line(kind, draft.talk, draft.agent, words, question)
    if question is not None:
        draft.asked, draft.asked_before = question, question.key in draft.told
        draft.told.add(question.key)
    draft.change("assignee_id", draft.assignee_id, draft.agent.id)
    draft.change("group_id", draft.group_id, draft.agent.group_id)
    draft.assignee_id, draft.group_id = draft.agent.id, draft.agent.group_id
    if draft.priority is None and likely(words, 0.5):
        draft.change("priority", None, "normal")
        draft.priority = "normal"
    if draft.order is None and "order" in draft.told:
        draft.change(str(FIELD_ORDER), None, draft.plan.case.order)
        draft.order = draft.plan.case.order
    draft.set_status(_STATUS_AFTER[kind])
    files = (draw_file(words),) if kind == "fix" and likely(words, 0.06) else ()
    draft.turn(at, draft.agent.id, text, files)
    draft.waiting_since, draft.replied = None, True


def _inside(draft: Draft, kind: str, at: int, staff: Staff, words: Random) -> None:
    """A note that the customer does not see; a transfer also moves the ticket to other hands."""
    author = draft.agent
    if kind == "transfer":
        group = words.choice([g for g in staff.groups if g.id != draft.group_id])
        draft.agent = staff.pick(group.id, words)
        draft.change("group_id", draft.group_id, group.id)
        draft.change("assignee_id", draft.assignee_id, None)
        draft.group_id, draft.assignee_id = group.id, None
        draft.talk = replace(draft.talk, slots={**draft.talk.slots, "agent": draft.agent.name.split()[0]})
        text = note_line(draft.talk, words, group.name)
    else:
        text = note_line(draft.talk, words)
    if draft.status == "new":
        draft.set_status("open")
    draft.turn(at, author.id, text, public=False)


def _settle(draft: Draft, now: int) -> None:
    """Close what has been solved for long, as the desk does by itself, and give a waiting ticket a colleague."""
    last = draft.turns[-1].at
    if draft.status == "solved" and now - last > _CLOSED_AFTER:
        draft.set_status("closed")
        draft.turn(last + 4 * DAY, -1, "")


def _ticket(draft: Draft) -> Ticket:
    """The finished ticket, still without a number."""
    case, theme = draft.plan.case, draft.plan.case.theme
    mood_tags = {"upset": ("upset",), "furious": ("upset", "escalation")}.get(draft.plan.mood, ())
    language = (case.customer.language,) if case.customer.language != "en" else ()
    return Ticket(
        id=0,
        subject=draft.subject,
        channel=draft.plan.channel,
        language=case.customer.language,
        about=draft.about,
        requester_id=case.customer.id,
        organization_id=case.customer.organization_id,
        group_id=draft.group_id,
        assignee_id=draft.assignee_id,
        status=draft.status,
        priority=draft.priority,
        tags=tuple(
            sorted({*theme.tags, *mood_tags, *language, *(("repeat",) if draft.plan.contact > 1 else ())})
        ),
        order=draft.order,
        product=case.product.name if draft.order else None,
        plan=case.plan if draft.order else None,
        waiting_since=draft.waiting_since,
        replied=draft.replied,
        turns=tuple(draft.turns),
    )


def _times(plan: Plan, kinds: tuple[str, ...], now: int, clock: Random) -> list[int]:
    """When each turn happens; an unfinished ticket ends at an age that fits its status and its clock."""
    start = place(now, plan.age, clock)
    if plan.arc.ends == "solved":
        return schedule(start, now, kinds, AGENT_TURNS, clock)
    last = now - _tail(plan, clock)
    start = min(start, last - len(kinds) * 7 * MINUTE) if len(kinds) > 1 else last
    return [at - at % SECOND for at in stretch(start, last, len(kinds), clock)]


def _tail(plan: Plan, clock: Random) -> int:
    """How long ago the last turn of an unfinished ticket was."""
    fate, share = clock.random(), clock.random()
    if plan.arc.ends == "pending":
        return int((0.5 + share * 120) * HOUR)
    if plan.arc.ends == "hold":
        return int((4 + share * 180) * HOUR)
    target = TARGETS[plan.priority or "normal"]
    if fate < _BREACHED:
        return target + int((3 + share**3 * 2400) * MINUTE)
    if fate < _DUE_SOON:
        return target - int((2 + share * 50) * MINUTE)
    return int(target * (0.03 + 0.55 * share))


def _question(draft: Draft, words: Random) -> Question:
    """What the agent asks: something new if the agent is careful, else whatever comes to mind."""
    questions = [
        question
        for question in draft.talk.content.voices.question
        if question.key not in ("solved", "choice") and question.fits(draft.about.theme)
    ]
    fresh = [q for q in questions if q.key not in draft.told]
    return words.choice(fresh if fresh and likely(words, draft.agent.warmth + 0.1) else questions)


def _file_chance(draft: Draft) -> float:
    """Pictures come with damage and leaks, seldom with anything else."""
    if draft.plan.channel in ("phone", "sms"):
        return 0.0
    return (
        0.4
        if draft.plan.case.theme.key in ("damaged_arrival", "wrong_part", "broken_hinge", "leaking")
        else 0.08
    )
