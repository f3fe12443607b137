"""/v1/models: which there are, their cards, which one is used, and training one of one's own."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from zombiescope.detector import ModelRegistry
from zombiescope.detector.promotion import worse
from zombiescope.errors import InputError, ModelError
from zombiescope.storage import ModelNameTaken, ModelRow
from zombiescope.storage.stored import TrainingState
from zombiescope.web.api.audit_order import MODEL
from zombiescope.web.api.responses import Model, Models, json
from zombiescope.web.api.uploads import SUFFIXES, checked
from zombiescope.web.auth.access import Caller, Reader, needs
from zombiescope.web.http.problem_json import Refusal
from zombiescope.web.http.request_body import kind, stream
from zombiescope.web.state import services_of, store_of

__all__ = ["ModelState", "activate", "current_name", "rollback", "router", "state_of"]

router = APIRouter(prefix="/v1/models", tags=["models"])

Admin = Annotated[Caller, Depends(needs("admin"))]
_NAME = f"^{MODEL.pattern}$"  # a pattern alone would be looked for anywhere in the text


class ModelState(msgspec.Struct, frozen=True, kw_only=True):
    """A model, or its training as far as it is.

    state: queued, running, done or failed. progress: what is being done now. model: the name that requests use, once
    it is done. card: what it is made of and how good it is: `metrics` on rows it has not seen, and `compared`, its
    figures beside those of the model that was in use, on the same rows. Dates are of a training through the service.
    """

    name: str
    state: TrainingState
    current: bool = False
    model: str | None = None
    progress: str | None = None
    error: str | None = None
    base: str | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    card: dict[str, Any] | None = None


@router.get("", summary="List models")
def listed(request: Request, caller: Reader) -> Response:
    """The models by name; one of them is current."""
    model_registry = services_of(request).model_registry()
    current = current_name(model_registry)
    return json(Models(models=[Model(name=name, current=name == current) for name in model_registry.names()]))


@router.post("", summary="Train a model")
async def train(
    request: Request,
    caller: Admin,
    name: Annotated[str, Query(pattern=_NAME)],
    base: Annotated[str | None, Query(pattern=_NAME)] = None,
) -> Response:
    """Train on the labelled records in the body (NDJSON, CSV or Parquet): 202, and where its state is.

    `base`: a model to go on from instead of starting afresh. One model is trained at a time; nothing is activated.
    """
    services = services_of(request)
    media = kind(request, *SUFFIXES)
    labelled = await _labelled(stream(request, services.limits.upload), media)

    def begun() -> ModelRow:
        model_registry = services.model_registry()
        if base is not None and base not in model_registry.names():
            raise Refusal(422, f"there is no model {base!r} to go on from", "See /v1/models.")
        if {name, f"{name}-1"} & set(model_registry.names()):
            raise ModelNameTaken(f"there is a model {name!r} already")
        found: ModelRow = request.app.state.running.train(name, labelled, base=base, by=caller.name)
        return found

    return json(_state(await run_in_threadpool(begun)), 202, Location=f"/v1/models/{name}")


@router.post("/rollback", summary="Use the model before")
def rollback(request: Request, caller: Admin) -> Response:
    """Go back to the model that was in use before this one."""
    return json(Model(name=services_of(request).model_registry().rollback(), current=True))


@router.get("/{name}", summary="Read a model's state and card")
def read(request: Request, caller: Reader, name: str) -> Response:
    """How far its training is; once it is done what it is made of, how good it is, and what it cannot do."""
    return json(state_of(request, name))


def state_of(request: Request, name: str) -> ModelState:
    """A model with its card, or its training as far as it is. Raises ModelError or Refusal (404)."""
    model_registry = services_of(request).model_registry()
    row = store_of(request).models.get(_named(name))
    if row is None:
        _registry_with(request, name)
        state = ModelState(name=name, state="done", model=name)
    else:
        state = _state(row)
    if state.model is None or state.model not in model_registry.names():
        return state
    card, current = dict(model_registry.load(state.model).card), state.model == current_name(model_registry)
    return msgspec.structs.replace(state, card=card, current=current)


@router.post("/{name}/activate", summary="Use a model")
def activate(request: Request, caller: Admin, name: str, force: bool = False) -> Response:
    """Use this model from now on; one that is worse than the current is refused (409) without `force`."""
    row = store_of(request).models.get(_named(name))
    made = name if row is None or row.model is None else row.model
    model_registry = _registry_with(request, made)
    current = current_name(model_registry)
    if current and current != made and not force:
        reason = worse(model_registry.load(made).card, model_registry.load(current).card)
        if reason is not None:
            raise Refusal(
                409, f"{made} is worse than {current}: {reason}", "To use it all the same: ?force=true."
            )
    model_registry.activate(made, force=force)
    return json(Model(name=made, current=True))


async def _labelled(pieces: AsyncIterator[bytes], media: str) -> pa.Table:
    with tempfile.TemporaryDirectory(prefix="zombiescope-") as folder:
        path = Path(folder, f"labelled{SUFFIXES[media]}")
        with path.open("wb") as file:
            async for piece in pieces:
                file.write(piece)
        return await run_in_threadpool(_read, path)


def _read(path: Path) -> pa.Table:
    """The labelled records of a file. Raises InputError where one cannot be read, or not both classes are there."""
    # Imported by the first training: pandas, which reads dates, takes a second.
    from zombiescope.records import read as read_file

    checked(path)
    table, refused = read_file(path)
    if refused:
        first = refused[0]
        raise InputError(
            f"{len(refused)} rows cannot be read; the first is {first.where}: "
            f"{first.field + ': ' if first.field else ''}{first.reason}",
            "Correct or remove them: a model is trained on all rows or on none.",
        )
    found = set(pc.unique(table["label"]).to_pylist())
    if not found >= {"zombie", "genuine"}:
        raise InputError(
            "the records hold no example of both labels, zombie and genuine",
            "docs/retraining.md says what a labelled sample must hold.",
        )
    return table


def _state(row: ModelRow) -> ModelState:
    return ModelState(
        name=row.name,
        state=row.state,
        model=row.model,
        progress=row.progress,
        error=row.error,
        base=row.base,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def current_name(model_registry: ModelRegistry) -> str:
    """The name of the model in use; empty where there is none."""
    try:
        return model_registry.current()
    except ModelError:
        return ""


def _named(name: str) -> str:
    """The name, where it is one. Raises ModelError."""
    if not MODEL.fullmatch(name):
        raise ModelError(
            f"{name[:80]!r} is no model name", "Over HTTP a model is only a name: see /v1/models."
        )
    return name


def _registry_with(request: Request, name: str) -> ModelRegistry:
    """The shelf, where it has the model. Raises ModelError for no name, Refusal (404) for no such model."""
    model_registry = services_of(request).model_registry()
    if _named(name) not in model_registry.names():
        raise Refusal(404, f"there is no model {name!r}", "See /v1/models.")
    return model_registry
