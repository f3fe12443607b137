"""What the service is given: everything outside itself, so that tests can give it something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from zombiescope.detector import Detector, ModelRegistry
from zombiescope.jobs import Engine, JobIntervals, Train
from zombiescope.report import Truth
from zombiescope.sources.base import Source
from zombiescope.sources.budget import Budget
from zombiescope.storage import Key, Store
from zombiescope.usecases.audit import AuditRequest

__all__ = ["Limits", "Services"]

MEGA = 2**20


@dataclass(frozen=True)
class Limits:
    """What one client may ask of the service.

    body: bytes of a JSON body. upload: bytes of a follower list or of records to score. records: to score at once.
    sample: followers an audit may draw. audits: going on at once. queue: audits that wait. wait: seconds that
    `Prefer: wait` may hold a request. streams: of events at once. heartbeat: seconds after which a quiet stream
    says that it lives. rate: requests a minute of a key, or of an address without one. wrong: unknown keys a minute
    from an address.
    """

    body: int = MEGA
    upload: int = 64 * MEGA
    records: int = 20_000
    sample: int = 20_000
    audits: int = 2
    queue: int = 32
    wait: float = 120.0
    streams: int = 64
    heartbeat: float = 15.0
    rate: int = 1200
    wrong: int = 20


@dataclass(frozen=True)
class Services:
    """Where the service gets what it needs.

    store: opens the database, once, when the service starts. source, detector: as wiring's (the detector by model
    name and account). truth: what is known of a simulated account. platforms: what may stand before an account's
    colon. keys: those of the environment. hosts: names by which the service may be asked besides loopback's.
    keep_days: how long audits are kept. engine: what runs jobs. train: None where training is not installed. pulse:
    how fast jobs go. waits: requests sent and seconds waited so far, by platform.
    """

    store: Callable[[], Store]
    source: Callable[[AuditRequest, Budget], Source]
    detector: Callable[[str, str], Detector]
    model_registry: Callable[[], ModelRegistry]
    truth: Callable[[str], Truth | None]
    now: Callable[[], datetime]
    clock: Callable[[], float]
    engine: Callable[[], Engine]
    train: Train | None = None
    job_intervals: JobIntervals = field(default_factory=JobIntervals)
    platforms: Sequence[str] = ()
    keys: Sequence[Key] = ()
    hosts: Sequence[str] = ()
    keep_days: float | None = None
    waits: Callable[[], Mapping[str, tuple[int, float]]] = dict
    limits: Limits = field(default_factory=Limits)
