"""/v1/watches: accounts audited again on a schedule, and what changed from one time to the next."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from zombiescope.domain import Point
from zombiescope.report.growth_curve import growth_curve_csv
from zombiescope.storage import Watch
from zombiescope.usecases import watches
from zombiescope.usecases.batches import BatchSettings
from zombiescope.web.api.responses import cursor, number_of, time_and_id_of
from zombiescope.web.auth.access import Caller, Reader, needs
from zombiescope.web.http.idempotency import Body
from zombiescope.web.http.json_response import json
from zombiescope.web.http.request_body import JSON, decoded, kind, limited
from zombiescope.web.state import services_of, store_of
from zombiescope.web.watch_orders import WatchOrder, begin_watch

__all__ = ["WatchChange", "WatchRuns", "WatchState", "WatchStates", "router"]

router = APIRouter(prefix="/v1/watches", tags=["watches"])

Auditor = Annotated[Caller, Depends(needs("audit"))]
Limit = Annotated[int, Query(ge=1, le=1000)]
CSV = "text/csv"


class WatchChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of PATCH /v1/watches/{id}: whether it rests."""

    state: Literal["active", "paused"]


class WatchState(msgspec.Struct, frozen=True, kw_only=True):
    """A watch. reason: why it is paused, where no client paused it. next_at: when it is due, null while it rests."""

    id: str
    account: str
    schedule: str
    state: Literal["active", "paused"]
    reason: str | None
    created_at: datetime
    created_by: str
    next_at: datetime | None
    accept_cost: float
    settings: BatchSettings


class WatchStates(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the list of watches, the newest first; `next` is the cursor of the next page, null on the last."""

    watches: list[WatchState]
    next: str | None


class WatchRuns(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a watch's runs, the newest first; `next` is the cursor of the next page, null on the last."""

    runs: list[Point]
    next: str | None


@router.post("", summary="Watch an account")
async def create(request: Request, caller: Auditor) -> Response:
    """Audit an account now and then by a schedule: 201 and the watch's address; once with an Idempotency-Key.

    Each audit is compared with the one before. All are scored with the model that the watch began with.
    """
    kind(request, *JSON)
    body = Body(request)
    order = decoded(body.add(await limited(request, services_of(request).limits.body)), WatchOrder)
    watch = await run_in_threadpool(begin_watch, request, caller, body, order)
    return json(_state(watch), 201, Location=f"/v1/watches/{watch.id}")


@router.get("", summary="List watches")
def listed(
    request: Request,
    caller: Reader,
    state: Literal["active", "paused"] | None = None,
    account: Annotated[str | None, Query(max_length=300)] = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> Response:
    """The watches, the newest first: those of a state, of an account (PLATFORM:NAME)."""
    watches = store_of(request).watches.newest(
        limit + 1, after=time_and_id_of(cursor), state=state, account=account
    )
    more = _cursor(watches[limit - 1].created_at, watches[limit - 1].id) if len(watches) > limit else None
    return json(WatchStates(watches=[_state(one) for one in watches[:limit]], next=more))


@router.get("/{watch_id}", summary="Read a watch")
def read(request: Request, caller: Reader, watch_id: str) -> Response:
    """What is watched, by which schedule, and when it is due next."""
    return json(_state(store_of(request).watches.get(watch_id)))


@router.patch("/{watch_id}", summary="Pause or resume a watch")
async def change(request: Request, caller: Auditor, watch_id: str) -> Response:
    """Let it rest, or have it due at the next time of its schedule again. The watch as it is then."""
    services = services_of(request)
    kind(request, *JSON)
    order = decoded(await limited(request, services.limits.body), WatchChange)

    def changed() -> Watch:
        store = store_of(request)
        if order.state == "paused":
            store.watches.pause(watch_id)
        else:
            schedule = store.watches.get(watch_id).schedule
            store.watches.resume(watch_id, watches.next_time(schedule, services.now()))
        return store.watches.get(watch_id)

    return json(_state(await run_in_threadpool(changed)))


@router.delete("/{watch_id}", summary="Remove a watch")
def remove(request: Request, caller: Auditor, watch_id: str) -> Response:
    """Delete a watch and its runs; their audits stay stored."""
    store_of(request).watches.remove(watch_id)
    return Response(status_code=204)


@router.get("/{watch_id}/runs", summary="Read a watch's growth curve")
def runs(
    request: Request, caller: Reader, watch_id: str, cursor: str | None = None, limit: Limit = 200
) -> Response:
    """Each time it was due, the newest first: followers declared and listed, the zombie share, what changed since the
    time before with its interval, and alerts. With `Accept: text/csv` all of it as a file, the oldest first."""
    store = store_of(request)
    if CSV in request.headers.get("accept", ""):
        text = growth_curve_csv([watches.point(one) for one in store.watches.runs(watch_id)[::-1]])
        headers = {"Content-Disposition": 'attachment; filename="watch.csv"', "Vary": "Accept"}
        return Response(text, headers=headers, media_type=CSV)
    page = store.watches.runs(watch_id, limit + 1, before=number_of(cursor))
    more = _cursor(page[limit - 1].number) if len(page) > limit else None
    return json(WatchRuns(runs=[watches.point(one) for one in page[:limit]], next=more), Vary="Accept")


def _state(watch: Watch) -> WatchState:
    return WatchState(
        id=watch.id,
        account=watch.account,
        schedule=watch.schedule,
        state=watch.state,
        reason=watch.reason,
        created_at=watch.created_at,
        created_by=watch.created_by,
        next_at=watch.next_at if watch.state == "active" else None,
        accept_cost=watch.money,
        settings=msgspec.json.decode(watch.settings, type=BatchSettings),
    )


def _cursor(*parts: Any) -> str:
    return cursor(*parts)
