"""/v1/trail: who changed what in one's tenant, when and from where."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.responses import StreamingResponse

from zombiescope.records.formula_guard import cell
from zombiescope.storage import Store, TrailEntry
from zombiescope.web.api.responses import cursor, number_of
from zombiescope.web.auth.access import Caller, needs
from zombiescope.web.http.dates import Date
from zombiescope.web.http.json_response import json
from zombiescope.web.state import store_of

__all__ = ["Trail", "TrailChange", "csv_rows", "router"]

router = APIRouter(prefix="/v1/trail", tags=["keys"])

Admin = Annotated[Caller, Depends(needs("admin"))]
Limit = Annotated[int, Query(ge=1, le=1000)]
CSV = "text/csv"
_AT_ONCE = 1000  # entries read at once for an export


class TrailChange(msgspec.Struct, frozen=True, kw_only=True):
    """One change, or one that was refused (status).

    actor: the name of the key; `local` for a person on the service's machine, `operator` for its command line. action:
    the operationId, of pages method and route. target: what it was done to. status: of HTTP; 0 on the command line.
    """

    at: datetime
    actor: str
    address: str
    action: str
    target: str
    status: int
    request_id: str


class Trail(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the audit trail, the newest first; `next` is the cursor of the next page, null on the last."""

    changes: list[TrailChange]
    next: str | None


@router.get("", summary="Read the audit trail")
def trail(
    request: Request,
    caller: Admin,
    since: Date | None = None,
    until: Date | None = None,
    cursor: str | None = None,
    limit: Limit = 200,
) -> Response:
    """Who changed what in one's own tenant, from where, the newest first: `since` and `until` bound it in time.

    With `Accept: text/csv` it is all of it as a file, of which `cursor` and `limit` do not count.
    """
    store, begins, ends = store_of(request), _aware(since), _aware(until)
    if CSV in request.headers.get("accept", ""):
        headers = {"Content-Disposition": 'attachment; filename="audit-trail.csv"', "Vary": "Accept"}
        return StreamingResponse(_exported(store, begins, ends), headers=headers, media_type=CSV)
    changes = store.trail.newest(limit + 1, before=number_of(cursor), since=begins, until=ends)
    more = _cursor(changes[limit - 1].id) if len(changes) > limit else None
    return json(Trail(changes=[_shown(one) for one in changes[:limit]], next=more), Vary="Accept")


def _exported(store: Store, since: datetime | None, until: datetime | None) -> Iterator[str]:
    yield _lines([list(TrailChange.__struct_fields__)])
    before: int | None = None
    while entries := store.trail.newest(_AT_ONCE, before=before, since=since, until=until):
        before = entries[-1].id
        yield csv_rows(entries)


def csv_rows(entries: Sequence[TrailEntry]) -> str:
    """Entries as rows of CSV, of which no cell is a formula."""
    return _lines([[cell(str(value)) for value in _written(one)] for one in entries])


def _lines(rows: list[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _written(one: TrailEntry) -> tuple[object, ...]:
    return (one.at.isoformat(), one.actor, one.address, one.action, one.target, one.status, one.request_id)


def _shown(one: TrailEntry) -> TrailChange:
    return TrailChange(
        at=one.at,
        actor=one.actor,
        address=one.address,
        action=one.action,
        target=one.target,
        status=one.status,
        request_id=one.request_id,
    )


def _cursor(place: int) -> str:
    return cursor(place)


def _aware(when: datetime | None) -> datetime | None:
    return when if when is None or when.tzinfo else when.replace(tzinfo=UTC)
