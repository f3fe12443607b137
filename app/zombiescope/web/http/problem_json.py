"""Errors as problem+json (RFC 9457): what went wrong as title, what to do as detail; never a stack trace."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import Scope

from zombiescope.errors import BudgetError, StorageError, ZombiescopeError

__all__ = ["PROBLEM", "NotAgreed", "Problem", "Refusal", "install", "problem", "unexpected", "without_paths"]

PROBLEM = "application/problem+json"
_LOG = logging.getLogger("zombiescope.web")
_RETRY = {"Retry-After": "5"}
_PATH = re.compile(r"(?<![\w/:.<])/(?:[^\s/:'\"]+/)+([^\s/:'\"]*)")
_ADDRESSES = ("/v1/", "/audits/", "/rank/", "/models/", "/static/")


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error as the API says it."""

    type: str
    title: str
    status: int
    detail: str = ""
    cost: float | None = None


class Refusal(ZombiescopeError):
    """A request that HTTP has its own status for."""

    def __init__(self, status: int, what: str, advice: str = "See /docs.", **headers: str) -> None:
        super().__init__(what, advice)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class NotAgreed(BudgetError):
    """The platform charges, and the client has not agreed to `cost`, in US dollars."""

    def __init__(self, over: BudgetError, cost: float) -> None:
        super().__init__(over.what, 'Repeat the request with "accept_cost" of at least the cost.')
        self.cost = cost


class DatabaseUnavailable(StorageError):
    """The body for any database error."""

    advice = "Try again later; the service's log has the reason."


def without_paths(text: str) -> str:
    """A message with each absolute path of this machine's cut to its last part; addresses of the service stay."""
    return _PATH.sub(lambda path: path[0] if path[0].startswith(_ADDRESSES) else path[1], text)


def problem(error: ZombiescopeError) -> Response:
    """The answer to an error."""
    if isinstance(error, StorageError):
        # Where the database is belongs in the log alone; the log line has the request's id.
        _LOG.error("storage failed: %s (%s)", error.what, error.advice)
        error = DatabaseUnavailable("the database cannot be used now")
    cost = getattr(error, "cost", None)
    kind = re.sub(r"(?<!^)(?=[A-Z])", "-", type(error).__name__).lower()
    body = Problem(
        type=f"urn:zombiescope:{kind}",
        title=without_paths(error.what),
        status=error.status,
        detail=without_paths(error.advice),
        cost=cost,
    )
    headers = dict(getattr(error, "headers", {}))
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers |= _RETRY
    return Response(msgspec.json.encode(body), error.status, headers, PROBLEM)


def unexpected(scope: Scope, error: Exception) -> Response:
    """The answer to an unexpected error, whose details are only logged."""
    _LOG.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
    return problem(Refusal(500, "the service failed", "Please report this with the time of the request."))


def install(app: FastAPI) -> None:
    """Have the app answer the errors of its routes so; guard.py sees to those of the layers before them."""

    async def ours(_: Request, error: Any) -> Response:
        return problem(error)

    async def theirs(request: Request, error: Any) -> Response:
        phrase = HTTPStatus(error.status_code).phrase.lower()
        headers = dict(error.headers or {})
        if methods := _allowed(app, request.url.path):
            headers |= {"Allow": methods} if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else {}
        return problem(Refusal(error.status_code, phrase, **headers))

    async def parameter(_: Request, error: Any) -> Response:
        first = error.errors()[0]
        where = " ".join(str(part) for part in first["loc"])
        return problem(Refusal(422, f"{where}: {first['msg']}", "Correct the parameter."))

    app.add_exception_handler(ZombiescopeError, ours)
    app.add_exception_handler(HTTPException, theirs)
    app.add_exception_handler(RequestValidationError, parameter)


def _allowed(app: FastAPI, path: str) -> str:
    """All methods of a path of the API: the router knows only those of the first route that it fits."""
    for template, methods in app.openapi()["paths"].items():
        if re.fullmatch(re.sub(r"\\?\{[^}]+\}", "[^/]+", re.escape(template)), path):
            return ", ".join(sorted(method.upper() for method in methods))
    return ""
