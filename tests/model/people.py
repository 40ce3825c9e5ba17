"""What people do: the agent at the workspace, and colleagues, customers and admins at the desk.

The agent is careful: what may be out already he sends again only when the time for late arrivals is over and the desk
does not show it.
"""

from __future__ import annotations

from typing import Literal

from faults.judge import Op
from support.clock import SECOND
from support.desk import BO

from console import changes, outbox, reply
from model.world import DESK, World
from store.errors import ConflictError, InvalidInputError, NotFoundError
from store.rows import Operation

HOLD_US = 10 * SECOND
MOMENT = 0.001  # people are not so quick that two things happen in one millisecond


class Agent:
    """Whoever sits at the workspace."""

    def __init__(self, world: World) -> None:
        self.world = world

    def _accepted(self, operation: Operation | None, not_before: int = 0) -> str:
        if operation is None:
            return ""
        self.world.human.accepted.add(operation.id)
        self.world.human.not_before[operation.id] = not_before
        self.world.tally[f"asked {operation.kind}"] += 1
        return operation.id

    def _words(self, kind: str) -> str:
        text = f"{kind} number {len(self.world.human.typed) + 1}"
        self.world.human.typed.append(text)
        return text

    def reply(self, ticket: str, *, later: int = 0) -> str:
        """Answer the customer, at once or `later` (seconds); the operation's id."""
        world = self.world
        world.clock.tick(MOMENT)
        text = self._words("reply")
        reply.save_draft(world.session, f"{DESK}/{ticket}", text, "reply")
        send_at = world.ours() + later * SECOND if later else 0
        made = reply.reply(world.session, f"{DESK}/{ticket}", text, send_at=send_at)
        return self._accepted(made, send_at or world.ours() + HOLD_US)

    def note(self, ticket: str) -> str:
        """Write an internal note."""
        self.world.clock.tick(MOMENT)
        return self._accepted(reply.note(self.world.session, f"{DESK}/{ticket}", self._words("note")))

    def change(self, ticket: str, *words: str) -> str:
        """Set fields or tags; "" where that is not possible or already so."""
        self.world.clock.tick(MOMENT)
        try:
            made = changes.set_fields(self.world.session, f"{DESK}/{ticket}", changes.parse(words))
        except InvalidInputError:
            return ""
        return self._accepted(made)

    # what waits

    def waiting(self, *states: str, messages: bool = False) -> list[Op]:
        """Operations in these states, in the order in which they were asked for."""
        found = [o for o in self.world.ops().values() if o.state in states]
        return [o for o in found if o.kind != "set"] if messages else found

    def may_be_out(self, op_id: str) -> bool:
        """Whether the desk shows it, or still could."""
        found = self.world.operation(op_id)
        if any(self.world.desk.taken.get(op_id, ())):
            return True
        settled = found.last_sent + self.world.desk.caps.settle_s * SECOND
        return bool(found.attempts or found.last_sent) and self.world.clock() <= settled

    def cancel(self, op_id: str) -> None:
        """Take it back, unless it may be out."""
        self.world.clock.tick(MOMENT)
        try:
            outbox.take_back(self.world.session, op_id)
            self.world.tally["cancelled"] += 1
        except ConflictError:
            self.world.tally["cancel refused"] += 1

    def again(self, op_id: str) -> None:
        """Look at the desk; send it again when it is not there, drop it when it is."""
        if any(self.world.desk.taken.get(op_id, ())):
            self.cancel(op_id)
        elif not self.may_be_out(op_id):
            self.world.clock.tick(MOMENT)
            try:
                outbox.retry(self.world.session, op_id)
            except NotFoundError:
                return  # the mirror is new and has not heard of the ticket yet
            self.world.human.not_before[op_id] = 0
            self.world.human.settled.add(op_id)
            self.world.tally["sent again"] += 1

    def edit(self, op_id: str) -> None:
        """Other words, unless the old ones may be out."""
        if self.may_be_out(op_id):
            return
        self.world.clock.tick(MOMENT)
        words = self._words("edited")
        kind = self.world.operation(op_id)
        try:
            made = outbox.edit(self.world.session, op_id, words)
        except ConflictError:
            self.world.human.typed.remove(words)
            return
        hold = max(kind.send_at, self.world.ours() + HOLD_US) if kind.kind == "reply" else kind.send_at
        self.world.human.settled.add(self._accepted(made, hold))

    def resolve(self, op_id: str, choice: Literal["mine", "theirs", "mixed"]) -> None:
        """Settle a conflict."""
        self.world.clock.tick(MOMENT)
        disputed = outbox.disputed(self.world.session, op_id)
        values = {}
        for place, field in enumerate(disputed):
            mine = choice == "mine" or (choice == "mixed" and place % 2 == 0)
            values[field.field] = field.value_mine if mine else field.value_theirs
        self._accepted(outbox.resolve(self.world.session, op_id, values))
        self.world.tally[f"resolved {choice}"] += 1

    def retarget(self, op_id: str) -> None:
        """Send it to the ticket that its own was merged into, unless it stands there already."""
        if self.may_be_out(op_id):
            return
        self.world.clock.tick(MOMENT)
        try:
            made = outbox.retarget(self.world.session, op_id)
        except (ConflictError, NotFoundError, InvalidInputError):
            return  # not merged, or the mirror is new and has not heard of it yet, or no words
        self.world.human.retargeted.add(self._accepted(made))
        self.world.human.settled.add(made.id)
        self.world.tally["retargeted"] += 1


class Others:
    """Everybody at the desk."""

    def __init__(self, world: World) -> None:
        self.world = world

    def _begin(self) -> None:
        self.world.clock.tick(MOMENT)
        self.world.desk._arrive()

    def shown(self) -> list[str]:
        """The tickets that the desk shows."""
        return [t for t in self.world.desk.tickets if t not in self.world.desk.absent]

    def sets(self, ticket: str, **values: str) -> None:
        """A colleague changes fields."""
        self._begin()
        self.world.desk.sets(ticket, BO.id, **values)

    def answers(self, ticket: str) -> None:
        """A colleague answers the customer."""
        self._begin()
        self.world.desk.says(ticket, BO.id, f"Bo says {self.world.desk.number}")

    def notes(self, ticket: str) -> None:
        """A colleague adds a note."""
        self._begin()
        self.world.desk.says(ticket, BO.id, f"Bo notes {self.world.desk.number}", public=False)

    def customer(self, ticket: str) -> None:
        """The customer writes again."""
        self._begin()
        author = self.world.desk.tickets[ticket].requester_id or ""
        self.world.desk.says(ticket, author, f"Hello? {self.world.desk.number}")

    def merge(self, ticket: str, target: str) -> None:
        """A colleague merges two tickets."""
        self._begin()
        waiting = [o for o in self.world.ops().values() if o.lane == f"{DESK}/{ticket}"]
        self.world.tally["merge with a queued reply"] += any(
            o.state == "queued" and o.kind == "reply" for o in waiting
        )
        self.world.desk.merge(ticket, target)

    def hide(self, ticket: str, how: Literal["gone", "forbidden"]) -> None:
        """An admin deletes a ticket or forbids it."""
        self._begin()
        self.world.desk.hide(ticket, how)
        self.world.tally[f"hidden {how}"] += 1

    def restore(self, ticket: str, *, told: bool) -> None:
        """An admin brings it back."""
        self._begin()
        self.world.desk.restore(ticket, told=told)
        self.world.tally["restored"] += 1
