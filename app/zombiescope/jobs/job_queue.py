"""Audits and trainings into the queue, and one worker that takes from it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress

import msgspec
import pyarrow as pa

from zombiescope.detector import Detector
from zombiescope.domain import Audit, Entrant, Progress
from zombiescope.errors import StorageError
from zombiescope.jobs.context import JobContext
from zombiescope.jobs.engine import AUDIT, MODEL, Engine
from zombiescope.jobs.errors import Busy
from zombiescope.jobs.worker import Worker
from zombiescope.sources.base import Listing
from zombiescope.sources.budget import Budget
from zombiescope.storage import Batch, ModelRow, NoSuchAudit, Requester, job_of
from zombiescope.usecases import batches
from zombiescope.usecases.audit import AuditRequest
from zombiescope.usecases.batches import BatchSettings

__all__ = ["JobQueue"]


class JobQueue:
    """The jobs of one process, and one worker for them. Any worker on the same database may do them.

    queue: how many audits, and how many trainings, may wait.
    """

    def __init__(self, job_context: JobContext, engine: Engine, *, queue: int) -> None:
        self._context, self._store, self._engine, self._queue = job_context, job_context.store, engine, queue
        self._worker = Worker(job_context, engine)

    def start(self) -> None:
        """Work from now on. Raises StorageError."""
        self._worker.start()

    def close(self) -> None:
        """Stop; what is not done goes back into the queue, for other workers or the next start."""
        self._worker.close()

    def begin(
        self,
        request: AuditRequest,
        detector: Detector,
        *,
        sent: Listing | None = None,
        audit_id: str | None = None,
        budget: Budget | None = None,
        requester: Requester,
    ) -> Audit:
        """Have an audit done for a requester, with this model whichever is in use then.

        Raises Busy where too many wait, QuotaExceeded, or StorageError.

        sent: a list that a client uploaded; it is stored until its audit has ended.
        """
        audit = self._queued(audit_id)
        begun = self._store.of(requester.tenant).audits.begin(
            audit,
            by=requester,
            account=request.account,
            request=msgspec.json.encode(request),
            model=_name(detector),
            money=0.0 if budget is None else budget.money,
            upload=sent,
            most=self._most(),
        )
        self._submit(audit, begun=begun)
        return audit

    def rescore(
        self,
        origin: str,
        detector: Detector,
        *,
        audit_id: str | None = None,
        requester: Requester,
    ) -> Audit:
        """Have the sample of a done audit of the tenant's scored with another model, as an audit of its own.

        Raises NoSuchAudit, Unfinished, Busy, QuotaExceeded or StorageError.
        """
        audits = self._store.of(requester.tenant).audits
        before = audits.stored_audit(origin).audit
        request = audits.request(origin)
        account = msgspec.json.decode(request, type=AuditRequest).account
        audit = msgspec.structs.replace(self._queued(audit_id), simulated=before.simulated)
        begun = audits.begin(
            audit,
            by=requester,
            account=account,
            request=request,
            model=_name(detector),
            origin=origin,
            most=self._most(),
        )
        self._submit(audit, begun=begun)
        return audit

    def train(self, name: str, labelled: pa.Table, *, base: str | None, requester: Requester) -> ModelRow:
        """Have a model trained. Raises ModelNameTaken, Busy or StorageError."""
        model = ModelRow(name, "queued", requester.name, self._context.now(), base=base)
        if not self._store.of(requester.tenant).models.begin(model, labelled, most=self._queue):
            raise Busy(f"{self._queue} models are waiting to be trained")
        self._engine.submit(MODEL, job_of(requester.tenant, name), again=True)
        return model

    def cancel(self, audit_id: str, *, tenant: str) -> Audit:
        """End an audit of the tenant's, here or in another process. Raises NoSuchAudit."""
        return self._store.of(tenant).audits.cancel(audit_id, self._context.now())

    def begin_batch(
        self,
        entrants: Sequence[Entrant],
        settings: BatchSettings,
        *,
        requester: Requester,
        batch_id: str | None = None,
        money: float = 0.0,
        key_sha256: str | None = None,
        reasons: Mapping[int, str] | None = None,
    ) -> Batch:
        """Have many accounts audited, a few at a time. Raises as `usecases.batches.begin`."""
        batch = batches.begin(
            self._store.of(requester.tenant),
            entrants,
            settings,
            now=self._context.now(),
            requester=requester,
            batch_id=batch_id,
            money=money,
            key_sha256=key_sha256,
            reasons=reasons,
        )
        self._worker.scheduler.wake()
        return batch

    def cancel_batch(self, batch_id: str, *, tenant: str) -> None:
        """Begin no more of a batch's audits and end those that are going on. Raises NoSuchBatch."""
        store = self._store.of(tenant)
        for audit_id in store.batches.cancel(batch_id, self._context.now()):
            with suppress(NoSuchAudit):  # deleted meanwhile
                store.audits.cancel(audit_id, self._context.now())

    def _queued(self, audit_id: str | None) -> Audit:
        return Audit(
            id=audit_id or str(uuid.uuid4()),
            status="queued",
            created_at=self._context.now(),
            progress=Progress(),
        )

    def _most(self) -> int:
        """The most audits that may run or wait, with the workers there are."""
        return self._queue + self._context.audits * max(1, len(self._store.workers.all()))

    def _submit(self, audit: Audit, *, begun: bool) -> None:
        if not begun:
            raise Busy("too many audits are going on or waiting")
        try:
            self._engine.submit(AUDIT, audit.id)
        except StorageError:
            self._store.audits.cancel(audit.id, self._context.now())
            raise


def _name(detector: Detector) -> str:
    return f"{detector.info.name}-{detector.info.version}"
