"""/healthz and /readyz: whether the process lives, and whether it can work."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from zombiescope.web.api.responses import json

__all__ = ["router"]

router = APIRouter(tags=["operations"])


@router.get("/healthz", summary="Does the process live")
async def healthz() -> Response:
    """200 while the process answers at all."""
    return json({"status": "ok"})


@router.get("/readyz", summary="Can it work")
def readyz(request: Request) -> Response:
    """200 where the database answers; else 503 with the reason."""
    request.app.state.store.ping()
    return json({"status": "ready"})
