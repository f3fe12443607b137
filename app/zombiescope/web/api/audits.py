"""/v1/audits: start, watch, read, label, cancel."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from zombiescope.domain import Audit
from zombiescope.errors import InputError
from zombiescope.storage import LabelRow, Summary
from zombiescope.usecases import audit_store, label_files
from zombiescope.web.api.responses import (
    AuditLine,
    Audits,
    Followers,
    audit_json,
    cursor,
    place_of,
    time_and_id_of,
)
from zombiescope.web.audit_orders import AuditOrder, begin_audit, request_of
from zombiescope.web.auth.access import Caller, Reader, needs
from zombiescope.web.http.etag import tag_of, unchanged
from zombiescope.web.http.idempotency import Body, begun_once
from zombiescope.web.http.json_response import json
from zombiescope.web.http.problem_json import Refusal
from zombiescope.web.http.request_body import JSON, decoded, kind, limited, stream
from zombiescope.web.http.uploads import SUFFIXES, received
from zombiescope.web.state import detector_of, job_queue_of, services_of, store_of

__all__ = ["LabelOrder", "router", "wait_of"]

router = APIRouter(prefix="/v1/audits", tags=["audits"])

Auditor = Annotated[Caller, Depends(needs("audit"))]
Labeller = Annotated[Caller, Depends(needs("label"))]
Limit = Annotated[int, Query(ge=1, le=1000)]
LOOK = 0.1  # seconds between two looks at an audit that somebody waits for


class LabelOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's verdict on a follower of the sample. label: zombie, genuine or "cannot tell" (also null).

    annotator: who says so, where no key tells.
    """

    follower: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    label: Annotated[str, msgspec.Meta(max_length=20)] | None
    annotator: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] | None = None
    note: Annotated[str, msgspec.Meta(max_length=2000)] = ""


@router.post("", summary="Start an audit")
async def create(request: Request, caller: Auditor) -> Response:
    """Start an audit: 202 and its address; with `Prefer: wait=SECONDS`, 200 and the answer where it is ready in time.

    The body is an order for a platform's account. With `?source=upload&account=LABEL` it is the follower list itself
    (NDJSON, CSV or Parquet), and what else the order says stands in the query.
    """
    body = Body(request)
    if request.query_params.get("source") == "upload":
        audit = await _upload(request, caller, body)
    else:
        kind(request, *JSON)
        data = body.add(await limited(request, services_of(request).limits.body))
        audit = await begin_audit(request, caller, decoded(data, AuditOrder), body)
    address = f"/v1/audits/{audit.id}"
    # A longer wait is shortened, and the answer says to how much.
    wait = min(wait_of(request.headers.get("prefer", "")), services_of(request).limits.wait)
    headers = {"Location": address} | ({"Preference_Applied": f"wait={wait:g}"} if wait else {})
    status = 202
    if wait and await _finished(request, audit, wait):
        audit, status = await run_in_threadpool(store_of(request).audits.get, audit.id), 200
    return audit_json(audit, status, **headers)


@router.get("", summary="List audits")
def listed(request: Request, caller: Reader, cursor: str | None = None, limit: Limit = 50) -> Response:
    """The audits, the newest first."""
    audits = store_of(request).audits.newest(limit + 1, after=time_and_id_of(cursor))
    more = _cursor(audits[limit - 1]) if len(audits) > limit else None
    return json(Audits(audits=[_line(one) for one in audits[:limit]], next=more))


@router.get("/{audit_id}", summary="Read an audit")
def read(request: Request, caller: Reader, audit_id: str) -> Response:
    """The audit as it is now; what is not ready is null."""
    audit = store_of(request).audits.get(audit_id)
    tag = tag_of(msgspec.json.encode(audit))
    return unchanged(request, tag) or audit_json(audit, ETag=tag)


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


@router.post("/{audit_id}/labels", summary="Label a follower")
async def label(request: Request, caller: Labeller, audit_id: str) -> Response:
    """Keep a person's verdict and estimate again; from 30 labels on they carry the answer. The audit as it is then."""
    kind(request, *JSON)
    order = decoded(await limited(request, services_of(request).limits.body), LabelOrder)
    return audit_json(await labelled(request, caller, audit_id, order))


async def labelled(request: Request, caller: Caller, audit_id: str, order: LabelOrder) -> Audit:
    """Keep a label and estimate again."""
    store = store_of(request)
    verdict = None if order.label is None else label_files.verdict(order.label)
    who = caller.name if caller.key is not None else order.annotator or caller.name
    row = LabelRow(order.follower, verdict, who, services_of(request).now(), order.note)

    def relabel() -> Audit:
        if all(one.id != order.follower for one in store.audits.followers(audit_id)):
            raise InputError(
                f"{order.follower!r} is no follower of this audit's sample", "Label one of /followers."
            )
        return audit_store.relabel(store, audit_id, [row]).audit

    audit: Audit = await request.app.state.pool.run(relabel)
    return audit


async def _upload(request: Request, caller: Caller, body: Body) -> Audit:
    services = services_of(request)
    media = kind(request, *SUFFIXES)
    fields = {
        name: value for name, value in request.query_params.items() if name not in ("source", "account")
    }
    label = request.query_params.get("account", "")
    try:
        order = msgspec.convert({**fields, "account": "upload:list"}, AuditOrder, strict=False)
    except msgspec.ValidationError as error:
        raise InputError(f"the query cannot be read: {error}", "See /docs for its parameters.") from None
    asked = request_of(order, services.limits, ("upload",))
    pieces = body.through(stream(request, services.limits.upload))
    sent = await received(pieces, label, media, order=order.order, declared=order.declared)
    if order.as_of is None and sent.rows["observed_at"].null_count == sent.rows.num_rows:
        raise InputError(
            "no record of the list has observed_at, so the ages of its accounts are not known",
            "Say when the list was taken: &as_of=2016-12-15T00:00:00Z.",
        )

    def begin(audit_id: str) -> Audit:
        named = msgspec.structs.replace(asked, account=f"upload:{label}")
        detector = detector_of(services, order.model, tenant=caller.tenant)
        return job_queue_of(request).begin(
            named, detector, sent=sent, audit_id=audit_id, requester=caller.requester
        )

    return await run_in_threadpool(begun_once, request, caller, body, begin)


def wait_of(prefer: str) -> float:
    """The seconds of `Prefer: wait=SECONDS` (RFC 7240); 0 without."""
    match = re.search(r"(?:^|[,;\s])wait\s*=\s*\"?([0-9]{1,6})", prefer)
    return float(match[1]) if match else 0.0


async def _finished(request: Request, audit: Audit, seconds: float) -> bool:
    """Whether the audit ends in time: it is looked at now and then, as any worker may be at it."""
    clock = services_of(request).clock
    until = clock() + seconds
    while audit.status in ("queued", "running") and clock() < until:
        await asyncio.sleep(LOOK)
        audit = await run_in_threadpool(store_of(request).audits.get, audit.id)
    return audit.status not in ("queued", "running")


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
