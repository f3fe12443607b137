"""The application: the routes, the layers before them, and what lives as long as the process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from zombiescope import __version__, bounded_process
from zombiescope.jobs import JobQueue
from zombiescope.report.vega import drawn_by
from zombiescope.web.api import (
    audits,
    batches,
    comparisons,
    events,
    health,
    keys,
    labels,
    metrics,
    models,
    reports,
    rescores,
    scores,
    trail,
    uploads,
    watches,
    webhooks,
)
from zombiescope.web.api.events import Streams
from zombiescope.web.auth.api_keys import KeyRing
from zombiescope.web.http.audit_json import EncodedAudits
from zombiescope.web.http.metrics import Metrics
from zombiescope.web.http.problem_json import install
from zombiescope.web.http.request_body import BodyBudget
from zombiescope.web.http.thread_pool import Pool
from zombiescope.web.middleware.audit_trail import AuditTrailMiddleware
from zombiescope.web.middleware.authentication import AuthenticationMiddleware
from zombiescope.web.middleware.gzip import GzipMiddleware
from zombiescope.web.middleware.host_guard import HostGuardMiddleware
from zombiescope.web.middleware.language import LanguageMiddleware
from zombiescope.web.middleware.rate_limit import RateLimiter, RateLimitMiddleware
from zombiescope.web.middleware.request_log import RequestLogMiddleware
from zombiescope.web.openapi import document
from zombiescope.web.pages import (
    audit_pages,
    comparison_pages,
    docs_page,
    follower_pages,
    home_pages,
    label_pages,
    league_pages,
    model_pages,
    watch_pages,
)
from zombiescope.web.pages.rendering import login_page
from zombiescope.web.rendered_reports import RenderedReports, warm_up
from zombiescope.web.services import Services

__all__ = ["ROUTERS", "create_app"]

ROUTERS = (
    health.router,
    metrics.router,
    audits.router,
    labels.router,
    batches.router,
    watches.router,
    webhooks.router,
    uploads.router,
    comparisons.router,
    events.router,
    reports.router,
    rescores.router,
    scores.router,
    models.router,
    keys.router,
    trail.router,
    document.router,
    docs_page.router,
    home_pages.router,
    audit_pages.router,
    comparison_pages.router,
    follower_pages.router,
    label_pages.router,
    league_pages.router,
    model_pages.router,
    watch_pages.router,
)
LOOPBACK = ("127.0.0.0/8", "::1")  # a proxy on this machine is one of ours
WORKERS = 2  # threads for scores, reports and labels, beside those of the audits


def create_app(services: Services) -> FastAPI:
    """The service. The database is opened when it starts, not before."""

    counted = Metrics()
    key_ring = KeyRing(services.keys, services.clock)
    rates = RateLimiter(each=services.limits.rate, wrong=services.limits.wrong, now=services.now)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.services = services
        app.state.metrics, app.state.rates, app.state.keys = counted, rates, key_ring
        app.state.openapi = lambda: document.document(app)
        app.state.streams = Streams(services.limits.streams)
        app.state.body_budget = BodyBudget(services.limits.bodies)
        app.state.drawn = RenderedReports()
        app.state.encoded = EncodedAudits()
        app.state.store = await asyncio.to_thread(services.store)
        rates.share(app.state.store.counters)
        app.state.pool = Pool(WORKERS, services.limits.queue)
        jobs = replace(services.jobs, observer=counted.audits)
        app.state.job_queue = JobQueue(
            jobs.context(app.state.store), services.engine(), queue=services.limits.queue
        )
        vega_process = None if services.vega_process is None else services.vega_process()
        try:
            bounded_process.warm_up()
            await asyncio.to_thread(app.state.job_queue.start)
            if vega_process is not None:
                await asyncio.to_thread(vega_process.start)
                threading.Thread(target=warm_up, name="zombiescope-warm-up", daemon=True).start()
            with drawn_by(vega_process):
                yield
        finally:
            if vega_process is not None:
                await asyncio.to_thread(vega_process.close)
            await asyncio.to_thread(app.state.job_queue.close)
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
            Middleware(ProxyHeadersMiddleware, trusted_hosts=[*LOOPBACK, *services.trusted_proxies]),
            Middleware(RequestLogMiddleware, metrics=counted),
            Middleware(HostGuardMiddleware, hosts=services.hosts, longest=services.limits.upload),
            Middleware(LanguageMiddleware),
            Middleware(
                AuthenticationMiddleware,
                keys=key_ring,
                rates=rates,
                login_page=lambda reason, status: login_page(reason, status=status),
            ),
            Middleware(AuditTrailMiddleware),
            Middleware(RateLimitMiddleware, rates=rates),
            Middleware(GzipMiddleware),
        ],
    )
    install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    return app
