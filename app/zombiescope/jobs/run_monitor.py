"""One run of an audit as it goes: its progress is written, and it ends where the audit or the worker does."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import msgspec

from zombiescope.domain import Audit, Cost, Progress
from zombiescope.errors import NotAuthorised, SourceError, StorageError, Untrusted
from zombiescope.jobs.context import JobContext, Stop
from zombiescope.jobs.errors import Cancelled, Overtaken, TooLong
from zombiescope.sources.budget import Spent
from zombiescope.storage import Claimed

__all__ = ["RunMonitor"]

T = TypeVar("T")

_LOG = logging.getLogger("zombiescope.jobs")


class RunMonitor:
    """Monitors one run. before: the cost of earlier runs."""

    def __init__(
        self, job_context: JobContext, stop: Stop, claimed: Claimed, run: str, before: Spent
    ) -> None:
        self._context, self._stop, self._claimed, self._run = job_context, stop, claimed, run
        self.before = before
        self._progress = claimed.audit.progress or Progress()
        self._sent = 0
        self._last = float("-inf")

    def audit(self) -> Audit:
        """The audit as it is now."""
        return msgspec.structs.replace(self._claimed.audit, progress=self._progress)

    def spent(self, run: Cost) -> Spent:
        """What all runs spent on what the audit is made of, where this one says so of itself.

        A source that was tried again says only what the last try took: its progress had counted on.
        """
        requests = max(run.requests, self._sent)
        return Spent(self.before.requests + requests, self.before.money + run.money)

    def progressed(self, done: int, of: int | None, requests: int) -> None:
        """Take the progress of a source; raises as `check`."""
        self._sent = max(self._sent, requests)
        sent = self.before.requests + self._sent
        self._progress = Progress(followers=done, of=of, requests=sent)
        self.check()

    def on_progress(self, what: str, done: int, of: int | None) -> None:
        """Record a stage that makes no requests; raises as `check`."""
        self.check()

    def check(self) -> None:
        """Raises HandedBack where the worker stops, Cancelled where the audit was ended, Overtaken where another run
        has it, TooLong past its deadline."""
        self._stop.check()
        if self._context.clock() - self._last < self._context.job_intervals.progress:
            return
        self._last = self._context.clock()
        taken = (self._context.now() - self._claimed.started_at).total_seconds()
        if taken > self._context.job_intervals.deadline:
            raise TooLong(
                f"the audit was not done within {self._context.job_intervals.deadline / 3600:.3g} hours"
            )
        try:
            mine = self._context.store.audits.move(self.audit(), self._run)
        except (
            StorageError
        ) as error:  # a job does not fail for its progress; what must be stored is waited for elsewhere
            _LOG.warning("audit %s: %s", self._claimed.audit.id, error.what)
            return
        if not mine:
            self._not_mine()

    def persist(self, work: Callable[[], T]) -> T:
        """What `work` gives, tried again where the platform or the database fails.

        What was fetched before is stored, so that a retry resumes there.
        """
        job_intervals = self._context.job_intervals
        began, failed, pause = self._context.clock(), 0, 0.25
        while True:
            try:
                return work()
            except (NotAuthorised, Untrusted):
                raise
            except SourceError as error:
                failed += 1
                if failed >= job_intervals.attempts:
                    raise
                pause = job_intervals.again * 4 ** (failed - 1)
                _LOG.warning("audit %s: %s; again in %g s", self._claimed.audit.id, error.what, pause)
            except StorageError:
                if self._context.clock() - began > job_intervals.patience:
                    raise
                pause = min(2 * pause, 10.0)
            self._pause(pause)

    def _pause(self, seconds: float) -> None:
        end = self._context.clock() + seconds
        while (left := end - self._context.clock()) > 0:
            self._stop.wait(min(left, 1.0))
            self.check()

    def _not_mine(self) -> None:
        audit_id = self._claimed.audit.id
        state = self._context.store.claims.statuses([audit_id]).get(audit_id)
        if state in ("queued", "running"):
            raise Overtaken(audit_id)
        raise Cancelled(audit_id)
