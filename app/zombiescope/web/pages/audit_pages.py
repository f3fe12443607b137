"""The pages of one audit, its progress and answer; and log in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from zombiescope.i18n import gettext as _
from zombiescope.report import view
from zombiescope.report.html import number_line
from zombiescope.web.auth.access import Caller, Reader, form_of, needs
from zombiescope.web.auth.api_keys import KeyRing
from zombiescope.web.auth.csrf import FORM, fields_of
from zombiescope.web.auth.sessions import COOKIE, close_session, open_session, set_cookie
from zombiescope.web.http.request_body import kind, limited
from zombiescope.web.middleware.rate_limit import RateLimiter, address_of
from zombiescope.web.pages.rendering import login_page, page
from zombiescope.web.rendered_reports import draw_soon
from zombiescope.web.state import job_queue_of, services_of, shared_store_of, store_of

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

Auditor = Annotated[Caller, Depends(needs("audit"))]


@router.get("/audits/{audit_id}")
def audit_page(request: Request, caller: Reader, audit_id: str, background: BackgroundTasks) -> Response:
    """How far an audit is, or its answer in short."""
    audit = store_of(request).audits.get(audit_id)
    if audit.status == "done":
        background.add_task(draw_soon, request, audit)
    shown = view(audit)
    return page(
        "audit.html.j2",
        caller,
        audit=audit,
        view=shown,
        number_line=number_line(shown) if shown.lines else "",
        refresh=audit.status in ("queued", "running"),
        words=_progress_words(),
        charts=[
            ("share", _("The interval")),
            ("follow-order", _("The followers in order")),
            ("scores", _("The scores")),
            *([("sensitivity", _("What the interval rests on"))] if audit.sensitivity else []),
            ("bounds", _("All bounds")),
        ],
    )


def _progress_words() -> dict[str, str]:
    """What the page's script says while an audit goes on."""
    return {
        "list": _("Reading the list of followers"),
        "fetch": _("Fetching profiles"),
        "score": _("Scoring and estimating"),
        "wait": _("Waiting: other audits come first"),
        "fetched": _("%(followers)s followers fetched"),
        "of": _("%(followers)s of %(of)s followers fetched"),
        "requests": _("%(requests)s requests sent"),
        "left": _("about %(minutes)s minutes left"),
        "soon": _("less than a minute left"),
    }


@router.post("/audits/{audit_id}/cancel")
async def cancel(request: Request, caller: Auditor, audit_id: str) -> Response:
    """End an audit from its page."""
    await form_of(request, caller)
    await run_in_threadpool(job_queue_of(request).cancel, audit_id, tenant=caller.tenant)
    return RedirectResponse(f"/audits/{audit_id}", 303)


@router.post("/login")
async def login(request: Request) -> Response:
    """Take a key and give a session for it."""
    kind(request, FORM)
    secret = fields_of(await limited(request, services_of(request).limits.body)).get("key", "").strip()
    store, now = shared_store_of(request), services_of(request).now()
    keys: KeyRing = request.app.state.keys
    key = await run_in_threadpool(keys.find, store, keys.sha256(secret), now)
    if key is None:
        rates: RateLimiter = request.app.state.rates
        rates.wrong(address_of(request), secret)
        return login_page("the key is not known", status=401)
    token = await run_in_threadpool(open_session, store, key, now)
    request.state.caller = Caller(key)  # for the audit trail
    answer = RedirectResponse("/", 303)
    set_cookie(answer, request, token)
    return answer


@router.post("/logout")
async def logout(request: Request, caller: Reader) -> Response:
    """End the session."""
    await form_of(request, caller)
    await run_in_threadpool(close_session, store_of(request), request)
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE)
    return answer
