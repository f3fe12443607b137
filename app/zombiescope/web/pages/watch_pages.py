"""The pages of watches: accounts audited again on a schedule, each with its growth curve as a table."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from zombiescope import formatting
from zombiescope.domain import Point
from zombiescope.errors import InputError, ZombiescopeError
from zombiescope.i18n import gettext as _
from zombiescope.i18n.sentences import translated
from zombiescope.storage import Watch
from zombiescope.usecases.watches import next_time, point
from zombiescope.web.auth.access import Caller, Reader, form_of, needs
from zombiescope.web.http.idempotency import Body
from zombiescope.web.pages import platform_needs
from zombiescope.web.pages.rendering import page
from zombiescope.web.state import services_of, store_of
from zombiescope.web.watch_orders import WatchOrder, begin_watch

__all__ = ["router"]

router = APIRouter(prefix="/watches", include_in_schema=False)

Auditor = Annotated[Caller, Depends(needs("audit"))]
SHOWN = 200  # watches, and runs of one
SCHEDULES = {"daily": "0 6 * * *", "weekly": "0 6 * * 1", "monthly": "0 6 1 * *"}


@router.get("")
def listed(request: Request, caller: Reader) -> Response:
    """All watches with what each said last, and the form that begins another."""
    return _page(request, caller)


@router.post("")
async def begin(request: Request, caller: Auditor) -> Response:
    """Begin a watch from the page's form."""
    form = await form_of(request, caller)
    try:
        if form.get("often") not in SCHEDULES:
            raise InputError("the schedule is missing", "Choose how often the account is audited.")
        platforms = [name for name in services_of(request).platforms if name != "file"]
        typed = form.get("account", "").strip()[:300]
        account = platform_needs.understood(typed, platforms).account or typed
        order = WatchOrder(account=account, schedule=SCHEDULES[form["often"]])
        watch = await run_in_threadpool(begin_watch, request, caller, Body(request), order)
    except ZombiescopeError as error:
        return await run_in_threadpool(_page, request, caller, form, error)
    return RedirectResponse(f"/watches/{watch.id}", 303)


@router.get("/{watch_id}")
def shown(request: Request, caller: Reader, watch_id: str) -> Response:
    """One watch: each time it was audited, the newest first."""
    store = store_of(request)
    watch = store.watches.get(watch_id)
    points = [point(run) for run in store.watches.runs(watch_id, SHOWN)]
    return page(
        "watch.html.j2",
        caller,
        watch=_line(watch, points[:1]),
        lines=[_point(one) for one in points],
        may=caller.may("audit"),
    )


@router.post("/{watch_id}/pause")
async def pause(request: Request, caller: Auditor, watch_id: str) -> Response:
    """Let a watch rest."""
    await form_of(request, caller)
    await run_in_threadpool(store_of(request).watches.pause, watch_id)
    return RedirectResponse(f"/watches/{watch_id}", 303)


@router.post("/{watch_id}/resume")
async def resume(request: Request, caller: Auditor, watch_id: str) -> Response:
    """Have a watch due at the next time of its schedule again."""
    await form_of(request, caller)

    def resumed() -> None:
        watches = store_of(request).watches
        watches.resume(watch_id, next_time(watches.get(watch_id).schedule, services_of(request).now()))

    await run_in_threadpool(resumed)
    return RedirectResponse(f"/watches/{watch_id}", 303)


@router.post("/{watch_id}/remove")
async def remove(request: Request, caller: Auditor, watch_id: str) -> Response:
    """Delete a watch; its audits stay."""
    await form_of(request, caller)
    await run_in_threadpool(store_of(request).watches.remove, watch_id)
    return RedirectResponse("/watches", 303)


def _page(
    request: Request,
    caller: Caller,
    form: dict[str, str] | None = None,
    error: ZombiescopeError | None = None,
) -> Response:
    store = store_of(request)
    lines = [
        _line(one, [point(run) for run in store.watches.runs(one.id, 1)])
        for one in store.watches.newest(SHOWN)
    ]
    return page(
        "watches.html.j2",
        caller,
        status=200 if error is None else error.status,
        lines=lines,
        form=form or {},
        error=error,
        may=caller.may("audit"),
    )


def _line(watch: Watch, latest: list[Point]) -> dict[str, object]:
    """A watch in a row."""
    named = {schedule: often for often, schedule in SCHEDULES.items()}
    often = {
        "daily": _("every day"),
        "weekly": _("every Monday"),
        "monthly": _("on the first of each month"),
    }
    return {
        "id": watch.id,
        "account": formatting.clean(watch.account, longest=80),
        "often": often[named[watch.schedule]] if watch.schedule in named else watch.schedule,
        "active": watch.state == "active",
        "next": f"{watch.next_at:%Y-%m-%d %H:%M} UTC",
        "reason": translated(watch.reason) if watch.reason else "",
        "latest": _point(latest[0]) if latest else None,
    }


def _point(one: Point) -> dict[str, object]:
    """A run in a row; empty where nothing can be said."""
    alerts = {
        "rose": _("the share rose"),
        "fell": _("the share fell"),
        "delivery": _("a new delivery is seen"),
    }
    count = one.declared if one.declared is not None else one.listed
    change = ""
    if one.change_low is not None and one.change_high is not None:
        change = formatting.change(one.change_low, one.change_high).replace(" to ", " … ")
    return {
        "when": f"{one.at:%Y-%m-%d %H:%M} UTC",
        "audit": one.audit,
        "followers": "" if count is None else formatting.count(count),
        "share": "" if one.share is None else translated(formatting.between(one.share.low, one.share.high)),
        "change": change,
        "notes": [
            *(alerts[alert] for alert in one.alerts),
            *([translated(one.reason)] if one.reason else []),
        ],
        "alert": bool(one.alerts),
    }
