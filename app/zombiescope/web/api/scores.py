"""/v1/scores: records in, scores and reasons out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
import pyarrow as pa
from fastapi import APIRouter, Depends, Query, Request, Response

from zombiescope.domain import Follower
from zombiescope.errors import InputError
from zombiescope.records import arrow_stream, posts
from zombiescope.web.audit_orders import MODEL
from zombiescope.web.auth.access import Caller, needs
from zombiescope.web.http import counted_records
from zombiescope.web.http.accept import OCTETS, media_or_octets
from zombiescope.web.http.dates import Date
from zombiescope.web.http.problem_json import Refusal
from zombiescope.web.http.request_body import NDJSON, BodyBudget, held, kind
from zombiescope.web.state import detector_of, services_of

__all__ = ["EXPLAINED", "records_of", "router"]

router = APIRouter(prefix="/v1/scores", tags=["scores"])

Scorer = Annotated[Caller, Depends(needs("score"))]
EXPLAINED = 50  # records up to which reasons are given unasked: they take hundreds of times a score's work

_FORMS = {
    "application/json": "application/json",
    **dict.fromkeys(NDJSON, "application/x-ndjson"),
    arrow_stream.MEDIA: arrow_stream.MEDIA,
}


Model = Annotated[str | None, Query(pattern=f"^{MODEL.pattern}$")]


@router.post("", summary="Score followers")
async def score(
    request: Request,
    caller: Scorer,
    model: Model = None,
    as_of: Date | None = None,
    explain: bool | None = None,
) -> Response:
    """The score of each record, in order.

    Lines (application/x-ndjson) and Arrow (application/vnd.apache.arrow.stream) are taken too and answered in kind,
    or as `Accept` says; /v1/scores/file is for clients that send bytes. `as_of` dates records without observed_at.
    Reasons are given for up to 50 records, or as `explain` says.
    """
    media = _FORMS[kind(request, *_FORMS)]
    return await _scores(request, caller, media, model, as_of, explain)


@router.post("/file", summary="Score a file of followers")
async def score_file(
    request: Request,
    caller: Scorer,
    format: Annotated[
        Literal["ndjson", "arrow"] | None, Query(description="Unless Content-Type says it")
    ] = None,
    model: Model = None,
    as_of: Date | None = None,
    explain: bool | None = None,
) -> Response:
    """The score of each record of a file of lines or of an Arrow IPC stream, in the same form and order."""
    media = kind(request, *NDJSON, arrow_stream.MEDIA, OCTETS)
    named = None if format is None else {"ndjson": NDJSON[0], "arrow": arrow_stream.MEDIA}[format]
    form = _FORMS.get(media, named)
    if form is None:
        raise Refusal(422, "the form of the file is not said", "Add ?format=ndjson or ?format=arrow.")
    if named not in (None, form):
        raise Refusal(422, f"format is {format!r}, but the body is {media}", "Leave one of them out.")
    return await _scores(request, caller, form, model, as_of, explain)


async def _scores(
    request: Request,
    caller: Caller,
    media: str,
    model: str | None,
    as_of: datetime | None,
    explain: bool | None,
) -> Response:
    services = services_of(request)
    wanted = _wanted(request, media)

    def scored(body: bytes) -> tuple[bytes, str, int]:
        # Imported by the first score: its readers of files bring pandas, which takes a second.
        from zombiescope.usecases.score_table import score_table

        records = records_of(body, media, services.limits.records)
        detector = detector_of(services, model, tenant=caller.tenant)
        reasons = records.num_rows <= EXPLAINED if explain is None else explain
        table, _ = score_table(records, detector, at=as_of, reasons=reasons)
        return _encoded(table, wanted), f"{detector.info.name}-{detector.info.version}", records.num_rows

    budget: BodyBudget = request.app.state.body_budget
    async with held(request, services.limits.upload, budget) as body:
        data, name, count = await request.app.state.pool.run(lambda: scored(body))
    request.app.state.metrics.scored(count)
    return Response(
        data,
        headers={"Zombiescope-Model": name, "Vary": "Accept"},
        media_type=media_or_octets(request, wanted),
    )


def _wanted(request: Request, media: str) -> str:
    """The form of the answer: the first that Accept names, else that of the body."""
    for one in request.headers.get("accept", "").split(","):
        form = _FORMS.get(one.partition(";")[0].strip().lower())
        if form is not None:
            return form
    return media


def records_of(body: bytes, media: str, most: int) -> pa.Table:
    """The records of a body. Raises InputError for none, for too many, or for the first that is no record."""
    table = (
        arrow_stream.table_of(body, most)
        if media == arrow_stream.MEDIA
        else posts.table(_followers(body, media, most))
    )
    if not table.num_rows:
        raise InputError("there is no record to score", "Send at least one follower record.")
    return table


def _followers(body: bytes, media: str, most: int) -> list[Follower]:
    """The records of JSON or of lines, counted as they are decoded.

    Raises InputError with the record and the field of the first that is none, or past `most`.
    """
    if media == "application/json":
        return counted_records.array(body, most)
    return list(counted_records.lines(body, most))


def _encoded(table: pa.Table, media: str) -> bytes:
    if media == arrow_stream.MEDIA:
        return arrow_stream.packed(table)
    rows = table.to_pylist()
    if "reasons" not in table.column_names:
        for row in rows:
            row["reasons"] = None
    if media == "application/json":
        return msgspec.json.encode(rows)
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
