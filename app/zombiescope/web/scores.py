"""/v1/scores: records in, scores and reasons out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import pyarrow as pa
from fastapi import APIRouter, Depends, Query, Request, Response

from zombiescope.domain import Follower
from zombiescope.errors import InputError
from zombiescope.records import from_followers
from zombiescope.web.access import Caller, needs
from zombiescope.web.bodies import JSON, NDJSON, kind, limited
from zombiescope.web.orders import MODEL
from zombiescope.web.services import Services

__all__ = ["EXPLAINED", "router"]

router = APIRouter(prefix="/v1/scores", tags=["scores"])

Scorer = Annotated[Caller, Depends(needs("score"))]
EXPLAINED = 50  # records up to which reasons are given unasked: they take hundreds of times a score's work

_MANY = msgspec.json.Decoder(list[Follower])
_ONE = msgspec.json.Decoder(Follower)
_FORMS = {"application/json": "application/json", **dict.fromkeys(NDJSON, "application/x-ndjson")}


@router.post("", summary="Score followers")
async def score(
    request: Request,
    caller: Scorer,
    model: Annotated[str | None, Query(pattern=MODEL.pattern)] = None,
    as_of: datetime | None = None,
    explain: bool | None = None,
) -> Response:
    """The score of each record, in order; an array for an array, lines for lines.

    `as_of` dates records without observed_at. Reasons are given for up to 50 records, or as `explain` says.
    """
    services: Services = request.app.state.services
    media = _FORMS[kind(request, *JSON, *NDJSON)]
    body = await limited(request, services.limits.upload)

    def scored() -> tuple[bytes, str]:
        # Imported by the first score: its readers of files bring pandas, which takes a second.
        from zombiescope.batch import score_table

        followers = _followers(body, media, services.limits.records)
        detector = services.detector(model or "", "")
        reasons = len(followers) <= EXPLAINED if explain is None else explain
        at = as_of if as_of is None or as_of.tzinfo else as_of.replace(tzinfo=UTC)
        table, _ = score_table(from_followers(followers), detector, at=at, reasons=reasons)
        return _encoded(table, media), f"{detector.info.name}-{detector.info.version}"

    data, name = await request.app.state.pool.run(scored)
    return Response(data, headers={"Zombiescope-Model": name}, media_type=media)


def _followers(body: bytes, media: str, most: int) -> list[Follower]:
    """The records of a body. Raises InputError with the record and the field of the first that is none."""
    try:
        found = _MANY.decode(body) if media == "application/json" else list(_lines(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(
            f"the records cannot be read: {error}", "docs/record.md has the record's form."
        ) from None
    if not found:
        raise InputError("there is no record to score", "Send at least one follower record.")
    if len(found) > most:
        raise InputError(f"{len(found):,} records are too many at once", f"Send at most {most:,} at a time.")
    return found


def _lines(body: bytes) -> Iterator[Follower]:
    for number, line in enumerate(body.split(b"\n"), start=1):
        if line.strip():
            try:
                yield _ONE.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                raise InputError(f"line {number}: {error}", "docs/record.md has the record's form.") from None


def _encoded(table: pa.Table, media: str) -> bytes:
    rows = table.to_pylist()
    if "reasons" not in table.column_names:
        for row in rows:
            row["reasons"] = None
    if media == "application/json":
        return msgspec.json.encode(rows)
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
