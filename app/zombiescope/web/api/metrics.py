"""/metrics, for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from zombiescope.errors import StorageError
from zombiescope.storage import Store
from zombiescope.web.auth.access import Operator
from zombiescope.web.http.metrics import MEDIA, Backlog
from zombiescope.web.state import services_of, shared_store_of

__all__ = ["router"]

router = APIRouter(tags=["operations"])


@router.get("/metrics", summary="Read the counters")
def metrics(request: Request, caller: Operator) -> Response:
    """The counters of all tenants together, for Prometheus, with a key of the operator's tenant (`default`).

    Without those of the database, and 200, where it does not answer.
    """
    services = services_of(request)
    text = request.app.state.metrics.text(
        _backlog(shared_store_of(request)), services.waits(), services.now()
    )
    return Response(text, media_type=MEDIA)


def _backlog(store: Store) -> Backlog | None:
    try:
        return Backlog(
            states=store.audits.states(),
            oldest_queued=store.audits.oldest_queued(),
            workers=tuple(worker.seen_at for worker in store.workers.all()),
        )
    except StorageError:
        return None
