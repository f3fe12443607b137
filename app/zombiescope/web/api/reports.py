"""/v1/audits/{id}/report and the picture: drawn once, off the event loop, and not sent again to whoever has them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from zombiescope import i18n
from zombiescope.report import render, report_svg
from zombiescope.web.auth.access import Reader
from zombiescope.web.http.etag import tag_of, unchanged
from zombiescope.web.http.thread_pool import Pool
from zombiescope.web.services import Services
from zombiescope.web.state import services_of, store_of

__all__ = ["RenderedReports", "router"]

router = APIRouter(prefix="/v1/audits", tags=["audits"])


class RenderedReports:
    """The last few reports and pictures: to draw one takes a second, in which everybody else waits longer."""

    def __init__(self, most: int = 16) -> None:
        self._most = most
        self._held: OrderedDict[tuple[str, str], str] = OrderedDict()

    async def get(self, pool: Pool, key: tuple[str, str], draw: Callable[[], str]) -> str:
        """What was drawn for this key, or is now. key: what is drawn, and the tag of what it is drawn of."""
        if key not in self._held:
            self._held[key] = await pool.run(draw)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return self._held[key]


@router.get("/{audit_id}/report", summary="Read the report")
async def report(request: Request, caller: Reader, audit_id: str) -> Response:
    """The report as a page that needs nothing else."""
    services: Services = services_of(request)

    def draw() -> str:
        stored = store_of(request).audits.stored_audit(audit_id)
        truth = None if stored.audit.account is None else services.truth(stored.audit.account.ref)
        return render(stored.audit, stored.rows, form="html", truth=truth)

    tag = await _tag(request, audit_id)
    if (same := unchanged(request, tag)) is not None:
        return same
    page = await request.app.state.drawn.get(request.app.state.pool, ("report", tag), draw)
    # Imported by the first report: the pictures take a second, which a start should not wait for.
    from zombiescope.report.html import content_security_policy

    headers = {"Content-Security-Policy": f"{content_security_policy()}; frame-ancestors 'none'", "ETag": tag}
    return Response(page, headers=headers, media_type="text/html")


@router.get("/{audit_id}/report.svg", summary="Read the picture")
async def picture(request: Request, caller: Reader, audit_id: str) -> Response:
    """The answer and the follow-order picture as one image."""

    def draw() -> str:
        stored = store_of(request).audits.stored_audit(audit_id)
        return report_svg(stored.audit, stored.rows)

    tag = await _tag(request, audit_id)
    if (same := unchanged(request, tag)) is not None:
        return same
    image = await request.app.state.drawn.get(request.app.state.pool, ("picture", tag), draw)
    return Response(image, headers={"ETag": tag}, media_type="image/svg+xml")


async def _tag(request: Request, audit_id: str) -> str:
    """Whatever is drawn of an audit follows from the audit and the language, so these are enough to tell a change."""
    audit = await run_in_threadpool(store_of(request).audits.get, audit_id)
    return tag_of(msgspec.json.encode(audit) + i18n.language().encode())
