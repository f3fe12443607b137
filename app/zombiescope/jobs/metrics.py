"""Prometheus metrics of a process that works at jobs: its build, its resources, and the audits that it ended."""

from __future__ import annotations

import platform as python_platform
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    start_http_server,
)
from prometheus_client.core import CounterMetricFamily, Metric

from zombiescope import __version__

__all__ = [
    "AuditMetrics",
    "JobObserver",
    "SilentObserver",
    "SourceCollector",
    "exposed",
    "process_registry",
    "reason_of",
]

_SECONDS = (0.5, 1, 2, 5, 10, 30, 60, 180, 600, 1800, 7200, 43_200)


class JobObserver(Protocol):
    """Hears of jobs that end in this process."""

    def audit_ended(self, platform: str, seconds: float, reason: str | None) -> None:
        """An audit of an account of this platform ended, so many seconds after its first start.

        reason: of its failure, None where it is done.
        """


class SilentObserver:
    """Counts nothing."""

    def audit_ended(self, platform: str, seconds: float, reason: str | None) -> None:
        """Ignore it."""


class AuditMetrics:
    """Counts the audits that end in this process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "zombiescope_audit_seconds",
            "From an audit's first start to its end.",
            ("platform", "outcome"),
            buckets=_SECONDS,
            registry=registry,
        )
        self._failures = Counter(
            "zombiescope_audit_failures",
            "Audits that failed, by the kind of error.",
            ("platform", "reason"),
            registry=registry,
        )

    def audit_ended(self, platform: str, seconds: float, reason: str | None) -> None:
        """Count it."""
        self._seconds.labels(platform, "done" if reason is None else "failed").observe(max(0.0, seconds))
        if reason is not None:
            self._failures.labels(platform, reason).inc()


def process_registry() -> CollectorRegistry:
    """A registry with what every process says of itself.

    No series carries a process's number: it changes with each restart, and a scraper has the target's address.
    """
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    build = Gauge("zombiescope_build_info", "1, of this version.", ("version", "python"), registry=registry)
    build.labels(__version__, python_platform.python_version()).set(1)
    started = Gauge("zombiescope_started_seconds", "When the process started, Unix time.", registry=registry)
    started.set(time.time())
    return registry


class SourceCollector:
    """Requests sent to platforms by this process, read at the moment of the scrape.

    waits: requests and seconds waited so far, by platform.
    """

    def __init__(self, waits: Callable[[], Mapping[str, tuple[int, float]]]) -> None:
        self._waits = waits

    def collect(self) -> Iterator[Metric]:
        """The counters."""
        requests = CounterMetricFamily(
            "zombiescope_source_requests", "Requests sent to a platform.", labels=["source"]
        )
        waited = CounterMetricFamily(
            "zombiescope_source_wait_seconds",
            "Seconds that requests waited for their turn.",
            labels=["source"],
        )
        for source, (count, seconds) in self._waits().items():
            requests.add_metric([source], count)
            waited.add_metric([source], seconds)
        yield requests
        yield waited


@contextmanager
def exposed(registry: CollectorRegistry, host: str, port: int) -> Iterator[int]:
    """The metrics at http://HOST:PORT/metrics while the context lasts; gives the port. Raises OSError."""
    server, thread = start_http_server(port, host, registry)
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def reason_of(error: Exception) -> str:
    """The kind of an error as a label: `unknown-account` of UnknownAccount."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", type(error).__name__).lower()
