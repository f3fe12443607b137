"""What the service is given: everything outside itself, so that tests can give it something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from zombiescope.detector import Detector, ModelRegistry
from zombiescope.jobs import Engine, JobDependencies
from zombiescope.report import Truth
from zombiescope.sources.base import Source
from zombiescope.sources.budget import Budget
from zombiescope.sources.ssrf_guard import SsrfGuard
from zombiescope.storage import Key, Store
from zombiescope.usecases.audit import AuditRequest
from zombiescope.vega_process import VegaProcess

__all__ = ["Limits", "Services"]

MEGA = 2**20


@dataclass(frozen=True)
class Limits:
    """What one client may ask of the service.

    body: bytes of a JSON body. upload: bytes of a follower list or of records to score. bodies: bytes of records to
    score that the process holds at once. records: to score at once. sample: followers an audit may draw. batch:
    accounts of a batch, batch_body: bytes of its order. watches, webhooks: that a tenant may have. watch_gap:
    seconds that must lie between two audits of a watch. queue: audits that wait. wait: seconds that `Prefer: wait`
    may hold a request. streams: of events at once. heartbeat: seconds after which a quiet stream says that it
    lives. rate: requests a minute of a key, or of an address without one. wrong: unknown keys a minute from an
    address.
    """

    body: int = MEGA
    upload: int = 64 * MEGA
    bodies: int = 192 * MEGA
    records: int = 20_000
    sample: int = 20_000
    batch: int = 10_000
    batch_body: int = 8 * MEGA
    watches: int = 1000
    watch_gap: float = 3600.0
    webhooks: int = 20
    queue: int = 32
    wait: float = 120.0
    streams: int = 64
    heartbeat: float = 15.0
    rate: int = 1200
    wrong: int = 20


@dataclass(frozen=True, kw_only=True)
class Services:
    """Where the service gets what it needs.

    store: opens the database, once, when the service starts. jobs: what audits and trainings need. engine: what
    runs them. model_registry: the models of a tenant. truth: what is known of a simulated account. platforms: what
    may stand before an account's colon. keys: those of the environment. hosts: names by which the service may be
    asked besides loopback's. trusted_proxies: networks whose X-Forwarded-For and X-Forwarded-Proto are believed,
    besides loopback. waits: requests sent and seconds waited so far, by platform. data_folder: where free space is
    needed, None where the database is remote. vega_process: what draws charts, started with the service; None draws
    in the service's own process. receivers: where webhooks may be sent to.
    """

    store: Callable[[], Store]
    jobs: JobDependencies
    model_registry: Callable[[str], ModelRegistry]
    truth: Callable[[str], Truth | None]
    engine: Callable[[], Engine]
    platforms: Sequence[str] = ()
    keys: Sequence[Key] = ()
    hosts: Sequence[str] = ()
    trusted_proxies: Sequence[str] = ()
    waits: Callable[[], Mapping[str, tuple[int, float]]] = dict
    data_folder: Path | None = None
    vega_process: Callable[[], VegaProcess] | None = None
    receivers: SsrfGuard = field(default_factory=SsrfGuard)
    limits: Limits = field(default_factory=Limits)

    @property
    def source(self) -> Callable[[AuditRequest, Budget, str], Source]:
        """A platform's connector for a request, a budget and a tenant."""
        return self.jobs.source

    @property
    def detector(self) -> Callable[[str, str, str], Detector]:
        """A model by its name, the account and the tenant."""
        return self.jobs.detector

    @property
    def now(self) -> Callable[[], datetime]:
        """The time of day."""
        return self.jobs.now

    @property
    def clock(self) -> Callable[[], float]:
        """Seconds since some moment, for durations."""
        return self.jobs.clock
