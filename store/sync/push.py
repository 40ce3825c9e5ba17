"""Push: one operation at a time in each ticket's lane, its intent on the disk before the first byte leaves.

Before it leaves, what the desk itself does not guard is looked at once more; afterwards, what is not known is looked
up on the desk. The rules are in `verdicts` and `meeting`, the transactions in `operations`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from store.database import Database
from store.errors import AuthError, HeardError, OfflineError, ThrottledError
from store.remotes import CLOSED, ONE_WAITS, Absent, Effect, Outcome, Remote, TicketDoc
from store.remotes.urgency import urgent
from store.rows import Clash, Operation
from store.sync.jobs import Jobs
from store.sync.meeting import Meeting, answered_since, came_with_our_words, meet, stands, who_changed
from store.sync.operations import FAR_US, Operations, write_of
from store.sync.pull import Puller
from store.sync.verdicts import (
    GONE,
    LOOK_AGAIN_US,
    MESSAGES,
    Policy,
    Verdict,
    absent,
    after_looking,
    after_sending,
    conditional,
    pause_after,
    unclear,
)
from store.tickets import remote_id_of

# What stands in the way of every request, not of this operation alone.
STOPPING = (AuthError, OfflineError, ThrottledError)
PUT_ASIDE = Outcome("busy")  # nothing was sent: a person must look, or somebody took it back
TRUSTED = 6  # requests, before we take our time
FRESH_US = 300_000_000  # what was asked for this lately comes from no backup and no copied workspace


class Pusher:
    """Takes one desk's operations from the outbox to the desk."""

    def __init__(
        self, database: Database, remote: Remote, operations: Operations, pull: Puller, *, policy: Policy
    ) -> None:
        self._db = database
        self._remote = remote
        self._operations = operations
        self._pull = pull
        self._policy = policy
        self._bulk_from = 0  # bulks rest until then, single changes do not
        self.jobs = Jobs(remote, operations)

    def ready(self) -> bool:
        """Whether anything may leave now; asks without writing."""
        return self._operations.ready(bulk=self._bulk_may())

    def _bulk_may(self) -> bool:
        return self._operations.now() >= self._bulk_from and not self.jobs.full()

    async def step(self, fence: int) -> Outcome | None:
        """Take the next ready operation as far as it goes; what its request came to, None when nothing is ready.

        Raises what stands in the way of every request: AuthError, OfflineError, ThrottledError.
        """
        operation = self._operations.first_ready(bulk=self._bulk_may())
        if operation is None:
            return None
        with urgent("bulk" if operation.bulk_id else "send"):
            if self.jobs.takes(operation):
                outcome = await self.jobs.start(operation, fence)
            elif not await self._clear(operation) or not self._operations.claim(fence, [operation.id]):
                return PUT_ASIDE
            else:
                outcome = await self._send(self._operations.load(operation.id))
        if outcome.kind == "throttled" and outcome.code != ONE_WAITS and operation.bulk_id:
            self._bulk_from = self._operations.now() + int((outcome.retry_after or 1) * 1_000_000)
        return outcome

    async def _send(self, operation: Operation) -> Outcome:
        outcome = await self._remote.send(write_of(operation))
        if outcome.kind == "conflict":
            await self._conflicting(operation, outcome)
            return outcome
        left = operation.doubt - self._operations.server_now()
        verdict = after_sending(operation.kind, operation.attempts, outcome, left)
        guarded = self._guarded(operation)
        self._operations.settle(
            operation, outcome, verdict, doubt=self._doubt(operation, outcome), guarded=guarded
        )
        if outcome.kind in GONE or outcome.code == CLOSED:
            await self._see_for_ourselves(operation)
        return outcome

    @property
    def _settle_us(self) -> int:
        """How long a request may take to arrive."""
        return self._remote.caps.settle_s * 1_000_000

    def _guarded(self, operation: Operation) -> bool:
        """Whether the desk takes this write only if nobody has changed the ticket since the agent looked."""
        return operation.check and conditional(operation.kind, operation.base_token, self._remote.caps)

    def _doubt(self, operation: Operation, outcome: Outcome | None = None) -> int:
        """Until when (the desk's clock) a request of this operation may still arrive; 0 for never."""
        if outcome is None or unclear(outcome):
            return max(operation.doubt, operation.last_sent + self._settle_us)
        return operation.doubt if operation.doubt > self._operations.server_now() else 0

    async def _see_for_ourselves(self, operation: Operation) -> None:
        """What became of the ticket, so that a person can see it and send the words elsewhere."""
        with suppress(HeardError):  # the next sweep finds it too
            await self._pull.newest(remote_id_of(operation.ref))

    # before it leaves

    async def _clear(self, operation: Operation) -> bool:
        """Whether nothing speaks against sending: where the desk does not guard the write, the ticket is read first."""
        if self._stands_here(operation):
            return False
        looked_at = operation.check or operation.doubt or self._may_be_a_copy(operation)
        if self._guarded(operation) or not looked_at:
            return True
        try:
            return await self._disproved(operation) and await self._look_first(operation)
        except HeardError as error:
            pause = pause_after(operation.attempts)
            self._operations.meet(operation, Verdict("queued", pause, error.message))
            if isinstance(error, STOPPING):
                raise
            return False

    async def _disproved(self, operation: Operation) -> bool:
        """Whether no earlier request of this operation has arrived or may still; what a person tried again is looked for first."""
        if not operation.doubt:
            return not (self._may_be_a_copy(operation) and await self._stands_there(operation))
        effect = await self._effect(operation)
        doubt = self._operations.timely(operation, self._settle_us).doubt
        left = doubt - self._operations.server_now()
        silent = effect.kind == "cannot_tell" and operation.kind != "set"
        theirs = await self._pull.newest(remote_id_of(operation.ref)) if silent else None
        if effect.kind == "found":
            self._operations.meet(operation, Verdict("done"))
        elif isinstance(theirs, Absent):
            self._operations.meet(operation, absent(theirs.presence, theirs.merged_into, maybe_sent=True))
        elif left > 0 or silent:
            why = "it may have arrived already; the desk is being asked"
            self._operations.meet(operation, Verdict("queued", max(left, LOOK_AGAIN_US), why))
        else:
            return True
        return False

    def _stands_here(self, operation: Operation) -> bool:
        """Whether the mirror shows the message under our id already: this file is a copy of an older one, and the message is done."""
        there = bool(operation.body) and self._db.read(
            lambda r: stands(r, operation.ref, operation.id), overlaid=False
        )
        if there:
            self._operations.meet(operation, Verdict("done"))
        return there

    def _may_be_a_copy(self, operation: Operation) -> bool:
        """Whether these words have waited so long that the file may be a copy of an older day, on a desk that knows them by our id."""
        waited = self._operations.now() - operation.created
        return bool(operation.body) and self._remote.caps.marker != "none" and waited > FRESH_US

    async def _stands_there(self, operation: Operation) -> bool:
        effect = await self._effect(operation)
        if effect.kind == "found":
            self._operations.meet(operation, Verdict("done"))
        return effect.kind == "found"

    async def _look_first(self, operation: Operation) -> bool:
        if operation.kind == "note" or not operation.check:
            return True
        theirs = await self._pull.newest(remote_id_of(operation.ref))
        if self._stands_here(operation):
            return False
        verdict = self._against(operation, theirs)
        if verdict is not None:
            self._operations.meet(operation, verdict)
            return False
        if operation.kind == "set" and isinstance(theirs, TicketDoc):
            return self._apart(operation, theirs)
        return True

    def _apart(self, operation: Operation, theirs: TicketDoc) -> bool:
        met = self._met(operation, theirs)
        if not met.clashes:
            return True
        self._clash(operation, met.clashes, theirs.token)
        return False

    def _against(self, operation: Operation, theirs: TicketDoc | Absent) -> Verdict | None:
        """What speaks against sending to the ticket as it stands now."""
        if isinstance(theirs, Absent):
            return absent(theirs.presence, theirs.merged_into)
        if operation.kind == "reply" and operation.base.get("requester", "") not in ("", theirs.requester_id):
            return Verdict(
                "review",
                0,
                "the ticket is another customer's now; look at it, then send the reply anyway, edit or drop it",
            )
        if operation.kind != "reply" or self._policy.stale_reply == "send":
            return None
        found = self._db.read(
            lambda r: answered_since(
                r,
                operation.ref,
                seen=(operation.low_water, operation.agreed),
                me=self._pull.me(),
                created=operation.created,
            ),
            overlaid=False,
        )
        return (
            Verdict(
                "review",
                0,
                f"{found} answered since you looked; read that, then send it anyway, edit or drop it",
            )
            if found
            else None
        )

    # after the desk refused: somebody was quicker

    async def _conflicting(self, operation: Operation, outcome: Outcome) -> None:
        try:
            await self._rebase(operation, outcome)
        except HeardError as error:  # the desk does not tell now: ask again later what became of it
            doubt = self._doubt(operation)
            self._operations.settle(
                operation, outcome, Verdict("unknown", LOOK_AGAIN_US, error.message), doubt=doubt
            )
            if isinstance(error, STOPPING):
                raise

    async def _rebase(self, operation: Operation, outcome: Outcome) -> None:
        """Go on where the changes are apart, else ask a person. Our own earlier request may have moved the ticket."""
        if operation.attempts > 1 or operation.kind in MESSAGES:
            effect = await self._effect(operation)
            if effect.kind == "found":
                self._operations.settle(operation, _applied(effect), Verdict("done"))
                return
            # A person who tries again starts the count anew, and takes no doubt away.
            tried_before = operation.attempts > 1 or operation.doubt
            if effect.kind == "cannot_tell" and tried_before and operation.kind in MESSAGES:
                why = "the ticket has moved, and the desk cannot tell whether this was our own message"
                self._operations.settle(
                    operation, outcome, Verdict("review", 0, why), doubt=self._doubt(operation)
                )
                return
        theirs = await self._pull.newest(remote_id_of(operation.ref))
        if verdict := self._against(operation, theirs):
            self._operations.settle(operation, outcome, verdict, doubt=self._doubt(operation, outcome))
        elif isinstance(theirs, TicketDoc):
            self._go_on(operation, theirs)

    def _met(self, operation: Operation, theirs: TicketDoc) -> Meeting:
        """A change and the ticket as it stands; what the desk did by itself because we had answered is nobody's decision."""
        met = meet(operation.changes, operation.base, theirs)
        if not met.clashes:
            return met
        ref, me = operation.ref, self._pull.me()
        ours = self._db.read(
            lambda r: {c.field: c.mine for c in met.clashes if came_with_our_words(r, ref, c, me)},
            overlaid=False,
        )
        clashes = tuple(c for c in met.clashes if c.field not in ours)
        return replace(met, clashes=clashes, apart={**met.apart, **ours})

    def _go_on(self, operation: Operation, theirs: TicketDoc) -> None:
        met = self._met(operation, theirs)
        tags = bool(operation.add_tags or operation.remove_tags)
        if met.clashes:
            self._clash(operation, met.clashes, theirs.token)
        elif operation.kind == "set" and not met.apart and not tags:
            self._operations.settle(operation, Outcome("applied"), Verdict("done"))
        else:
            again = Verdict("queued", 0 if operation.attempts < TRUSTED else pause_after(operation.attempts))
            self._operations.meet(operation, again, token=theirs.token)

    def _clash(self, operation: Operation, clashes: Sequence[Clash], token: str) -> None:
        told = []
        for each in clashes:
            who, at = self._db.read(lambda r, c=each: who_changed(r, operation.ref, c), overlaid=False)  # type: ignore[misc]  # a default binds the loop variable
            told.append(replace(each, theirs_by=who, theirs_at=at))
        # People are known by numbers here; the screen has their names.
        named = ", ".join(
            c.field if c.field in ("assignee", "group") else f"{c.field} is {c.theirs or 'empty'}"
            for c in told
        )
        by = next((f" ({c.theirs_by})" for c in told if c.theirs_by), "")
        verdict = Verdict("conflict", 0, f"somebody else{by} changed it: {named}")
        self._operations.meet(operation, verdict, token=token, clashes=told)

    # what is not known

    async def reconcile(self) -> None:
        """Look on the desk for the effect of operations whose outcome is unknown. Raises as `step` does."""
        now = self._operations.now()
        for operation in self._operations.in_state("unknown"):
            if operation.not_before <= now or operation.not_before > now + FAR_US:
                with urgent("send"):
                    await self._look(self._operations.adopt(operation, self._settle_us))

    async def _look(self, operation: Operation) -> None:
        try:
            effect = await self._effect(operation)
            unclear = effect.kind == "cannot_tell"
            theirs = await self._pull.newest(remote_id_of(operation.ref)) if unclear else None
        except HeardError as error:
            self._operations.meet(operation, Verdict("unknown", LOOK_AGAIN_US, error.message))
            if isinstance(error, STOPPING):
                raise
            return
        verdict = after_looking(
            operation.kind,
            self._operations.tries(operation.id),
            effect,
            self._remote.caps,
            token=write_of(operation).token,
            doubt_left=self._doubt(operation) - self._operations.server_now(),
            why=operation.error,
        )
        if isinstance(theirs, Absent):
            verdict = absent(theirs.presence, theirs.merged_into, maybe_sent=True)
        if verdict.state == "unknown":
            self._operations.meet(operation, verdict)
            return
        known = effect.kind == "found" or (effect.kind == "absent" and theirs is None)
        outcome = _applied(effect) if effect.kind == "found" else Outcome("not_sent", detail=verdict.why)
        until = self._doubt(operation)
        over = known and (effect.kind == "found" or until <= self._operations.server_now())
        self._operations.settle(operation, outcome, verdict, doubt=0 if over else until)

    async def _effect(self, operation: Operation) -> Effect:
        return await self._remote.find_effect(write_of(operation))


def _applied(effect: Effect) -> Outcome:
    """The desk has it. Its token may be of a later change by somebody else, so it vouches for nothing."""
    return Outcome("applied", effect.remote_id)
