"""What jobs are given to work with, and how fast they go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from zombiescope.detector import Detector
from zombiescope.domain import Audit
from zombiescope.errors import StorageError
from zombiescope.jobs.errors import HandedBack
from zombiescope.jobs.metrics import JobObserver, SilentObserver
from zombiescope.sources.base import Source
from zombiescope.sources.budget import Budget
from zombiescope.storage import LabelRow, Store, StoredAudit
from zombiescope.usecases import audit_store
from zombiescope.usecases.audit import AuditResult
from zombiescope.usecases.audit_request import AuditRequest, ProgressCallback

if TYPE_CHECKING:
    import httpx

__all__ = ["JobContext", "JobDependencies", "JobIntervals", "Rescore", "Stop", "Train", "patiently"]

T = TypeVar("T")

# A done audit estimated again with another model, as the audit that is given; labels: those of its followers.
Rescore = Callable[[StoredAudit, Sequence[LabelRow], Detector, AuditRequest, Audit], StoredAudit]
# Trains a model of a tenant's on a file of labelled records, going on from a model where one is named (file, tenant,
# name, base); the new model's NAME-VERSION. It is called in a process of its own, so it must be importable by name.
Train = Callable[[Path, str, str, str | None, ProgressCallback], str]


@dataclass(frozen=True)
class JobIntervals:
    """How fast jobs go. All times are in seconds; tests shorten them.

    beat: between two signs of life. silent: without one, a worker is taken for gone. tidy: between two clean-ups.
    progress: between two writes of a job's progress. patience: how long a job waits for a database that fails. again:
    the first wait for a platform that fails, four times as long each time; attempts: how often it is tried.
    deadline: how long an audit may take from its first start. grace: how long a worker that stops waits for its jobs
    to come to a halt. starts: how often a job may bring its worker down. redeliver: the first wait after a webhook's
    receiver failed, four times as long each time, a day at most; redeliveries: how often it is tried in all.
    """

    beat: float = 5.0
    silent: float = 30.0
    tidy: float = 15.0
    progress: float = 0.5
    patience: float = 300.0
    again: float = 15.0
    attempts: int = 4
    deadline: float = 12 * 3600.0
    grace: float = 10.0
    starts: int = 50
    redeliver: float = 5.0
    redeliveries: int = 10


class Stop:
    """Whether the worker stops: jobs ask at every step."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    def ask(self) -> None:
        """Have all jobs come to a halt."""
        self._asked.set()

    def check(self) -> None:
        """Raises HandedBack where the worker stops."""
        if self._asked.is_set():
            raise HandedBack

    def wait(self, seconds: float) -> None:
        """Wait. Raises HandedBack as soon as the worker stops."""
        if self._asked.wait(seconds):
            raise HandedBack


@dataclass(frozen=True, kw_only=True)
class JobDependencies:
    """What jobs need beside the database, which is opened later.

    source: of a request, a budget and a tenant. detector: by model name, account and tenant. stored_audit: what of an
    outcome is stored. rescore: a done audit with another model. train: None where training is not installed.
    publish: gives other machines a model that was trained here, by tenant and name.
    audits: how many run at once. keep_days: how long audits are stored. receiver: what reaches the receivers of
    webhooks, one of each attempt; None: none are sent from here. observer: hears of audits that end.
    """

    source: Callable[[AuditRequest, Budget, str], Source]
    detector: Callable[[str, str, str], Detector]
    stored_audit: Callable[[AuditResult], StoredAudit] = audit_store.stored_audit_of
    rescore: Rescore = audit_store.rescored
    train: Train | None = None
    publish: Callable[[str, str], None] = lambda tenant, name: None
    now: Callable[[], datetime]
    clock: Callable[[], float]
    audits: int = 2
    keep_days: float | None = None
    receiver: Callable[[], httpx.AsyncBaseTransport] | None = None
    observer: JobObserver = field(default_factory=SilentObserver)
    job_intervals: JobIntervals = field(default_factory=JobIntervals)

    def context(self, store: Store) -> JobContext:
        """The same with the open database."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return JobContext(store=store, **values)


@dataclass(frozen=True, kw_only=True)
class JobContext(JobDependencies):
    """What jobs are given."""

    store: Store


def patiently(work: Callable[[], T], stop: Stop, job_context: JobContext) -> T:
    """What `work` gives, waiting for a database that has gone to come back.

    Raises StorageError where it does not come back within the patience, HandedBack where the worker stops.
    """
    began, pause = job_context.clock(), 0.25
    while True:
        try:
            return work()
        except StorageError:
            if job_context.clock() - began > job_context.job_intervals.patience:
                raise
        pause = min(2 * pause, 10.0)
        stop.wait(pause)
