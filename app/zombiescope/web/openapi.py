"""The OpenAPI document, and a page of it that needs no other server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from fastapi import APIRouter, FastAPI, Request, Response

from zombiescope.domain import Audit, Follower
from zombiescope.web.access import Reader
from zombiescope.web.answers import Audits, Followers, Model, Models, Score, json
from zombiescope.web.audits import LabelOrder
from zombiescope.web.bodies import NDJSON
from zombiescope.web.orders import AuditOrder
from zombiescope.web.problems import PROBLEM, Problem
from zombiescope.web.render import page
from zombiescope.web.uploads import SUFFIXES

__all__ = ["document", "router"]

router = APIRouter(tags=["operations"])

_MANY_FOLLOWERS = list[Follower]
_MANY_SCORES = list[Score]
_PREFER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": "^wait=[0-9]{1,6}$"},
    "description": "`wait=SECONDS`: answer when the audit has ended, at the latest after so long.",
}
_FOLLOWER = {
    "platform": "weibo", "id": "1000", "handle": "user1000", "created_at": "2013-02-01T00:00:00Z",
    "observed_at": "2014-06-01T00:00:00Z", "followers_count": 3, "following_count": 812, "posts_count": 0,
}  # fmt: skip


@dataclass(frozen=True)
class Operation:
    """What FastAPI cannot see of a route that reads and writes bytes: its bodies and answers."""

    answers: Mapping[int, Any]
    body: Any = None
    example: Any = None
    lines: Any = None  # the type of one line, where NDJSON is taken too
    files: tuple[str, ...] = ()
    media: str = "application/json"
    parameters: tuple[Mapping[str, Any], ...] = field(default=())


def _upload_parameters() -> tuple[Mapping[str, Any], ...]:
    """What of an order stands in the query where the body is the list itself."""
    _, parts = msgspec.json.schema_components([AuditOrder], ref_template="#/components/schemas/{name}")
    fields = {**parts["AuditOrder"]["properties"], "source": {"enum": ["upload"]}}
    return tuple(
        {
            "name": name,
            "in": "query",
            "required": False,
            "schema": kind,
            "description": "with `source=upload`",
        }
        for name, kind in fields.items()
        if name != "accept_cost"
    )


_ORDER = {"account": "sample:canada", "claim": 0.87}
_OPERATIONS: Mapping[tuple[str, str], Operation] = {
    ("/v1/audits", "post"): Operation(
        {200: Audit, 202: Audit},
        AuditOrder,
        _ORDER,
        files=tuple(SUFFIXES),
        parameters=(_PREFER, *_upload_parameters()),
    ),
    ("/v1/audits", "get"): Operation({200: Audits}),
    ("/v1/audits/{audit_id}", "get"): Operation({200: Audit}),
    ("/v1/audits/{audit_id}", "delete"): Operation({200: Audit}),
    ("/v1/audits/{audit_id}/followers", "get"): Operation({200: Followers}),
    ("/v1/audits/{audit_id}/report", "get"): Operation({200: None}, media="text/html"),
    ("/v1/audits/{audit_id}/report.svg", "get"): Operation({200: None}, media="image/svg+xml"),
    ("/v1/audits/{audit_id}/labels", "post"): Operation(
        {200: Audit}, LabelOrder, {"follower": "1000", "label": "zombie"}
    ),
    ("/v1/scores", "post"): Operation({200: _MANY_SCORES}, _MANY_FOLLOWERS, [_FOLLOWER], lines=Follower),
    ("/v1/models", "get"): Operation({200: Models}),
    ("/v1/models/{name}", "get"): Operation({200: None}),
    ("/v1/models/{name}/activate", "post"): Operation({200: Model}),
}


@router.get("/openapi.json", summary="This API as an OpenAPI document")
def openapi(request: Request, caller: Reader) -> Response:
    """Every route with its parameters, bodies, answers and errors."""
    return json(document(request.app))


@router.get("/docs", summary="This API as a page")
def docs(request: Request, caller: Reader) -> Response:
    """The same for people."""
    return page("docs.html.j2", caller, api=document(request.app), encode=_pretty)


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the app."""
    made: dict[str, Any] = app.openapi()
    if "x-zombiescope" in made:
        return made
    types = [
        Audit,
        Audits,
        Followers,
        Model,
        Models,
        Problem,
        AuditOrder,
        LabelOrder,
        _MANY_FOLLOWERS,
        _MANY_SCORES,
    ]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    by_type = {id(kind): schema for kind, schema in zip(types, schemas, strict=True)}
    by_type[id(Follower)] = {"$ref": "#/components/schemas/Follower"}
    made["components"] = {
        "schemas": components,
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
    }
    made["security"] = [{"key": []}, {}]
    error = {
        "description": "What went wrong, and what to do",
        "content": {PROBLEM: {"schema": by_type[id(Problem)]}},
    }
    for (path, method), operation in _OPERATIONS.items():
        _describe(made["paths"][path][method], operation, by_type)
    for path, methods in list(made["paths"].items()):
        if not path.startswith("/v1/"):
            del made["paths"][path]
            continue
        for described in methods.values():
            described["responses"].pop("422", None)
            described["responses"]["default"] = error
    made["x-zombiescope"] = 1
    return made


def _describe(described: dict[str, Any], operation: Operation, by_type: Mapping[int, Any]) -> None:
    described["responses"] = {
        str(status): {
            "description": "Done" if status == 200 else "Begun: its address is in Location",
            "content": {operation.media: {"schema": {} if kind is None else by_type[id(kind)]}},
        }
        for status, kind in operation.answers.items()
    }
    described["parameters"] = [*described.get("parameters", []), *operation.parameters]
    if operation.body is not None:
        content: dict[str, Any] = {
            "application/json": {"schema": by_type[id(operation.body)], "example": operation.example}
        }
        if operation.lines is not None:
            content |= {media: {"schema": by_type[id(operation.lines)]} for media in NDJSON}
        for media in operation.files:
            content.setdefault(media, {"schema": {"type": "string", "format": "binary"}})
        described["requestBody"] = {"required": True, "content": content}


def _pretty(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
