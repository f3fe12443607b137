"""An audit as an answer."""

from __future__ import annotations

import msgspec
from fastapi import Response

from zombiescope.domain import Audit
from zombiescope.web.http.json_response import json

__all__ = ["audit_json"]


def audit_json(audit: Audit, status: int = 200, **headers: str) -> Response:
    """An audit without its followers, which have a route of their own."""
    return json(msgspec.structs.replace(audit, followers=None), status, **headers)
