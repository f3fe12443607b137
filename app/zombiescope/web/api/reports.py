"""/v1/audits/{id}/report and the picture: rendered once, off the event loop, and cached (ETag)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from zombiescope.report import report_svg
from zombiescope.web.auth.access import Reader
from zombiescope.web.http.accept import media_or_octets
from zombiescope.web.http.etag import unchanged
from zombiescope.web.rendered_reports import report_html, tag_of_audit
from zombiescope.web.state import store_of

__all__ = ["router"]

router = APIRouter(prefix="/v1/audits", tags=["audits"])


@router.get("/{audit_id}/report", summary="Read the report")
async def report(request: Request, caller: Reader, audit_id: str) -> Response:
    """The report as a page that needs nothing else."""
    tag = await tag_of_audit(request, audit_id)
    if (same := unchanged(request, tag)) is not None:
        return same
    page = await report_html(request, audit_id, tag)
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

    tag = await tag_of_audit(request, audit_id)
    if (same := unchanged(request, tag)) is not None:
        return same
    image = await request.app.state.drawn.get(request.app.state.pool, ("picture", tag), draw)
    headers = {"ETag": tag, "Vary": "Accept"}
    return Response(image, headers=headers, media_type=media_or_octets(request, "image/svg+xml"))
