"""What this process begins and works at: audits and trainings into the queue, and one worker that takes from it."""

from __future__ import annotations

import uuid

import msgspec
import pyarrow as pa

from zombiescope.detector import Detector
from zombiescope.domain import Audit, Progress
from zombiescope.errors import StorageError
from zombiescope.jobs import AUDIT, MODEL, Busy, JobContext, Worker
from zombiescope.sources.base import Listing
from zombiescope.sources.budget import Budget
from zombiescope.storage import ModelRow, Store
from zombiescope.usecases import audit_store
from zombiescope.usecases.audit import AuditRequest
from zombiescope.web.services import Services

__all__ = ["JobQueue"]


class JobQueue:
    """The jobs of one process. Any worker on the same database may do them, and does where this one is gone."""

    def __init__(self, services: Services, store: Store) -> None:
        self._services, self._store = services, store
        self._engine = services.engine()
        self._worker = Worker(
            JobContext(
                store=store,
                source=services.source,
                detector=services.detector,
                kept=audit_store.kept_of,
                rescore=audit_store.rescored,
                train=services.train,
                now=services.now,
                clock=services.clock,
                audits=services.limits.audits,
                keep_days=services.keep_days,
                job_intervals=services.job_intervals,
            ),
            self._engine,
        )

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
    ) -> Audit:
        """Have an audit done, with this model whichever is in use then. Raises Busy where too many wait, StorageError.

        sent: a list that a client sent; it is kept until its audit has ended.
        """
        audit = self._queued(audit_id)
        begun = self._store.audits.begin(
            audit,
            account=request.account,
            request=msgspec.json.encode(request),
            model=_name(detector),
            money=0.0 if budget is None else budget.money,
            upload=sent,
            most=self._most(),
        )
        self._submit(audit, begun=begun)
        return audit

    def rescore(self, origin: str, detector: Detector) -> Audit:
        """Have a done audit's sample scored with another model, as an audit of its own.

        Raises NoSuchAudit, Unfinished, Busy or StorageError.
        """
        before = self._store.audits.kept(origin).audit
        request = self._store.audits.request(origin)
        account = msgspec.json.decode(request, type=AuditRequest).account
        audit = msgspec.structs.replace(self._queued(None), simulated=before.simulated)
        begun = self._store.audits.begin(
            audit,
            account=account,
            request=request,
            model=_name(detector),
            origin=origin,
            most=self._most(),
        )
        self._submit(audit, begun=begun)
        return audit

    def train(self, name: str, labelled: pa.Table, *, base: str | None, by: str) -> ModelRow:
        """Have a model trained. Raises ModelTaken, Busy or StorageError."""
        model = ModelRow(name, "queued", by, self._services.now(), base=base)
        if not self._store.models.begin(model, labelled, most=self._services.limits.queue):
            raise Busy(f"{self._services.limits.queue} models are waiting to be trained")
        self._engine.submit(MODEL, name, again=True)
        return model

    def cancel(self, audit_id: str) -> Audit:
        """End an audit, here or in another process. Raises NoSuchAudit."""
        return self._store.audits.cancel(audit_id, self._services.now())

    def _queued(self, audit_id: str | None) -> Audit:
        return Audit(
            id=audit_id or str(uuid.uuid4()),
            status="queued",
            created_at=self._services.now(),
            progress=Progress(),
        )

    def _most(self) -> int:
        """How many audits may go on or wait, with the workers there are."""
        limits = self._services.limits
        return limits.queue + limits.audits * max(1, len(self._store.workers.all()))

    def _submit(self, audit: Audit, *, begun: bool) -> None:
        if not begun:
            raise Busy("too many audits are going on or waiting")
        try:
            self._engine.submit(AUDIT, audit.id)
        except StorageError:
            self._store.audits.cancel(audit.id, self._services.now())
            raise


def _name(detector: Detector) -> str:
    return f"{detector.info.name}-{detector.info.version}"
