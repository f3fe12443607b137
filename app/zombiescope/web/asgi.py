"""The service as this process is set up."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from fastapi import FastAPI

from zombiescope import log, wiring
from zombiescope.settings import Settings
from zombiescope.web.app import create_app
from zombiescope.web.auth.access import keys_from
from zombiescope.web.services import Services

__all__ = ["app", "services"]


def app() -> FastAPI:
    """The service, from the environment."""
    found = wiring.settings()
    log.configure(secrets=log.secrets_of(found))
    return create_app(services(found))


def services(found: Settings) -> Services:
    """What the service is given in this process."""
    return Services(
        store=lambda: wiring.store(found),
        source=lambda request, budget: wiring.source(request, found, budget=budget),
        detector=wiring.Detectors(found),
        model_registry=lambda: wiring.model_registry(found),
        truth=lambda account: wiring.truth(account, found),
        now=lambda: datetime.now(UTC),
        clock=time.monotonic,
        engine=lambda: wiring.engine(found),
        train=wiring.trainer(found),
        job_intervals=wiring.job_intervals(found),
        platforms=tuple(name for name in wiring.platforms() if name != "file"),
        keys=keys_from(found.api_keys),
        hosts=found.allowed_hosts,
        keep_days=found.keep_days,
        waits=lambda: {name: wiring.host_rate_limits(name).totals() for name in wiring.PLATFORMS},
    )
