"""What a route finds in its app."""

from __future__ import annotations

import logging

from fastapi import Request

from zombiescope.detector import Detector, ModelRegistry
from zombiescope.errors import ModelError
from zombiescope.jobs import JobQueue
from zombiescope.storage import Store
from zombiescope.web.http.problem_json import Refusal
from zombiescope.web.services import Services

__all__ = [
    "detector_of",
    "job_queue_of",
    "models_of",
    "services_of",
    "shared_store_of",
    "store_of",
    "tenant_of",
]

_LOG = logging.getLogger("zombiescope.web")


def services_of(request: Request) -> Services:
    """What the service was given."""
    services: Services = request.app.state.services
    return services


def store_of(request: Request) -> Store:
    """The open database as the caller's tenant sees it."""
    return shared_store_of(request).of(tenant_of(request))


def shared_store_of(request: Request) -> Store:
    """The open database with the rows of all tenants: for what is asked without a key, and for the operator."""
    store: Store = request.app.state.store
    return store


def tenant_of(request: Request) -> str:
    """Whose request it is."""
    tenant: str = request.state.caller.tenant
    return tenant


def models_of(request: Request) -> ModelRegistry:
    """The models that the caller's tenant has."""
    return services_of(request).model_registry(tenant_of(request))


def job_queue_of(request: Request) -> JobQueue:
    """Where audits and trainings are begun."""
    job_queue: JobQueue = request.app.state.job_queue
    return job_queue


def detector_of(services: Services, name: str | None, account: str = "", *, tenant: str) -> Detector:
    """A tenant's model by its name, None: the one in use. Raises ModelError (422) for a name that cannot be used.

    Raises Refusal (503) where the model in use is missing or damaged, which is no fault of the request.
    """
    try:
        return services.detector(name or "", account, tenant)
    except (ModelError, OSError) as error:
        if name and isinstance(error, ModelError):
            raise
        _LOG.error("the model in use cannot be loaded: %s", error)
        raise Refusal(
            503, "no model is in use that could score", "The service's log has the reason; see /v1/models."
        ) from None
