"""The service: the HTTP API and its pages, thin over the use case."""

from __future__ import annotations

from zombiescope.web.app import create_app
from zombiescope.web.asgi import app
from zombiescope.web.services import Limits, Services

__all__ = ["Limits", "Services", "app", "create_app"]
