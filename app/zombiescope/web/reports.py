"""/v1/audits/{id}/report and the picture: drawn off the event loop, and not again for whoever has them."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from zombiescope.report import render, report_svg
from zombiescope.web.access import Reader
from zombiescope.web.services import Services
from zombiescope.web.state import services_of, store_of
from zombiescope.web.tags import tag_of, unchanged

__all__ = ["router"]

router = APIRouter(prefix="/v1/audits", tags=["audits"])


@router.get("/{audit_id}/report", summary="Read the report")
async def report(request: Request, caller: Reader, audit_id: str) -> Response:
    """The report as a page that needs nothing else."""
    services: Services = services_of(request)

    def drawn() -> tuple[str, str]:
        # Imported by the first report: the pictures take a second, which a start should not wait for.
        from zombiescope.report.html import content_security_policy

        kept = store_of(request).audits.kept(audit_id)
        truth = None if kept.audit.account is None else services.truth(kept.audit.account.ref)
        return render(kept.audit, kept.rows, form="html", truth=truth), content_security_policy()

    tag = await _tag(request, audit_id)
    if (same := unchanged(request, tag)) is not None:
        return same
    page, policy = await request.app.state.pool.run(drawn)
    headers = {"Content-Security-Policy": f"{policy}; frame-ancestors 'none'", "ETag": tag}
    return Response(page, headers=headers, media_type="text/html")


@router.get("/{audit_id}/report.svg", summary="Read the picture")
async def picture(request: Request, caller: Reader, audit_id: str) -> Response:
    """The answer and the follow-order picture as one image."""

    def drawn() -> str:
        kept = store_of(request).audits.kept(audit_id)
        return report_svg(kept.audit, kept.rows)

    tag = await _tag(request, audit_id)
    if (same := unchanged(request, tag)) is not None:
        return same
    return Response(
        await request.app.state.pool.run(drawn), headers={"ETag": tag}, media_type="image/svg+xml"
    )


async def _tag(request: Request, audit_id: str) -> str:
    """Whatever is drawn of an audit follows from the audit, so its JSON is enough to tell a change."""
    audit = await run_in_threadpool(store_of(request).audits.get, audit_id)
    return tag_of(msgspec.json.encode(audit))
