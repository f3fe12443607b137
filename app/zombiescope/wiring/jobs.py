"""What jobs run on, and how a worker is assembled."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from zombiescope.errors import InputError
from zombiescope.settings import Settings

if TYPE_CHECKING:
    import httpx
    from prometheus_client import CollectorRegistry

    from zombiescope.jobs import Engine, JobDependencies, JobIntervals, Worker
    from zombiescope.sources.ssrf_guard import SsrfGuard
    from zombiescope.storage import Store


from zombiescope.wiring.models import Detectors, publish
from zombiescope.wiring.sources import source
from zombiescope.wiring.storage import database
from zombiescope.wiring.training import trainer

__all__ = ["engine", "job_dependencies", "job_intervals", "receiver_guard", "receiver_transport", "worker"]


def engine(settings: Settings) -> Engine:
    """What runs jobs, on the same database."""
    from zombiescope.jobs import DbosEngine

    return DbosEngine(database(settings))


def job_intervals(settings: Settings) -> JobIntervals:
    """How fast jobs go. Raises InputError for a name or a number that ZOMBIESCOPE_JOB_INTERVALS may not hold."""
    from zombiescope.jobs import JobIntervals

    usual = asdict(JobIntervals())
    if unknown := [name for name in settings.job_intervals if name not in usual]:
        raise InputError(
            f"ZOMBIESCOPE_JOB_INTERVALS: there is no {unknown[0]!r}", f"There are: {', '.join(usual)}."
        )
    return JobIntervals(**{name: type(usual[name])(value) for name, value in settings.job_intervals.items()})


def worker(settings: Settings, opened: Store, registry: CollectorRegistry | None = None) -> Worker:
    """A worker on this database. registry: where the audits that it ends and the requests that it sends are counted."""
    from zombiescope.jobs import Worker

    jobs = job_dependencies(settings)
    if registry is not None:
        from zombiescope.jobs.metrics import AuditMetrics, SourceCollector
        from zombiescope.wiring.sources import host_rate_limits, platforms

        registry.register(
            SourceCollector(lambda: {name: host_rate_limits(name).totals() for name in platforms()})
        )
        jobs = replace(jobs, observer=AuditMetrics(registry))
    return Worker(jobs.context(opened), engine(settings))


def job_dependencies(settings: Settings) -> JobDependencies:
    """What jobs need, in a worker and in the service."""
    from zombiescope.jobs import JobDependencies

    return JobDependencies(
        source=lambda request, budget, tenant: source(request, settings, budget=budget, tenant=tenant),
        detector=Detectors(settings),
        train=trainer(settings),
        publish=lambda tenant, name: publish(settings, tenant, name),
        now=lambda: datetime.now(UTC),
        clock=time.monotonic,
        keep_days=settings.keep_days,
        job_intervals=job_intervals(settings),
        receiver=lambda: receiver_transport(settings),
    )


def receiver_guard(settings: Settings) -> SsrfGuard:
    """Which addresses webhooks may be sent to."""
    from zombiescope.sources.ssrf_guard import SsrfGuard

    return SsrfGuard(private=settings.allow_private_hosts)


def receiver_transport(settings: Settings) -> httpx.AsyncBaseTransport:
    """What reaches one receiver of webhooks, at addresses that the guard has checked."""
    import httpx

    from zombiescope.sources.http import CheckedTransport, certificates

    plain = httpx.AsyncHTTPTransport(verify=certificates(), trust_env=False)
    return CheckedTransport(receiver_guard(settings), plain)
