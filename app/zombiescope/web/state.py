"""What a route finds in its app."""

from __future__ import annotations

from fastapi import Request

from zombiescope.storage import Store
from zombiescope.web.services import Services

__all__ = ["services_of", "store_of"]


def services_of(request: Request) -> Services:
    """What the service was given."""
    found: Services = request.app.state.services
    return found


def store_of(request: Request) -> Store:
    """The open database."""
    found: Store = request.app.state.store
    return found
