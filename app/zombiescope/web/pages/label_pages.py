"""The page on which a person labels an audit's sample: one follower, three words, and the interval so far."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from zombiescope import formatting
from zombiescope.domain import Follower, FollowerScore, Label, Labels, Post
from zombiescope.report import view
from zombiescope.share import LABELS_NEEDED, LEAST_LABELS
from zombiescope.storage import LabelRow
from zombiescope.usecases import audit_store, label_files, label_validation
from zombiescope.usecases.label_desk import FollowerContext, LabelDesk, Neighbour
from zombiescope.usecases.labelled_audits import NEEDED
from zombiescope.web.auth.access import Caller, form_of, needs
from zombiescope.web.pages.rendering import page
from zombiescope.web.state import services_of, store_of

__all__ = ["router"]

router = APIRouter(prefix="/audits/{audit_id}", include_in_schema=False)

Labeller = Annotated[Caller, Depends(needs("label"))]
POSTS = 8


@router.get("/label")
def labelling_page(
    request: Request, caller: Labeller, audit_id: str, follower: str | None = None
) -> Response:
    """One follower of the sample, and the three words one may say. No score of it is on the page."""
    store = store_of(request)
    stored = store.audits.stored_audit(audit_id)
    desk = LabelDesk(stored, store.labels.of(audit_id), caller.name)
    shown = follower or desk.next()
    mine, last = desk.mine, desk.last()
    simulated = stored.audit.simulated
    return page(
        "label.html.j2",
        caller,
        audit=stored.audit,
        view=view(stored.audit),
        person=None if shown is None else _person(desk.follower(shown), simulated=simulated),
        where=None if shown is None else _where(desk.context(shown)),
        verdict=None if shown not in mine else mine[shown].label or label_validation.CANNOT_TELL,
        before=None if last is None or last.follower == shown else _answered(desk, last),
        done=sum(one.label is not None for one in mine.values()),
        progress=_progress(desk.progress()),
        enough=LABELS_NEEDED,
        least=LEAST_LABELS,
        of=desk.size,
        model=_towards_a_model(store.labels.counts(), simulated=simulated),
    )


@router.post("/label")
async def label(request: Request, caller: Labeller, audit_id: str) -> Response:
    """Keep what was said of the follower that was shown; the estimate follows when labelling is left."""
    form = await form_of(request, caller)
    verdict = label_validation.verdict(form.get("label", ""))
    row = LabelRow(form.get("follower", ""), verdict, caller.name, services_of(request).now())

    def put() -> None:
        store = store_of(request)
        label_validation.check_sampled(store, audit_id, [row.follower])
        store.labels.put(audit_id, [row])

    await run_in_threadpool(put)
    return RedirectResponse(f"/audits/{audit_id}/label", 303)


@router.post("/label/undo")
async def undo(request: Request, caller: Labeller, audit_id: str) -> Response:
    """Take back this person's newest label, and show that follower again."""
    await form_of(request, caller)

    def take_back() -> str | None:
        store_of(request).audits.json(audit_id)  # 404 where there is no such audit of this tenant
        labels = store_of(request).labels
        mine = [one for one in labels.of(audit_id) if one.annotator == caller.name]
        if not mine:
            return None
        last = max(mine, key=lambda one: one.at)
        labels.remove(audit_id, last.follower, caller.name)
        return last.follower

    who = await run_in_threadpool(take_back)
    shown = "" if who is None else f"?follower={quote(who, safe='')}"
    return RedirectResponse(f"/audits/{audit_id}/label{shown}", 303)


@router.post("/estimate")
async def estimate(request: Request, caller: Labeller, audit_id: str) -> Response:
    """Estimate again with the labels that there are."""
    await form_of(request, caller)
    await request.app.state.pool.run(lambda: audit_store.relabel(store_of(request), audit_id, []))
    return RedirectResponse(f"/audits/{audit_id}", 303)


def _towards_a_model(counts: dict[Label, int], *, simulated: bool) -> dict[str, int] | None:
    """How many labelled zombies and people there are in all audits, and how many more make a model."""
    if simulated:
        return None
    missing = {label: max(0, NEEDED - count) for label, count in counts.items()}
    return {
        "zombies": counts["zombie"],
        "people": counts["genuine"],
        "zombies_missing": missing["zombie"],
        "people_missing": missing["genuine"],
    }


