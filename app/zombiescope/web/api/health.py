"""/healthz and /readyz: whether the process lives, and whether it can work. Being open, they tell nothing more."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request, Response

from zombiescope.errors import ZombiescopeError
from zombiescope.storage import DEFAULT
from zombiescope.web.http.json_response import json
from zombiescope.web.http.problem_json import Refusal
from zombiescope.web.state import detector_of, services_of, shared_store_of

__all__ = ["LEAST_FREE", "router"]

router = APIRouter(tags=["operations"])

LEAST_FREE = 64 * 2**20  # bytes of disk without which an audit cannot be stored
_LOG = logging.getLogger("zombiescope.web")


@router.get("/healthz", summary="Does the process live")
@router.head("/healthz", include_in_schema=False)
async def healthz() -> Response:
    """200 while the process answers at all."""
    return json({"status": "ok"})


@router.get("/readyz", summary="Can it work")
@router.head("/readyz", include_in_schema=False)
def readyz(request: Request) -> Response:
    """200 where the database can be read and written, the disk has room and the model in use loads; else 503.

    The answer names what fails and nothing of where it is; the log has the reason.
    """
    checks: Mapping[str, Callable[[Request], None]] = {
        "database": lambda request: shared_store_of(request).check(),
        "disk": _disk,
        "model": lambda request: _model(request),
    }
    failing = []
    for name, check in checks.items():
        try:
            check(request)
        except ZombiescopeError as error:
            _LOG.error("not ready: %s: %s", name, error.what)
            failing.append(name)
    if failing:
        raise Refusal(
            503, f"the service cannot work: {', '.join(failing)}", "The service's log has the reason."
        )
    return json({"status": "ready"})


def _disk(request: Request) -> None:
    folder = services_of(request).data_folder
    if folder is None:
        return
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise Refusal(503, f"the data folder cannot be read: {error.strerror}") from None
    if free < LEAST_FREE:
        raise Refusal(503, f"{free:,} bytes of disk are free, {LEAST_FREE:,} are needed")


def _model(request: Request) -> None:
    """Raises Refusal where the model that audits use by default cannot be loaded. It is loaded once, then cached."""
    detector_of(services_of(request), None, tenant=DEFAULT)
