"""What the service counts of itself, in Prometheus's text form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from zombiescope.domain import Status
from zombiescope.jobs.metrics import AuditMetrics, SourceCollector, process_registry

__all__ = ["MEDIA", "Backlog", "Metrics"]

MEDIA = "text/plain; version=0.0.4; charset=utf-8"
_STATES: tuple[Status, ...] = ("queued", "running", "done", "failed", "cancelled")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120)


@dataclass(frozen=True)
class Backlog:
    """What the database says of audits and workers.

    states: audits by state. oldest_queued: when the audit that waits longest was asked for, None where none waits.
    workers: when each last gave a sign of life.
    """

    states: Mapping[Status, int] = field(default_factory=dict)
    oldest_queued: datetime | None = None
    workers: tuple[datetime, ...] = ()


class Metrics:
    """The counters of one app, in a registry of their own. audits: those that end in this process."""

    def __init__(self) -> None:
        self._registry = process_registry()
        self.audits = AuditMetrics(self._registry)
        self._seconds = Histogram(
            "zombiescope_http_request_seconds",
            "From a request's arrival to the end of its answer.",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._scored = Counter(
            "zombiescope_scored_followers", "Followers scored for POST /v1/scores.", registry=self._registry
        )
        self._limited = Counter(
            "zombiescope_rate_limited_requests", "Requests answered 429.", registry=self._registry
        )
        self._storage_errors = Counter(
            "zombiescope_storage_errors",
            "Requests that the database could not serve.",
            registry=self._registry,
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered. route: the route's template, so that there are few of them."""
        self._seconds.labels(method, route, str(status)).observe(seconds)
        if status == 429:
            self._limited.inc()
        elif status == 503 and route not in ("/readyz", "none"):
            self._storage_errors.inc()

    def scored(self, followers: int) -> None:
        """So many followers were scored."""
        self._scored.inc(followers)

    def text(self, backlog: Backlog | None, waits: Mapping[str, tuple[int, float]], now: datetime) -> bytes:
        """All of it. backlog: None where the database does not answer; waits: (requests, seconds) by source."""
        current = CollectorRegistry()
        current.register(_Current(backlog, waits, now))
        return generate_latest(self._registry) + generate_latest(current)


class _Current:
    """What is read at the moment of the scrape."""

    def __init__(
        self, backlog: Backlog | None, waits: Mapping[str, tuple[int, float]], now: datetime
    ) -> None:
        self._backlog, self._waits, self._now = backlog, waits, now

    def collect(self) -> Iterable[Metric]:
        yield GaugeMetricFamily(
            "zombiescope_database_up", "Whether the database answers.", value=float(self._backlog is not None)
        )
        if self._backlog is not None:
            yield from self._audits(self._backlog)
            yield from self._workers(self._backlog)
        yield from SourceCollector(lambda: self._waits).collect()

    def _audits(self, backlog: Backlog) -> Iterable[Metric]:
        audits = GaugeMetricFamily(
            "zombiescope_audits", "Audits that are stored, by state.", labels=["state"]
        )
        for state in _STATES:
            audits.add_metric([state], backlog.states.get(state, 0))
        yield audits
        yield GaugeMetricFamily(
            "zombiescope_queue_length", "Audits that wait to be begun.", value=backlog.states.get("queued", 0)
        )
        age = 0.0 if backlog.oldest_queued is None else (self._now - backlog.oldest_queued).total_seconds()
        yield GaugeMetricFamily(
            "zombiescope_queue_age_seconds",
            "How long the oldest waiting audit has waited.",
            value=max(0.0, age),
        )

    def _workers(self, backlog: Backlog) -> Iterable[Metric]:
        yield GaugeMetricFamily("zombiescope_workers", "Workers of the database.", value=len(backlog.workers))
        silence = [max(0.0, (self._now - heartbeat).total_seconds()) for heartbeat in backlog.workers]
        if silence:
            yield GaugeMetricFamily(
                "zombiescope_worker_silence_seconds",
                "Since the last sign of life of the worker that has been silent longest.",
                value=max(silence),
            )
