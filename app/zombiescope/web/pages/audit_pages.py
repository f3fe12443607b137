"""The pages of one audit: its progress and answer, labelling; and log in."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, BackgroundTasks, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from zombiescope import formatting
from zombiescope.domain import Follower
from zombiescope.errors import InputError
from zombiescope.i18n import gettext as _
from zombiescope.report import view
from zombiescope.report.html import number_line
from zombiescope.share import LABELS_NEEDED
from zombiescope.storage import LabelRow
from zombiescope.usecases import audit_store, label_files, label_queue
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
Labeller = Annotated[Caller, Depends(needs("label"))]
POSTS = 8


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


@router.get("/audits/{audit_id}/label")
def labelling_page(
    request: Request, caller: Labeller, audit_id: str, follower: str | None = None
) -> Response:
    """One follower of the sample, and the three words one may say."""
    store = store_of(request)
    stored = store.audits.stored_audit(audit_id)
    people = label_queue.followers_to_label(stored)
    mine = {one.follower: one for one in store.labels.of(audit_id) if one.annotator == caller.name}
    by_id = {one.id: one for one in people}
    if follower is not None and follower not in by_id:
        raise InputError(
            f"{follower[:80]!r} is no follower of this audit's sample", "Go on from the audit's page."
        )
    shown = by_id[follower] if follower else next((one for one in people if one.id not in mine), None)
    # The one before, in the order of the list: what was said of it can be changed.
    before = _before(people, shown)
    return page(
        "label.html.j2",
        caller,
        audit=stored.audit,
        view=view(stored.audit),
        person=None if shown is None else _person(shown, simulated=stored.audit.simulated),
        verdict=None
        if shown is None or shown.id not in mine
        else mine[shown.id].label or label_files.CANNOT_TELL,
        back=None if before is None else f"/audits/{audit_id}/label?follower={quote(before.id, safe='')}",
        done=sum(one.label is not None for one in mine.values()),
        enough=LABELS_NEEDED,
        of=len(people),
    )


@router.post("/audits/{audit_id}/label")
async def label(request: Request, caller: Labeller, audit_id: str) -> Response:
    """Keep what was said of the follower that was shown; the estimate follows when labelling is left."""
    form = await form_of(request, caller)
    verdict = label_files.verdict(form.get("label", ""))
    row = LabelRow(form.get("follower", ""), verdict, caller.name, services_of(request).now())

    def relabel() -> None:
        store = store_of(request)
        if all(one.id != row.follower for one in store.audits.followers(audit_id)):
            raise InputError("no such follower is in this audit's sample", "Go on from the audit's page.")
        store.labels.put(audit_id, [row])

    await run_in_threadpool(relabel)
    return RedirectResponse(f"/audits/{audit_id}/label", 303)


@router.post("/audits/{audit_id}/estimate")
async def estimate(request: Request, caller: Labeller, audit_id: str) -> Response:
    """Estimate again with the labels that there are."""
    await form_of(request, caller)
    await request.app.state.pool.run(lambda: audit_store.relabel(store_of(request), audit_id, []))
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


def _before(people: list[Follower], shown: Follower | None) -> Follower | None:
    at = len(people) if shown is None else people.index(shown)
    return people[at - 1] if at else None


def _person(follower: Follower, *, simulated: bool) -> dict[str, object]:
    """A follower as the labelling page shows it: no score, lest it sway."""
    dated = [("account created", follower.created_at), ("seen", follower.observed_at)]
    counted = [
        ("followers", follower.followers_count),
        ("following", follower.following_count),
        ("posts", follower.posts_count),
        ("likes", follower.likes_count),
    ]
    flags = [
        ("picture", follower.has_avatar),
        ("banner", follower.has_banner),
        ("verified", follower.verified),
    ]
    facts = [(name, formatting.date(when)) for name, when in dated if when is not None]
    facts += [(name, formatting.count(count)) for name, count in counted if count is not None]
    facts += [(name, "yes" if flag else "no") for name, flag in flags if flag is not None]
    posts = follower.recent_posts
    return {
        "id": follower.id,
        "name": formatting.clean(follower.display_name or follower.handle or follower.id, longest=80),
        "handle": formatting.clean(follower.handle or "", longest=80),
        "link": label_files.profile_link(follower, simulated=simulated),
        "bio": formatting.clean(follower.bio or "", longest=500),
        "location": formatting.clean(follower.location or "", longest=80),
        "facts": facts,
        "posts": None
        if posts is None
        else [
            (
                "" if post.created_at is None else formatting.date(post.created_at),
                formatting.clean(post.text or "", longest=300),
            )
            for post in posts[:POSTS]
        ],
    }
