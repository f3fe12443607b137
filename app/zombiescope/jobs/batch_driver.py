"""Batch scheduler: begins the audits of batches a few at a time, so that they never fill the queue."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

import msgspec

from zombiescope.domain import Audit, Progress
from zombiescope.errors import BudgetError, StorageError, ZombiescopeError
from zombiescope.jobs.context import JobContext
from zombiescope.sources.budget import Budget, Estimating
from zombiescope.storage import DEFAULT, Batch, BatchPlace, QuotaExceeded, Requester
from zombiescope.usecases.audit_request import AuditRequest
from zombiescope.usecases.batches import request_for, settings_of

__all__ = ["BatchDriver", "requester_of"]

_LOG = logging.getLogger("zombiescope.jobs")
_SPARE = 4  # audits that batches have going beside those that the workers are at
_AT_ONCE = 64  # rows looked at in one pass of one batch
KEY_GONE = "the key that asked for it was revoked or has expired"


class BatchDriver:
    """Begins the audits of batches. Any number of workers may do so at once: each row is begun by one of them.

    submit: has an audit done, by its id.
    """

    def __init__(self, job_context: JobContext, submit: Callable[[str], None]) -> None:
        self._context, self._store, self._submit = job_context, job_context.store, submit

    def advance(self) -> None:
        """Begin what there is room for, batch by batch in turn, and end batches whose rows have all ended.

        Raises StorageError.
        """
        running = self._store.batches.running()
        if not running:
            return
        workers = max(1, len(self._store.workers.all()))
        room = self._context.audits * workers + _SPARE - len(self._store.claims.going())
        for number, batch in enumerate(running):
            share = -(-room // (len(running) - number)) if room > 0 else 0
            room -= self._begun(batch, share)
            self._store.batches.end(batch.id, self._context.now())

    def _begun(self, batch: Batch, most: int) -> int:
        """How many audits of a batch were begun, of at most so many."""
        if most <= 0:
            return 0
        requester = requester_of(self._context, batch.tenant, batch.created_by, batch.key_sha256)
        if requester is None:
            self._store.batches.cancel(batch.id, self._context.now(), reason=KEY_GONE)
            return 0
        begun = 0
        for place, account in self._store.batches.waiting(batch.id, _AT_ONCE):
            if begun >= most:
                break
            try:
                begun += self._begin(batch, requester, place, account)
            except QuotaExceeded as error:
                if error.of == "audits":  # until one of them has ended
                    break
                self._store.batches.give_up(batch.id, place, error.what)
            except StorageError:
                raise
            except ZombiescopeError as error:
                self._store.batches.give_up(batch.id, place, error.what)
            except Exception:  # noqa: BLE001 one account's connector must not stop the batch
                _LOG.exception("batch %s, row %d: the audit cannot be begun", batch.id, place)
                self._store.batches.give_up(batch.id, place, "the audit cannot be begun: the service failed")
        return begun

    def _begin(self, batch: Batch, requester: Requester, place: int, account: str) -> bool:
        settings = settings_of(batch)
        request = request_for(settings, account)
        detector = self._context.detector(settings.model_for(account), account, batch.tenant)
        money = self._agreed(batch, request)
        audit = Audit(
            id=str(uuid.uuid4()), status="queued", created_at=self._context.now(), progress=Progress()
        )
        begun = self._store.of(batch.tenant).audits.begin(
            audit,
            account=account,
            request=msgspec.json.encode(request),
            model=f"{detector.info.name}-{detector.info.version}",
            money=money,
            by=requester,
            row=BatchPlace(batch.id, place),
        )
        if begun:
            self._submit(audit.id)  # should this fail, a worker finds that it was not and does it later
        return begun

    def _agreed(self, batch: Batch, request: AuditRequest) -> float:
        """What the audit may cost, in US dollars. Raises BudgetError where it is more than the batch has left."""
        left = self._store.batches.get(batch.id).money
        source = self._context.source(request, Budget(money=left), batch.tenant)
        if not isinstance(source, Estimating):
            return 0.0
        plan = source.estimate(request.account.partition(":")[2], sample=request.sample, posts=request.posts)
        if plan.money > left + 1e-9:
            raise BudgetError(
                f"it would cost ${plan.money:.2f}, and ${left:.2f} of what was agreed to are left",
                'Agree to more with "accept_cost".',
            )
        return plan.money


def requester_of(job_context: JobContext, tenant: str, name: str, key_sha256: str | None) -> Requester | None:
    """Who asked for work that is begun later, with the quotas of now; None where the key is no longer valid.

    key_sha256: of a stored key; None: of the settings or nobody's, whose work goes on.
    """
    if key_sha256 is None:
        return Requester(tenant or DEFAULT, name)
    key = job_context.store.keys.by_sha256(key_sha256)
    if key is None or key.expired(job_context.now()):
        return None
    return key.requester
