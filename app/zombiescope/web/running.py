"""The audits that this process works at: begun, run in the background, ended with an answer or an error."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import uuid
from concurrent.futures import Future
from datetime import timedelta

import msgspec

from zombiescope import audit as use_case
from zombiescope.audit import Request
from zombiescope.detector import Detector
from zombiescope.domain import Audit, Progress
from zombiescope.errors import ZombiescopeError
from zombiescope.jobs import Cancelled, Job, Jobs
from zombiescope.keeping import kept_of
from zombiescope.sources.base import Source
from zombiescope.storage import Store
from zombiescope.web.services import Services

__all__ = ["Running"]

_LOG = logging.getLogger("zombiescope.web")
TOLD = 0.5  # seconds between two writes of an audit's progress
SWEEP = 10.0  # seconds between two signs of life
LOST = timedelta(seconds=60)  # without a sign of life, an audit's process is taken for gone


class Running:
    """The audits of one process."""

    def __init__(self, services: Services, store: Store) -> None:
        self._services, self._store = services, store
        self._jobs = Jobs(services.limits.audits, services.limits.queue)

    def begin(
        self, request: Request, source: Source, detector: Detector, *, audit_id: str | None = None
    ) -> tuple[Audit, Future[None]]:
        """Keep an audit as queued and have it run. Raises Busy where too many wait, StorageError."""
        audit = Audit(
            id=audit_id or str(uuid.uuid4()),
            status="queued",
            created_at=self._services.now(),
            progress=Progress(),
        )
        self._store.audits.begin(audit, account=request.account, request=msgspec.json.encode(request))
        try:
            return audit, self._jobs.submit(
                audit.id, lambda job: self._run(job, audit, request, source, detector)
            )
        except ZombiescopeError:
            self._store.audits.cancel(audit.id, self._services.now())
            raise

    def cancel(self, audit_id: str) -> Audit:
        """End an audit, here or in another process. Raises NoSuchAudit."""
        audit = self._store.audits.cancel(audit_id, self._services.now())
        self._jobs.cancel(audit_id)
        return audit

    async def sweep(self) -> None:
        """Until cancelled: show signs of life, fail the audits of lost processes, delete what is too old."""
        while True:
            try:
                await asyncio.to_thread(self._swept)
            except ZombiescopeError as error:
                _LOG.warning("%s: %s", error.what, error.advice)
            await asyncio.sleep(SWEEP)

    def close(self) -> None:
        """Stop all audits; those that had no answer are failed, so that nobody waits for them."""
        mine = self._jobs.going()
        self._jobs.close()
        for audit_id in mine:
            self._end(audit_id, "The service was stopped. Start the audit again.")

    def _swept(self) -> None:
        now = self._services.now()
        if mine := self._jobs.going():
            self._store.audits.seen(mine, now)
        self._store.audits.fail_lost(now - LOST, now)
        if self._services.keep_days is not None:
            self._store.expire(self._services.keep_days, now)

    def _run(self, job: Job, audit: Audit, request: Request, source: Source, detector: Detector) -> None:
        try:
            job.check()
            told = _Teller(self._services, self._store, job, msgspec.structs.replace(audit, status="running"))
            outcome = use_case.run(
                request,
                source,
                detector,
                audit_id=audit.id,
                now=audit.created_at,
                clock=self._services.clock,
                told=told,
            )
            done = kept_of(outcome)
            finished = msgspec.structs.replace(done.audit, finished_at=self._services.now())
            self._store.audits.finish(dataclasses.replace(done, audit=finished))
        except ZombiescopeError as error:
            self._end(audit.id, f"{error.what}. {error.advice}")
        except Cancelled:
            raise
        except Exception:  # noqa: BLE001 an audit must end whatever its source or model raises
            _LOG.exception("audit %s failed", audit.id)
            self._end(audit.id, "The audit failed unexpectedly. Please report this with the audit's id.")

    def _end(self, audit_id: str, error: str) -> None:
        try:
            audit = self._store.audits.get(audit_id)
            self._store.audits.move(
                msgspec.structs.replace(audit, status="failed", finished_at=self._services.now(), error=error)
            )
        except ZombiescopeError as trouble:  # deleted meanwhile, or no database: a sweep will find it
            _LOG.warning("audit %s: %s", audit_id, trouble.what)


class _Teller:
    """Writes an audit's progress now and then, and ends the job where the audit was ended."""

    def __init__(self, services: Services, store: Store, job: Job, audit: Audit) -> None:
        self._clock, self._store, self._job, self._audit = services.clock, store, job, audit
        self._last = float("-inf")

    def __call__(self, what: str, done: int, of: int | None) -> None:
        self._job.check()
        if self._clock() - self._last < TOLD:
            return
        self._last = self._clock()
        progress = Progress(followers=done if what == "fetching followers" else 0, of=of)
        if not self._store.audits.move(msgspec.structs.replace(self._audit, progress=progress)):
            raise Cancelled(self._job.id)
