"""/v1/scores: records in, scores and reasons out."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import pyarrow as pa
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BeforeValidator, WithJsonSchema

from zombiescope.domain import Follower
from zombiescope.errors import InputError
from zombiescope.records.schema import from_followers
from zombiescope.web.audit_orders import MODEL
from zombiescope.web.auth.access import Caller, needs
from zombiescope.web.http import arrow_stream, counted_records
from zombiescope.web.http.request_body import NDJSON, BodyBudget, held, kind
from zombiescope.web.state import detector_of, services_of

__all__ = ["EXPLAINED", "records_of", "router"]

router = APIRouter(prefix="/v1/scores", tags=["scores"])

Scorer = Annotated[Caller, Depends(needs("score"))]
EXPLAINED = 50  # records up to which reasons are given unasked: they take hundreds of times a score's work

_DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)


def _dated(text: object) -> object:
    """A date as people write it; pydantic by itself takes any number for one."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        raise ValueError("it is no date: write 2016-12-15, or 2016-12-15T00:00:00Z")
    return datetime.fromisoformat(text)


_DATES = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
Date = Annotated[datetime, BeforeValidator(_dated), WithJsonSchema(_DATES)]

_FORMS = {
    "application/json": "application/json",
    **dict.fromkeys(NDJSON, "application/x-ndjson"),
    arrow_stream.MEDIA: arrow_stream.MEDIA,
}


@router.post("", summary="Score followers")
async def score(
    request: Request,
    caller: Scorer,
    model: Annotated[str | None, Query(pattern=f"^{MODEL.pattern}$")] = None,
    as_of: Date | None = None,
    explain: bool | None = None,
) -> Response:
    """The score of each record, in order: an array for an array, lines for lines, Arrow for Arrow, or as `Accept` says.

    `as_of` dates records without observed_at. Reasons are given for up to 50 records, or as `explain` says.
    """
    services = services_of(request)
    media = _FORMS[kind(request, *_FORMS)]
    wanted = _wanted(request, media)

    def scored(body: bytes) -> tuple[bytes, str, int]:
        # Imported by the first score: its readers of files bring pandas, which takes a second.
        from zombiescope.usecases.score_table import score_table

        records = records_of(body, media, services.limits.records)
        detector = detector_of(services, model, tenant=caller.tenant)
        reasons = records.num_rows <= EXPLAINED if explain is None else explain
        at = as_of if as_of is None or as_of.tzinfo else as_of.replace(tzinfo=UTC)
        table, _ = score_table(records, detector, at=at, reasons=reasons)
        return _encoded(table, wanted), f"{detector.info.name}-{detector.info.version}", records.num_rows

    budget: BodyBudget = request.app.state.body_budget
    async with held(request, services.limits.upload, budget) as body:
        data, name, count = await request.app.state.pool.run(lambda: scored(body))
    request.app.state.metrics.scored(count)
    return Response(data, headers={"Zombiescope-Model": name, "Vary": "Accept"}, media_type=wanted)


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
        else from_followers(_followers(body, media, most))
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
