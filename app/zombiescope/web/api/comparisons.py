"""/v1/audits/{id}/compare/{other}: what changed between two audits of one account."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from zombiescope.report import comparison_view
from zombiescope.usecases.stored_comparison import change_between
from zombiescope.web.auth.access import Reader
from zombiescope.web.http.json_response import json
from zombiescope.web.state import store_of

__all__ = ["router"]

router = APIRouter(prefix="/v1/audits", tags=["audits"])


@router.get("/{audit_id}/compare/{other}", summary="Compare two audits of an account")
def compared(
    request: Request, caller: Reader, audit_id: str, other: str, same_account: bool = False
) -> Response:
    """What changed from the earlier of two audits to the later: the share with an interval on the difference, the
    number of followers, blocks, and who left. same_account: they are of one account, though it is called differently.
    """
    change = change_between(store_of(request), audit_id, other, same_account=same_account)
    return json(comparison_view.in_words(change))
