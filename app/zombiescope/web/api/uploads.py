"""/v1/uploads: audit a follower list of one's own, which is the body."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from zombiescope.domain import Audit, Order
from zombiescope.errors import InputError
from zombiescope.usecases.audit_request import CENSUS
from zombiescope.web.audit_orders import MODEL, MOST_DECLARED, MOST_SEED, USUAL, AuditOrder, request_of
from zombiescope.web.auth.access import Caller, needs
from zombiescope.web.http.dates import Date
from zombiescope.web.http.idempotency import Body, begun_once
from zombiescope.web.http.request_body import stream
from zombiescope.web.http.uploads import form_of_file, received
from zombiescope.web.http.wait import answer_of
from zombiescope.web.state import detector_of, job_queue_of, services_of

__all__ = ["router"]

router = APIRouter(prefix="/v1/uploads", tags=["audits"])

Auditor = Annotated[Caller, Depends(needs("audit"))]
FileForm = Literal["ndjson", "json", "csv", "tsv", "parquet", "xlsx", "zip"]


@router.post("", summary="Audit a follower list of one's own")
async def upload(
    request: Request,
    caller: Auditor,
    account: Annotated[
        str, Query(min_length=1, max_length=100, description="A label: its account is `upload:LABEL`")
    ],
    format: Annotated[
        FileForm | None, Query(description="The file's form, unless Content-Type says it")
    ] = None,
    sample: Annotated[
        int | None, Query(ge=1, description="Followers to draw; without it the whole list is scored")
    ] = None,
    margin: Annotated[float | None, Query(gt=0, lt=0.5)] = None,
    claim: Annotated[float | None, Query(ge=0, le=1)] = None,
    seed: Annotated[int, Query(ge=0, le=MOST_SEED)] = USUAL.seed,
    as_of: Annotated[
        Date | None, Query(description="When the list was taken, where no record says it")
    ] = None,
    order: Annotated[Order | None, Query(description="Who comes first in the list")] = None,
    declared: Annotated[
        int | None, Query(ge=0, le=MOST_DECLARED, description="Followers that the platform shows")
    ] = None,
    model: Annotated[str | None, Query(pattern=f"^{MODEL.pattern}$")] = None,
) -> Response:
    """Audit the follower list in the body: 202 and its address; with `Prefer: wait=SECONDS`, 200 and the answer where
    it is ready in time.

    The body is a file of records (docs/record.md): NDJSON, JSON, CSV, TSV, Parquet, XLSX, or a ZIP of one. Its form
    stands in `format`, or in the Content-Type: application/x-ndjson, application/json, text/csv,
    text/tab-separated-values, application/vnd.apache.parquet and so on. It is read before the answer, so that a list
    that cannot be read is refused, and deleted once read.
    """
    services = services_of(request)
    body = Body(request)
    suffix = form_of_file(request, format)
    asked = request_of(
        AuditOrder(
            account="upload:list",
            sample=sample or USUAL.sample,
            margin=margin,
            claim=claim,
            seed=seed,
            as_of=as_of,
            order=order,
            declared=declared,
            model=model,
        ),
        services.limits,
        ("upload",),
    )
    pieces = body.through(stream(request, services.limits.upload))
    sent = await received(pieces, account, suffix, order=order, declared=declared)
    if as_of is None and sent.rows["observed_at"].null_count == sent.rows.num_rows:
        raise InputError(
            "no record of the list has observed_at, so the ages of its accounts are not known",
            "Say when the list was taken: &as_of=2016-12-15T00:00:00Z.",
        )

    def begin(audit_id: str) -> Audit:
        # A list of whole records costs nothing to fetch: unless told otherwise nobody of it is left out.
        named = msgspec.structs.replace(
            asked, account=f"upload:{account}", census=CENSUS if sample is None else 0
        )
        detector = detector_of(services, model, tenant=caller.tenant)
        return job_queue_of(request).begin(
            named, detector, sent=sent, audit_id=audit_id, requester=caller.requester
        )

    return await answer_of(request, await run_in_threadpool(begun_once, request, caller, body, begin))
