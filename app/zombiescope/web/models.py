"""/v1/models: which there are, their cards, and which one is used."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from zombiescope.detector import Shelf
from zombiescope.errors import ModelError
from zombiescope.web.access import Caller, Reader, needs
from zombiescope.web.answers import Model, Models, json
from zombiescope.web.orders import MODEL
from zombiescope.web.problems import Refusal

__all__ = ["router"]

router = APIRouter(prefix="/v1/models", tags=["models"])

Admin = Annotated[Caller, Depends(needs("admin"))]


@router.get("", summary="List models")
def listed(request: Request, caller: Reader) -> Response:
    """The models by name; one of them is current."""
    shelf: Shelf = request.app.state.services.shelf()
    try:
        current = shelf.current()
    except ModelError:
        current = ""
    return json(Models(models=[Model(name=name, current=name == current) for name in shelf.names()]))


@router.get("/{name}", summary="Read a model's card")
def card(request: Request, caller: Reader, name: str) -> Response:
    """What the model is made of, how good it is, and what it cannot do."""
    return json(dict(_shelf_with(request, name).load(name).card))


@router.post("/{name}/activate", summary="Use a model")
def activate(request: Request, caller: Admin, name: str, force: bool = False) -> Response:
    """Use this model from now on; one that is worse than the current is refused without `force`."""
    shelf = _shelf_with(request, name)
    shelf.activate(name, force=force)
    return json(Model(name=name, current=True))


def _shelf_with(request: Request, name: str) -> Shelf:
    """The shelf, where it has the model. Raises ModelError for no name, Refusal (404) for no such model."""
    shelf: Shelf = request.app.state.services.shelf()
    if not MODEL.fullmatch(name):
        raise ModelError(
            f"{name[:80]!r} is no model name", "Over HTTP a model is only a name: see /v1/models."
        )
    if name not in shelf.names():
        raise Refusal(404, f"there is no model {name!r}", "See /v1/models.")
    return shelf
