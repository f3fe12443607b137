"""/v1/models: which there are, their cards, which one is used, and training one of one's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Literal

import pyarrow as pa
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from zombiescope.errors import ModelError
from zombiescope.storage import ModelNameTaken, ModelRow
from zombiescope.usecases import received_file
from zombiescope.usecases.model_catalogue import activate, current_name, state_of, training_state
from zombiescope.web.api.responses import Model, Models
from zombiescope.web.audit_orders import MODEL
from zombiescope.web.auth.access import Caller, Reader, needs
from zombiescope.web.http.json_response import json
from zombiescope.web.http.problem_json import Refusal
from zombiescope.web.http.request_body import stream
from zombiescope.web.http.uploads import form_of_file, written
from zombiescope.web.state import job_queue_of, models_of, services_of, store_of

__all__ = ["router"]

router = APIRouter(prefix="/v1/models", tags=["models"])

Admin = Annotated[Caller, Depends(needs("admin"))]
Trainer = Annotated[Caller, Depends(needs("train"))]
LabelledForm = Literal["ndjson", "json", "csv", "tsv", "parquet"]
_NAME = f"^{MODEL.pattern}$"  # a pattern alone would be looked for anywhere in the text


@router.get("", summary="List models")
def listed(request: Request, caller: Reader) -> Response:
    """The models by name; one of them is current."""
    model_registry = models_of(request)
    current = current_name(model_registry)
    return json(Models(models=[Model(name=name, current=name == current) for name in model_registry.names()]))


@router.post("", summary="Train a model")
async def train(
    request: Request,
    caller: Trainer,
    name: Annotated[str, Query(pattern=_NAME)],
    base: Annotated[str | None, Query(pattern=_NAME)] = None,
    format: Annotated[
        LabelledForm | None, Query(description="The file's form, unless Content-Type says it")
    ] = None,
) -> Response:
    """Train on the labelled records in the body: 202, and where its state is.

    The body is a file of NDJSON, CSV, TSV, Parquet or a JSON array; its form stands in `format` or in the Content-Type.
    `base`: a model to go on from instead of starting afresh. One model is trained at a time; nothing is activated.
    """
    services = services_of(request)
    form = form_of_file(request, format)
    labelled = await _labelled(stream(request, services.limits.upload), form)

    def begun() -> ModelRow:
        model_registry = models_of(request)
        if base is not None and base not in model_registry.names():
            raise Refusal(422, f"there is no model {base!r} to go on from", "See /v1/models.")
        if {name, f"{name}-1"} & set(model_registry.names()):
            raise ModelNameTaken(f"there is a model {name!r} already")
        row: ModelRow = job_queue_of(request).train(name, labelled, base=base, requester=caller.requester)
        return row

    return json(training_state(await run_in_threadpool(begun)), 202, Location=f"/v1/models/{name}")


@router.post("/rollback", summary="Use the model before")
def rollback(request: Request, caller: Admin) -> Response:
    """Go back to the model that was in use before this one."""
    return json(Model(name=models_of(request).rollback(), current=True))


@router.get("/{name}", summary="Read a model's state and card")
def read(request: Request, caller: Reader, name: str) -> Response:
    """How far its training is; once it is done what it is made of, how good it is, and what it cannot do."""
    return json(state_of(store_of(request), models_of(request), _named(name)))


@router.post("/{name}/activate", summary="Use a model")
def use(request: Request, caller: Admin, name: str, force: bool = False) -> Response:
    """Use this model from now on. One that is worse than the current on the same data, or was measured on none that
    the current was, is refused (409) without `force`; one that was in use before is not."""
    model = activate(store_of(request), models_of(request), _named(name), force=force)
    return json(Model(name=model, current=True))


async def _labelled(pieces: AsyncIterator[bytes], form: str) -> pa.Table:
    async with written(pieces, f"labelled.{form}") as path:
        return await run_in_threadpool(received_file.labelled, path)


def _named(name: str) -> str:
    """The name, where it is one. Raises ModelError."""
    if not MODEL.fullmatch(name):
        raise ModelError(
            f"{name[:80]!r} is no model name", "Over HTTP a model is only a name: see /v1/models."
        )
    return name
