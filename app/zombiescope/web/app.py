"""The application: the routes, the layers before them, and what lives as long as the process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from zombiescope import __version__
from zombiescope.web import (
    audits,
    compare,
    events,
    health,
    league,
    metrics,
    models,
    openapi,
    pages,
    reports,
    rescores,
    scores,
)
from zombiescope.web.access import Access
from zombiescope.web.events import Streams
from zombiescope.web.guard import Guard
from zombiescope.web.metrics import Metrics
from zombiescope.web.observed import Observed
from zombiescope.web.packed import Packed
from zombiescope.web.pool import Pool
from zombiescope.web.problems import install
from zombiescope.web.rates import Rated, Rates
from zombiescope.web.reports import Drawn
from zombiescope.web.running import Running
from zombiescope.web.services import Services

__all__ = ["ROUTERS", "create_app"]

ROUTERS = (
    health.router,
    metrics.router,
    audits.router,
    compare.router,
    events.router,
    reports.router,
    rescores.router,
    scores.router,
    models.router,
    openapi.router,
    pages.router,
    league.router,
)
WORKERS = 2  # threads for scores, reports and labels, beside those of the audits


def create_app(services: Services) -> FastAPI:
    """The service. The database is opened when it starts, not before."""

    counted = Metrics()
    rates = Rates(each=services.limits.rate, wrong=services.limits.wrong)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.services = services
        app.state.metrics, app.state.rates = counted, rates
        app.state.streams = Streams(services.limits.streams)
        app.state.drawn = Drawn()
        app.state.store = await asyncio.to_thread(services.store)
        app.state.pool = Pool(WORKERS, services.limits.queue)
        app.state.running = Running(services, app.state.store)
        try:
            await asyncio.to_thread(app.state.running.start)
            yield
        finally:
            await asyncio.to_thread(app.state.running.close)
            await asyncio.to_thread(app.state.pool.close)
            app.state.store.close()

    app = FastAPI(
        title="zombiescope",
        version=__version__,
        summary="How many of an account's followers are zombies, with an interval that can be defended.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=[
            Middleware(Observed, metrics=counted),
            Middleware(Guard, hosts=services.hosts, longest=services.limits.upload),
            Middleware(Access, keys=services.keys, rates=rates),
            Middleware(Rated, rates=rates),
            Middleware(Packed),
        ],
    )
    install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    return app
