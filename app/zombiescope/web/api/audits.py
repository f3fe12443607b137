"""/v1/audits: start, watch, read, cancel."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from zombiescope.domain import Status
from zombiescope.storage import Summary
from zombiescope.web.api.responses import (
    AuditLine,
    Audits,
    Followers,
    cursor,
    place_of,
    time_and_id_of,
)
from zombiescope.web.audit_orders import AuditOrder, begin_audit
from zombiescope.web.auth.access import Caller, Reader, needs
from zombiescope.web.http.audit_json import EncodedAudits, audit_json
from zombiescope.web.http.dates import Date
from zombiescope.web.http.etag import tag_of, unchanged
from zombiescope.web.http.idempotency import Body
from zombiescope.web.http.json_response import json
from zombiescope.web.http.problem_json import Refusal
from zombiescope.web.http.request_body import JSON, decoded, kind, limited
from zombiescope.web.http.wait import answer_of
from zombiescope.web.state import job_queue_of, services_of, store_of

__all__ = ["router"]

router = APIRouter(prefix="/v1/audits", tags=["audits"])

Auditor = Annotated[Caller, Depends(needs("audit"))]
Limit = Annotated[int, Query(ge=1, le=1000)]


@router.post("", summary="Start an audit")
async def create(request: Request, caller: Auditor) -> Response:
    """Audit a platform's account: 202 and its address; with `Prefer: wait=SECONDS`, 200 and the answer where it is
    ready in time. A follower list of one's own is sent to /v1/uploads."""
    kind(request, *JSON)
    body = Body(request)
    data = body.add(await limited(request, services_of(request).limits.body))
    audit = await begin_audit(request, caller, decoded(data, AuditOrder), body)
    return await answer_of(request, audit)


@router.get("", summary="List audits")
def listed(
    request: Request,
    caller: Reader,
    status: Status | None = None,
    account: Annotated[str | None, Query(max_length=300)] = None,
    since: Date | None = None,
    until: Date | None = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> Response:
    """The audits, the newest first: those of a status, of an account (PLATFORM:NAME), asked for in [since, until).

    A page's `next` with the same filters goes on where it ended, whatever was begun meanwhile.
    """
    audits = store_of(request).audits.newest(
        limit + 1,
        after=time_and_id_of(cursor),
        status=status,
        account=account,
        since=since,
        until=until,
    )
    more = _cursor(audits[limit - 1]) if len(audits) > limit else None
    return json(Audits(audits=[_line(one) for one in audits[:limit]], next=more))


@router.get("/{audit_id}", summary="Read an audit")
async def read(request: Request, caller: Reader, audit_id: str) -> Response:
    """The audit as it is now; what is not ready is null."""
    stored = await run_in_threadpool(store_of(request).audits.json, audit_id)
    encoded: EncodedAudits = request.app.state.encoded
    body, tag = encoded.get(stored)
    return unchanged(request, tag) or Response(body, headers={"ETag": tag}, media_type="application/json")


@router.delete("/{audit_id}", summary="Cancel an audit")
def cancel(request: Request, caller: Auditor, audit_id: str) -> Response:
    """End an audit that is going on; the audit as it is then. One that has ended otherwise is 409: it stays stored."""
    audit = job_queue_of(request).cancel(audit_id, tenant=caller.tenant)
    if audit.status != "cancelled":
        raise Refusal(
            409,
            f"the audit is {audit.status}: there is nothing to cancel, and it stays stored",
            "What is stored of an account is deleted with `zombiescope forget ACCOUNT`.",
        )
    return audit_json(audit)


@router.get("/{audit_id}/followers", summary="Read the scored followers")
def followers(
    request: Request, caller: Reader, audit_id: str, cursor: str | None = None, limit: Limit = 200
) -> Response:
    """The scored followers in list order, each with its reasons."""
    first = place_of(cursor)
    tag = tag_of(msgspec.json.encode(store_of(request).audits.get(audit_id)))
    if (same := unchanged(request, tag)) is not None:
        return same
    followers = store_of(request).audits.followers(audit_id)
    more = _place(first + limit) if first + limit < len(followers) else None
    return json(Followers(followers=list(followers[first : first + limit]), next=more), ETag=tag)


def _line(one: Summary) -> AuditLine:
    return AuditLine(
        id=one.id,
        account=one.account,
        status=one.status,
        created_at=one.created_at,
        finished_at=one.finished_at,
    )


def _cursor(one: Summary) -> str:
    return cursor(one.created_at, one.id)


def _place(place: int) -> str:
    return cursor(place)
