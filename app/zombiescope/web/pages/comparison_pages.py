"""The pages that compare two audits of an account."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from zombiescope import formatting
from zombiescope.report import change_chart, comparison_view
from zombiescope.report.html import chart_svg
from zombiescope.usecases.stored_comparison import change_between
from zombiescope.web.auth.access import Reader
from zombiescope.web.pages.chart_file import chart_file
from zombiescope.web.pages.recent_audits import audit_line
from zombiescope.web.pages.rendering import page
from zombiescope.web.state import store_of

__all__ = ["router"]

router = APIRouter(prefix="/audits", include_in_schema=False)

RECENT = 200  # audits looked through for others of the account


@router.get("/{audit_id}/compare/{other}")
def compared(
    request: Request, caller: Reader, audit_id: str, other: str, same_account: bool = False
) -> Response:
    """What changed from the earlier of two audits to the later."""
    change = change_between(store_of(request), audit_id, other, same_account=same_account)
    shown = comparison_view.spoken(change)
    return page(
        "compare.html.j2",
        caller,
        view=shown,
        chart=chart_svg(change_chart.chart(shown)),
        change=change,
        others=None,
        audit=None,
    )


@router.get("/{audit_id}/compare/{other}/change.{form}")
def picture(
    request: Request,
    caller: Reader,
    audit_id: str,
    other: str,
    form: Literal["svg", "png", "csv"],
    same_account: bool = False,
) -> Response:
    """The change as a file: a picture, or its numbers."""
    change = change_between(store_of(request), audit_id, other, same_account=same_account)
    return chart_file(change_chart.chart(comparison_view.spoken(change)), form)


@router.get("/{audit_id}/compare")
def others(
    request: Request, caller: Reader, audit_id: str, other: Annotated[str | None, Query(alias="with")] = None
) -> Response:
    """The other audits of an account by date and time, to choose one."""
    audits = store_of(request).audits
    audit = audits.get(audit_id)
    if other is not None:
        return RedirectResponse(f"/audits/{audit_id}/compare/{quote(other, safe='')}", 303)
    ref = "" if audit.account is None else audit.account.ref
    lines = [one for one in audits.newest(RECENT) if one.status == "done" and one.id != audit_id]
    same = [audits.get(one.id) for one in lines if one.account.casefold() == ref.casefold()]
    return page(
        "compare.html.j2",
        caller,
        view=None,
        chart=None,
        change=None,
        others=[audit_line(one) for one in same],
        audit=audit,
        account=formatting.clean(ref, longest=80),
        created_on=audit_line(audit).when,
    )
