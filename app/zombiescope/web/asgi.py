"""The service as this process is set up."""

from __future__ import annotations

from fastapi import FastAPI

from zombiescope import log, wiring
from zombiescope.settings import Settings
from zombiescope.vega_process import VegaProcess
from zombiescope.web.app import create_app
from zombiescope.web.auth.api_keys import keys_from
from zombiescope.web.services import Services

__all__ = ["app", "services"]


def app() -> FastAPI:
    """The service, from the environment."""
    settings = wiring.settings()
    log.configure(secrets=log.secrets_of(settings))
    return create_app(services(settings))


def services(settings: Settings) -> Services:
    """What the service is given in this process."""
    return Services(
        store=lambda: wiring.shared_store(settings),
        jobs=wiring.job_dependencies(settings),
        model_registry=lambda tenant: wiring.model_registry(settings, tenant),
        truth=lambda account: wiring.truth(account, settings),
        engine=lambda: wiring.engine(settings),
        platforms=tuple(name for name in wiring.platforms() if name != "file"),
        keys=keys_from(settings.api_keys),
        hosts=settings.allowed_hosts,
        receivers=wiring.receiver_guard(settings),
        trusted_proxies=settings.trusted_proxies,
        waits=lambda: {name: wiring.host_rate_limits(name).totals() for name in wiring.platforms()},
        vega_process=VegaProcess,
        data_folder=None if settings.database_url else settings.home,
    )
