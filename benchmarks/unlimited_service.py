"""`zombiescope serve` without limits to the rate of a client, since here one client is all the load."""

from __future__ import annotations

from dataclasses import replace

import uvicorn
from fastapi import FastAPI

from zombiescope import log, wiring
from zombiescope.web.app import create_app
from zombiescope.web.asgi import services


def app() -> FastAPI:
    """The service of the environment with a rate limit that no load reaches."""
    settings = wiring.settings()
    log.configure(secrets=log.secrets_of(settings))
    given = services(settings)
    return create_app(replace(given, limits=replace(given.limits, rate=10**9)))


if __name__ == "__main__":
    uvicorn.run(
        "benchmarks.unlimited_service:app", factory=True, port=0, server_header=False, proxy_headers=False
    )
