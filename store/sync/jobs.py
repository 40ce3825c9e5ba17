"""Bulk changes by the desk's own bulk call: many tickets in one request, which the desk works through by itself.

Only for what needs no look at what others set meanwhile: tags, and fields that the agent chose to set unconditionally.
"""

from __future__ import annotations

from store.errors import NotFoundError
from store.remotes import Outcome, Remote
from store.remotes.urgency import urgent
from store.rows import Operation
from store.sync.operations import Operations, write_of
from store.sync.verdicts import Verdict, after_sending

MOST_OPEN = 20  # jobs that the desk has at a time; Zendesk refuses more than 30


class Jobs:
    """Starts jobs and asks how far they have come."""

    def __init__(self, remote: Remote, operations: Operations) -> None:
        self._remote = remote
        self._operations = operations
        self._open: dict[str, list[Operation]] | None = None

    def takes(self, operation: Operation) -> bool:
        """Whether this operation goes with others in one request."""
        alone = operation.check and operation.changes
        return bool(
            self._remote.caps.bulk == "job" and operation.bulk_id and operation.kind == "set" and not alone
        )

    def full(self) -> bool:
        """Whether the desk has enough to work on for now."""
        return len(self.open()) >= MOST_OPEN

    def open(self) -> dict[str, list[Operation]]:
        """The jobs that the desk is working on, by their ids, with what they carry out."""
        if self._open is None:  # once after a start, then kept in step
            self._open = {}
            for each in self._operations.in_state("sending"):
                if each.job:
                    self._open.setdefault(each.job, []).append(each)
        return self._open

    async def start(self, first: Operation, fence: int) -> Outcome:
        """Send all that is alike, as many as one request takes; what the request came to."""
        ids = self._operations.claim(fence, self._operations.alike(first, self._remote.caps.bulk_max))
        sent = self._operations.load_many(ids)
        if not sent:
            return Outcome("busy")
        outcome, job_id = await self._remote.send_bulk(tuple(write_of(o) for o in sent))
        if outcome.kind == "applied":
            self._operations.give_job(sent, job_id)
            self.open()[job_id] = sent
        else:
            verdict = after_sending("set", first.attempts + 1, outcome)
            self._operations.settle_many(sent, verdict, outcome)
        return outcome

    async def poll(self) -> int:
        """Ask how far the open jobs have come; returns how many operations they have carried out. Raises as reads do."""
        done = 0
        for job_id, sent in list(self.open().items()):
            with urgent("bulk"):
                done += await self._ask(job_id, sent)
        return done

    async def _ask(self, job_id: str, sent: list[Operation]) -> int:
        try:
            status = await self._remote.job(job_id)
        except NotFoundError:
            return self._lost(job_id, sent)
        if status.state == "failed":
            return self._lost(job_id, sent)
        if status.state != "completed":
            return 0
        failed = [o for o in sent if write_of(o).ticket_id in status.failed]
        for each in failed:
            why = status.failed[write_of(each).ticket_id]
            self._operations.settle_many([each], Verdict("rejected", 0, why or "the desk did not say why"))
        well = [o for o in sent if o not in failed]
        self._operations.settle_many(well, Verdict("done"))
        self.open().pop(job_id)
        return len(well)

    def _lost(self, job_id: str, sent: list[Operation]) -> int:
        """The desk gave the job up, perhaps half way: look ticket by ticket."""
        self._operations.settle_many(sent, Verdict("unknown", 0, "the desk gave the bulk up"))
        self.open().pop(job_id)
        return 0
