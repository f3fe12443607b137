"""What a route finds in its app."""

from __future__ import annotations

import logging

from fastapi import Request

from zombiescope.detector import Detector
from zombiescope.errors import ModelError
from zombiescope.jobs import JobQueue
from zombiescope.storage import Store
from zombiescope.web.http.problem_json import Refusal
from zombiescope.web.services import Services

__all__ = ["detector_of", "job_queue_of", "services_of", "store_of"]

_LOG = logging.getLogger("zombiescope.web")


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


def detector_of(services: Services, name: str | None, account: str = "") -> Detector:
    """A model by its name, None: the one in use. Raises ModelError (422) for a name that cannot be used.

    Raises Refusal (503) where the model in use is missing or damaged, which is no fault of the request.
    """
    try:
        return services.detector(name or "", account)
    except (ModelError, OSError) as error:
        if name and isinstance(error, ModelError):
            raise
        _LOG.error("the model in use cannot be loaded: %s", error)
        raise Refusal(
            503, "no model is in use that could score", "The service's log has the reason; see /v1/models."
        ) from None
