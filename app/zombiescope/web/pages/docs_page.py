"""The API's OpenAPI document as a page that needs no other server."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from zombiescope.web.auth.access import Reader
from zombiescope.web.pages.rendering import page

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/docs")
def docs(request: Request, caller: Reader) -> Response:
    """Every route with its parameters, bodies, answers and errors."""
    return page("docs.html.j2", caller, api=request.app.state.openapi(), encode=_pretty)


def _pretty(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
