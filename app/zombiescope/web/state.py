"""What a route finds in its app."""

from __future__ import annotations

from fastapi import Request

from zombiescope.jobs import JobQueue
from zombiescope.storage import Store
from zombiescope.web.services import Services

__all__ = ["job_queue_of", "services_of", "store_of"]


def services_of(request: Request) -> Services:
    """What the service was given."""
    services: Services = request.app.state.services
    return services


def store_of(request: Request) -> Store:
    """The open database."""
    store: Store = request.app.state.store
    return store


def job_queue_of(request: Request) -> JobQueue:
    """Where audits and trainings are begun."""
    job_queue: JobQueue = request.app.state.job_queue
    return job_queue
