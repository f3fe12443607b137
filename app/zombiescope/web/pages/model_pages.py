"""The models page: which there are, how good each is, training one of one's own, using another, going back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from zombiescope import formatting
from zombiescope.errors import ZombiescopeError
from zombiescope.i18n import gettext as _
from zombiescope.report import vega
from zombiescope.usecases.model_catalogue import activate, current_name, state_of
from zombiescope.web.auth.access import Caller, Reader, form_of, needs
from zombiescope.web.pages.rendering import page
from zombiescope.web.state import services_of, store_of

__all__ = ["router"]

router = APIRouter(prefix="/models", include_in_schema=False)

Admin = Annotated[Caller, Depends(needs("admin"))]
_GOING = ("queued", "running")


@router.get("")
def listed(request: Request, caller: Reader) -> Response:
    """All models, the one in use first; and the form that trains another."""
    return _page(request, caller, None)


@router.post("/rollback")
async def rollback(request: Request, caller: Admin) -> Response:
    """Go back to the model before."""
    await form_of(request, caller)
    try:
        await run_in_threadpool(services_of(request).model_registry().rollback)
    except ZombiescopeError as error:
        return await run_in_threadpool(_page, request, caller, error)
    return RedirectResponse("/models", 303)


@router.get("/{name}")
def shown(request: Request, caller: Reader, name: str) -> Response:
    """One model: its training as far as it is, then its card with pictures."""
    return _card(request, caller, name, None)


@router.post("/{name}/activate")
async def use(request: Request, caller: Admin, name: str) -> Response:
    """Use a model from now on; a worse one only when that is confirmed."""
    form = await form_of(request, caller)
    try:
        await run_in_threadpool(
            activate,
            store_of(request),
            services_of(request).model_registry(),
            name,
            force=form.get("force") == "yes",
        )
    except ZombiescopeError as error:
        return await run_in_threadpool(_card, request, caller, name, error)
    return RedirectResponse(f"/models/{quote(name, safe='')}", 303)


def _page(request: Request, caller: Caller, error: ZombiescopeError | None) -> Response:
    registry = services_of(request).model_registry()
    current = current_name(registry)
    trained = store_of(request).models.all()
    trained_models = {row.model for row in trained}
    return page(
        "models.html.j2",
        caller,
        status=200 if error is None else error.status,
        current=current,
        names=sorted(registry.names(), key=lambda name: (name != current, name)),
        training=[row for row in trained if row.state in (*_GOING, "failed")],
        trained_models=trained_models,
        may=caller.may("admin"),
        can_train=services_of(request).jobs.train is not None,
        error=error,
        going=any(row.state in _GOING for row in trained),
    )


def _card(request: Request, caller: Caller, name: str, error: ZombiescopeError | None) -> Response:
    state = state_of(store_of(request), services_of(request).model_registry(), name)
    card = state.card or {}
    return page(
        "model.html.j2",
        caller,
        status=200 if error is None else error.status,
        state=state,
        card=card,
        figures=_figures(card),
        groups=_groups(card),
        may=caller.may("admin"),
        error=error,
        going=state.state in _GOING,
    )


@dataclass(frozen=True)
class Figures:
    """One row of a model's validation; empty where it cannot be measured."""

    split: str
    posts: str
    sensitivity: str
    specificity: str


def _figures(card: dict[str, Any]) -> list[Figures]:
    """The card's validation as rows: accounts held out at random, then each group that training left out."""
    names = {
        "random": _("Held out at random"),
        "vendor_left_out": _("Vendor left out: %(name)s"),
        "study_left_out": _("People left out: %(name)s"),
    }
    metrics = card.get("metrics")
    tables = []
    for split, figures in (metrics if isinstance(metrics, dict) else {}).items():
        if split not in names or not isinstance(figures, dict):
            continue
        groups = {"": figures} if split == "random" else figures
        for name, views in groups.items():
            for view, row in views.items() if isinstance(views, dict) else ():
                if isinstance(row, dict):
                    title = names[split] % {"name": formatting.clean(str(name), longest=60)}
                    posts = _("with posts") if view == "with posts" else _("without posts")
                    tables.append(
                        Figures(title, posts, *(_part(row.get(k)) for k in ("sensitivity", "specificity")))
                    )
    return tables


def _part(value: object) -> str:
    return formatting.percent(float(value), 1) if isinstance(value, int | float) else ""


def _groups(card: dict[str, Any]) -> str | None:
    """Which features carry the model for each group, as a bar chart; None where the card has no such picture."""
    picture = card.get("picture")
    if not isinstance(picture, dict):
        return None
    rows = [
        {"group": group, "features": block, "effect": size}
        for group, effects in picture.items()
        if isinstance(effects, dict)
        for block, size in (effects.get("blocks") or {}).items()
    ]
    if not rows:
        return None
    spec: dict[str, Any] = {
        "width": 430,
        "height": {"step": 22},
        "data": {"values": rows},
        "mark": "bar",
        "encoding": {
            "y": {"field": "group", "type": "nominal", "title": None, "axis": {"labelLimit": 260}},
            "x": {
                "field": "effect",
                "type": "quantitative",
                "stack": "normalize",
                "axis": {"format": ".0%", "title": _("part of the model's effect")},
            },
            "color": {
                "field": "features",
                "type": "nominal",
                "title": None,
                "scale": {
                    "range": ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c8f92"]
                },
                "legend": {"orient": "bottom", "columns": 3},
            },
        },
    }
    return vega.svg(spec, label=_("Which features carry the model, for each group of accounts"))
