"""JSON answers."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import Response

__all__ = ["json"]


def json(value: Any, status: int = 200, **headers: str) -> Response:
    """Any value of ours as JSON. headers: with `_` for `-`."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(msgspec.json.encode(value), status, named, "application/json")