def _answered(desk: LabelDesk, last: LabelRow) -> dict[str, object]:
    """The follower labelled last, with what the detector says, which was hidden until then."""
    follower, score = desk.follower(last.follower), desk.score(last.follower)
    return {
        "name": _name(follower),
        "label": last.label or label_validation.CANNOT_TELL,
        "score": _two_digits(score),
        "chance": None if score.posterior is None else formatting.percent(score.posterior),
        "local": None if score.local_score is None else f"{score.local_score:.2f}",
    }


def _two_digits(score: FollowerScore) -> str:
    return f"{score.score:.2f}"


def _progress(labels: Labels) -> dict[str, object] | None:
    """The interval to draw, in percent, and what 20 more labels would give; None with too few labels."""
    if labels.anytime is None or labels.interval is None or labels.with_20_more is None:
        return None
    span = labels.if_labellers_err or labels.anytime
    return {
        "text": formatting.between(span.low, span.high, formatting.decimals(span.low, span.high)),
        "low": round(100 * span.low, 1),
        "width": round(100 * (span.high - span.low), 1),
        "point": None if labels.interval.estimate is None else round(100 * labels.interval.estimate, 1),
        "more": formatting.percent(labels.with_20_more),
        "disagree": labels.if_labellers_err is not None,
        "people": labels.annotators,
        "count": labels.count,
        "overlap": labels.overlap,
    }


def _where(context: FollowerContext) -> dict[str, object]:
    """Where the follower stands, as text."""
    return {
        "place": formatting.count(context.place),
        "listed": None if context.listed is None else formatting.count(context.listed),
        "before": [_near(one) for one in context.before],
        "after": [_near(one) for one in context.after],
        "run": context.run,
        "families": [formatting.clean(text, longest=300) for text in context.families],
        "alike": [formatting.clean(handle, longest=40) for handle in context.alike],
        "alike_count": context.alike_count,
    }


def _near(neighbour: Neighbour) -> tuple[str, str]:
    created = "not known" if neighbour.created is None else formatting.date(neighbour.created)
    return formatting.count(neighbour.place), created


def _name(follower: Follower) -> str:
    return formatting.clean(follower.display_name or follower.handle or follower.id, longest=80)


def _person(follower: Follower, *, simulated: bool) -> dict[str, object]:
    """A follower as the labelling page shows it: no score, lest it sway."""
    dated = [("account created", follower.created_at), ("seen", follower.observed_at)]
    counted = [
        ("followers", follower.followers_count),
        ("following", follower.following_count),
        ("posts", follower.posts_count),
        ("likes", follower.likes_count),
        ("lists", follower.listed_count),
    ]
    flags = [
        ("picture", follower.has_avatar),
        ("banner", follower.has_banner),
        ("verified", follower.verified),
        ("protected", follower.protected),
    ]
    facts = [(name, formatting.date(when)) for name, when in dated if when is not None]
    facts += [(name, formatting.count(count)) for name, count in counted if count is not None]
    facts += [(name, "yes" if flag else "no") for name, flag in flags if flag is not None]
    posts = follower.recent_posts
    return {
        "id": follower.id,
        "name": _name(follower),
        "handle": formatting.clean(follower.handle or "", longest=80),
        "link": label_files.profile_link(follower, simulated=simulated),
        "bio": formatting.clean(follower.bio or "", longest=500),
        "location": formatting.clean(follower.location or "", longest=80),
        "url": formatting.clean(follower.url or "", longest=120),
        "facts": facts,
        "posts": None if posts is None else [_post(one) for one in posts[:POSTS]],
    }


def _post(post: Post) -> dict[str, str]:
    kinds = [("repost", post.is_repost), ("reply", post.is_reply)]
    reactions = [
        ("like", "likes", post.likes_count),
        ("repost", "reposts", post.reposts_count),
        ("reply", "replies", post.replies_count),
    ]
    return {
        "when": "" if post.created_at is None else formatting.date(post.created_at),
        "text": formatting.clean(post.text or "", longest=300),
        "kind": ", ".join(name for name, is_kind in kinds if is_kind),
        "reactions": ", ".join(
            formatting.plural(count, one, many) for one, many, count in reactions if count is not None
        ),
        "client": formatting.clean(post.source or "", longest=60),
    }
