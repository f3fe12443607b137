"""A worker: runs jobs, sends heartbeats, takes over the jobs of silent workers, and deletes what has expired."""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from datetime import timedelta

from zombiescope.errors import ZombiescopeError
from zombiescope.jobs.audit_job import Auditing
from zombiescope.jobs.batch_driver import BatchDriver
from zombiescope.jobs.context import JobContext, Stop
from zombiescope.jobs.engine import AUDIT, MODEL, Engine, Kind, Step, Task
from zombiescope.jobs.scheduler import Scheduler
from zombiescope.jobs.training_job import Training
from zombiescope.jobs.watch_driver import WatchDriver
from zombiescope.jobs.webhook_sender import WebhookSender
from zombiescope.storage import WorkerRow

__all__ = ["Worker"]

_LOG = logging.getLogger("zombiescope.jobs")
_KEPT = timedelta(days=2)  # how long the engine's own records of ended jobs are stored


class Worker:
    """One worker of those that share a database."""

    def __init__(self, job_context: JobContext, engine: Engine) -> None:
        self._context, self._engine = job_context, engine
        self.id = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._stop = Stop()
        self._works, self._ended = threading.Event(), threading.Event()
        self._watched: dict[
            str, tuple[int, float]
        ] = {}  # workers by id: their count, and since when it stands
        self._lost: set[tuple[str, str]] = set()
        self.scheduler = Scheduler(
            [
                BatchDriver(job_context, self._submit).advance,
                WatchDriver(job_context, self._submit).advance,
                WebhookSender(job_context).advance,
            ],
            job_context.job_intervals.beat,
        )
        self._thread = threading.Thread(target=self._live, name="zombiescope-worker", daemon=True)

    def start(self) -> None:
        """Work from now on. Raises StorageError."""
        # Entered before it may have a job, and alive from then on: the engine takes its time to start.
        self._join()
        self._thread.start()
        self._engine.start(
            self.id,
            {
                AUDIT: Kind(self._audit_and_go_on(), self._context.audits),
                MODEL: Kind(Training(self._context, self._stop), 1, everywhere=True),
            },
        )
        self._works.set()
        self.scheduler.start()

    def close(self) -> None:
        """Stop, and hand what is not done to others, or to the next start."""
        self._stop.ask()
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=self._context.job_intervals.grace)
        self.scheduler.close(self._context.job_intervals.grace)
        try:
            self._engine.close(self._context.job_intervals.grace)
            self._context.store.workers.leave(self.id)
        except ZombiescopeError as error:  # others will take the jobs over, as after a crash
            _LOG.warning("worker %s: %s", self.id, error.what)

    def look(self) -> None:
        """Send a heartbeat, and take over the jobs of workers without one. Raises StorageError."""
        store, clock = self._context.store, self._context.clock
        if not store.workers.beat(self.id, self._context.now()):
            self._join()
        if not self._works.is_set():
            return
        for other in store.workers.all():
            if other.id == self.id:
                continue
            beat, since = self._watched.get(other.id, (None, 0.0))
            if beat != other.beat:
                self._watched[other.id] = (other.beat, clock())
            elif clock() - since >= self._context.job_intervals.silent and store.workers.take(other):
                taken = self._engine.recover(other.id)
                store.workers.leave(other.id)
                del self._watched[other.id]
                _LOG.warning("worker %s is silent: %d of its jobs are taken over", other.id, taken)

    def tidy(self) -> None:
        """See that every job that is to be done is in the queue, and delete what is too old. Raises StorageError."""
        store, now = self._context.store, self._context.now()
        self._engine.revive()
        forms = {one.form for one in store.workers.all()}
        lost = set()
        for kind, going in ((AUDIT, store.claims.going()), (MODEL, store.models.going())):
            for job in self._engine.missing(kind, going, forms):
                # A job is kept before it is put into the queue: it is lost when it is missed twice.
                if (kind, job) in self._lost:
                    self._engine.submit(kind, job, again=True)
                else:
                    lost.add((kind, job))
        self._lost = lost
        self._engine.tidy(now - _KEPT)
        store.sweep(now)
        if self._context.keep_days is not None:
            store.expire(self._context.keep_days, now)

    def _audit_and_go_on(self) -> Task:
        """The job of an audit; when it has ended, a batch may begin its next, and webhooks are told."""
        auditing = Auditing(self._context, self._stop)

        def audit(audit_id: str, step: Step) -> None:
            try:
                auditing(audit_id, step)
            finally:
                self.scheduler.wake()

        return audit

    def _submit(self, audit_id: str) -> None:
        self._engine.submit(AUDIT, audit_id)

    def _join(self) -> None:
        now = self._context.now()
        row = WorkerRow(self.id, self._engine.form, socket.gethostname(), os.getpid(), 0, now)
        self._context.store.workers.join(row)

    def _live(self) -> None:
        job_intervals, clock = self._context.job_intervals, self._context.clock
        tidied = clock()
        while not self._ended.wait(job_intervals.beat):
            try:
                self.look()
                if self._works.is_set() and clock() - tidied >= job_intervals.tidy:
                    tidied = clock()
                    self.tidy()
            except ZombiescopeError as error:
                # No worker could send a heartbeat while the database was unavailable: restart the watch.
                self._watched.clear()
                _LOG.warning("%s: %s", error.what, error.advice)
            except Exception:  # noqa: BLE001 a worker without heartbeats loses its jobs
                self._watched.clear()
                _LOG.exception("worker %s stumbled", self.id)
