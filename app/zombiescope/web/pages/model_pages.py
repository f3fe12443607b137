"""The models page: which there are, how good each is, training one of one's own, using another, going back."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from zombiescope.detector import ModelRegistry
from zombiescope.errors import ModelError, ZombiescopeError
from zombiescope.usecases.model_catalogue import activate, current_name, state_of
from zombiescope.web.auth.access import Caller, Reader, form_of, needs
from zombiescope.web.pages.model_card import card_view
from zombiescope.web.pages.rendering import page
from zombiescope.web.state import models_of, services_of, store_of

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
        await run_in_threadpool(models_of(request).rollback)
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
            models_of(request),
            name,
            force=form.get("force") == "yes",
        )
    except ZombiescopeError as error:
        return await run_in_threadpool(_card, request, caller, name, error)
    return RedirectResponse(f"/models/{quote(name, safe='')}", 303)


def _page(request: Request, caller: Caller, error: ZombiescopeError | None) -> Response:
    registry = models_of(request)
    current = current_name(registry)
    names = sorted(registry.names(), key=lambda name: (name != current, name))
    trained = store_of(request).models.all()
    trained_models = {row.model for row in trained}
    return page(
        "models.html.j2",
        caller,
        status=200 if error is None else error.status,
        current=current,
        models=[_line(registry, name, current) for name in names],
        previous=registry.previous(),
        training=[row for row in trained if row.state in (*_GOING, "failed")],
        trained_models=trained_models,
        may=caller.may("admin"),
        may_train=caller.may("train"),
        can_train=services_of(request).jobs.train is not None,
        error=error,
        going=any(row.state in _GOING for row in trained),
    )


def _line(registry: ModelRegistry, name: str, current: str) -> dict[str, object]:
    """A model in a row: what it was trained on, and the group left out that it recognises least."""
    try:
        card = card_view(registry.load(name).card, pictures=False)
    except ModelError as error:  # a damaged one is listed with what is wrong
        return {"name": name, "current": name == current, "trained_on": error.what, "worst": ""}
    return {
        "name": name,
        "current": name == current,
        "trained_on": card.trained_on or "",
        "worst": card.worst[0] if card.worst else "",
    }


def _card(request: Request, caller: Caller, name: str, error: ZombiescopeError | None) -> Response:
    registry = models_of(request)
    state = state_of(store_of(request), registry, name)
    return page(
        "model.html.j2",
        caller,
        status=200 if error is None else error.status,
        state=state,
        card=card_view(state.card or {}),
        previous=registry.previous(),
        may=caller.may("admin"),
        error=error,
        going=state.state in _GOING,
    )
