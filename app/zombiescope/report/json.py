"""The audit as JSON, in the form of docs/audit-json.md, and the schema of that form."""

from __future__ import annotations

from typing import Any

import msgspec

from zombiescope.domain import Audit
from zombiescope.errors import EstimateError

__all__ = ["render", "schema"]


def render(audit: Audit) -> str:
    """The audit on one line: what is not ready or not known is null, times are UTC and end in Z.

    Raises EstimateError when a number that must be there is NaN or infinite, which JSON cannot hold.
    """
    encoded = msgspec.json.encode(audit, order="deterministic")
    try:  # msgspec writes NaN and infinity as null; reading it back finds a null where none may be
        msgspec.json.decode(encoded, type=Audit)
    except msgspec.ValidationError as error:
        raise EstimateError(
            f"audit {audit.id} cannot be written as JSON: {error}", "Please report this."
        ) from error
    return encoded.decode() + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of an audit, with its parts under $defs."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Audit)}
