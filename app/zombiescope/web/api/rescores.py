"""/v1/audits/{id}/rescore: a done audit's sample scored with another model."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from zombiescope.domain import Audit
from zombiescope.errors import InputError
from zombiescope.web.audit_orders import MODEL
from zombiescope.web.auth.access import Caller, needs
from zombiescope.web.http.audit_json import audit_json
from zombiescope.web.http.idempotency import Body, begun_once
from zombiescope.web.http.request_body import JSON, decoded, kind, limited
from zombiescope.web.state import detector_of, job_queue_of, services_of

__all__ = ["RescoreOrder", "router"]

router = APIRouter(prefix="/v1/audits", tags=["audits"])

Auditor = Annotated[Caller, Depends(needs("audit"))]


class RescoreOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of POST /v1/audits/{id}/rescore: the model to score with."""

    model: Annotated[str, msgspec.Meta(max_length=100, examples=["followers-3"])]


@router.post("/{audit_id}/rescore", summary="Score an audit's sample with another model")
async def rescore(request: Request, caller: Auditor, audit_id: str) -> Response:
    """Score a done audit's sample with another model, as an audit of its own: 202 and its address.

    It asks the platform for nothing; followers, dates and labels are those of the origin. Where the model needs other
    features than were stored, they are extracted again from the stored records.
    """
    services = services_of(request)
    kind(request, *JSON)
    body = Body(request)
    body.add(audit_id.encode())
    order = decoded(body.add(await limited(request, services.limits.body)), RescoreOrder)
    if not MODEL.fullmatch(order.model):
        raise InputError(
            f"{order.model[:80]!r} is no model name", "Over HTTP a model is only a name: see /v1/models."
        )

    def begin(new_id: str) -> Audit:
        detector = detector_of(services, order.model, tenant=caller.tenant)
        return job_queue_of(request).rescore(audit_id, detector, audit_id=new_id, requester=caller.requester)

    audit = await run_in_threadpool(begun_once, request, caller, body, begin)
    return audit_json(audit, 202, Location=f"/v1/audits/{audit.id}")
