"""Models by name: state, card, the one in use, and changing it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from zombiescope.detector import ModelRegistry
from zombiescope.errors import ModelError
from zombiescope.storage import ModelRow, Store
from zombiescope.storage.stored import TrainingState

__all__ = [
    "ModelState",
    "UnknownModel",
    "WorseModel",
    "activate",
    "current_name",
    "state_of",
    "training_state",
]


class UnknownModel(ModelError):
    """There is no model of that name, and none in training."""

    status = 404
    advice = "See /v1/models."


class WorseModel(ModelError):
    """The model is worse than the one in use, or cannot be compared with it."""

    status = 409
    advice = "To use it all the same: ?force=true."


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


def current_name(registry: ModelRegistry) -> str:
    """The name of the model in use; empty where there is none."""
    try:
        return registry.current()
    except ModelError:
        return ""


def state_of(store: Store, registry: ModelRegistry, name: str) -> ModelState:
    """A model with its card, or its training as far as it is. Raises UnknownModel."""
    row = store.models.get(name)
    if row is not None:
        state = training_state(row)
    elif name in registry.names():
        state = ModelState(name=name, state="done", model=name)
    else:
        raise UnknownModel(f"there is no model {name!r}")
    if state.model is None or state.model not in registry.names():
        return state
    card, current = dict(registry.load(state.model).card), state.model == current_name(registry)
    return msgspec.structs.replace(state, card=card, current=current)


def activate(store: Store, registry: ModelRegistry, name: str, *, force: bool = False) -> str:
    """Use a model from now on, by its name or that of its training; its NAME-VERSION.

    Raises UnknownModel, or WorseModel unless forced. A model that was in use before is taken back without question.
    """
    row = store.models.get(name)
    model = name if row is None or row.model is None else row.model
    if model not in registry.names():
        raise UnknownModel(f"there is no model {model!r}")
    reason = None if force else registry.objection(model)
    if reason is not None:
        raise WorseModel(reason)
    registry.activate(model, force=True)
    return model


def training_state(row: ModelRow) -> ModelState:
    """A training as far as it is."""
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
