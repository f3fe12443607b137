"""Query parameters of the API: one that a route does not know is refused, since it would be silently ignored."""

from __future__ import annotations

from fastapi import Request
from fastapi.routing import APIRoute

from zombiescope.errors import InputError

__all__ = ["check_parameters"]

API = "/v1/"


def check_parameters(request: Request) -> None:
    """Raises InputError for the first parameter that the route does not take, or that comes twice."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or not request.url.path.startswith(API):
        return
    names = [name for name, _ in request.query_params.multi_items()]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"the parameter {twice[:80]!r} is given twice", "Give it once.")
    known = {parameter.alias for parameter in route.dependant.query_params}
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        advice = (
            f"It takes {', '.join(sorted(known))}."
            if known
            else "It takes none: an order stands in the body."
        )
        raise InputError(f"this route has no query parameter {unknown[:80]!r}", advice)
