"""Audits as jobs: claimed, done in steps from which a later run resumes, ended or handed back."""

from __future__ import annotations

import dataclasses
import logging
import uuid
from collections.abc import Sequence

import msgspec

from zombiescope.domain import Cost, Progress
from zombiescope.errors import InputError, StorageError, ZombiescopeError
from zombiescope.jobs.context import JobContext, Stop, patiently
from zombiescope.jobs.engine import Step
from zombiescope.jobs.errors import Cancelled, Failing, HandedBack, Overtaken
from zombiescope.jobs.metrics import reason_of
from zombiescope.jobs.run_monitor import RunMonitor
from zombiescope.jobs.uploaded_lists import UploadedList
from zombiescope.log import about
from zombiescope.sources.base import Fetched, Listing, Progressed, Source, silent
from zombiescope.sources.budget import Budget, Spent
from zombiescope.storage import Claimed, StoredAudit
from zombiescope.usecases import audit as use_case
from zombiescope.usecases.audit_request import AuditRequest

__all__ = ["Auditing"]

_LOG = logging.getLogger("zombiescope.jobs")
UNFORESEEN = "The audit failed unexpectedly. Please report this with the audit's id."


class Auditing:
    """Does audits by their ids.

    The checkpoints are the pages and profiles that a source stores as they come (sources/paging.py,
    sources/sample_fetch.py), the same for the command line: a later run asks the platform for nothing that was
    stored, and all the rest is recomputed from the same seed.
    """

    def __init__(self, job_context: JobContext, stop: Stop) -> None:
        self._context, self._stop, self._store = job_context, stop, job_context.store

    def __call__(self, audit_id: str, step: Step) -> None:
        """Do an audit. Raises HandedBack where the worker stops before it has ended."""
        with about(audit=audit_id):
            self._taken_on(audit_id, step)

    def _taken_on(self, audit_id: str, step: Step) -> None:
        run = uuid.uuid4().hex
        self._stop.check()
        claimed = patiently(
            lambda: self._store.claims.claim(audit_id, run, self._context.now()), self._stop, self._context
        )
        if claimed is None:
            return
        try:
            self._do(claimed, run, step)
        except (Cancelled, Overtaken):
            pass
        except HandedBack:
            self._hand_back(audit_id, run)
            raise
        except ZombiescopeError as error:
            self._fail(claimed, run, f"{error.what}. {error.advice}", reason_of(error))
        except Exception:  # noqa: BLE001 an audit must end whatever its source or model raises
            _LOG.exception("audit %s failed", audit_id)
            self._fail(claimed, run, UNFORESEEN, "unforeseen")

    def _do(self, claimed: Claimed, run: str, step: Step) -> None:
        if claimed.starts >= self._context.job_intervals.starts:
            raise Failing(f"the audit's worker was lost {claimed.starts} times")
        request = msgspec.json.decode(claimed.request, type=AuditRequest)
        watch = RunMonitor(self._context, self._stop, claimed, run, self._spent(claimed, request))
        done = (
            self._audited(claimed, request, watch, step)
            if claimed.origin is None
            else self._scored_again(claimed, request, claimed.origin, step)
        )
        if step("keep", lambda: watch.persist(lambda: self._store.audits.finish(done, run))):
            cost, progress = done.audit.cost or Cost(), done.audit.progress or Progress()
            _LOG.info(
                "audit done",
                extra={
                    "platform": request.account.partition(":")[0],
                    "seconds": cost.seconds,
                    "requests": cost.requests,
                    "followers": progress.followers,
                },
            )
            self._ended(claimed, None)

    def _audited(self, claimed: Claimed, request: AuditRequest, watch: RunMonitor, step: Step) -> StoredAudit:
        detector = self._context.detector(claimed.model or "", request.account, claimed.tenant)
        outcome = use_case.run(
            request,
            _Stepped(self._source(claimed, request, watch), watch, step),
            detector,
            audit_id=claimed.audit.id,
            now=claimed.audit.created_at,
            clock=self._context.clock,
            on_progress=watch.on_progress,
        )
        stored = self._context.stored_audit(outcome)
        now, audit = self._context.now(), stored.audit
        cost, progress = audit.cost or Cost(), audit.progress or Progress()
        spent, seconds = watch.spent(cost), round((now - claimed.started_at).total_seconds(), 3)
        ended = msgspec.structs.replace(
            audit,
            finished_at=now,
            progress=msgspec.structs.replace(progress, requests=spent.requests),
            cost=Cost(requests=spent.requests, seconds=max(0.0, seconds), money=spent.money),
        )
        return dataclasses.replace(stored, audit=ended)

    def _spent(self, claimed: Claimed, request: AuditRequest) -> Spent:
        """The cost of earlier runs, whose stored pages this one uses."""
        if claimed.first:
            return Spent()
        return patiently(
            lambda: self._store.of(claimed.tenant).pages.spent(request.account, claimed.audit.created_at),
            self._stop,
            self._context,
        )

    def _source(self, claimed: Claimed, request: AuditRequest, watch: RunMonitor) -> Source:
        if not request.account.startswith("upload:"):
            budget = Budget(money=claimed.money - watch.before.money)
            return self._context.source(request, budget, claimed.tenant)
        sent = watch.persist(lambda: self._store.claims.upload(claimed.audit.id))
        if sent is None:
            raise InputError("the list that was sent is not kept any more", "Send it again.")
        return UploadedList(sent)

    def _scored_again(self, claimed: Claimed, request: AuditRequest, origin: str, step: Step) -> StoredAudit:
        def again() -> StoredAudit:
            before, labels = self._store.audits.stored_audit(origin), self._store.labels.of(origin)
            detector = self._context.detector(claimed.model or "", request.account, claimed.tenant)
            rescored = self._context.rescore(before, labels, detector, request, claimed.audit)
            self._store.labels.put(claimed.audit.id, labels)
            ended = msgspec.structs.replace(rescored.audit, finished_at=self._context.now())
            return dataclasses.replace(rescored, audit=ended)

        return step("score again", lambda: patiently(again, self._stop, self._context))

    def _ended(self, claimed: Claimed, reason: str | None) -> None:
        request = msgspec.json.decode(claimed.request, type=AuditRequest)
        seconds = (self._context.now() - claimed.started_at).total_seconds()
        self._context.observer.audit_ended(request.account.partition(":")[0], seconds, reason)

    def _fail(self, claimed: Claimed, run: str, error: str, reason: str) -> None:
        _LOG.warning("audit failed", extra={"reason": error, "kind": reason, "starts": claimed.starts})
        ended = msgspec.structs.replace(
            claimed.audit, status="failed", finished_at=self._context.now(), error=error
        )
        while True:
            try:
                self._store.audits.move(ended, run)
            except StorageError as trouble:
                # Until the state is written the job has not ended: a full disk or a lost server is waited for.
                _LOG.warning("audit %s has failed, which cannot be written: %s", ended.id, trouble.what)
                self._stop.wait(self._context.job_intervals.beat)
            else:
                self._ended(claimed, reason)
                return

    def _hand_back(self, audit_id: str, run: str) -> None:
        try:
            self._store.claims.hand_back(audit_id, run)
        except StorageError as trouble:  # whoever takes it on next does without
            _LOG.warning("audit %s: %s", audit_id, trouble.what)


class _Stepped:
    """A source whose listing and fetches are steps, tried again where the platform or the database fails."""

    def __init__(self, source: Source, watch: RunMonitor, step: Step) -> None:
        self._source, self._watch, self._step = source, watch, step
        self.platform = source.platform
        self._fetches = 0

    def listing(self, handle: str, *, progress: Progressed = silent) -> Listing:
        """The account and its frame."""

        def listed() -> Listing:
            return self._source.listing(handle, progress=self._watch.progressed)

        return self._step("list", lambda: self._watch.persist(listed))

    def fetch(
        self, listing: Listing, places: Sequence[int], *, posts: int, progress: Progressed = silent
    ) -> Fetched:
        """The followers at `places`."""
        self._fetches += 1

        def fetched() -> Fetched:
            return self._source.fetch(listing, places, posts=posts, progress=self._watch.progressed)

        return self._step(f"fetch {self._fetches}", lambda: self._watch.persist(fetched))
