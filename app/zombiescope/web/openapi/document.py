"""The OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import APIRouter, FastAPI, Request, Response

from zombiescope.compare import Change
from zombiescope.domain import Audit, Follower, League
from zombiescope.usecases.model_catalogue import ModelState
from zombiescope.web.api.batches import BatchOrder, BatchRows, BatchState, BatchStates
from zombiescope.web.api.events import MEDIA as EVENTS
from zombiescope.web.api.events import Event
from zombiescope.web.api.keys import ApiKeys, KeyOrder, NewKey
from zombiescope.web.api.labels import BulkLabelOrder, LabelLines, LabelOrder, LabelQueue, LabelsStored
from zombiescope.web.api.rescores import RescoreOrder
from zombiescope.web.api.responses import Audits, Followers, Model, Models, Score
from zombiescope.web.api.trail import Trail
from zombiescope.web.api.watches import WatchChange, WatchRuns, WatchState, WatchStates
from zombiescope.web.api.webhooks import (
    NewWebhook,
    WebhookDeliveries,
    WebhookDelivery,
    WebhookOrder,
    WebhookState,
    WebhookStates,
    WebhookTest,
)
from zombiescope.web.audit_orders import AuditOrder
from zombiescope.web.auth.access import Reader
from zombiescope.web.http.json_response import json
from zombiescope.web.http.problem_json import PROBLEM, Problem
from zombiescope.web.http.request_body import NDJSON
from zombiescope.web.openapi.operations import (
    EVERYWHERE,
    HEADERS,
    MANY_FOLLOWERS,
    MANY_SCORES,
    OPERATIONS,
    Answer,
    Operation,
)
from zombiescope.web.watch_orders import WatchOrder

__all__ = ["document", "router"]

router = APIRouter(tags=["operations"])

_TYPES: tuple[Any, ...] = (
    ApiKeys, Audit, AuditOrder, Audits, BatchOrder, BatchRows, BatchState, BatchStates, Change, Event,
    Follower, Followers, KeyOrder, BulkLabelOrder, LabelLines, LabelOrder,
    LabelQueue, LabelsStored, League, Model, ModelState, Models, NewKey, NewWebhook, Problem,
    RescoreOrder, Score, Trail, WatchChange, WatchOrder, WatchRuns, WatchState, WatchStates,
    WebhookDeliveries, WebhookDelivery, WebhookOrder, WebhookState, WebhookStates, WebhookTest,
    MANY_FOLLOWERS, MANY_SCORES,
)  # fmt: skip
_BYTES = {"type": "string", "format": "binary"}
_TEXT = {"type": "string"}
# OpenAPI 3.1 does not say whether the schema of a stream is that of its text or that of one event: it is either here.
_EVENTS = {
    "anyOf": [
        {"type": "string", "description": "The stream as text"},
        {
            "type": "object",
            "description": "One event",
            "required": ["id", "event", "data"],
            "properties": {
                "id": {"type": "string"},
                "event": {"enum": ["state", "progress", "done"]},
                "data": {
                    "type": "string",
                    "contentMediaType": "application/json",
                    "contentSchema": {"$ref": "#/components/schemas/Event"},
                },
            },
        },
    ]
}
_RATED = ("X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
_REF = "#/components/schemas/{name}"


@router.get("/openapi.json", summary="This API as an OpenAPI document", include_in_schema=False)
def openapi(request: Request, caller: Reader) -> Response:
    """Every route with its parameters, bodies, answers and errors."""
    return json(document(request.app))


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the app."""
    openapi: dict[str, Any] = app.openapi()
    if "x-zombiescope" in openapi:
        return openapi
    schemas, components = msgspec.json.schema_components(_TYPES, ref_template=_REF)
    forms = {id(kind): schema for kind, schema in zip(_TYPES, schemas, strict=True)}
    limits = app.state.services.limits
    forms[id(MANY_FOLLOWERS)] |= {"minItems": 1, "maxItems": limits.records}
    for order in ("AuditOrder", "BatchOrder", "WatchOrder"):
        components[order]["properties"]["sample"]["maximum"] = limits.sample
    components["BatchOrder"]["properties"]["accounts"]["maxItems"] = limits.batch
    openapi["components"] = {
        "schemas": components,
        "headers": dict(HEADERS),
        "responses": {str(int(status)): _error(status) for status in HTTPStatus if status >= 400},
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
    }
    openapi["security"] = [{"key": []}, {}]
    used = set()
    for (path, method), operation in OPERATIONS.items():
        described = openapi["paths"].get(path, {}).get(method)
        if described is not None:
            _describe(described, operation, forms)
            used |= {*operation.errors, *EVERYWHERE}
    for parameter in openapi["paths"]["/v1/uploads"]["post"]["parameters"]:
        if parameter["name"] == "sample":
            parameter["schema"]["maximum"] = limits.sample
    openapi["components"]["responses"] = {
        name: answer for name, answer in openapi["components"]["responses"].items() if int(name) in used
    }
    openapi["x-zombiescope"] = 1
    return openapi


def _describe(described: dict[str, Any], operation: Operation, forms: Mapping[int, Any]) -> None:
    described["operationId"] = operation.name
    described["responses"] = {str(status): _answer(one, forms) for status, one in operation.answers.items()}
    for status in sorted({*operation.errors, *((503,) if operation.free else EVERYWHERE)}):
        described["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}
    described["parameters"] = [*map(_strict, described.get("parameters", [])), *operation.parameters]
    if operation.free:
        described["security"] = []
    if operation.bodies:
        content = {
            media: {"schema": _BYTES if form is None else forms[id(form)]}
            for media, form in operation.bodies.items()
        }
        if operation.example is not None:
            content["application/json"]["example"] = operation.example
        described["requestBody"] = {"required": True, "content": content}


def _answer(answer: Answer, forms: Mapping[int, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for media in answer.media:
        schema: Any
        if media == EVENTS:
            schema = _EVENTS
        elif media.startswith("text/"):
            schema = _TEXT
        elif media == "application/json":
            schema = answer.form if isinstance(answer.form, dict) else forms[id(answer.form)]
        else:
            schema = forms[id(Score)] if media in NDJSON else _BYTES
        content[media] = {"schema": schema}
        if media == "application/json" and answer.example is not None:
            content[media]["example"] = answer.example
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in (*_RATED, *answer.headers)}
    links = {name: {"operationId": name, **link} for name, link in answer.links.items()}
    response = {"content": content, "links": links}
    return {
        "description": answer.says,
        "headers": headers,
        **{name: one for name, one in response.items() if one},
    }


def _error(status: HTTPStatus) -> dict[str, Any]:
    phrase = status.phrase
    example = {
        "type": "urn:zombiescope:refusal",
        "title": phrase.lower(),
        "status": status,
        "detail": "See /docs.",
    }
    more = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}.get(status, ())
    return {
        "description": phrase,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in (*_RATED, *more)},
        "content": {PROBLEM: {"schema": {"$ref": _REF.format(name="Problem")}, "example": example}},
    }


def _strict(parameter: dict[str, Any]) -> dict[str, Any]:
    """A query's null cannot be sent: leaving the parameter out is all there is."""
    schema = parameter["schema"]
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        parameter["schema"] = {**{k: v for k, v in schema.items() if k != "anyOf"}, **kinds[0]}
    return parameter
