"""Watch scheduler: begins audits when they are due, and compares each with the one before when it has ended."""

from __future__ import annotations

import dataclasses
import logging
import uuid
from collections.abc import Callable

import msgspec

from zombiescope.detector import Detector
from zombiescope.domain import Audit, Progress
from zombiescope.errors import BudgetError, ModelError, StorageError, ZombiescopeError
from zombiescope.jobs.batch_driver import KEY_GONE, requester_of
from zombiescope.jobs.context import JobContext
from zombiescope.sources.budget import Budget, Estimating
from zombiescope.storage import Requester, Watch, WatchPlace
from zombiescope.usecases.audit_request import AuditRequest
from zombiescope.usecases.batches import BatchSettings, request_for
from zombiescope.usecases.watches import compare_run, next_time, point

__all__ = ["WatchDriver"]

_LOG = logging.getLogger("zombiescope.jobs")
_AT_ONCE = 20  # watches begun, and runs compared, in one pass


class WatchDriver:
    """Begins and compares the audits of watches. Any number of workers may do so at once: each is done by one.

    submit: has an audit done, by its id.
    """

    def __init__(self, job_context: JobContext, submit: Callable[[str], None]) -> None:
        self._context, self._store, self._submit = job_context, job_context.store, submit

    def advance(self) -> None:
        """Compare what has ended, then begin what is due. Raises StorageError."""
        for run in self._store.watches.to_compare(_AT_ONCE):
            store = self._store.of(self._store.watches.get(run.watch_id).tenant)
            try:
                change, alerts, reason = compare_run(store, run)
            except StorageError:
                raise
            except Exception:  # noqa: BLE001 one comparison must not stop the others
                _LOG.exception("watch %s: run %d cannot be compared", run.watch_id, run.number)
                change, alerts, reason = None, (), "the comparison failed"
            curve_point = point(dataclasses.replace(run, change=change, alerts=alerts, reason=reason))
            self._store.watches.compared(
                run, change=change, alerts=alerts, reason=reason, now=self._context.now(), point=curve_point
            )
        for watch in self._store.watches.due(self._context.now(), _AT_ONCE):
            self._due(watch)

    def _due(self, watch: Watch) -> None:
        now = self._context.now()
        requester = requester_of(self._context, watch.tenant, watch.created_by, watch.key_sha256)
        if requester is None:
            self._store.watches.pause(watch.id, reason=KEY_GONE, now=now)
            return
        next_at = next_time(watch.schedule, now)
        if self._store.watches.is_busy(watch.id):
            self._store.watches.put_off(watch, next_at, reason="the audit before had not ended")
            return
        try:
            self._begin(watch, requester)
        except StorageError:
            raise
        except ZombiescopeError as error:
            self._store.watches.put_off(watch, next_at, reason=error.what)
        except Exception:  # noqa: BLE001 one account's connector must not stop the others
            _LOG.exception("watch %s: the audit cannot be begun", watch.id)
            self._store.watches.put_off(
                watch, next_at, reason="the audit cannot be begun: the service failed"
            )

    def _begin(self, watch: Watch, requester: Requester) -> None:
        settings = msgspec.json.decode(watch.settings, type=BatchSettings)
        request = request_for(settings, watch.account)
        detector = self._detector(watch, settings)
        money = self._agreed(watch, request)
        now = self._context.now()
        audit = Audit(id=str(uuid.uuid4()), status="queued", created_at=now, progress=Progress())
        begun = self._store.of(watch.tenant).audits.begin(
            audit,
            account=watch.account,
            request=msgspec.json.encode(request),
            model=f"{detector.info.name}-{detector.info.version}",
            money=money,
            by=requester,
            run=WatchPlace(watch, next_time(watch.schedule, now)),
        )
        if begun:
            self._submit(audit.id)

    def _detector(self, watch: Watch, settings: BatchSettings) -> Detector:
        """The model that the watch began with, so that its runs can be compared; where it is gone, the one in use."""
        name = settings.model_for(watch.account)
        try:
            return self._context.detector(name, watch.account, watch.tenant)
        except ModelError:
            if settings.named:
                raise
            _LOG.warning("watch %s: model %s is gone, the one in use takes its place", watch.id, name)
            return self._context.detector("", watch.account, watch.tenant)

    def _agreed(self, watch: Watch, request: AuditRequest) -> float:
        """What the audit may cost, in US dollars. Raises BudgetError where it is more than was agreed to."""
        source = self._context.source(request, Budget(money=watch.money), watch.tenant)
        if not isinstance(source, Estimating):
            return 0.0
        plan = source.estimate(request.account.partition(":")[2], sample=request.sample, posts=request.posts)
        if plan.money > watch.money + 1e-9:
            raise BudgetError(
                f"it would cost ${plan.money:.2f}, and ${watch.money:.2f} were agreed to",
                'Agree to more with "accept_cost".',
            )
        return plan.money
