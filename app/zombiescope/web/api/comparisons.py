"""Two audits of one account held against each other: as JSON and as a page."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from zombiescope import formatting
from zombiescope.compare import Change, Compared, compare
from zombiescope.report import comparison_view
from zombiescope.storage import Store
from zombiescope.web.api.responses import json
from zombiescope.web.auth.access import Reader
from zombiescope.web.pages.recent_audits import audit_line
from zombiescope.web.pages.rendering import page

__all__ = ["router"]

router = APIRouter()

RECENT = 200  # audits looked through for others of the account


@router.get(
    "/v1/audits/{audit_id}/compare/{other}", summary="Compare two audits of an account", tags=["audits"]
)
def compared(
    request: Request, caller: Reader, audit_id: str, other: str, same_account: bool = False
) -> Response:
    """What changed from the earlier of two audits to the later: the share with an interval on the difference, the
    number of followers, blocks, and who left. same_account: they are of one account, though it is called differently.
    """
    return json(comparison_view.in_words(_change(request, audit_id, other, same_account)))


@router.get("/audits/{audit_id}/compare/{other}", include_in_schema=False)
def compared_page(
    request: Request, caller: Reader, audit_id: str, other: str, same_account: bool = False
) -> Response:
    """The same for people."""
    found = _change(request, audit_id, other, same_account)
    return page(
        "compare.html.j2", caller, view=comparison_view.view(found), change=found, others=None, audit=None
    )


@router.get("/audits/{audit_id}/compare", include_in_schema=False)
def others_page(
    request: Request, caller: Reader, audit_id: str, other: Annotated[str | None, Query(alias="with")] = None
) -> Response:
    """The other audits of an account by date and time, to choose one."""
    audits = _store(request).audits
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
        change=None,
        others=[audit_line(one) for one in same],
        audit=audit,
        account=formatting.clean(ref, longest=80),
        made=audit_line(audit).when,
    )


def _change(request: Request, audit_id: str, other: str, same_account: bool) -> Change:
    audits = _store(request).audits
    pair = [audits.kept(name) for name in (audit_id, other)]
    sides = [Compared(kept.audit, kept.scored, kept.templates) for kept in pair]
    return compare(*sides, same_account=same_account)


def _store(request: Request) -> Store:
    found: Store = request.app.state.store
    return found
